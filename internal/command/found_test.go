package command

// found are texts with the commands that must be reported, as "line:col command action", with a ? where not certain.
var found = []struct {
	name, give, want string
}{
	// the standard's own list
	{"gcloud create", "gcloud secrets create api --data-file=-", "1:1 gcloud secrets create create-secret"},
	{"gcloud delete", "gcloud secrets delete api --quiet", "1:1 gcloud secrets delete delete-secret"},
	{"gcloud version", "gcloud secrets versions add api --data-file=f", "1:1 gcloud secrets versions add write-secret"},
	{
		"gcloud destroy", "gcloud secrets versions destroy 3 --secret=api",
		"1:1 gcloud secrets versions destroy delete-secret",
	},
	{"gcloud beta", "gcloud beta secrets create api", "1:1 gcloud secrets create create-secret"},
	{
		"aws create", "aws secretsmanager create-secret --name api/production",
		"1:1 aws secretsmanager create-secret create-secret",
	},
	{"aws delete", "aws secretsmanager delete-secret --secret-id x", "1:1 aws secretsmanager delete-secret " +
		"delete-secret"},
	{
		"aws put value", "aws secretsmanager put-secret-value --secret-id x --secret-string y",
		"1:1 aws secretsmanager put-secret-value write-secret",
	},
	{
		"aws update with a value", "aws secretsmanager update-secret --secret-id x --secret-string=y",
		"1:1 aws secretsmanager update-secret write-secret",
	},
	{
		"aws replica", "aws secretsmanager replicate-secret-to-regions --secret-id x",
		"1:1 aws secretsmanager replicate-secret-to-regions create-secret",
	},
	{
		"ssm secure string", "aws ssm put-parameter --name /a --type SecureString --value x",
		"1:1 aws ssm put-parameter write-secret",
	},
	{
		"ssm secure string with =", "aws ssm put-parameter --type=SecureString --name /a",
		"1:1 aws ssm put-parameter write-secret",
	},
	{
		"ssm with a key", "aws ssm put-parameter --name /a --key-id alias/x --overwrite",
		"1:1 aws ssm put-parameter write-secret",
	},
	{
		"ssm type from outside", `aws ssm put-parameter --name /a --type "$TYPE" --value x`,
		"1:1 aws ssm put-parameter write-secret?",
	},
	{
		"ssm input document", `aws ssm put-parameter --cli-input-json '{"Type":"SecureString"}'`,
		"1:1 aws ssm put-parameter write-secret",
	},
	{"cloud control", "aws cloudcontrol create-resource --type-name AWS::SecretsManager::Secret --desired-state " +
		"file://x", "1:1 aws cloudcontrol create-resource create-secret"},
	{"az set", "az keyvault secret set --vault-name v --name n --value x", "1:1 az keyvault secret set write-secret"},
	{"az delete", "az keyvault secret delete --vault-name v --name n", "1:1 az keyvault secret delete delete-secret"},
	{"az purge", "az keyvault secret purge --id x", "1:1 az keyvault secret purge delete-secret"},
	{
		"az container app", "az containerapp secret set -n a --secrets k=v",
		"1:1 az containerapp secret set write-secret",
	},
	{
		"kubectl create", "kubectl create secret generic db --from-literal=a=b",
		"1:1 kubectl create secret create-secret",
	},
	{"kubectl delete", "kubectl delete secret db", "1:1 kubectl delete secret delete-secret"},
	{"kubectl delete among kinds", "kubectl delete configmap,secret db", "1:1 kubectl delete secret delete-secret"},
	{
		"kubectl delete by kind and name", "kubectl -n x delete deploy/a secrets/b",
		"1:1 kubectl delete secret delete-secret",
	},
	{"kubectl patch", "kubectl patch secret db -p '{}'", "1:1 kubectl patch secret write-secret"},
	{"kubectl namespace first", "kubectl -n shop create secret tls x", "1:1 kubectl create secret create-secret"},
	{
		"kubectl dry-run none", "kubectl create secret generic x --dry-run=none",
		"1:1 kubectl create secret create-secret",
	},
	{"openshift", "oc create secret generic x", "1:1 oc create secret create-secret"},
	{"vault put", "vault kv put secret/api key=x", "1:1 vault kv put write-secret"},
	{"vault put with mount", "vault kv put -mount=secret api key=x", "1:1 vault kv put write-secret"},
	{"vault delete", "vault kv metadata delete secret/api", "1:1 vault kv metadata delete delete-secret"},
	{"vault write", "vault write secret/api value=x", "1:1 vault write write-secret"},
	{"vault standard input", "echo x | vault kv put secret/api value=-", "1:10 vault kv put write-secret"},
	{"doppler", "doppler secrets set A=b", "1:1 doppler secrets set write-secret"},
	{"doppler with project", "doppler -p x secrets delete A -y", "1:1 doppler secrets delete delete-secret"},
	{"github", `gh secret set AWS_SECRET_ACCESS_KEY -b "$X"`, "1:1 gh secret set write-secret"},
	{"github variable", "gh variable set AWS_ACCESS_KEY_ID --body x", "1:1 gh variable set write-secret"},
	{"github api", "gh api -X PUT repos/o/r/actions/secrets/A -f encrypted_value=x", "1:1 gh api write-secret"},
	{"gitlab", "glab variable set GOOGLE_CREDENTIALS x", "1:1 glab variable set write-secret"},
	{"one password", "op item create --category login", "1:1 op item create create-secret"},
	{"firebase", "npx firebase functions:secrets:set KEY", "1:1 firebase functions:secrets:set write-secret"},
	{"swarm", "printf x | docker secret create db -", "1:12 docker secret create create-secret"},
	{"fly", "flyctl secrets set A=b", "1:1 fly secrets set write-secret"},
	{"chamber", "chamber write svc key value", "1:1 chamber write write-secret"},

	// logins and keys
	{"aws configure", "aws configure set aws_secret_access_key x", "1:1 aws configure set static-login"},
	{"aws configure profile", "aws configure set profile.ci.aws_access_key_id x", "1:1 aws configure set static-login"},
	{"aws configure answered", "printf 'a\\nb\\n\\n\\n' | aws configure", "1:23 aws configure static-login"},
	{
		"gcloud service account", "gcloud auth activate-service-account --key-file=k.json",
		"1:1 gcloud auth activate-service-account static-login",
	},
	{"az service principal", "az login --service-principal -u a -p b --tenant c", "1:1 az login static-login"},
	{"az certificate", "az login --service-principal --username a --certificate c.pem", "1:1 az login static-login"},
	{"vault token", "vault login s.abcdef", "1:1 vault login static-login"},
	{"vault token from outside", `vault login "$VAULT_TOKEN"`, "1:1 vault login static-login?"},
	{"vault password", "vault login -method=userpass username=a password=b", "1:1 vault login static-login"},
	{
		"docker with a google key", "docker login -u _json_key --password-stdin https://europe-docker.pkg.dev < key.json",
		"1:1 docker login static-login",
	},
	{"access key", "aws iam create-access-key --user-name ci", "1:1 aws iam create-access-key create-cloud-key"},
	{
		"service account key", "gcloud iam service-accounts keys create k.json --iam-account=a",
		"1:1 gcloud iam service-accounts keys create create-cloud-key",
	},
	{"rbac", "az ad sp create-for-rbac --sdk-auth", "1:1 az ad sp create-for-rbac create-cloud-key"},
	{"credential reset", "az ad app credential reset --id x", "1:1 az ad app credential reset create-cloud-key"},
	{"hmac", "gcloud storage hmac create sa@x", "1:1 gcloud storage hmac create create-cloud-key"},

	// .env files
	{"redirect", "echo A=$B > .env", "1:11 redirect to .env write-dotenv"},
	{"append", "echo A=b >> ./app/.env.production", "1:10 redirect to .env write-dotenv"},
	{"no blanks", "env>.env", "1:4 redirect to .env write-dotenv"},
	{"here-document", "cat > .env <<EOF\nA=b\nEOF", "1:5 redirect to .env write-dotenv"},
	{"block", "{ echo A; echo B; } > /srv/.env", "1:21 redirect to .env write-dotenv"},
	{"named", "printenv > prod.env", "1:10 redirect to .env write-dotenv"},
	{"tee", "echo A | sudo tee -a .env", "1:10 tee to .env write-dotenv"},
	{"copy of the example", "cp .env.example .env", "1:1 cp to .env write-dotenv"},
	{"from a bucket", "aws s3 cp s3://b/app.env .env", "1:1 aws to .env write-dotenv"},
	{"into the image", "cp .env dist/", "1:1 cp to .env write-dotenv"},
	{"download", "curl -sfo .env https://x", "1:1 curl to .env write-dotenv"},
	{"download by wget", "wget -qO .env https://x", "1:1 wget to .env write-dotenv"},
	{"edit", "sed -i s/a/b/ .env", "1:1 sed to .env write-dotenv"},
	{
		"doppler download", "doppler secrets download --no-file --format env > .env",
		"1:49 redirect to .env write-dotenv",
	},
	{"vercel", "vercel env pull", "1:1 vercel to .env write-dotenv"},
	{"one password inject", "op inject -i a.tpl -o .env", "1:1 op to .env write-dotenv"},
	{"variable path", "F=.env; echo A > \"$F\"", "1:16 redirect to .env write-dotenv"},
	{"folder from outside", `echo A > "$HOME/app/.env"`, "1:8 redirect to .env write-dotenv"},

	// global flags, wrappers, paths
	{
		"global flags", "aws --profile x --region eu-west-1 --no-cli-pager secretsmanager create-secret",
		"1:1 aws secretsmanager create-secret create-secret",
	},
	{"flags with =", "gcloud --project=p --quiet secrets create x", "1:1 gcloud secrets create create-secret"},
	{"flags between", "gcloud secrets --project p create x", "1:1 gcloud secrets create create-secret"},
	{
		"absolute path", "/usr/local/bin/aws secretsmanager create-secret",
		"1:1 aws secretsmanager create-secret create-secret",
	},
	{
		"path from outside", "$HOME/bin/aws secretsmanager create-secret",
		"1:1 aws secretsmanager create-secret create-secret",
	},
	{
		"sudo", "sudo -u deploy -E aws secretsmanager create-secret",
		"1:1 aws secretsmanager create-secret create-secret",
	},
	{"env", "env -i AWS_REGION=x aws secretsmanager create-secret", "1:1 aws secretsmanager create-secret " +
		"create-secret"},
	{
		"assignment before", "AWS_PROFILE=x aws secretsmanager create-secret",
		"1:15 aws secretsmanager create-secret create-secret",
	},
	{
		"wrappers in wrappers", "nohup nice -n 5 timeout -k 1 30 stdbuf -oL aws secretsmanager create-secret &",
		"1:1 aws secretsmanager create-secret create-secret",
	},
	{
		"time, exec and command", "time command exec aws secretsmanager create-secret",
		"1:6 aws secretsmanager create-secret create-secret",
	},
	{
		"aws-vault", "aws-vault exec prod -- aws secretsmanager create-secret",
		"1:1 aws secretsmanager create-secret create-secret",
	},
	{"doppler run", "doppler run --command 'az keyvault secret set -n x'", "1:1 az keyvault secret set write-secret"},
	{
		"find", `find . -name '*.json' -exec aws secretsmanager create-secret --cli-input-json file://{} \;`,
		"1:1 aws secretsmanager create-secret create-secret",
	},
	{
		"xargs", "cat names | xargs -n1 -I{} aws secretsmanager delete-secret --secret-id {}",
		"1:13 aws secretsmanager delete-secret delete-secret",
	},
	{
		"words by xargs", "echo create-secret --name x | xargs aws secretsmanager",
		"1:31 aws secretsmanager create-secret create-secret",
	},
	{"ssh", "ssh -i k host 'sudo aws secretsmanager create-secret'", "1:1 aws secretsmanager create-secret " +
		"create-secret"},
	{
		"container", "docker run --rm -e A=b -v ~/.aws:/root/.aws amazon/aws-cli:2.1 secretsmanager create-secret",
		"1:1 aws secretsmanager create-secret create-secret",
	},
	{"container with entrypoint", "docker run --rm --entrypoint sh amazon/aws-cli -c 'aws secretsmanager " +
		"create-secret'", "1:1 aws secretsmanager create-secret create-secret"},
	{
		"cloud sdk", "docker run google/cloud-sdk:slim gcloud secrets create x",
		"1:1 gcloud secrets create create-secret",
	},
	{"inside a pod", "kubectl exec -it vault-0 -- vault kv put secret/a b=c", "1:1 vault kv put write-secret"},
	{"module", "python3 -m awscli secretsmanager create-secret", "1:1 aws secretsmanager create-secret create-secret"},
	{"cluster distribution", "k3s kubectl create secret generic x", "1:1 kubectl create secret create-secret"},

	// the grammar
	{"continued line", "aws \\\n  secretsmanager \\\n  create-secret", "1:1 aws secretsmanager create-secret " +
		"create-secret"},
	{
		"windows line ends", "set -e\r\naws secretsmanager create-secret --name x\r\n",
		"2:1 aws secretsmanager create-secret create-secret",
	},
	{
		"list", "true && aws secretsmanager create-secret || exit 1",
		"1:9 aws secretsmanager create-secret create-secret",
	},
	{"negated", "! aws secretsmanager create-secret", "1:3 aws secretsmanager create-secret create-secret"},
	{
		"if", "if ! aws secretsmanager describe-secret; then\n  aws secretsmanager create-secret\nfi",
		"2:3 aws secretsmanager create-secret create-secret",
	},
	{"case", "case $1 in\n  a) gcloud secrets create x ;;\nesac", "2:6 gcloud secrets create create-secret"},
	{
		"loop over verbs", "for v in create delete; do gcloud secrets $v x; done",
		"1:28 gcloud secrets create create-secret\n1:28 gcloud secrets delete delete-secret",
	},
	{
		"loop over files", "for f in *.json; do aws secretsmanager create-secret --cli-input-json file://$f; done",
		"1:21 aws secretsmanager create-secret create-secret",
	},
	{
		"while", "while read -r n; do aws secretsmanager delete-secret --secret-id $n; done < names",
		"1:21 aws secretsmanager delete-secret delete-secret",
	},
	{"subshell", "(cd x && aws secretsmanager create-secret)", "1:10 aws secretsmanager create-secret create-secret"},
	{
		"command substitution", "ARN=$(aws secretsmanager create-secret --query ARN)",
		"1:7 aws secretsmanager create-secret create-secret",
	},
	{
		"backquotes in quotes", "echo \"made `aws secretsmanager create-secret`\"",
		"1:13 aws secretsmanager create-secret create-secret",
	},
	{
		"substitution in a test", "[[ -n $(aws secretsmanager create-secret) ]]",
		"1:9 aws secretsmanager create-secret create-secret",
	},
	{
		"process substitution", "diff <(aws secretsmanager create-secret) x",
		"1:8 aws secretsmanager create-secret create-secret",
	},
	{"function", "mk() {\n  aws secretsmanager create-secret\n}\nmk", "2:3 aws secretsmanager create-secret " +
		"create-secret"},
	{
		"function that nobody calls", "mk() { aws secretsmanager create-secret; }",
		"1:8 aws secretsmanager create-secret create-secret",
	},
	{
		"function with parameters", "run() { \"$@\"; }\nrun aws secretsmanager create-secret",
		"1:9 aws secretsmanager create-secret create-secret",
	},
	{
		"function that is its tool", "aws() { command aws --region x \"$@\"; }\naws secretsmanager create-secret",
		"1:9 aws secretsmanager create-secret create-secret",
	},
	{
		"word from a parameter", "sm() { aws secretsmanager $1-secret --name $2; }; sm create x",
		"1:8 aws secretsmanager create-secret create-secret",
	},
	{
		"here-document in a shell", "bash <<'EOF'\nset -e\naws secretsmanager create-secret\nEOF",
		"3:1 aws secretsmanager create-secret create-secret",
	},
	{
		"here-document over ssh", "ssh host bash -s <<EOF\naws secretsmanager create-secret\nEOF",
		"1:1 aws secretsmanager create-secret create-secret",
	},
	{
		"manifest", "kubectl apply -f - <<EOF\napiVersion: v1\nkind: Secret\nstringData: {a: b}\nEOF",
		"1:1 kubectl apply create-secret",
	},
	{
		"manifest in JSON", `echo '{"apiVersion":"v1","kind":"Secret"}' | kubectl create -f-`,
		"1:46 kubectl create create-secret",
	},
	{"manifest among others", "cat <<EOF | envsubst | kubectl apply -n x -f -\nkind: ConfigMap\n---\nkind: " +
		"\"Secret\"\nEOF", "1:24 kubectl apply create-secret"},
	{
		"manifest from a file", "cat > s.yaml <<EOF\nkind: Secret\nEOF\nkubectl apply -f s.yaml",
		"4:1 kubectl apply create-secret",
	},
	{
		"dry run that is applied", "kubectl create secret generic x --dry-run=client -o yaml | kubectl apply -f -",
		"1:60 kubectl apply create-secret",
	},
	{
		"trap", "trap 'aws secretsmanager delete-secret --secret-id x' EXIT",
		"1:1 aws secretsmanager delete-secret delete-secret",
	},
	{"template of a workflow", "aws --region ${{ inputs.region }} secretsmanager create-secret --name ${{ " +
		"inputs.name }}", "1:1 aws secretsmanager create-secret create-secret?"},
	{
		"template of a chart", "aws secretsmanager create-secret --name {{ .Values.name | quote }}",
		"1:1 aws secretsmanager create-secret create-secret",
	},
	{
		"template of terraform", "aws secretsmanager create-secret --name ${var.name} --region ${lookup(var.r, 1)}",
		"1:1 aws secretsmanager create-secret create-secret",
	},
	{
		"text that does not end", "aws secretsmanager create-secret --name x\nif true; then",
		"1:1 aws secretsmanager create-secret create-secret?",
	},
	{
		"quote that does not end", "echo 'x\naws secretsmanager create-secret --name x",
		"2:1 aws secretsmanager create-secret create-secret?",
	},
}

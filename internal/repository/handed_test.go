package repository_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// step is a workflow of one job whose step runs a text, with B as a variable of the job that holds a stored secret.
func step(shell, run string) string {
	return "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    env:\n      B: ${{ secrets.B }}\n      REGION: " +
		"eu-west-1\n    steps:\n      - id: oidc\n        uses: aws-actions/configure-aws-credentials@v4\n" +
		"        with: {role-to-assume: x, output-credentials: true}\n" +
		"      - shell: " + shell + "\n        run: |\n" + indented(run)
}

func indented(text string) string {
	return "          " + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n          ") + "\n"
}

// said returns what is said of keys and commands in one file, without places.
func said(t *testing.T, name, text string) []string {
	t.Helper()
	files, sum := read(t, tree(t, map[string]string{name: text}))
	if len(sum.Errors) > 0 {
		t.Fatalf("%s: %+v", text, sum.Errors)
	}
	var got []string
	for _, f := range files {
		for _, k := range f.CI {
			got = append(got, k.Name+" "+k.Cloud)
		}
		for _, c := range f.Commands {
			got = append(got, c.Command)
		}
	}
	return got
}

func TestKeysThatCommandsHandOver(t *testing.T) {
	aws, gcp, azure := []string{"AWS_SECRET_ACCESS_KEY aws"},
		func(name string) []string { return []string{name + " gcp"} },
		func(name string) []string { return []string{name + " azure"} }
	for _, tt := range []struct {
		name, shell, give string
		want              []string
	}{
		{"an export", "bash", "export AWS_SECRET_ACCESS_KEY=${{ secrets.B }}", aws},
		{"an export in quotes", "bash", `export "AWS_SECRET_ACCESS_KEY=${{ secrets.B }}"`, aws},
		{"an export of several", "bash", "export AWS_ACCESS_KEY_ID=${{ secrets.A }} AWS_SECRET_ACCESS_KEY='${{ " +
			"secrets.B }}'", aws},
		{"an assignment, then an export", "bash", "AWS_SECRET_ACCESS_KEY=\"${{ secrets['B'] }}\"\nexport " +
			"AWS_SECRET_ACCESS_KEY", aws},
		{"declare", "bash", "declare -x AWS_SECRET_ACCESS_KEY=${{ secrets.B }}", aws},
		{"before a command", "bash", "AWS_ACCESS_KEY_ID=${{ secrets.A }} AWS_SECRET_ACCESS_KEY=${{ secrets.B }} aws " +
			"s3 ls", aws},
		{"before a command, by env", "bash", "env AWS_SECRET_ACCESS_KEY=${{ secrets.B }} aws s3 ls", aws},
		{"before a command, by sudo", "sh", "sudo AWS_SECRET_ACCESS_KEY=${{ secrets.B }} aws s3 ls", aws},
		{"through a variable of the text", "bash", "K=${{ secrets.B }}\nexport AWS_SECRET_ACCESS_KEY=\"$K\"", aws},
		{"through a variable of env", "bash", "export AWS_SECRET_ACCESS_KEY=$B", aws},
		{"through env in an expression", "bash", "export AWS_SECRET_ACCESS_KEY=${{ env.B }}", aws},
		{"a variable of the repository", "bash", "export AWS_SECRET_ACCESS_KEY=${{ vars.B }}", aws},
		{"an input", "bash", "export AWS_SECRET_ACCESS_KEY=${{ inputs.key }}", aws},
		{"an input of who started it", "bash", "export AWS_SECRET_ACCESS_KEY=${{ github.event.inputs.key }}", aws},
		{"a member of a secret", "bash", "export AWS_SECRET_ACCESS_KEY=${{ fromJSON(secrets.B).key }}", aws},
		{
			"a member of a secret, by jq", "bash", "export AWS_SECRET_ACCESS_KEY=$(echo '${{ secrets.B }}' | jq -r .key)",
			aws,
		},
		{"a member of all secrets, by jq", "bash", "export AWS_SECRET_ACCESS_KEY=$(jq -r .B <<< '${{ toJSON(secrets) " +
			"}}')", aws},
		{"a member of all secrets", "bash", "export AWS_SECRET_ACCESS_KEY=${{ fromJSON(toJSON(secrets)).B }}", aws},
		{"decoded", "bash", "export AWS_SECRET_ACCESS_KEY=$(echo ${{ secrets.B }} | base64 -d)", aws},
		{"by a condition", "bash", "if [ \"$GITHUB_REF\" = refs/heads/main ]; then export AWS_SECRET_ACCESS_KEY=${{ " +
			"secrets.B }}; fi", aws},
		{"in a function", "bash", "login() { export AWS_SECRET_ACCESS_KEY=$1; }\nlogin ${{ secrets.B }}", aws},
		{"a secret that is chosen", "bash", "export AWS_SECRET_ACCESS_KEY=${{ github.ref == 'refs/heads/main' && " +
			"secrets.B || secrets.C }}", aws},
		{
			"into the environment of the job", "bash", `echo "AWS_SECRET_ACCESS_KEY=${{ secrets.B }}" >> $GITHUB_ENV`,
			aws,
		},
		{
			"into the environment of the job, in braces", "bash",
			`echo AWS_SECRET_ACCESS_KEY=${{ secrets.B }} >> "${GITHUB_ENV}"`, aws,
		},
		{
			"into the environment of the job, by tee", "bash",
			`echo "AWS_SECRET_ACCESS_KEY=$B" | tee -a $GITHUB_ENV > /dev/null`, aws,
		},
		{
			"into the environment of the job, by printf", "bash",
			`printf 'AWS_SECRET_ACCESS_KEY=%s\n' "${{ secrets.B }}" >> "$GITHUB_ENV"`, aws,
		},
		{
			"into the environment of the job, by a document", "bash",
			"cat >> $GITHUB_ENV <<EOF\nAWS_REGION=x\nAWS_SECRET_ACCESS_KEY=${{ secrets.B }}\nEOF", aws,
		},
		{"into the environment of the job, by a block", "bash", "{\n  echo AWS_REGION=x\n  echo " +
			"\"AWS_SECRET_ACCESS_KEY=$B\"\n} >> $GITHUB_ENV", aws},
		{"into the environment of the job, in several lines", "bash", "echo 'GOOGLE_CREDENTIALS<<END' >> " +
			"$GITHUB_ENV\necho '${{ secrets.B }}' >> $GITHUB_ENV\necho END >> $GITHUB_ENV", gcp("GOOGLE_CREDENTIALS")},
		{
			"into the environment of the job, of all secrets", "bash",
			`echo "AWS_SECRET_ACCESS_KEY=$(echo '${{ toJSON(secrets) }}' | jq -r .B)" >> $GITHUB_ENV`, aws,
		},
		{"into a container", "bash", "docker run --rm -e AWS_REGION=x -e AWS_SECRET_ACCESS_KEY=${{ secrets.B }} " +
			"acme/deploy", aws},
		{"into a container, in one word", "bash", "docker run -eAWS_SECRET_ACCESS_KEY=\"$B\" acme/deploy", aws},
		{"into a container, by a long option", "bash", "podman run --env=AWS_SECRET_ACCESS_KEY=${{ secrets.B }} " +
			"acme/deploy", aws},
		{"into a container, passed through", "bash", "export AWS_SECRET_ACCESS_KEY=${{ secrets.B }}\ndocker run -e " +
			"AWS_SECRET_ACCESS_KEY acme/deploy", aws},
		{"into a container, by a file", "bash", "echo AWS_SECRET_ACCESS_KEY=${{ secrets.B }} > job.list\ndocker run " +
			"--env-file job.list acme/deploy", aws},
		{"into an image", "bash", "docker build --build-arg AWS_SECRET_ACCESS_KEY=${{ secrets.B }} .", aws},
		{"into a cluster", "bash", "kubectl set env deploy/api AWS_SECRET_ACCESS_KEY=${{ secrets.B }}", aws},
		{
			"into a variable of Terraform", "bash", "terraform apply -var='aws_secret_key=${{ secrets.B }}'",
			[]string{"AWS_SECRET_KEY aws"},
		},
		{
			"into the backend of Terraform", "bash", "terraform init -backend-config=\"secret_key=${{ secrets.B }}\"",
			[]string{"secret_key aws"},
		},
		{"into the configuration of the pack's own stack", "bash", "pulumi config set aws:secretKey --secret ${{ " +
			"secrets.B }}", []string{"aws:secretKey aws"}},
		{
			"into the file of credentials", "bash", "mkdir -p ~/.aws\necho '${{ secrets.B }}' > ~/.aws/credentials",
			[]string{"credentials aws"},
		},
		{
			"into the file of credentials, by a document", "bash", "cat > $HOME/.aws/credentials <<EOF\n" +
				"[default]\naws_access_key_id = ${{ secrets.A }}\naws_secret_access_key = ${{ secrets.B }}\nEOF",
			aws,
		},
		{"into the file of credentials, by echo", "bash", "echo '[default]' > ~/.aws/credentials\necho " +
			"\"aws_secret_access_key=$B\" >> ~/.aws/credentials", aws},
		{
			"by the CLI", "bash", "aws configure set aws_secret_access_key ${{ secrets.B }}",
			[]string{"aws configure set"},
		},
		{"by the CLI, of a secret whose name tells", "bash", "aws configure set aws_secret_access_key ${{ " +
			"secrets.AWS_SECRET_ACCESS_KEY }}", []string{"AWS_SECRET_ACCESS_KEY aws", "aws configure set"}},
		{
			"a secret whose name tells, once", "bash", "export AWS_SECRET_ACCESS_KEY=${{ secrets.AWS_SECRET_ACCESS_KEY }}",
			aws,
		},
		{"PowerShell", "pwsh", "$env:AWS_SECRET_ACCESS_KEY = \"${{ secrets.B }}\"", aws},
		{"PowerShell, without blanks", "pwsh", "$Env:AWS_SECRET_ACCESS_KEY='${{ secrets.B }}'", aws},
		{"PowerShell, in braces", "powershell", "${env:AWS_SECRET_ACCESS_KEY} = '${{ secrets.B }}'", aws},
		{"PowerShell, through env", "pwsh", "$env:AWS_SECRET_ACCESS_KEY = $env:B", aws},
		{"PowerShell, the environment of the job", "pwsh", "Add-Content $env:GITHUB_ENV \"AWS_SECRET_ACCESS_KEY=${{ " +
			"secrets.B }}\"", aws},
		{"PowerShell, the environment of the job, by a pipe", "pwsh", "\"AWS_SECRET_ACCESS_KEY=${{ secrets.B }}\" | " +
			"Out-File -FilePath $env:GITHUB_ENV -Append", aws},
		{"PowerShell, the environment of the job, by echo", "pwsh", "echo \"AWS_SECRET_ACCESS_KEY=${{ secrets.B }}\" " +
			">> $env:GITHUB_ENV", aws},
		{"PowerShell, by an item", "pwsh", "Set-Item -Path Env:AWS_SECRET_ACCESS_KEY -Value '${{ secrets.B }}'", aws},
		{"PowerShell, by .NET", "pwsh", "[Environment]::SetEnvironmentVariable('AWS_SECRET_ACCESS_KEY', '${{ " +
			"secrets.B }}', 'User')", aws},
		{"cmd", "cmd", "set AWS_SECRET_ACCESS_KEY=${{ secrets.B }}", aws},
		{"cmd, in quotes", "cmd", "set \"AWS_SECRET_ACCESS_KEY=${{ secrets.B }}\"", aws},
		{"cmd, for later", "cmd", "setx AWS_SECRET_ACCESS_KEY ${{ secrets.B }}", aws},
		{"cmd, the environment of the job", "cmd", "echo AWS_SECRET_ACCESS_KEY=${{ secrets.B }}>> %GITHUB_ENV%", aws},
		{"Python", "python", "import os\nos.environ['AWS_SECRET_ACCESS_KEY'] = '${{ secrets.B }}'", aws},
		{"by read", "bash", "read -r AWS_SECRET_ACCESS_KEY <<< '${{ secrets.B }}'\nexport AWS_SECRET_ACCESS_KEY", aws},
		{"by printf", "bash", "printf -v AWS_SECRET_ACCESS_KEY %s \"$B\"", aws},
		{"under a name from a variable", "bash", "N=AWS_SECRET_ACCESS_KEY\nexport $N=${{ secrets.B }}", aws},
		{"with a default", "bash", "export AWS_SECRET_ACCESS_KEY=${KEY:-${{ secrets.B }}}", aws},
		{"by eval", "bash", "eval \"export AWS_SECRET_ACCESS_KEY=${{ secrets.B }}\"", aws},
		{
			"by a file that is sourced", "bash", "echo export AWS_SECRET_ACCESS_KEY=${{ secrets.B }} > env.sh\n. ./env.sh",
			aws,
		},
		{
			"on another machine", "bash", "ssh deploy@host \"export AWS_SECRET_ACCESS_KEY=${{ secrets.B }}; ./deploy\"",
			aws,
		},
		{"by Python from the shell", "bash", "python3 - <<EOF\nimport os\nos.environ[\"AWS_SECRET_ACCESS_KEY\"] = " +
			"\"${{ secrets.B }}\"\nEOF", aws},
		{"by the name of a secret that is put together", "bash", "export AWS_SECRET_ACCESS_KEY=${{ " +
			"secrets[format('{0}_KEY', github.ref_name)] }}", aws},
		{"into the chart of an application", "bash", "helm upgrade api . --set env.AWS_SECRET_ACCESS_KEY=$B", aws},
		{
			"into the file of credentials, in place", "bash", "sed -i \"s/KEY/${{ secrets.B }}/\" ~/.aws/credentials",
			[]string{"credentials aws"},
		},
		{
			"into the file of credentials, decoded", "bash", "base64 -d <<< ${{ secrets.B }} > ~/.aws/credentials",
			[]string{"credentials aws"},
		},
		{
			"into the file of credentials, by a document of constants", "bash",
			"cat > ~/.aws/credentials <<'EOF'\n[default]\naws_secret_access_key = ${{ secrets.B }}\nEOF", aws,
		},
		{"into a file of credentials elsewhere", "bash", "echo \"$B\" > /tmp/creds\nexport " +
			"AWS_SHARED_CREDENTIALS_FILE=/tmp/creds", []string{"AWS_SHARED_CREDENTIALS_FILE aws"}},
		{"PowerShell, the file of credentials", "pwsh", "Set-Content -Path \"$HOME\\.aws\\credentials\" -Value " +
			"\"aws_secret_access_key = ${{ secrets.B }}\"", aws},
		{"PowerShell, a document", "pwsh", "@\"\nAWS_SECRET_ACCESS_KEY=${{ secrets.B }}\n\"@ | Out-File " +
			"$env:GITHUB_ENV", aws},
		{"PowerShell, an expression in a text", "pwsh", "\"AWS_SECRET_ACCESS_KEY=$($env:B)\" >> $env:GITHUB_ENV", aws},
		{"PowerShell, the cmdlet of AWS", "pwsh", "Set-AWSCredential -AccessKey ${{ vars.ID }} -SecretKey ${{ " +
			"secrets.B }} -StoreAs default", []string{"secretkey aws"}},
		{
			"Azure, an option", "bash", "az storage blob upload --account-name x --account-key ${{ secrets.B }} -f x",
			azure("account-key"),
		},
		{
			"Azure, an option of another tool", "bash", "npx swa deploy dist --deployment-token=${{ secrets.B }}",
			azure("deployment-token"),
		},
		{
			"Azure, a registry", "bash", "echo ${{ secrets.B }} | docker login acme.azurecr.io -u acme --password-stdin",
			azure("password"),
		},
		{
			"Google, a file for the CLI", "bash", "echo '${{ secrets.B }}' > k.json\ngcloud auth login --cred-file=k.json",
			gcp("cred-file"),
		},
		{"Firebase, an option", "bash", "firebase deploy --token \"$B\"", gcp("token")},
		{
			"Google, a key in a variable", "bash", "export GOOGLE_CREDENTIALS='${{ secrets.B }}'",
			gcp("GOOGLE_CREDENTIALS"),
		},
		{"Google, a key in a file", "bash", "echo '${{ secrets.B }}' > key.json\nexport " +
			"GOOGLE_APPLICATION_CREDENTIALS=key.json", gcp("GOOGLE_APPLICATION_CREDENTIALS")},
		{"Google, a key in a file, for later steps", "bash", "echo \"$B\" | base64 -d > /tmp/key.json\necho " +
			"GOOGLE_APPLICATION_CREDENTIALS=/tmp/key.json >> $GITHUB_ENV", gcp("GOOGLE_APPLICATION_CREDENTIALS")},
		{"Google, by the CLI", "bash", "echo '${{ secrets.B }}' > key.json\ngcloud auth activate-service-account " +
			"--key-file key.json", []string{"gcloud auth activate-service-account"}},
		{"Google, where its tools look", "bash", "echo '${{ secrets.B }}' > " +
			"~/.config/gcloud/application_default_credentials.json", []string{"credentials gcp"}},
		{
			"Azure, a client secret", "bash", "export ARM_CLIENT_ID=${{ vars.ID }} ARM_CLIENT_SECRET=${{ secrets.B }}",
			azure("ARM_CLIENT_SECRET"),
		},
		{
			"Azure, a client secret for later steps", "bash", "echo AZURE_CLIENT_SECRET=${{ secrets.B }} >> $GITHUB_ENV",
			azure("AZURE_CLIENT_SECRET"),
		},
		{
			"Azure, by the CLI", "bash", "az login --service-principal -u ${{ vars.ID }} -p ${{ secrets.B }} --tenant x",
			[]string{"az login"},
		},
		{"Azure, the key of a storage account", "bash", "AZURE_STORAGE_KEY=${{ secrets.B }} az storage blob upload " +
			"-f x", azure("AZURE_STORAGE_KEY")},
		{
			"Azure, a connection string", "bash", "export AZURE_STORAGE_CONNECTION_STRING='${{ secrets.B }}'",
			azure("AZURE_STORAGE_CONNECTION_STRING"),
		},
		{"Pulumi", "bash", "export PULUMI_ACCESS_TOKEN=${{ secrets.B }}", []string{"PULUMI_ACCESS_TOKEN pulumi"}},
		{
			"configuration in plaintext", "bash", "pulumi config set --plaintext db:password ${{ secrets.DB }}",
			[]string{"pulumi config set"},
		},
		{
			"configuration in plaintext, by default", "bash", "pulumi config set dbPassword ${{ secrets.DB }} -s prod",
			[]string{"pulumi config set"},
		},
		{"configuration in plaintext, through a variable", "bash", "pulumi -s prod config set --plaintext " +
			"db:password \"$B\"", []string{"pulumi config set"}},
		{"configuration in plaintext, from a pipe", "bash", "echo ${{ secrets.DB }} | pulumi config set --plaintext " +
			"db:password", []string{"pulumi config set"}},
		{"configuration in plaintext, of several", "bash", "pulumi config set-all --plaintext db:password=${{ " +
			"secrets.DB }} --secret x=${{ secrets.X }}", []string{"pulumi config set"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, said(t, flow, step(tt.shell, tt.give))); diff != "" {
				t.Errorf("%s: mismatch (-want +got):\n%s", tt.give, diff)
			}
		})
	}
}

func TestCommandsThatHandOverNoKey(t *testing.T) {
	for _, tt := range []struct{ name, shell, give string }{
		{"a session", "bash", "export AWS_SECRET_ACCESS_KEY=${{ secrets.B }} AWS_SESSION_TOKEN=${{ secrets.C }}"},
		{"a role that is assumed", "bash", "creds=$(aws sts assume-role --role-arn ${{ secrets.ROLE }} " +
			"--role-session-name ci)\nexport AWS_SECRET_ACCESS_KEY=$(echo $creds | jq -r .Credentials.SecretAccessKey)"},
		{"a credential that a step issued", "bash", "export AWS_SECRET_ACCESS_KEY=${{ " +
			"steps.oidc.outputs.aws-secret-access-key }}"},
		{"a credential that a step issued, in a container", "bash", "docker run -e AWS_SECRET_ACCESS_KEY=${{ " +
			"steps.oidc.outputs.aws-secret-access-key }} x"},
		{"a credential that a step issued, by the CLI", "bash", "aws configure set aws_secret_access_key ${{ " +
			"steps.oidc.outputs.aws-secret-access-key }}"},
		{"the region", "bash", "export AWS_REGION=${{ secrets.REGION }} AWS_DEFAULT_REGION=${{ vars.REGION }}"},
		{"a role and a profile", "bash", "export AWS_ROLE_ARN=${{ secrets.ROLE }} AWS_PROFILE=${{ vars.PROFILE }}"},
		{"an id alone", "bash", "export AWS_ACCESS_KEY_ID=${{ secrets.ID }}"},
		{"the ids that OIDC needs", "bash", "export ARM_CLIENT_ID=${{ secrets.C }} ARM_TENANT_ID=${{ secrets.T }} " +
			"ARM_SUBSCRIPTION_ID=${{ secrets.S }} ARM_USE_OIDC=true"},
		{"a name alone", "bash", "docker run -e AWS_SECRET_ACCESS_KEY x"},
		{"the end of a variable", "bash", "unset AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN"},
		{"an empty value", "bash", "export AWS_SECRET_ACCESS_KEY= X=${{ secrets.B }}"},
		{"a mask", "bash", "echo \"::add-mask::${{ secrets.AWS_SECRET_ACCESS_KEY }}\""},
		{"a comment", "bash", "# export AWS_SECRET_ACCESS_KEY=${{ secrets.B }}\ntrue"},
		{"a comment with a secret whose name tells", "bash", "# uses ${{ secrets.AWS_SECRET_ACCESS_KEY }}\ntrue"},
		{"words", "bash", "echo 'set AWS_SECRET_ACCESS_KEY before you run this'"},
		{"a test whether it is set", "bash", "[ -n \"${{ secrets.AWS_SECRET_ACCESS_KEY }}\" ] && echo set"},
		{"a condition in an expression", "bash", "export AWS_SECRET_ACCESS_KEY=${{ secrets.B != '' }}"},
		{"a dummy", "bash", "export AWS_SECRET_ACCESS_KEY=test AWS_ACCESS_KEY_ID=test B=${{ secrets.B }}"},
		{
			"a dummy in a container", "bash",
			"docker run -e AWS_SECRET_ACCESS_KEY=localstack -e TOKEN=${{ secrets.T }} x",
		},
		{"the path of a key file", "bash", "export GOOGLE_APPLICATION_CREDENTIALS=${{ github.workspace " +
			"}}/federated.json"},
		{"the path that a step prints", "bash", "export GOOGLE_APPLICATION_CREDENTIALS=${{ " +
			"steps.auth.outputs.credentials_file_path }}"},
		{"the path in a given folder", "bash", "export GOOGLE_APPLICATION_CREDENTIALS=${{ vars.DIR }}/federated.json"},
		{
			"the token of the job", "bash",
			"export GITHUB_TOKEN=${{ secrets.GITHUB_TOKEN }} GH_TOKEN=${{ github.token }}",
		},
		{"a token of another service", "bash", "export NPM_TOKEN=${{ secrets.NPM_TOKEN }}"},
		{"a name of a secret", "bash", "export AWS_SECRET_ACCESS_KEY_NAME=${{ secrets.NAME }} " +
			"ARM_CLIENT_SECRET_ID=${{ secrets.ID }}"},
		{"configuration that is encrypted", "bash", "pulumi config set --secret db:password ${{ secrets.DB }}"},
		{"configuration that is encrypted, of several", "bash", "pulumi config set-all --plaintext aws:region=x " +
			"--secret db:password=${{ secrets.DB }}"},
		{"configuration that is none", "bash", "pulumi config set aws:region ${{ secrets.AWS_REGION }}\npulumi " +
			"config set tag ${{ github.sha }}\npulumi config set --plaintext gcp:project ${{ secrets.GCP_PROJECT }}"},
		{"a registry with the token of the CLI", "bash", "az acr login -n acme --expose-token --query accessToken | " +
			"docker login acme.azurecr.io -u 00000000-0000-0000-0000-000000000000 --password-stdin"},
		{"a registry of somebody else", "bash", "echo ${{ secrets.DOCKERHUB_TOKEN }} | docker login -u acme " +
			"--password-stdin"},
		{"how to exchange an identity", "bash", "gcloud auth login --cred-file=${{ " +
			"steps.auth.outputs.credentials_file_path }}"},
		{"PowerShell, the region", "pwsh", "$env:AWS_REGION = '${{ secrets.REGION }}'\nAdd-Content $env:GITHUB_ENV " +
			"\"REGION=$env:REGION\""},
		{"PowerShell, a comment", "pwsh", "# $env:AWS_SECRET_ACCESS_KEY = '${{ secrets.B }}'\nGet-Date"},
		{"cmd, a remark", "cmd", "rem set AWS_SECRET_ACCESS_KEY=${{ secrets.B }}"},
		{"Python, a comment", "python", "# os.environ['AWS_SECRET_ACCESS_KEY'] = '${{ secrets.B }}'"},
		{"Python, another variable", "python", "import os\nos.environ['AWS_REGION'] = '${{ secrets.B }}'"},
		{"the output of the job", "bash", "echo \"sha=${{ github.sha }}\" >> $GITHUB_OUTPUT"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := said(t, flow, step(tt.shell, tt.give)); len(got) > 0 {
				t.Errorf("%s: got %q", tt.give, got)
			}
		})
	}
}

func TestKeysThatInputsHandOver(t *testing.T) {
	with := func(uses string, lines ...string) string {
		return "on: push\njobs:\n  a:\n    steps:\n      - id: esc\n        uses: pulumi/esc-action@v1\n      - uses: " + uses + "\n        with:\n" + indented(strings.Join(lines, "\n"))
	}
	for _, tt := range []struct {
		name, give string
		want       []string
	}{
		{
			"arguments of a build",
			with("docker/build-push-action@v6", "push: true", "build-args: |", "  AWS_REGION=x",
				"  AWS_SECRET_ACCESS_KEY=${{ secrets.B }}"),
			[]string{"AWS_SECRET_ACCESS_KEY aws"},
		},
		{"a script for another machine", with("appleboy/ssh-action@v1", "script: export AWS_SECRET_ACCESS_KEY=${{ "+
			"secrets.B }}"), []string{"AWS_SECRET_ACCESS_KEY aws"}},
		{"a script for Node", with("actions/github-script@v7", "script: core.exportVariable('AWS_SECRET_ACCESS_KEY', "+
			"'${{ secrets.B }}')"), []string{"AWS_SECRET_ACCESS_KEY aws"}},
		{
			"Firebase", with("FirebaseExtended/action-hosting-deploy@v0", "firebaseServiceAccount: ${{ secrets.B }}"),
			[]string{"firebaseServiceAccount gcp"},
		},
		{
			"Firebase, with the project in the name",
			with("FirebaseExtended/action-hosting-deploy@v0", "firebaseServiceAccount: '${{ "+
				"secrets.FIREBASE_SERVICE_ACCOUNT_SHOP }}'"),
			[]string{"firebaseServiceAccount gcp"},
		},
		{
			"Static Web Apps",
			with("Azure/static-web-apps-deploy@v1", "azure_static_web_apps_api_token: ${{ secrets.B }}"),
			[]string{"azure_static_web_apps_api_token azure"},
		},
		{
			"a key for an action of somebody else", with("somebody/deploy@v1", "aws-secret-access-key: ${{ secrets.B }}"),
			[]string{"aws-secret-access-key aws"},
		},
		{
			"a token of Pulumi", with("somebody/deploy@v1", "pulumi-access-token: ${{ secrets.B }}"),
			[]string{"pulumi-access-token pulumi"},
		},
		{"a token of Pulumi in env", "jobs:\n  a:\n    steps:\n      - uses: pulumi/actions@v6\n        env: " +
			"{PULUMI_ACCESS_TOKEN: '${{ secrets.PULUMI_ACCESS_TOKEN }}'}\n", []string{"PULUMI_ACCESS_TOKEN pulumi"}},
		{"options of a container", "jobs:\n  a:\n    container:\n      image: x\n      options: -e " +
			"AWS_SECRET_ACCESS_KEY=${{ secrets.B }}\n    steps: []\n", []string{"AWS_SECRET_ACCESS_KEY aws"}},
		{
			"a token that Pulumi issued",
			with("somebody/deploy@v1", "pulumi-access-token: ${{ steps.esc.outputs.token }}"), nil,
		},
		{"a key that Pulumi issued", with("somebody/deploy@v1", "aws-secret-access-key: ${{ "+
			"steps.esc.outputs.AWS_SECRET_ACCESS_KEY }}"), nil},
		{
			"the token of the job",
			with("Azure/static-web-apps-deploy@v1", "repo_token: ${{ secrets.GITHUB_TOKEN }}",
				"github_id_token: ${{ steps.t.outputs.t }}"), nil,
		},
		{
			"arguments of a build that hold none",
			with("docker/build-push-action@v6", "build-args: |", "  AWS_REGION=${{ secrets.REGION }}",
				"  # AWS_SECRET_ACCESS_KEY=${{ secrets.B }}"), nil,
		},
		{"a condition", "jobs:\n  a:\n    env: {HAS: \"${{ secrets.AWS_SECRET_ACCESS_KEY != '' }}\"}\n    steps:\n   " +
			"   - if: secrets.AWS_SECRET_ACCESS_KEY != ''\n        run: deploy\n", nil},
		{"an engine of Vault for AWS", "jobs:\n  a:\n    steps:\n      - id: v\n        uses: " +
			"hashicorp/vault-action@v3\n        with: {secrets: aws/creds/deploy secret_key | KEY}\n      - run: " +
			"deploy\n        env: {AWS_SECRET_ACCESS_KEY: '${{ steps.v.outputs.KEY }}'}\n", nil},
		{"a static key in Vault", "jobs:\n  a:\n    steps:\n      - id: v\n        uses: hashicorp/vault-action@v3\n " +
			"       with: {secrets: secret/data/ci key | KEY}\n      - run: deploy\n        env: " +
			"{AWS_SECRET_ACCESS_KEY: '${{ steps.v.outputs.KEY }}'}\n", []string{"AWS_SECRET_ACCESS_KEY aws"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, said(t, flow, tt.give)); diff != "" {
				t.Errorf("%s: mismatch (-want +got):\n%s", tt.give, diff)
			}
		})
	}
}

func TestOneKeyIsOneFinding(t *testing.T) {
	env := "jobs:\n  a:\n    env: {AWS_SECRET_ACCESS_KEY: '${{ secrets.B }}', K: '${{ secrets.C }}'}\n    steps:\n   " +
		"   - run: "
	for _, tt := range []struct {
		name, give string
		want       []string
	}{
		{
			"passed to a container", "docker run -e AWS_SECRET_ACCESS_KEY=$AWS_SECRET_ACCESS_KEY x",
			[]string{"AWS_SECRET_ACCESS_KEY aws"},
		},
		{
			"exported again", "export AWS_SECRET_ACCESS_KEY=\"$AWS_SECRET_ACCESS_KEY\"",
			[]string{"AWS_SECRET_ACCESS_KEY aws"},
		},
		{
			"the same secret, by an expression", "export AWS_SECRET_ACCESS_KEY=${{ secrets.B }}",
			[]string{"AWS_SECRET_ACCESS_KEY aws"},
		},
		{
			"the same variable, by an expression", "export AWS_SECRET_ACCESS_KEY=${{ env.AWS_SECRET_ACCESS_KEY }}",
			[]string{"AWS_SECRET_ACCESS_KEY aws"},
		},
		{
			"another secret", "export AWS_SECRET_ACCESS_KEY=${{ secrets.OTHER }}",
			[]string{"AWS_SECRET_ACCESS_KEY aws", "AWS_SECRET_ACCESS_KEY aws"},
		},
		{
			"another cloud", "export ARM_CLIENT_SECRET=$K",
			[]string{"AWS_SECRET_ACCESS_KEY aws", "ARM_CLIENT_SECRET azure"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, said(t, flow, env+tt.give+"\n")); diff != "" {
				t.Errorf("%s: mismatch (-want +got):\n%s", tt.give, diff)
			}
		})
	}
}

func TestKeysInPlacesOfTheirOwn(t *testing.T) {
	runKinds(t, []kindTest{
		{"a line of a script", flow, step("bash", "true\n  export AWS_SECRET_ACCESS_KEY=$B\n"), []string{
			"login 10:9 aws aws-actions/configure-aws-credentials a how=oidc missing=[] static=[] token=default",
			"key 15:20 AWS_SECRET_ACCESS_KEY aws by=name a",
		}},
		{"a reusable workflow", flow, `on:
  workflow_call:
    secrets: {key: {required: true}}
jobs:
  a:
    steps:
      - run: export AWS_SECRET_ACCESS_KEY=${{ secrets.key }}
`, []string{"key 7:21 AWS_SECRET_ACCESS_KEY aws by=name a"}},
		{"a composite action", "actions/deploy/action.yml", `name: x
inputs: {key: {required: true}}
runs:
  using: composite
  steps:
    - shell: bash
      run: echo "ARM_CLIENT_SECRET=${{ inputs.key }}" >> $GITHUB_ENV
`, []string{"key 7:55 ARM_CLIENT_SECRET azure by=name"}},
		{"a script of GitLab", ".gitlab-ci.yml", `variables: {B: $PROD_KEY}
deploy:
  before_script:
    - export AWS_SECRET_ACCESS_KEY=$PROD_KEY
  script:
    - AWS_SECRET_ACCESS_KEY=${B} aws s3 ls
    - docker run -e "GOOGLE_CREDENTIALS=$SA" x
`, []string{"key 4:14 AWS_SECRET_ACCESS_KEY aws by=name deploy", "key 6:7 AWS_SECRET_ACCESS_KEY aws by=name deploy", "key 7:7 GOOGLE_CREDENTIALS gcp by=name deploy"}},
		{"a file that a script of GitLab writes", ".gitlab-ci.yml", `deploy:
  script:
    - mkdir -p ~/.aws
    - |
      cat > ~/.aws/credentials <<EOF
      [default]
      aws_secret_access_key=$PROD_KEY
      EOF
`, []string{"key 5:11 AWS_SECRET_ACCESS_KEY aws by=name deploy"}},
		{
			"configuration that GitLab sets in plaintext", ".gitlab-ci.yml",
			"deploy:\n  script: [pulumi config set --plaintext db:password $DB_PASSWORD]\n",
			[]string{"command 2:12 pulumi config set | plain-config deploy"},
		},
		{"variables of rules", ".gitlab-ci.yml", `workflow:
  rules:
    - if: $CI_COMMIT_BRANCH == "main"
      variables: {AWS_SECRET_ACCESS_KEY: $PROD_KEY}
deploy:
  rules:
    - variables: {ARM_CLIENT_SECRET: $PROD_SECRET}
  script: [deploy]
`, []string{"key 4:19 AWS_SECRET_ACCESS_KEY aws by=name", "key 7:19 ARM_CLIENT_SECRET azure by=name deploy"}},
		{"a role that GitLab assumes", ".gitlab-ci.yml", `deploy:
  id_tokens: {ID: {aud: x}}
  script:
    - export $(printf "AWS_ACCESS_KEY_ID=%s AWS_SECRET_ACCESS_KEY=%s AWS_SESSION_TOKEN=%s" $(aws sts assume-role-with-web-identity --role-arn $ROLE --web-identity-token $ID --query x --output text))
    - CREDS=$(aws sts assume-role --role-arn $ROLE)
    - export AWS_SECRET_ACCESS_KEY=$(echo $CREDS | jq -r .Credentials.SecretAccessKey)
    - aws s3 ls
`, nil},
		{"what the shell of GitLab has", ".gitlab-ci.yml", `deploy:
  script:
    - export AWS_REGION=$REGION AWS_ROLE_ARN=$ROLE
    - export AWS_SECRET_ACCESS_KEY=test
    - eval $(assume prod) && export AWS_SECRET_ACCESS_KEY=$ASSUMED_KEY
    - echo "$CI_JOB_JWT" > .ci_job_jwt && export GOOGLE_APPLICATION_CREDENTIALS=$CI_PROJECT_DIR/federated.json
    - pulumi config set aws:region $REGION
    - unset AWS_SECRET_ACCESS_KEY
`, nil},
	})
}

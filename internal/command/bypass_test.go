package command

// bypasses are the same commands, hidden.
var bypasses = []struct {
	name, give, want string
}{
	{"quotes inside", "a'w's \"secrets\"manager create-'secret'", "1:1 aws secretsmanager create-secret create-secret"},
	{"backslashes", `\aws sec\retsmanager create-secret`, "1:1 aws secretsmanager create-secret create-secret"},
	{"empty expansions", "aws$() secretsmanager create-secret", "1:1 aws secretsmanager create-secret create-secret"},
	{"ansi quotes", `$'\x61ws' secretsmanager $'create\x2dsecret'`, "1:1 aws secretsmanager create-secret " +
		"create-secret"},
	{"variable", "A=secretsmanager; aws $A create-secret", "1:19 aws secretsmanager create-secret create-secret"},
	{"tool from a variable", "T=aws; $T secretsmanager create-secret", "1:8 aws secretsmanager create-secret " +
		"create-secret"},
	{
		"split variables", "A=secrets; B=manager; aws $A$B create-${A%s}",
		"1:23 aws secretsmanager create-secret create-secret",
	},
	{
		"all words split", "T=aw; S=sec; ${T}s ${S}retsmanager create-${S}ret",
		"1:14 aws secretsmanager create-secret create-secret",
	},
	{
		"command in a variable", "C='aws secretsmanager create-secret'; $C --name x",
		"1:39 aws secretsmanager create-secret create-secret",
	},
	{
		"array", "c=(aws secretsmanager); c+=(create-secret); \"${c[@]}\" --name x",
		"1:45 aws secretsmanager create-secret create-secret",
	},
	{
		"appended", "c=aws; c+=' secretsmanager'; $c create-secret",
		"1:30 aws secretsmanager create-secret create-secret",
	},
	{"default value", "${AWS:-aws} secretsmanager create-secret", "1:1 aws secretsmanager create-secret create-secret"},
	{"indirect", "A=aws; B=A; ${!B} secretsmanager create-secret", "1:13 aws secretsmanager create-secret " +
		"create-secret"},
	{"slice", "A=xxaws; ${A:2} secretsmanager create-secret", "1:10 aws secretsmanager create-secret create-secret"},
	{"replaced", "A=aXs; ${A/X/w} secretsmanager create-secret", "1:8 aws secretsmanager create-secret create-secret"},
	{"lower case", "A=AWS; ${A,,} secretsmanager create-secret", "1:8 aws secretsmanager create-secret create-secret"},
	{"field separator", "aws${IFS}secretsmanager${IFS}create-secret", "1:1 aws secretsmanager create-secret " +
		"create-secret"},
	{"braces", "{aws,secretsmanager,create-secret}", "1:1 aws secretsmanager create-secret create-secret"},
	{
		"positional parameters", "set -- aws secretsmanager create-secret; \"$@\"",
		"1:42 aws secretsmanager create-secret create-secret",
	},
	{
		"one of two values", "if true; then V=create; else V=delete; fi; gcloud secrets $V x",
		"1:44 gcloud secrets create create-secret\n1:44 gcloud secrets delete delete-secret",
	},
	{"read", "read S <<< secretsmanager; aws $S create-secret", "1:28 aws secretsmanager create-secret create-secret"},
	{"eval", "eval 'aws secretsmanager create-secret'", "1:1 aws secretsmanager create-secret create-secret"},
	{
		"eval of parts", "A=aws; eval \"$A secrets\"'manager create-secret'",
		"1:8 aws secretsmanager create-secret create-secret",
	},
	{
		"eval of a substitution", "eval $(echo aws secretsmanager create-secret)",
		"1:1 aws secretsmanager create-secret create-secret",
	},
	{"sh -c", "sh -c 'aws secretsmanager create-secret'", "1:1 aws secretsmanager create-secret create-secret"},
	{
		"bash with options", "bash -euo pipefail -c \"aws secretsmanager create-secret\"",
		"1:1 aws secretsmanager create-secret create-secret",
	},
	{
		"sh -c with parameters", `sh -c 'aws secretsmanager "$@"' _ create-secret`,
		"1:1 aws secretsmanager create-secret create-secret",
	},
	{
		"shells in shells", `sh -c "bash -c \"sh -c 'aws secretsmanager create-secret'\""`,
		"1:1 aws secretsmanager create-secret create-secret",
	},
	{"su", "su - app -c 'aws secretsmanager create-secret'", "1:1 aws secretsmanager create-secret create-secret"},
	{"busybox", "busybox sh -c 'aws secretsmanager create-secret'", "1:1 aws secretsmanager create-secret " +
		"create-secret"},
	{
		"pipe into a shell", "echo aws secretsmanager create-secret | sudo bash",
		"1:41 aws secretsmanager create-secret create-secret",
	},
	{
		"printf into a shell", "printf '%s %s %s' aws secretsmanager create-secret | sh",
		"1:54 aws secretsmanager create-secret create-secret",
	},
	{
		"base64 of a constant", "echo YXdzIHNlY3JldHNtYW5hZ2VyIGNyZWF0ZS1zZWNyZXQK | base64 -d | sh",
		"1:65 aws secretsmanager create-secret create-secret",
	},
	{
		"here-string", "bash <<< 'aws secretsmanager create-secret'",
		"1:1 aws secretsmanager create-secret create-secret",
	},
	{
		"script as a file descriptor", "bash <(echo aws secretsmanager create-secret)",
		"1:1 aws secretsmanager create-secret create-secret",
	},
	{"script that is written and run", "cat > x.sh <<'EOF'\naws secretsmanager create-secret\nEOF\nchmod +x " +
		"x.sh\n./x.sh", "5:1 aws secretsmanager create-secret create-secret"},
	{
		"script that is written and sourced", "echo aws secretsmanager create-secret > x; . ./x",
		"1:44 aws secretsmanager create-secret create-secret",
	},
	{"script that is left to others", "cat > /etc/cron.daily/x <<'EOF'\n#!/bin/sh\naws secretsmanager " +
		"create-secret\nEOF", "1:5 aws secretsmanager create-secret create-secret?"},
	{"alias", "alias sm='aws secretsmanager'\nsm create-secret", "2:1 aws secretsmanager create-secret create-secret"},
	{
		"alias of itself", "alias aws='aws --region x'\naws secretsmanager create-secret",
		"2:1 aws secretsmanager create-secret create-secret",
	},
	{
		"tool from outside", "$CLI secretsmanager create-secret --name x",
		"1:1 aws secretsmanager create-secret create-secret?",
	},
	{
		"word before from outside", "$RUN aws secretsmanager create-secret",
		"1:1 aws secretsmanager create-secret create-secret?",
	},
	{"options from outside", "aws $OPTS secretsmanager create-secret", "1:1 aws secretsmanager create-secret " +
		"create-secret?"},
	{"service from outside", "aws \"$SERVICE\" create-secret", "1:1 aws secretsmanager create-secret create-secret?"},
	{"makefile variable", "$(KUBECTL) create secret generic x", "1:1 kubectl create secret create-secret?"},
	{
		"powershell from a shell", `pwsh -Command "Set-AzKeyVaultSecret -VaultName v -Name n"`,
		"1:1 Set-AzKeyVaultSecret write-secret",
	},
	{"coprocess", "coproc aws secretsmanager create-secret", "1:8 aws secretsmanager create-secret create-secret"},
	{
		"session token elsewhere", "aws configure set aws_access_key_id a\naws configure set region x",
		"1:1 aws configure set static-login",
	},
	{
		"recursion", "f() { [ $# -gt 3 ] && aws \"$@\" || f \"$@\" x; }; f secretsmanager create-secret",
		"1:23 aws secretsmanager create-secret create-secret",
	},
	{
		"help in another command", "aws --help; aws secretsmanager create-secret",
		"1:13 aws secretsmanager create-secret create-secret",
	},
	{
		"braces of a template as words", "echo {{; aws secretsmanager create-secret; echo }}",
		"1:10 aws secretsmanager create-secret create-secret",
	},
}

// knownOpen are commands that are not found, with the reason. A row that begins to be found belongs above.
var knownOpen = []struct {
	name, give, reason string
}{
	{
		"another language", `python -c 'import boto3; boto3.client("secretsmanager").create_secret(Name="x")'`,
		"programs in other languages are not read",
	},
	{"request", "curl -X POST https://secretsmanager.eu-west-1.amazonaws.com -H 'X-Amz-Target: " +
		"secretsmanager.CreateSecret'", "requests to the API are not read"},
	{"computed base64", "echo \"$X\" | base64 -d | sh", "the text is known only when it runs"},
	{"downloaded script", "curl -s https://x/secret.sh | sh", "the text is elsewhere"},
	{"script in the repository", "./create-secret.sh", "another file, which the repository check reads by itself"},
	{"alias from a file", ". ~/.bashrc; sm create-secret", "the alias is in a file that is not read"},
	{"reversed", "echo terces-etaerc reganamsterces swa | rev | sh", "only echo, printf, cat, tee and base64 are " +
		"followed"},
	{"translated", "echo bxt tfdsfutnbobhfs dsfbuf.tfdsfu | tr b-z a-y | sh", "tr is not followed"},
	{"hexadecimal", "echo 61777320 | xxd -r -p | sh", "xxd is not followed"},
	{"arithmetic", "v=(get create); aws secretsmanager ${v[$((0+1))]}-secret", "arithmetic is not computed"},
	{"glob", "/usr/bin/a?s secretsmanager create-secret", "paths are not looked up"},
	{"verb from outside", "aws secretsmanager $1 --name x", "it may read as well as write; a wrapper around the tool " +
		"is no use"},
	{"manifest from a file", "kubectl apply -f secret.yaml", "the file is not read here"},
	{"kustomization", "kubectl apply -k overlays/secret", "the files are not read here"},
	{"template", "aws cloudformation deploy --template-file secret.yaml --stack-name x", "the file is not read here"},
	{
		"renamed tool", "cp $(which aws) /tmp/x; /tmp/x secretsmanager create-secret",
		"files are not followed when they are copied",
	},
	{"template literal", `{{ "aws secretsmanager create-secret" }}`, "templates are not rendered"},
	{"awk", `awk 'BEGIN { system("aws secretsmanager create-secret") }'`, "programs in other languages are not read"},
	{"removed by a pattern", "A=awsXX; ${A%X*} secretsmanager $0", "patterns are not computed"},
}

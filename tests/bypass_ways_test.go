package tests

// commandBypasses make a secret by CLI.
var commandBypasses = []bypass{
	{
		name: "command through variables", give: command("A=secretsmanager; B=create; aws $A $B-secret --name db"),
		caught: commandCaught,
	},
	{name: "eval", give: command("A=aws; eval \"$A secrets\"'manager create-secret --name db'"), caught: commandCaught},
	{
		name: "sh -c", give: command("sh -c \"bash -c 'aws secretsmanager create-secret --name db'\""),
		caught: commandCaught,
	},
	{
		name: "here-document", give: command("bash <<EOF", "aws secretsmanager create-secret --name db", "EOF"),
		caught: commandCaught,
	},
	{
		name: "xargs", give: command("echo db | xargs -I X aws secretsmanager create-secret --name X"),
		caught: commandCaught,
	},
	{name: "subshell in the background", give: command("(cd /tmp && nohup aws secretsmanager create-secret --name " +
		"db) &"), caught: commandCaught},
	{name: "base64 into a shell", give: `
resources:
  - {type: "command:local:Command", name: run, properties: {create: "echo {{base64 "aws secretsmanager create-secret --name db"}} | base64 -d | sh"}}
`, caught: commandCaught},
	{name: "marked command", give: `
run: {config: {"shop:token": {$secret: "{{.Password}}"}}}
resources:
  - {type: "command:local:Command", name: run, properties: {create: {$secret: "aws secretsmanager create-secret --name db --secret-string {{.Password}}"}}}
`, caught: commandCaught},
	{name: "command for the deletion", give: `
resources:
  - {type: "command:local:Command", name: run, properties: {create: "true", delete: "gcloud secrets delete db --quiet"}}
`, caught: commandCaught},
	{name: "command on another machine", give: `
resources:
  - {type: "command:remote:Command", name: run, properties: {connection: {host: h}, update: "az keyvault secret set --name db --value x"}}
`, caught: commandCaught},
	{name: "command for another interpreter", give: `
resources:
  - {type: "command:local:Command", name: run, properties: {interpreter: [/bin/bash, -c], create: "aws secretsmanager create-secret --name db"}}
`, caught: commandCaught},
	{name: "command in the interpreter", give: `
resources:
  - {type: "command:local:Command", name: run, properties: {interpreter: [aws, secretsmanager, create-secret, --name], create: db}}
`, open: "the words of the interpreter and the command are read one by one"},
	{name: "command in the environment", give: `
resources:
  - {type: "command:local:Command", name: run, properties: {create: "eval \"$RUN\"", environment: {RUN: "aws secretsmanager create-secret --name db"}}}
`, caught: commandCaught},
	{name: "command on the standard input", give: `
resources:
  - {type: "command:local:Command", name: run, properties: {create: "sh", stdin: "aws secretsmanager create-secret --name db"}}
`, caught: commandCaught},
	{
		name: "tool from outside", give: command("$CLI secretsmanager create-secret --name db"),
		caught: []string{"advisory secret-cli-command on run"},
	},
	{name: "command that is not known yet", give: `
resources:
  - {type: "command:local:Command", name: run, properties: {create: {$unknown: true}}}
`, open: "a command that is not known yet is most often a harmless one with an unknown argument; the update decides"},
	{
		name: "python -c", give: command("python3 -c 'import boto3; " +
			"boto3.client(\"secretsmanager\").create_secret(Name=\"db\")'"),
		open: "programs in other languages are not read",
	},
	{
		name: "request to the API",
		give: command("curl -X POST https://secretmanager.googleapis.com/v1/projects/shop/secrets"),
		open: "requests to the API are not read",
	},
	{
		name: "script from the network", give: command("curl -s https://acme.example/secret.sh | sh"),
		open: "the text is elsewhere",
	},
	{name: "script in a file", give: command("./create-secret.sh"), open: "another file, which the repository check " +
		"reads"},
	{name: "Kubernetes job", give: `
resources:
  - type: kubernetes:batch/v1:Job
    name: run
    properties:
      spec: {template: {spec: {containers: [{name: x, image: amazon/aws-cli, command: [sh, -c], args: ["aws secretsmanager create-secret --name db"]}]}}}
`, caught: commandCaught},
	{name: "Kubernetes job of which the image is the tool", give: `
resources:
  - type: kubernetes:batch/v1:Job
    name: run
    properties:
      spec: {template: {spec: {containers: [{name: x, image: amazon/aws-cli, args: [secretsmanager, create-secret, --name, db]}]}}}
`, open: "which program an image starts is not known"},
	{name: "script in a config map", give: `
resources:
  - {type: "kubernetes:core/v1:ConfigMap", name: run, properties: {data: {run.sh: "aws secretsmanager create-secret --name db"}}}
`, open: "of a text in a config map nobody knows whether it is ever run"},
	{name: "cloud-init that writes a script", give: `
resources:
  - type: aws:ec2/instance:Instance
    name: run
    properties:
      userData: |
        #cloud-config
        write_files:
          - {path: /root/x.sh, permissions: "0755", content: "aws secretsmanager create-secret --name db"}
        runcmd: [[bash, /root/x.sh]]
`, caught: commandCaught},
	{name: "user data in base64", give: `
resources:
  - {type: "aws:ec2/launchTemplate:LaunchTemplate", name: run, properties: {userData: "{{base64 "#!/bin/sh\naws secretsmanager create-secret --name db\n"}}"}}
`, caught: commandCaught},
	{name: "start-up script of a machine", give: `
resources:
  - {type: "gcp:compute/instance:Instance", name: run, properties: {metadata: {startup-script: "gcloud secrets create db"}}}
`, caught: commandCaught},
	{name: "extension of a machine, protected", give: `
run: {config: {"shop:token": {$secret: "{{.Password}}"}}}
resources:
  - {type: "azure-native:compute:VirtualMachineExtension", name: run, properties: {protectedSettings: {$secret: {commandToExecute: "az keyvault secret set --name db --value {{.Password}}"}}}}
`, caught: commandCaught},
	{name: "inline Dockerfile", give: `
resources:
  - {type: "docker-build:index:Image", name: run, properties: {dockerfile: {inline: "FROM amazon/aws-cli\nRUN aws secretsmanager create-secret --name db\n"}}}
`, caught: commandCaught},
	{name: "inline Dockerfile with a comment first", give: `
resources:
  - {type: "docker-build:index:Image", name: run, properties: {dockerfile: {inline: "# syntax=docker/dockerfile:1\nFROM amazon/aws-cli\nRUN aws secretsmanager create-secret --name db\n"}}}
`, caught: commandCaught},
	{name: "Dockerfile in the old provider's arguments", give: `
resources:
  - {type: "docker:index/image:Image", name: run, properties: {build: {dockerfile: Dockerfile}}}
`, open: "another file, which the repository check reads"},
	{name: "extension of a machine, in base64", give: `
resources:
  - {type: "azure-native:compute:VirtualMachineExtension", name: run, properties: {settings: {script: "{{base64 "az keyvault secret set --vault-name v --name n --value x"}}"}}}
`, open: "only user data is taken out of base64"},
	{name: "step of an SSM document", give: `
resources:
  - type: aws:ssm/document:Document
    name: run
    properties:
      content: '{"mainSteps":[{"action":"aws:runShellScript","inputs":{"runCommand":["aws secretsmanager create-secret --name db"]}}]}'
`, open: "commands inside of a document are not looked for"},
	{name: "entry point of an ECS task", give: `
resources:
  - type: aws:ecs/taskDefinition:TaskDefinition
    name: run
    properties: {containerDefinitions: '[{"name":"x","entryPoint":["sh","-c"],"command":["aws secretsmanager create-secret --name db"]}]'}
`, open: "commands inside of a document are not looked for"},
	{name: "Cloud Run job", give: `
resources:
  - {type: "gcp:cloudrunv2/job:Job", name: run, properties: {template: {template: {containers: [{image: google/cloud-sdk, commands: [gcloud], args: [secrets, create, db]}]}}}}
`, open: "of containers, those of Kubernetes are read"},
	{name: "build file of CodeBuild", give: `
resources:
  - type: aws:codebuild/project:Project
    name: run
    properties: {source: {buildspec: "version: 0.2\nphases: {build: {commands: [aws secretsmanager create-secret --name db]}}"}}
`, open: "a build file is read as a shell text, in which its lists are words"},
}

var commandCaught = []string{"mandatory secret-cli-command on run"}

// command is a command on the machine that runs the program.
func command(lines ...string) string {
	text := `
resources:
  - type: command:local:Command
    name: run
    properties:
      create: |
`
	for _, line := range lines {
		text += "        " + line + "\n"
	}
	return text
}

// fileBypasses ship a .env file.
var fileBypasses = []bypass{
	{name: "asset", give: `
resources:
  - {type: "aws:s3/bucketObject:BucketObject", name: file, properties: {key: settings, source: {$asset: {path: config/.env.production}}}}
`, caught: fileCaught},
	{name: "marked asset", give: `
resources:
  - {type: "aws:s3/bucketObjectv2:BucketObjectv2", name: file, properties: {key: settings, source: {$secret: {$asset: {path: .env}}}}}
`, caught: fileCaught},
	{name: "archive", give: `
resources:
  - {type: "aws:lambda/function:Function", name: file, properties: {code: {$archive: {assets: {index.js: {$asset: {text: "x"}}, app/.env: {$asset: {text: "LOG=info"}}}}}}}
`, caught: fileCaught},
	{name: "archive in an archive", give: `
resources:
  - {type: "aws:lambda/function:Function", name: file, properties: {code: {$archive: {assets: {app: {$archive: {assets: {.env: {$asset: {text: "LOG=info"}}}}}}}}}}
`, caught: fileCaught},
	{name: "archive under another name", give: `
resources:
  - {type: "aws:lambda/function:Function", name: file, properties: {code: {$archive: {assets: {settings: {$asset: {path: ../.env}}}}}}}
`, caught: fileCaught},
	{name: "archived directory", give: `
resources:
  - {type: "aws:lambda/function:Function", name: file, properties: {code: {$archive: {path: ./dist}}}}
`, open: "of a directory the engine sends the name and a hash; the repository check looks for the file"},
	{name: "bucket key", give: `
resources:
  - {type: "aws:s3/bucketObject:BucketObject", name: file, properties: {key: app/.env, content: "LOG=info"}}
`, caught: fileCaught},
	{name: "bucket key in capitals", give: `
resources:
  - {type: "gcp:storage/bucketObject:BucketObject", name: file, properties: {name: app/.ENV, content: "LOG=info"}}
`, caught: fileCaught},
	{name: "config map", give: `
resources:
  - {type: "kubernetes:core/v1:ConfigMap", name: file, properties: {data: {.env: "LOG=info"}}}
`, caught: fileCaught},
	{name: "config map, environment first", give: `
resources:
  - {type: "kubernetes:core/v1:ConfigMap", name: file, properties: {data: {production.env: "LOG=info"}}}
`, caught: fileCaught},
	{name: "config map, app first", give: `
resources:
  - {type: "kubernetes:core/v1:ConfigMap", name: file, properties: {data: {app.env: "LOG=info"}}}
`, open: "other things are called x.env too"},
	{name: "config map under another name", give: `
resources:
  - {type: "kubernetes:core/v1:ConfigMap", name: file, properties: {data: {settings: "LOG=info"}}}
`, open: "a file of settings under another name is told by its values, of which none is a secret"},
	{name: "config map under another name, with a password", give: `
resources:
  - {type: "kubernetes:core/v1:ConfigMap", name: file, properties: {data: {settings: "LOG=info\nDB_PASSWORD={{.Password}}\n"}}}
`, caught: []string{"mandatory plaintext-secret-property on file"}},
	{name: "volume that renames the file", give: `
resources:
  - type: kubernetes:apps/v1:Deployment
    name: file
    properties: {spec: {template: {spec: {volumes: [{configMap: {name: x, items: [{key: settings, path: .env}]}}]}}}}
`, open: "the path under which a volume shows a key is not read"},
	{name: "command that copies one", give: `
resources:
  - {type: "command:local:Command", name: file, properties: {create: "printf 'LOG=%s' info > /srv/app/.env"}}
`, caught: fileCaught},
	{name: "cloud-init that writes one", give: `
resources:
  - {type: "aws:ec2/instance:Instance", name: file, properties: {userData: "#cloud-config\nwrite_files:\n  - {path: /srv/.env, content: LOG=info}\n"}}
`, caught: fileCaught},
	{name: "file of a repository", give: `
resources:
  - {type: "github:index/repositoryFile:RepositoryFile", name: file, properties: {repository: shop, file: .env.production, content: "LOG=info"}}
`, caught: fileCaught},
}

var fileCaught = []string{"mandatory dotenv-file on file"}

// loginBypasses log in with a key that lives long.
var loginBypasses = []bypass{
	{name: "encrypted key", give: `
run: {config: {"shop:deploy": {$secret: "{{.Cloud}}"}}}
resources:
  - {type: "pulumi:providers:aws", name: prod, properties: {accessKey: "{{.KeyID}}", secretKey: {$secret: "{{.Cloud}}"}}}
`, caught: loginCaught},
	{name: "made-up session token", give: `
run: {config: {"shop:deploy": {$secret: "{{.Cloud}}"}}}
resources:
  - {type: "pulumi:providers:aws", name: prod, properties: {accessKey: "{{.KeyID}}", secretKey: {$secret: "{{.Cloud}}"}, token: {$secret: x}}}
`, open: "a session token beside the key makes it a session's; AWS refuses a made-up one, so nothing is gained"},
	{name: "empty session token", give: `
run: {config: {"shop:deploy": {$secret: "{{.Cloud}}"}}}
resources:
  - {type: "pulumi:providers:aws", name: prod, properties: {accessKey: "{{.KeyID}}", secretKey: {$secret: "{{.Cloud}}"}, token: ""}}
`, caught: loginCaught},
	{name: "shared credentials file", give: `
resources:
  - {type: "pulumi:providers:aws", name: prod, properties: {region: eu-west-1, sharedCredentialsFiles: [~/.aws/credentials]}}
`, open: "a file that the provider reads by itself cannot be seen"},
	{name: "provider under another name", give: `
resources:
  - {type: "pulumi:providers:tools", name: prod, properties: {accessKey: "{{.KeyID}}", secretKey: {$secret: "{{.Cloud}}"}}}
`, caught: loginCaught},
	{name: "service account behind a look-alike file", give: `
run: {config: {"shop:deploy": {$secret: "{{.Cloud}}"}}}
resources:
  - {type: "pulumi:providers:gcp", name: prod, properties: {credentials: {$secret: '{"type":"external_account2","private_key":"{{.Cloud}}"}'}}}
`, caught: loginCaught},
	{name: "service account that claims to be federated", give: `
run: {config: {"shop:deploy": {$secret: "{{.Cloud}}"}}}
resources:
  - {type: "pulumi:providers:gcp", name: prod, properties: {credentials: {$secret: '{"type":"external_account","private_key":"{{.Cloud}}"}'}}}
`, open: "the provider goes by the type too: a key in such a file is not used"},
	{name: "service account in base64", give: `
run: {config: {"shop:deploy": {$secret: "{{.Google}}"}}}
resources:
  - {type: "pulumi:providers:gcp", name: prod, properties: {credentials: {$secret: "{{.Google}}"}}}
`, caught: []string{"advisory static-credential on prod"}},
	{name: "kubeconfig with a token beside exec", give: `
run: {config: {"shop:deploy": {$secret: "{{.Cloud}}"}}}
resources:
  - type: pulumi:providers:kubernetes
    name: prod
    properties: {kubeconfig: {$secret: "users: [{name: a, user: {exec: {command: aws}}}, {name: b, user: {token: {{.Cloud}}}}]"}}
`, caught: loginCaught},
	{name: "config of a provider, encrypted", give: `
run: {config: {"aws:accessKey": "{{.KeyID}}", "aws:secretKey": {$secret: "{{.Cloud}}"}}}
resources:
  - {type: "pulumi:pulumi:Stack", name: shop-production, properties: {}}
`, caught: []string{"mandatory static-credential on shop-production"}},
	{name: "key through a config of the program's own", give: `
run: {config: {"shop:deploy": {$secret: "{{.Cloud}}"}}}
resources:
  - {type: "pulumi:pulumi:Stack", name: shop-production, properties: {}}
  - {type: "pulumi:providers:aws", name: prod, properties: {accessKey: "{{.KeyID}}", secretKey: {$secret: "{{.Cloud}}"}}}
`, caught: loginCaught},
	{name: "provider called like a default one", give: `
run: {config: {"shop:deploy": {$secret: "{{.Cloud}}"}}}
resources:
  - {type: "pulumi:providers:aws", name: default_9_0_0, properties: {accessKey: "{{.KeyID}}", secretKey: {$secret: "{{.Cloud}}"}}}
`, caught: []string{"mandatory static-credential on default_9_0_0"}},
	{name: "key of AWS for an emulator", give: `
run: {config: {"shop:deploy": {$secret: "{{.Cloud}}"}}}
resources:
  - {type: "pulumi:providers:aws", name: prod, properties: {accessKey: "{{.KeyID}}", secretKey: {$secret: "{{.Cloud}}"}, endpoints: [{s3: "http://localhost:4566"}], skipCredentialsValidation: true}}
`, caught: loginCaught},
	{name: "secret of AWS beside a dummy, for an emulator", give: `
resources:
  - {type: "pulumi:providers:aws", name: prod, properties: {accessKey: test, secretKey: {$secret: {$unknown: true}}}}
`, caught: loginCaught},
	{name: "key of AWS for another service", give: `
run: {config: {"shop:deploy": {$secret: "{{.Cloud}}"}}}
resources:
  - {type: "pulumi:providers:aws", name: prod, properties: {accessKey: "{{.KeyID}}", secretKey: {$secret: "{{.Cloud}}"}, endpoints: [{s3: "https://minio.acme.internal"}]}}
`, caught: loginCaught},
	{name: "provider of Terraform's name", give: `
run: {config: {"shop:deploy": {$secret: "{{.Cloud}}"}}}
resources:
  - {type: "pulumi:providers:awscc", name: prod, properties: {accessKey: "{{.KeyID}}", secretKey: {$secret: "{{.Cloud}}"}}}
`, caught: loginCaught},
	{name: "provider of a Terraform module, as JSON", give: `
run: {config: {"shop:deploy": {$secret: "{{.Cloud}}"}}}
resources:
  - {type: "pulumi:providers:network", name: prod, properties: {aws: {$secret: '{"access_key":"{{.KeyID}}","secret_key":"{{.Cloud}}"}'}}}
`, caught: loginCaught},
	{name: "config of a provider of Terraform's name", give: `
run: {config: {"azapi:clientSecret": {$secret: "{{.Cloud}}"}}}
resources:
  - {type: "pulumi:pulumi:Stack", name: shop-production, properties: {}}
`, caught: []string{"mandatory static-credential on shop-production"}},
	{name: "dummies for an emulator", give: `
run: {config: {"aws:accessKey": test, "aws:secretKey": mock_secret_key}}
resources:
  - {type: "pulumi:pulumi:Stack", name: shop-production, properties: {}}
  - {type: "pulumi:providers:aws", name: prod, properties: {accessKey: localuser, secretKey: localpass9, endpoints: [{s3: "http://localhost:9000"}]}}
`, open: "values that are no key open nothing, and the emulator is on the machine itself"},
	{name: "access key under a bridged name", give: `
resources:
  - {type: "tools:index/iamAccessKey:IamAccessKey", name: prod, properties: {user: ci}}
`, caught: loginCaught},
	{name: "service-account key inside of the infra package", give: `
resources:
  - {type: "gcp:serviceaccount/key:Key", name: prod, ancestors: ["progression-labs-development:infra:Secret"], properties: {serviceAccountId: ci}}
`, caught: loginCaught},
}

var loginCaught = []string{"mandatory static-credential on prod"}

// ciBypasses give a CI system a key of a cloud.
var ciBypasses = []bypass{
	{
		name: "cloud key by its name", give: ciSecret("AWS_SECRET_ACCESS_KEY", `{$secret: {$unknown: true}}`),
		caught: ciCaught,
	},
	{
		name: "cloud key under a name in lower case with more words",
		give: ciSecret("prod-aws-secret-access-key-2", `{$secret: x}`), caught: ciCaught,
	},
	{name: "service-account key under a neutral name", give: `
run: {config: {"shop:deploy": {$secret: "{{.Google}}"}}}
resources:
  - {type: "github:index/actionsSecret:ActionsSecret", name: ci, properties: {repository: shop, secretName: DEPLOY, plaintextValue: {$secret: "{{.Google}}"}}}
`, caught: ciCaught},
	{name: "secret access key under a neutral name", give: `
run: {config: {"shop:deploy": {$secret: "{{.Cloud}}"}}}
resources:
  - {type: "github:index/actionsSecret:ActionsSecret", name: ci, properties: {repository: shop, secretName: DEPLOY, plaintextValue: {$secret: "{{.Cloud}}"}}}
`, open: "a secret access key has no format of its own: forty characters of base64"},
	{name: "pair of keys in a file under a neutral name", give: `
run: {config: {"shop:deploy": {$secret: "[default]\naws_access_key_id = {{.KeyID}}\naws_secret_access_key = {{.Cloud}}\n"}}}
resources:
  - type: gitlab:index/projectVariable:ProjectVariable
    name: ci
    properties: {project: shop, key: DEPLOY, value: {$secret: "[default]\naws_access_key_id = {{.KeyID}}\naws_secret_access_key = {{.Cloud}}\n"}}
`, caught: ciCaught},
	{name: "key of this stack under a neutral name", give: `
resources:
  - {type: "aws:iam/accessKey:AccessKey", name: key, properties: {user: ci}, outputs: {user: ci, secret: {$secret: {$unknown: true}}}}
  - type: github:index/actionsSecret:ActionsSecret
    name: ci
    properties: {repository: shop, secretName: DEPLOY, plaintextValue: {$secret: {$unknown: true}}}
    dependsOn: {plaintextValue: [key]}
`, caught: []string{"mandatory cloud-credential-in-ci on ci", "mandatory static-credential on key"}},
	{name: "variable in place of a secret", give: `
resources:
  - {type: "github:index/actionsVariable:ActionsVariable", name: ci, properties: {repository: shop, variableName: AWS_SECRET_ACCESS_KEY, value: "{{.Cloud}}"}}
`, caught: []string{"mandatory cloud-credential-in-ci on ci", "mandatory plaintext-secret-property on ci"}},
	{name: "value encrypted before", give: `
resources:
  - {type: "github:index/actionsSecret:ActionsSecret", name: ci, properties: {repository: shop, secretName: AZURE_CREDENTIALS, encryptedValue: {$secret: x}}}
`, caught: ciCaught},
	{name: "federated file by its look", give: `
run: {config: {"shop:deploy": {$secret: '{"type":"external_account2","private_key":"{{.Cloud}}"}'}}}
resources:
  - type: github:index/actionsSecret:ActionsSecret
    name: ci
    properties: {repository: shop, secretName: GOOGLE_CREDENTIALS, plaintextValue: {$secret: '{"type":"external_account2","private_key":"{{.Cloud}}"}'}}
`, caught: ciCaught},
}

var ciCaught = []string{"mandatory cloud-credential-in-ci on ci"}

// ciSecret is a secret of GitHub Actions.
func ciSecret(name, value string) string {
	return `
resources:
  - {type: "github:index/actionsSecret:ActionsSecret", name: ci, properties: {repository: shop, secretName: ` + name + `, plaintextValue: ` + value + "}}\n"
}

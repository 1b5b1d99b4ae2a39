package repository_test

import "testing"

func TestCircleCI(t *testing.T) {
	const name = ".circleci/config.yml"
	runKinds(t, []kindTest{
		{"commands in all forms of a step", name, `version: 2.1
commands:
  make:
    parameters: {what: {type: string}}
    steps:
      - run: gcloud secrets create << parameters.what >>
jobs:
  deploy:
    docker: [{image: cimg/base:current}]
    environment: {VERB: create}
    steps:
      - checkout
      - run: aws secretsmanager $VERB-secret --name api
      - run:
          name: put
          command: |
            set -e
            az keyvault secret set --vault-name shop --name api --value "$V"
      - when:
          condition: << pipeline.parameters.all >>
          steps:
            - run: gcloud secrets delete api
      - run: {shell: powershell.exe, command: Set-AzKeyVaultSecret -Name a}
      - some/thing:
          after: [{run: kubectl create secret generic api}]
`, []string{
			"command 6:14 gcloud secrets create | create-secret",
			"command 13:14 aws secretsmanager create-secret | create-secret deploy",
			"command 18:13 az keyvault secret set | write-secret deploy",
			"command 22:20 gcloud secrets delete | delete-secret deploy",
			"command 23:47 Set-AzKeyVaultSecret | write-secret deploy",
			"command 25:25 kubectl create secret | create-secret deploy",
		}},
		{"keys in variables, in credentials for images and in what orbs get", name, `version: 2.1
executors:
  e:
    docker:
      - image: x
        aws_auth: {aws_access_key_id: $ID, aws_secret_access_key: $ECR_KEY}
jobs:
  deploy:
    docker: [{image: x, environment: {ARM_CLIENT_SECRET: $X}}]
    environment: {AWS_SECRET_ACCESS_KEY: test, AWS_REGION: eu-west-1}
    steps:
      - run: {environment: {AWS_SECRET_ACCESS_KEY: $PROD_KEY}, command: aws s3 ls}
      - run: export GOOGLE_CREDENTIALS=$PROD_GOOGLE
      - run: echo "$AWS_SECRET_ACCESS_KEY_NAME" && make
      - aws-s3/sync: {aws-secret-access-key: OTHER_KEY, from: a, to: b}
workflows:
  main:
    jobs:
      - ecr/push: {aws-secret-access-key: AWS_KEY, context: shop}
`, []string{
			"key 6:44 aws_secret_access_key aws by=name",
			"key 9:39 ARM_CLIENT_SECRET azure by=name deploy",
			"key 12:29 AWS_SECRET_ACCESS_KEY aws by=name deploy",
			"key 13:21 GOOGLE_CREDENTIALS gcp by=name deploy",
			"key 15:23 aws-secret-access-key aws by=name deploy",
			"key 19:20 aws-secret-access-key aws by=name ecr/push",
		}},
		{"orbs that log in", name, `version: 2.1
orbs: {aws: circleci/aws-cli@5.1, gcp: circleci/gcp-cli@3, az: circleci/azure-cli@1, other: acme/x@1}
jobs:
  oidc:
    docker: [{image: x}]
    steps:
      - aws/setup: {role_arn: "arn:aws:iam::123456789012:role/deploy"}
      - gcp/setup: {use_oidc: true}
      - run: aws sts assume-role-with-web-identity --web-identity-token $CIRCLE_OIDC_TOKEN_V2
      - gcp/install
      - other/setup
  keys:
    docker: [{image: x}]
    steps:
      - aws/setup: {aws_secret_access_key: PROD_KEY}
      - aws/setup
      - gcp/setup
      - az/login-with-service-principal
`, []string{
			"login 7:9 aws aws/setup oidc how=oidc missing=[] static=[] token=yes",
			"login 8:9 gcp gcp/setup oidc how=oidc missing=[] static=[] token=yes",
			"login 15:9 aws aws/setup keys how=static-key missing=[] static=[aws_secret_access_key] token=yes",
			"login 16:9 aws aws/setup keys how=unknown missing=[role_arn] static=[] token=yes",
			"login 17:9 gcp gcp/setup keys how=static-key missing=[] static=[gcloud_service_key] token=yes",
			"login 18:9 azure az/login-with-service-principal keys how=static-key missing=[] static=[azure_sp_password] token=yes",
		}},
		{"parameters that hold the name of a variable", name, `commands:
  login:
    parameters: {key: {type: env_var_name, default: K}}
    steps:
      - run: export AWS_SECRET_ACCESS_KEY=${<< parameters.key >>}
      - run: |
          cat <<EOF > x
          a
          EOF
          gcloud secrets create b
`, []string{
			"command 10:11 gcloud secrets create | create-secret",
			"key 5:21 AWS_SECRET_ACCESS_KEY aws by=name",
		}},
		{"a file beside it", ".circleci/data.yml", "- a\n", nil},
		{"a broken one", name, "jobs: [\n", []string{"error 1:1 not YAML; want a configuration of CircleCI: a mapping with jobs"}},
		{"one of a template", "template/" + name, "jobs: {a: {steps: [{run: gcloud secrets create a}]}}\n", nil},
	})
}

func TestAzurePipelines(t *testing.T) {
	const name = "azure-pipelines.yml"
	runKinds(t, []kindTest{
		{"commands in all forms of a step", name, `trigger: [main]
stages:
  - stage: deploy
    jobs:
      - job: linux
        pool: {vmImage: ubuntu-latest}
        steps:
          - script: aws secretsmanager create-secret --name api
          - bash: |
              set -e
              gcloud secrets create $(name)
          - pwsh: Set-AzKeyVaultSecret -Name a
          - task: AzureCLI@2
            inputs:
              azureSubscription: shop
              scriptType: bash
              scriptLocation: inlineScript
              inlineScript: |
                az keyvault secret set --vault-name shop --name api --value "$(v)"
          - task: AzurePowerShell@5
            inputs: {azureSubscription: shop, ScriptType: InlineScript, Inline: Remove-AzKeyVaultSecret -Name a}
          - task: AWSShellScript@1
            inputs: {awsCredentials: shop, scriptType: inline, inlineScript: aws secretsmanager delete-secret --secret-id a}
          - task: AWSCLI@1
            inputs: {awsCredentials: shop, awsCommand: secretsmanager, awsSubCommand: create-secret, awsArguments: --name a}
          - task: Kubernetes@1
            inputs: {command: create, arguments: secret generic api}
          - ${{ if eq(variables['Build.SourceBranch'], 'refs/heads/main') }}:
              - script: gcloud secrets delete api
      - deployment: windows
        pool: {vmImage: windows-latest}
        strategy:
          runOnce:
            deploy:
              steps:
                - script: gcloud secrets create api
                - script: echo hello
`, []string{
			"command 8:21 aws secretsmanager create-secret | create-secret linux",
			"command 11:15 gcloud secrets create | create-secret linux",
			"command 12:19 Set-AzKeyVaultSecret | write-secret linux",
			"command 19:17 az keyvault secret set | write-secret linux",
			"command 21:81 Remove-AzKeyVaultSecret | delete-secret linux",
			"command 23:78 aws secretsmanager delete-secret | delete-secret linux",
			"command 25:116 aws secretsmanager create-secret | create-secret linux",
			"command 27:50 kubectl create secret | create-secret linux",
			"command 29:25 gcloud secrets delete | delete-secret linux",
			"command 36:27 gcloud secrets create | create-secret windows",
		}},
		{"keys that variables, steps and tasks get", name, `variables:
  - group: shop
  - name: ARM_CLIENT_SECRET
    value: $(SHOP_SECRET)
  - name: dummy
    value: test
steps:
  - script: terraform apply
    env:
      AWS_SECRET_ACCESS_KEY: $(AWS_SECRET_ACCESS_KEY)
      AWS_ACCESS_KEY_ID: $(AWS_ACCESS_KEY_ID)
  - script: export GOOGLE_CREDENTIALS='$(google)-$(googleKey)'
  - pwsh: $env:AZURE_CLIENT_SECRET = "$(clientSecret)"
  - script: pytest
    env: {PULUMI_ACCESS_TOKEN: $(dummy)}
  - task: AzureStaticWebApp@0
    inputs: {app_location: /, azure_static_web_apps_api_token: $(deploymentToken)}
  - task: AzureCLI@2
    inputs:
      addSpnToEnvironment: true
      scriptType: bash
      inlineScript: |
        export ARM_CLIENT_ID=$servicePrincipalId
        export ARM_CLIENT_SECRET=$servicePrincipalKey
        terraform plan
  - template: deploy.yml
    parameters: {awsSecretAccessKey: $(PROD_KEY), region: eu-west-1}
`, []string{
			"key 3:5 ARM_CLIENT_SECRET azure by=name",
			"key 10:7 AWS_SECRET_ACCESS_KEY aws by=name",
			"key 12:20 GOOGLE_CREDENTIALS gcp by=name",
			"key 13:11 AZURE_CLIENT_SECRET azure by=name",
			"key 17:31 azure_static_web_apps_api_token azure by=name",
			"key 24:16 ARM_CLIENT_SECRET azure by=name",
			"key 27:18 awsSecretAccessKey aws by=name",
		}},
		{"federated logins, sessions and files", name, `steps:
  - task: AzureCLI@2
    inputs:
      azureSubscription: shop
      addSpnToEnvironment: true
      scriptType: bash
      inlineScript: |
        export ARM_OIDC_TOKEN=$idToken ARM_USE_OIDC=true
        az login --service-principal -u $servicePrincipalId --tenant $tenantId --federated-token $idToken
        date=$(date)
  - script: |
      read -r id key token <<< "$(aws sts assume-role --output text)"
      echo "##vso[task.setvariable variable=KEY;issecret=true]$key"
  - script: aws s3 ls
    env: {AWS_SECRET_ACCESS_KEY: $(KEY), GOOGLE_APPLICATION_CREDENTIALS: $(Build.SourcesDirectory)/wif}
  - script: aws s3 ls
    env: {AWS_SECRET_ACCESS_KEY: $(K), AWS_SESSION_TOKEN: $(T)}
  - task: AWSShellScript@1
    inputs: {awsCredentials: shop, inlineScript: aws s3 ls}
`, nil},
		{
			"a template by its content", "build/steps.yaml", "parameters: {x: y}\nsteps:\n  - task: Bash@3\n    inputs: {targetType: inline, script: gcloud secrets create a}\n",
			[]string{"command 4:42 gcloud secrets create | create-secret"},
		},
		{"a broken one", name, "steps: [\n", []string{"error 1:1 not YAML; want a pipeline of Azure: a mapping with steps, jobs or stages"}},
		{"a broken one that only looks like one", "test/" + name, "steps: [\n", nil},
		{"broken, and without the name", "x.yml", "steps:\n  - task: x\n  - [\n", nil},
		{"something else", "chart/values.yaml", "steps: [a]\n", nil},
	})
}

func TestBitbucket(t *testing.T) {
	const name = "bitbucket-pipelines.yml"
	runKinds(t, []kindTest{
		{"scripts wherever a step stands", name, `image: node:20
definitions:
  steps:
    - step: &build
        name: build
        script:
          - V=create
          - gcloud secrets $V api
pipelines:
  default:
    - step: *build
  branches:
    main:
      - parallel:
          - step:
              name: deploy
              script:
                - aws secretsmanager create-secret --name api
              after-script: [gcloud secrets delete api]
      - stage:
          name: last
          steps:
            - step: {name: last, script: ["az keyvault secret set --vault-name a --name b --value c"]}
`, []string{
			"command 8:13 gcloud secrets create | create-secret build",
			"command 18:19 aws secretsmanager create-secret | create-secret deploy",
			"command 19:30 gcloud secrets delete | delete-secret deploy",
			"command 23:44 az keyvault secret set | write-secret last",
		}},
		{"keys", name, `image:
  name: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/a
  aws: {access-key: $ID, secret-key: $KEY}
pipelines:
  default:
    - step:
        name: deploy
        script:
          - pipe: atlassian/aws-s3-deploy:1.1.0
            variables: {AWS_ACCESS_KEY_ID: $ID, AWS_SECRET_ACCESS_KEY: $AWS_SECRET_ACCESS_KEY, S3_BUCKET: shop}
          - pipe: atlassian/google-gke-kubectl-run:2.0.0
            variables: {KEY_FILE: $KEY_FILE, PROJECT: shop}
          - export ARM_CLIENT_SECRET=$SECRET
`, []string{
			"key 3:26 secret-key aws by=name",
			"key 10:49 AWS_SECRET_ACCESS_KEY aws by=name deploy",
			"key 12:25 KEY_FILE gcp by=name deploy",
			"key 13:20 ARM_CLIENT_SECRET azure by=name deploy",
		}},
		{"OIDC", name, `image:
  name: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/a
  aws: {oidc-role: "arn:aws:iam::123456789012:role/pull"}
pipelines:
  default:
    - step:
        oidc: true
        script:
          - export AWS_ROLE_ARN=arn:aws:iam::123456789012:role/deploy
          - export AWS_WEB_IDENTITY_TOKEN_FILE=$(pwd)/token
          - echo $BITBUCKET_STEP_OIDC_TOKEN > token
          - aws s3 ls
          - pipe: atlassian/aws-s3-deploy:1.1.0
            variables: {AWS_OIDC_ROLE_ARN: $AWS_OIDC_ROLE_ARN, S3_BUCKET: shop}
`, nil},
		{"one that is not run", "docs/" + name, "pipelines: {default: [{step: {script: [gcloud secrets create a]}}]}\n", nil},
	})
}

func TestBuildkite(t *testing.T) {
	const name = ".buildkite/pipeline.yml"
	runKinds(t, []kindTest{
		{"commands", name, `env: {VERB: create}
steps:
  - label: first
    command: gcloud secrets $VERB api
  - wait
  - group: rest
    steps:
      - key: second
        commands:
          - set -e
          - aws secretsmanager create-secret --name "$$NAME"
`, []string{
			"command 4:14 gcloud secrets create | create-secret first",
			"command 11:13 aws secretsmanager create-secret | create-secret second",
		}},
		{"a list of steps", "svc/" + name, "- command: gcloud secrets create api\n", []string{"command 1:12 gcloud secrets create | create-secret"}},
		{"keys", name, `env: {ARM_CLIENT_SECRET: $SHOP_SECRET}
steps:
  - key: deploy
    env: {AWS_SECRET_ACCESS_KEY: test}
    secrets: {AWS_SECRET_ACCESS_KEY: shop_key, SENTRY: sentry}
    command: docker run -e GOOGLE_CREDENTIALS="$$GOOGLE_KEY" shop
    plugins:
      - docker#v5.12.0: {image: shop, environment: [PULUMI_ACCESS_TOKEN, CI]}
  - key: other
    command: make
    plugins:
      - seek-oss/aws-sm#v2.4.1: {env: {AWS_SECRET_ACCESS_KEY: shop/key}}
`, []string{
			"key 1:7 ARM_CLIENT_SECRET azure by=name",
			"key 5:15 AWS_SECRET_ACCESS_KEY aws by=name deploy",
			"key 6:14 GOOGLE_CREDENTIALS gcp by=name deploy",
			"key 8:53 PULUMI_ACCESS_TOKEN pulumi by=name deploy",
			"key 12:40 AWS_SECRET_ACCESS_KEY aws by=name other",
		}},
		{"OIDC, and a session that is handed on", name, `steps:
  - command: aws s3 ls
    plugins:
      - aws-assume-role-with-web-identity#v1.2.0: {role-arn: "arn:aws:iam::123456789012:role/deploy"}
      - docker#v5.12.0: {image: shop, environment: [AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN]}
  - command: |
      TOKEN=$(buildkite-agent oidc request-token --audience sts.amazonaws.com)
      aws sts assume-role-with-web-identity --web-identity-token "$$TOKEN"
`, nil},
		{"another file", ".buildkite/data.yml", "a: b\n", nil},
		{"a broken one", name, "steps: [\n", []string{"error 1:1 not YAML; want a pipeline of Buildkite: a mapping with steps"}},
	})
}

func TestCodeBuild(t *testing.T) {
	const name = "buildspec.yml"
	runKinds(t, []kindTest{
		{"commands share a shell", name, `version: 0.2
phases:
  install: {runtime-versions: {nodejs: 20}}
  pre_build:
    commands:
      - VERB=create
  build:
    commands:
      - gcloud secrets $VERB api
      - |
        set -e
        aws secretsmanager put-secret-value --secret-id a --secret-string "$V"
    finally: [aws secretsmanager delete-secret --secret-id a]
`, []string{
			"command 9:9 gcloud secrets create | create-secret",
			"command 12:9 aws secretsmanager put-secret-value | write-secret",
			"command 13:15 aws secretsmanager delete-secret | delete-secret",
		}},
		{"keys", "ci/release-buildspec.yaml", `version: 0.2
env:
  variables: {AWS_REGION: eu-west-1, ARM_CLIENT_SECRET: $SECRET}
  parameter-store:
    DB_PASSWORD: /shop/password
    DEPLOY: /ci/AWS_SECRET_ACCESS_KEY
  secrets-manager:
    AWS_SECRET_ACCESS_KEY: shop/ci:key
phases:
  build:
    commands:
      - export GOOGLE_CREDENTIALS="$KEY"
      - docker build --build-arg AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI .
`, []string{
			"key 3:38 ARM_CLIENT_SECRET azure by=name",
			"key 8:5 AWS_SECRET_ACCESS_KEY aws by=name",
			"key 12:16 GOOGLE_CREDENTIALS gcp by=name",
		}},
		{"a role that is taken", name, `version: 0.2
phases:
  build:
    commands:
      - CRED=$(aws sts assume-role --role-arn "$ROLE" --role-session-name ci)
      - export AWS_SECRET_ACCESS_KEY=$(echo "$CRED" | jq -r .Credentials.SecretAccessKey)
      - export AWS_SESSION_TOKEN=$(echo "$CRED" | jq -r .Credentials.SessionToken)
      - aws s3 ls
`, nil},
		{"Amplify", "amplify.yml", `version: 1
applications:
  - appRoot: web
    frontend:
      phases:
        build: {commands: [gcloud secrets create api]}
`, []string{"command 6:28 gcloud secrets create | create-secret"}},
		{
			"by its content", "ci/build.yml", "version: '0.2'\nphases:\n  build:\n    commands: [gcloud secrets create api]\n",
			[]string{"command 4:16 gcloud secrets create | create-secret"},
		},
	})
}

func TestCloudBuild(t *testing.T) {
	const name = "cloudbuild.yaml"
	runKinds(t, []kindTest{
		{"commands in all forms of a step", name, `steps:
  - name: gcr.io/cloud-builders/gcloud
    args:
      - secrets
      - $_VERB
      - api
  - id: shell
    name: gcr.io/google.com/cloudsdktool/cloud-sdk
    entrypoint: bash
    args:
      - -c
      - |
        set -e
        aws secretsmanager create-secret --name api
  - name: gcr.io/google.com/cloudsdktool/cloud-sdk
    args: [gcloud, secrets, delete, api]
  - name: ubuntu
    script: |
      #!/usr/bin/env bash
      kubectl create secret generic api
  - name: gcr.io/cloud-builders/docker
    args: [build, -t, "gcloud secrets create api", .]
substitutions: {_VERB: create}
`, []string{
			"command 4:9 gcloud secrets create | create-secret",
			"command 14:9 aws secretsmanager create-secret | create-secret shell",
			"command 16:12 gcloud secrets delete | delete-secret",
			"command 20:7 kubectl create secret | create-secret",
		}},
		{"keys", name, `steps:
  - id: deploy
    name: hashicorp/terraform
    entrypoint: sh
    args: ['-c', 'export AWS_SECRET_ACCESS_KEY=$$KEY && terraform apply']
    secretEnv: [KEY]
  - id: other
    name: hashicorp/terraform
    args: [apply]
    env: [AWS_REGION=eu-west-1, "ARM_CLIENT_SECRET=$_SECRET"]
    secretEnv:
      - GOOGLE_CREDENTIALS
      - K
availableSecrets:
  secretManager:
    - {versionName: projects/p/secrets/aws-secret-access-key/versions/1, env: K}
`, []string{
			"key 5:26 AWS_SECRET_ACCESS_KEY aws by=name deploy",
			"key 10:33 ARM_CLIENT_SECRET azure by=name other",
			"key 12:9 GOOGLE_CREDENTIALS gcp by=name other",
			"key 13:9 K aws by=name other",
		}},
		{"what Cloud KMS has encrypted", name, "steps: [{name: x, secretEnv: [DB_PASSWORD]}]\nsecrets:\n  - kmsKeyName: k\n    " +
			"secretEnv: {DB_PASSWORD: T9xQ2mL7pRk4VnB8sYcJ}\n", nil},
		{"its own identity", name, `steps:
  - name: gcr.io/cloud-builders/gcloud
    args: [run, deploy, shop, --set-secrets=DB=db:latest]
  - name: node
    secretEnv: [NPM_TOKEN]
    entrypoint: bash
    args: ['-c', 'echo $$NPM_TOKEN | npm login']
serviceAccount: projects/p/serviceAccounts/ci@p.iam.gserviceaccount.com
`, nil},
		{
			"JSON, by its content", "build/release.json", `{"steps": [{"name": "gcr.io/cloud-builders/gcloud", "args": ["secrets", "create", "a"]}]}` + "\n",
			[]string{"command 1:62 gcloud secrets create | create-secret"},
		},
	})
}

func TestDrone(t *testing.T) {
	const name = ".drone.yml"
	runKinds(t, []kindTest{
		{"commands of all documents", name, `kind: pipeline
type: docker
name: a
environment: {VERB: create}
steps:
  - name: x
    image: alpine
    commands:
      - gcloud secrets $VERB api
---
kind: pipeline
name: b
steps:
  - name: y
    commands: [aws secretsmanager create-secret --name api]
`, []string{
			"command 9:9 gcloud secrets create | create-secret x",
			"command 15:16 aws secretsmanager create-secret | create-secret y",
		}},
		{
			"Woodpecker, and its mapping of steps", ".woodpecker/deploy.yaml", "steps:\n  x:\n    image: alpine\n    commands: gcloud secrets create api\n",
			[]string{"command 4:15 gcloud secrets create | create-secret x"},
		},
		{"keys", name, `kind: pipeline
steps:
  - name: x
    environment:
      AWS_SECRET_ACCESS_KEY: {from_secret: key}
      TOKEN:
        from_secret: gcp_sa_key
  - name: y
    image: plugins/s3
    settings: {bucket: shop, access_key: {from_secret: id}, secret_key: {from_secret: key}}
  - name: z
    image: plugins/s3
    settings: {endpoint: "https://minio.internal", secret_key: {from_secret: key}}
  - name: old
    image: x
    secrets: [arm_client_secret, {source: k, target: PULUMI_ACCESS_TOKEN}]
`, []string{
			"key 5:7 AWS_SECRET_ACCESS_KEY aws by=name x",
			"key 6:7 TOKEN gcp by=name x",
			"key 10:61 secret_key aws by=name y",
			"key 16:15 arm_client_secret azure by=name old",
			"key 16:46 PULUMI_ACCESS_TOKEN pulumi by=name old",
		}},
		{"the name of a secret", name, "kind: pipeline\nsteps: [{name: x, settings: {password: {from_secret: T9xQ2mL7pRk4VnB8sYcJ}}}]\n", nil},
		{"secrets that are no key, and a role", name, `kind: pipeline
steps:
  - name: x
    image: plugins/s3
    environment: {DOCKER_PASSWORD: {from_secret: docker}, AWS_REGION: eu-west-1}
    settings: {bucket: shop, assume_role: "arn:aws:iam::123456789012:role/deploy"}
    commands: ["aws s3 ls"]
`, nil},
		{"one that is not run", "x/" + name, "kind: pipeline\nsteps: [{commands: [gcloud secrets create a]}]\n", nil},
	})
}

func TestTravis(t *testing.T) {
	const name = ".travis.yml"
	runKinds(t, []kindTest{
		{"commands", name, `language: node_js
env:
  global:
    - VERB=create NAME=api
before_install: VERB2=delete
script:
  - gcloud secrets $VERB $NAME
  - gcloud secrets $VERB2 $NAME
jobs:
  include:
    - stage: deploy
      name: last
      script: aws secretsmanager create-secret --name api
deploy: {provider: script, script: az keyvault secret set --vault-name a --name b --value c}
`, []string{
			"command 7:5 gcloud secrets create | create-secret",
			"command 8:5 gcloud secrets delete | delete-secret",
			"command 13:15 aws secretsmanager create-secret | create-secret last",
			"command 14:36 az keyvault secret set | write-secret",
		}},
		{"keys", name, `env:
  global:
    - ARM_CLIENT_SECRET=$X
    - secure: "abc="
    - AWS_SECRET_ACCESS_KEY: {secure: "abc="}
deploy:
  - provider: s3
    access_key_id: $ID
    secret_access_key: $KEY
  - provider: elasticbeanstalk
    secret_access_key: {secure: "abc="}
  - {provider: s3, endpoint: minio.internal, secret_access_key: $KEY}
after_success: export GOOGLE_CREDENTIALS=$GOOGLE
`, []string{
			"key 3:7 ARM_CLIENT_SECRET azure by=name",
			"key 5:7 AWS_SECRET_ACCESS_KEY aws by=name",
			"key 9:5 secret_access_key aws by=name",
			"key 11:5 secret_access_key aws by=name",
			"key 13:23 GOOGLE_CREDENTIALS gcp by=name",
		}},
		{"what is encrypted", name, "env:\n  global:\n    - DB_PASSWORD:\n        secure: T9xQ2mL7pRk4VnB8sYcJ\n", nil},
		{"nothing of a cloud", name, "env: {NODE_ENV: test}\nscript: [make, 'echo \"$TRAVIS_TAG\"']\ndeploy: {provider: npm, api_token: {secure: abc}}\n", nil},
	})
}

func TestJenkins(t *testing.T) {
	const name = "Jenkinsfile"
	runKinds(t, []kindTest{
		{"steps that run a text", name, `#!/usr/bin/env groovy
pipeline {
  agent any
  environment { VERB = 'create' }
  stages {
    stage('Deploy') {
      steps {
        sh 'gcloud secrets create api' // not: sh 'gcloud secrets delete api'
        sh "gcloud secrets $VERB b"
        sh """
          set -e
          aws secretsmanager \
            create-secret --name ${params.NAME}
          echo "\$HOME: done"; az keyvault secret set --vault-name a --name b --value "\${V}"
        """
        sh(returnStdout: true, script: 'kubectl create secret generic ' + name)
        sh label: 'last', script: '''gcloud secrets delete api'''
        powershell 'Set-AzKeyVaultSecret -Name a'
        bat(script: "aws secretsmanager delete-secret --secret-id a")
        echo 'gcloud secrets create c'
      }
    }
  }
  post { always { sh 'gcloud secrets delete d' } }
}
`, []string{
			"command 8:13 gcloud secrets create | create-secret Deploy",
			"command 9:13 gcloud secrets create | create-secret Deploy",
			"command 12:11 aws secretsmanager create-secret | create-secret Deploy",
			"command 14:32 az keyvault secret set | write-secret Deploy",
			"command 16:41 kubectl create secret | create-secret Deploy",
			"command 17:38 gcloud secrets delete | delete-secret Deploy",
			"command 18:21 Set-AzKeyVaultSecret | write-secret Deploy",
			"command 19:22 aws secretsmanager delete-secret | delete-secret Deploy",
			"command 24:23 gcloud secrets delete | delete-secret",
		}},
		{"keys", "ci/Jenkinsfile.deploy", `pipeline {
  environment {
    AWS_REGION = 'eu-west-1'
    AWS_ACCESS_KEY_ID = credentials('aws-id')
    AWS_SECRET_ACCESS_KEY = credentials('aws-key')
    DOCKER = credentials('docker')
    TOKEN = credentials('gcp-sa-key')
  }
  stages {
    stage('Plan') {
      environment { ARM_CLIENT_SECRET = "${env.SHOP_SECRET}" }
      steps {
        withCredentials([string(credentialsId: 'x', variable: 'PULUMI_ACCESS_TOKEN'),
                         usernamePassword(credentialsId: 'y', usernameVariable: 'U', passwordVariable: 'P')]) {
          sh 'pulumi preview'
        }
        withCredentials([[$class: 'AmazonWebServicesCredentialsBinding', credentialsId: 'a', secretKeyVariable: 'K']]) {
          sh 'aws s3 ls'
        }
        withCredentials([azureServicePrincipal('sp')]) { sh 'az account show' }
        withCredentials([file(credentialsId: 'z', variable: 'GOOGLE_APPLICATION_CREDENTIALS')]) { sh 'make' }
        withAWS(credentials: 'aws', region: 'eu-west-1') { sh 'aws s3 ls' }
        withEnv(["AWS_SECRET_ACCESS_KEY=${SHOP_KEY}", 'CI=1']) { sh 'make' }
        sh "docker run -e GOOGLE_CREDENTIALS='${params.KEY}' shop"
        script { docker.withRegistry('https://123456789012.dkr.ecr.eu-west-1.amazonaws.com', 'ecr:eu-west-1:aws') { x() } }
      }
    }
  }
}
`, []string{
			"key 5:5 AWS_SECRET_ACCESS_KEY aws by=name",
			"key 7:5 TOKEN gcp by=name",
			"key 11:21 ARM_CLIENT_SECRET azure by=name Plan",
			"key 13:26 PULUMI_ACCESS_TOKEN pulumi by=name Plan",
			"key 17:26 K aws by=name Plan",
			"key 20:26 AZURE_CLIENT_SECRET azure by=name Plan",
			"key 21:26 GOOGLE_APPLICATION_CREDENTIALS gcp by=name Plan",
			"key 22:9 credentials aws by=name Plan",
			"key 23:18 AWS_SECRET_ACCESS_KEY aws by=name Plan",
			"key 24:13 GOOGLE_CREDENTIALS gcp by=name Plan",
			"key 25:25 withRegistry aws by=name Plan",
		}},
		{"roles, sessions and what is no key", name, `pipeline {
  environment {
    AWS_SECRET_ACCESS_KEY = 'test'
    AWS_ROLE_ARN = 'arn:aws:iam::123456789012:role/deploy'
    GOOGLE_APPLICATION_CREDENTIALS = "${WORKSPACE}/wif.json"
  }
  stages {
    stage('a') {
      steps {
        withAWS(role: 'deploy', roleAccount: '123456789012') { sh 'aws s3 ls' }
        withEnv(["AWS_SECRET_ACCESS_KEY=${K}", "AWS_SESSION_TOKEN=${T}"]) { sh 'aws s3 ls' }
        withCredentials([string(credentialsId: 'npm', variable: 'NPM_TOKEN')]) { sh 'npm publish' }
        sh "docker login -u AWS --password \$(aws ecr get-login-password) shop"
        script { docker.withRegistry('https://x', 'ecr:eu-west-1') { y() } }
      }
    }
  }
}
`, nil},
		{
			"a step of a shared library", "vars/deploy.groovy", "def call(String name) {\n  sh \"gcloud secrets create ${name}\"\n}\n",
			[]string{"command 2:7 gcloud secrets create | create-secret"},
		},
		{"any other program", "src/x.groovy", "def call() { sh 'gcloud secrets create a' }\n", nil},
		{"what is written about one", "Jenkinsfile.md", "sh 'gcloud secrets create a'\n", nil},
	})
}

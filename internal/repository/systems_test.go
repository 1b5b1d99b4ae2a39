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
		{"a template by its content", "build/steps.yaml", "parameters: {x: y}\nsteps:\n  - task: Bash@3\n    inputs: {targetType: inline, script: gcloud secrets create a}\n",
			[]string{"command 4:42 gcloud secrets create | create-secret"}},
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

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
		{"a broken one", name, "jobs: [\n", []string{"error 1:1 not valid YAML; expected a CircleCI configuration: a mapping with jobs"}},
		{"one of a template", "template/" + name, "jobs: {a: {steps: [{run: gcloud secrets create a}]}}\n", nil},
	})
}

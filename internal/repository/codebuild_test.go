package repository_test

import "testing"

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

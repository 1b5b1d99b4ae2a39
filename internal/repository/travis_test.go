package repository_test

import "testing"

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

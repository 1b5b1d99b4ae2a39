package repository_test

import "testing"

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
			"secretEnv: {DB_PASSWORD: " + "T9xQ2mL7" + "pRk4VnB8sYcJ}\n", nil},
		{"its own identity", name, `steps:
  - name: gcr.io/cloud-builders/gcloud
    args: [run, deploy, shop, --region=eu-west-1]
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

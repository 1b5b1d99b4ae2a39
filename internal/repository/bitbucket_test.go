package repository_test

import "testing"

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

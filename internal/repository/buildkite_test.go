package repository_test

import "testing"

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
		{"a broken one", name, "steps: [\n", []string{"error 1:1 not valid YAML; expected a Buildkite pipeline: a mapping with steps"}},
	})
}

package repository_test

import "testing"

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

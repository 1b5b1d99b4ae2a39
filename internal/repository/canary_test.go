package repository_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/repository"
)

// TestNothingHoldsASecret writes secrets wherever a file may hold one, and looks for six characters of them in all that
// comes out.
func TestNothingHoldsASecret(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	const set = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	letters := func(n int) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = set[r.IntN(len(set))]
		}
		return string(b)
	}
	token, password, key := "ghp"+"_"+letters(36), letters(9)+"#7"+letters(3), letters(39)+"/"
	fill := strings.NewReplacer("@token@", token, "@password@", password, "@key@", key)
	files := map[string]string{
		"Pulumi.yaml": "name: shop\nconfig:\n  dbPassword: {default: \"@password@\"}\n  \"@token@\": {value: x}\n",
		"Pulumi.a.yaml": "secretsprovider: hashivault://@token@\nconfig:\n  s:password: \"@password@\"\n  " +
			"aws:secretKey: \"@key@\"\n  \"s:@token@\": {\"@token@\": \"@token@\"}\n  s:list: [{name: token, value: " +
			"\"@token@\"}]\n",
		"Pulumi.b.yaml": "secretsprovider: \"@password@\"\nconfig: [\"@token@\"\n",
		"Pulumi.c.yaml": "config: *@token@\n",
		"Pulumi.d.yaml": "config: \"@password@\"\n",
		"x/Pulumi.yaml": "\"@token@\"\n",
		".env":          "DB_PASSWORD=\"@password@\"\n@token@=x\n",
		"x.sh": "aws configure set aws_secret_access_key @key@ # policypack:allow @token@: @token@\n" +
			"gcloud secrets create @token@\nif @password@\n",
		"Makefile":       "P=@password@\nall:\n\tgcloud secrets create $(P) --data @token@\n",
		"Dockerfile":     "ENV @token@=\"@token@\"\nRUN gcloud secrets create @token@\nCOPY .env.@password@ /x\n",
		"package.json":   "{\"scripts\": {\"@token@\": \"gcloud secrets create @token@\"}}",
		"y/package.json": "{\"scripts\": @token@}",
		"action.yml": "runs:\n  using: composite\n  steps:\n    - uses: " +
			"aws-actions/configure-aws-credentials@@token@\n      with: {aws-secret-access-key: \"@key@\", " +
			"\"@token@\": x}\n",
		".circleci/config.yml": "orbs: {a: circleci/aws-cli@1}\njobs:\n  \"@token@\":\n    environment: " +
			"{AWS_SECRET_ACCESS_KEY: \"@key@\", \"@token@_AWS_SECRET_KEY\": $X}\n    steps: [{a/setup: " +
			"{aws_secret_access_key: \"@token@\"}}, {run: gcloud secrets create @token@}]\n",
		"azure-pipelines.yml": "variables: {ARM_CLIENT_SECRET: \"@password@\", \"@token@_GCP_SA_KEY\": " +
			"$(@token@)}\nsteps:\n  - script: gcloud secrets create @token@\n    env: {AWS_SECRET_ACCESS_KEY: " +
			"\"@key@\"}\n",
		"Jenkinsfile": "pipeline { environment { AWS_SECRET_ACCESS_KEY = '@key@'\n@token@_GCP_KEY = " +
			"credentials('@token@') }\nstage('@token@') { sh 'gcloud secrets create @token@' } }\n",
		"cloudbuild.yaml": "steps:\n  - id: \"@token@\"\n    name: x/gcloud\n    args: [secrets, create, " +
			"\"@token@\"]\n    env: [\"AWS_SECRET_ACCESS_KEY=@key@\"]\n    secretEnv: [\"@token@_GCP_KEY\"]\n",
		".drone.yml": "steps:\n  - name: \"@token@\"\n    environment: {GCP_SA_KEY: {from_secret: \"@token@\"}}\n" +
			"    commands: [\"gcloud secrets create @token@\"]\n",
		".gitlab-ci.yml": "include: [{project: \"@token@\"}]\n\"@token@\":\n  variables: {AWS_SECRET_ACCESS_KEY: " +
			"\"@key@\", \"@token@_AWS_SECRET_KEY\": \"$X\"}\n  script: [gcloud secrets create @token@]\n",
		"go.sum":           "x v1 h1:@token@\n",
		"notes.md":         "token: @token@\n",
		"a/action.yml":     "runs: {\n",
		"b/docker.json":    "{\"auths\": {\"x\": {\"auth\": \"@password@\"}}, \"password\": \"@password@\"}\n",
		"c/x.ps1":          "Set-AzKeyVaultSecret -SecretValue '@password@'\n",
		".github/CODE.yml": "@token@\n",
		".github/workflows/a.yml": "env: {AWS_SECRET_ACCESS_KEY: \"@key@\", \"@token@_GCP_SA_KEY\": \"${{ " +
			"secrets.@token@ }}\"}\njobs:\n  \"@token@\":\n" +
			"    steps:\n      - run: gcloud secrets create @token@ ${{ secrets.GCP_SA_KEY_@token@ }}\n      - uses: " +
			"azure/login@@token@\n        with: {creds: '{\"clientSecret\": \"@password@\"}'}\n" +
			"  b: {uses: \"o/@token@/x.yml@v1\", secrets: {x: \"@token@\"}}\n",
		".github/workflows/b.yml": "jobs: {a: !!@token@ [}\n",
		".github/workflows/c.yml": "jobs: {a: *@token@}\n",
	}
	for name, text := range files {
		files[name] = fill.Replace(text)
	}
	dir := tree(t, files)
	var out strings.Builder
	found := 0
	sum, err := repository.Read(context.Background(), dir, repository.Options{Detector: detector(t)},
		func(f *facts.File) error {
			fmt.Fprintf(&out, "%#v\n%q\n", *f, say(f))
			found += len(f.Findings)
			return nil
		})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(&out, "%#v\n", *sum)
	if found < 15 || len(sum.Errors) < 7 {
		t.Errorf("only %d findings and %d errors: the test shows little", found, len(sum.Errors))
	}
	text := out.String()
	for name, secret := range map[string]string{"the token": token[4:], "the password": password, "the key": key} {
		for i := 0; i+6 <= len(secret); i++ {
			if at := strings.Index(text, secret[i:i+6]); at >= 0 {
				line := text[max(0, strings.LastIndexByte(text[:at], '\n')):at]
				t.Fatalf("%s comes out, behind:\n%s", name, line[max(0, len(line)-300):])
			}
		}
	}
	if strings.Contains(text, filepath.Base(dir)+"/") {
		t.Error("a name holds the folder")
	}
}

package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// shop are the files of the transcripts in docs/check.md.
var shop = map[string]string{
	".env":      "DB_PASSWORD=@PASSWORD@\n",
	"deploy.sh": "#!/bin/sh\naws secretsmanager create-secret --name shop/production --secret-string \"$1\"\n",
	".github/workflows/deploy.yml": `on: push
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - uses: aws-actions/configure-aws-credentials@v4
        with:
          aws-access-key-id: ${{ secrets.AWS_ACCESS_KEY_ID }}
          aws-secret-access-key: ${{ secrets.AWS_SECRET_ACCESS_KEY }}
          aws-region: eu-west-1
`,
	"plan.json": `{"format_version": "1.2", "terraform_version": "1.9.8", "planned_values": {}, "resource_changes": [{
  "address": "module.db.aws_db_instance.main", "module_address": "module.db", "mode": "managed", "type": "aws_db_instance", "name": "main",
  "provider_name": "registry.terraform.io/hashicorp/aws",
  "change": {
    "actions": ["create"], "before": null, "after": {"password": "@PASSWORD@", "engine": "postgres"}, "after_unknown": {"id": true},
    "before_sensitive": false, "after_sensitive": {"password": true}
  }
}], "configuration": {"root_module": {"module_calls": {"db": {"source": "./db", "module": {"resources": [{
  "address": "aws_db_instance.main", "mode": "managed", "type": "aws_db_instance", "name": "main", "provider_config_key": "aws",
  "expressions": {"password": {"constant_value": "@PASSWORD@"}, "engine": {"constant_value": "postgres"}}, "schema_version": 0
}]}}}}}}
`,
	"broken.json":             "{\"version\": 3,\n \"deployment\": {\"resources\": [",
	"exports/production.json": exportOf("production", "shop/production", `"DB_PASSWORD": "@PASSWORD@"`),
	"exports/staging.json":    exportOf("staging", "shop/staging", ``),
}

func exportOf(stack, name, variables string) string {
	urn := "urn:pulumi:" + stack + "::shop::"
	return `{"version": 3, "deployment": {"resources": [
  {"urn": "` + urn + `aws:secretsmanager/secret:Secret::db", "type": "aws:secretsmanager/secret:Secret", "inputs": {"name": "` + name + `"}},
  {"urn": "` + urn + `aws:lambda/function:Function::api", "type": "aws:lambda/function:Function",
   "inputs": {"environment": {"variables": {` + variables + `}}}}
]}}
`
}

// configured is the number of policies and the digest, which change with what the pack has and not with what a page
// shows.
var configured = regexp.MustCompile(`by [0-9]+ policies (of policypack [0-9.]+), configuration [0-9a-f]{12}`)

var transcript = regexp.MustCompile("(?s)(<!-- transcript:\\w+ -->\n```console\n)\\$ policypack " +
	"([^\n]*)\n(.*?)(```\n<!-- /transcript -->)")

// The transcripts of docs/check.md are what the program prints; -update writes them again.
func TestTranscripts(t *testing.T) { //nolint:paralleltest // it changes the working directory
	page, err := filepath.Abs(filepath.Join("..", "..", "docs", "check.md"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, content := range shop {
		for mark, secret := range planted() {
			content = strings.ReplaceAll(content, mark, secret)
		}
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	n := 0
	got := transcript.ReplaceAllStringFunc(string(text), func(block string) string {
		n++
		part := transcript.FindStringSubmatch(block)
		_, stdout, stderr := run(t, strings.Fields(part[2])...)
		stdout = configured.ReplaceAllString(stdout, "by 19 policies $1, configuration 1c5e9b70d2aa")
		return part[1] + "$ policypack " + part[2] + "\n" + stdout + stderr + part[4]
	})
	switch {
	case n != 5:
		t.Errorf("docs/check.md has %d transcripts, want 5", n)
	case got == string(text):
	case *update:
		if err := os.WriteFile(page, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("the transcripts are stale, run with -update; got\n%s", got)
	}
	for _, secret := range planted() {
		if strings.Contains(got, secret) {
			t.Error("a transcript holds a secret")
		}
	}
}

package conformance

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/progression-labs-development/policypack/internal/report"
	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// TestCanary: nothing that a plan holds as a secret, and nothing that is found to be one, leaves in any form, whether
// the plan can be read or not.
func TestCanary(t *testing.T) {
	t.Parallel()
	const nested = "Qm5xVt8Lr2Zs9Kw4Bd7N"
	secrets := []string{password, token, nested}
	plan := terraformPlan{
		variables: map[string]any{
			"db_password": marked{password}, "api_token": token,
			"o": marked{props{"a": []any{props{"password": nested}}}},
		},
		providers: map[string]map[string]any{
			"aws":     {"secret_key": password, "token_file": from{nil, []string{"var.db_password"}}},
			"datadog": {"api_key": token},
		},
		outputs: map[string]any{"db_password": password, "copy": "x " + token, "hidden": marked{nested}},
		sources: map[string]string{"m": "git::https://oauth2:" + token + "@gitlab.com/acme/infra.git//m?sshkey=" +
			password},
		resources: []terraformResource{
			{
				address: "module.m.aws_secretsmanager_secret_version.v",
				values:  props{"secret_id": "s", "secret_string": marked{password}},
			},
			{
				address: "aws_lambda_function.f",
				values: props{
					"environment": []any{
						props{"variables": props{"DB_PASSWORD": password, password: "x", "N": marked{nested}}},
					},
					"tags": props{"note": token},
				},
			},
			{
				address: "aws_db_instance.d", values: props{"password": marked{nested}},
				constants: props{"password_wo": password},
			},
			{
				address: "terraform_data.t",
				values:  props{"input": props{"url": "https://u:" + password + "@example.com"}},
				provisioners: []any{props{"type": "local-exec", "expressions": props{
					"command": expressionOf("aws secretsmanager put-secret-value --secret-id a --secret-string " +
						password),
					"environment": expressionOf(props{"TOKEN": token}),
				}}},
			},
			{
				address: "aws_cloudformation_stack.c",
				values: props{
					"template_body": `{"Resources": {"S": {"Type": "AWS::SecretsManager::Secret", "Properties": {"SecretString": "` + password + `"}}}}`,
				},
			},
			{
				address: "aws_instance.i",
				values:  props{"user_data": "#!/bin/sh\nexport TOKEN=" + token + "\n" + password + " unclosed '\n"},
			},
			{
				address: "github_actions_secret.s",
				values:  props{"secret_name": "AWS_SECRET_ACCESS_KEY", "plaintext_value": password},
			},
		},
	}
	dir := t.TempDir()
	text := string(plan.json(t))
	files := []string{write(t, dir, "plan.json", text)}
	for i := 1; i < 12; i++ {
		files = append(files, write(t, dir, "cut-"+string(rune('a'+i))+".json", text[:len(text)*i/12]))
	}
	files = append(files,
		write(t, dir, "wrong.json", strings.Replace(text, `"outputs":{`, `"outputs":"`+password+`","o":{`, 1)),
		write(t, dir, "raw.tfstate", `{"version": 4, "lineage": "`+token+`", "terraform_version": "`+password+`"}`),
		write(t, dir, "broken.tfstate",
			`{"version": 4, "serial": 1, "lineage": "x", "resources": [{"mode": "managed", "type": "a", "name": "b", "instances": [`+
				`{"index_key": "`+password+`", "attributes": {"a": "`+token+`"}, "sensitive_attributes": [[{"type": "`+
				token+`", "value": "`+password+`"}]]}]}]}`),
		write(t, dir, "twice.tfstate",
			`{"version": 4, "serial": 1, "lineage": "x", "resources": [{"mode": "managed", "type": "a", "name": "b", "instances": [`+
				`{"index_key": "`+password+`"}, {"index_key": "`+password+`"}]}]}`))
	for _, format := range report.Formats() {
		cmd := exec.Command(harness.Policypack(t),
			append([]string{
				"check", "--kind", "terraform", "--format", string(format), "--report",
				filepath.Join(dir, "out.json"),
			}, files...)...)
		cmd.Env = harness.CleanEnviron()
		out, err := cmd.CombinedOutput()
		if err == nil || cmd.ProcessState.ExitCode() != 2 {
			t.Fatalf("%s: exit code %d\n%s", format, cmd.ProcessState.ExitCode(), out)
		}
		for _, secret := range secrets {
			if i := strings.Index(string(out), secret); i >= 0 {
				t.Errorf("%s: a secret is in the output, behind\n%s", format, out[max(0, i-300):i])
			}
		}
	}
	// The plan as a whole breaks enough for the test to mean something.
	r, _, _ := check(t, files[0])
	if len(r.Findings) < 12 || len(r.Errors) > 0 {
		t.Errorf("%d findings, errors %v", len(r.Findings), r.Errors)
	}
}

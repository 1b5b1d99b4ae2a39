package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/progression-labs-development/policypack/internal/report"
)

// The key of an instance may be a token. It stands in no form of the report, in no log and in no error; a baseline
// knows the finding by what is shown.
func TestAddressesHoldNoSecret(t *testing.T) {
	t.Parallel()
	tokens := []string{"ghp_" + "kT7xQ2mB9vR4wZ8nJ3cF6hL1pD5sG0yAeUiX", "ghp_" + "zR4mW9qY2tK7bN5xV8cJ1hF3gL6dP0sAoEiU"}
	resource := func(module, key string) string {
		prefix, in := "", ""
		if module != "" {
			prefix, in = module+".", fmt.Sprintf("%q: %q,", "module_address", module)
		}
		return fmt.Sprintf(`{"address": %q, %s "mode": "managed", "type": "aws_secretsmanager_secret", "name": "y", "index": %q,
			"provider_name": "registry.terraform.io/hashicorp/aws",
			"change": {"actions": ["create"], "before": null, "after": {"name": "api/production"}, "after_unknown": {}, "after_sensitive": {}}}`,
			prefix+`aws_secretsmanager_secret.y["`+key+`"]`, in, key)
	}
	expressions := `{"address": "aws_secretsmanager_secret.y", "mode": "managed", "type": "aws_secretsmanager_secret", "name": "y",
		"expressions": {"name": {"constant_value": "api/production"}}, "for_each_expression": {"references": ["var.keys"]}}`
	plan := `{"format_version": "1.2", "terraform_version": "1.11.4", "resource_changes": [` + strings.Join([]string{
		resource("", tokens[0]), resource("", tokens[1]), resource(`module.m["`+tokens[0]+`"]`, "a"),
	}, ",") + `], "configuration": {"root_module": {"resources": [` + expressions + `], "module_calls": {"m": {"source": "./m",
		"module": {"resources": [` + expressions + `]}}}}}}`
	dir := t.TempDir()
	write := func(name, text string) string {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	file := write("plan.json", plan)
	echo := "# METADATA\n# title: Says what it is told\n# description: Says what it is told.\n# custom:\n#   level: " +
		"advisory\n" +
		"#   severity: low\n#   scope: %s\n#   remediation: None.\npackage rules.%s\n\ndeny contains {\"message\": " +
		"json.marshal(input)}\n"
	rules := filepath.Dir(filepath.Dir(write("rules/echo/echo.rego", fmt.Sprintf(echo, "resource", "echo"))))
	write("rules/echo_stack/echo_stack.rego", fmt.Sprintf(echo, "stack", "echo_stack"))
	decisions := filepath.Join(dir, "decisions.jsonl")
	check := func(args ...string) (int, string) {
		var out bytes.Buffer
		code := Run(context.Background(), Process{
			Args: append([]string{"policypack"}, args...), Stdout: &out, Stderr: &out,
			Getenv: func(name string) string { return map[string]string{"POLICYPACK_DECISION_LOG": decisions}[name] },
		})
		return code, out.String()
	}
	silent := func(what, text string) {
		t.Helper()
		for _, token := range tokens {
			if strings.Contains(text, token[4:10]) {
				t.Errorf("%s holds a piece of the key", what)
			}
		}
	}
	for _, format := range report.Formats() {
		code, out := check("check", file, "--rules", rules, "--format", string(format))
		if code != ExitViolations {
			t.Errorf("%s: exit code %d\n%s", format, code, out)
		}
		silent(string(format), out)
	}
	check("check", write(tokens[0]+".json", plan)) // the log names the source too
	log, err := os.ReadFile(decisions)
	if err != nil {
		t.Fatal(err)
	}
	silent("the decision log", string(log))
	if named := `"source":{"kind":"terraform-plan","name":"` + dir + `/[secret]"}`; !strings.Contains(string(log), named) {
		t.Errorf("the decision log names no source %s", named)
	}

	_, out := check("check", file, "--format", "json")
	var r struct {
		Findings []report.Finding `json:"findings"`
	}
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatal(err)
	}
	addresses := map[string]bool{}
	for _, f := range r.Findings {
		addresses[f.Address] = true
	}
	for _, want := range []string{
		`aws_secretsmanager_secret.y["[secret]"]`, `aws_secretsmanager_secret.y["[secret]"] (2)`,
		`module.m["[secret]"].aws_secretsmanager_secret.y["a"]`,
	} {
		if !addresses[want] {
			t.Errorf("there is no finding at %s: %v", want, addresses)
		}
	}

	baseline := filepath.Join(dir, "baseline.json")
	if code, out := check("baseline", file, "--output", baseline); code != ExitOK {
		t.Fatalf("baseline: exit code %d\n%s", code, out)
	}
	known, err := os.ReadFile(baseline)
	if err != nil {
		t.Fatal(err)
	}
	silent("the baseline", string(known))
	if code, out := check("check", file, "--config", baseline); code != ExitOK {
		t.Errorf("with the baseline: exit code %d\n%s", code, out)
	}

	broken := write("broken.json",
		strings.Replace(plan, `"after": {"name": "api/production"}`,
			`"after": {"name": `+strings.Repeat("[", 300)+strings.Repeat("]", 300)+`}`, 1))
	code, out := check("check", broken)
	if code != ExitError {
		t.Errorf("a broken plan: exit code %d\n%s", code, out)
	}
	silent("an error", out)
}

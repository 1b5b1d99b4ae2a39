package conformance

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/report"
	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// terraformIn returns a function that runs the real Terraform in a directory, without providers and without a network.
func terraformIn(t *testing.T, dir string) func(args ...string) []byte {
	t.Helper()
	bin, err := exec.LookPath("terraform")
	if err != nil {
		t.Skip("terraform is not on the PATH")
	}
	config := filepath.Join(t.TempDir(), "terraformrc")
	if err := os.WriteFile(config, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	return func(args ...string) []byte {
		t.Helper()
		cmd := exec.Command(bin, args...)
		cmd.Dir = dir
		cmd.Env = append(harness.CleanEnviron(), "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1",
			"TF_CLI_CONFIG_FILE="+config)
		var stdout, stderr bytes.Buffer
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		if err := cmd.Run(); err != nil {
			t.Fatalf("terraform %s: %v\n%s%s", strings.Join(args, " "), err, stdout.String(), stderr.String())
		}
		return stdout.Bytes()
	}
}

// place is where a finding is, in Terraform's words.
type place struct{ Policy, Address, Attribute string }

// check runs `policypack check` on a file and returns the report and where its findings are.
func check(t *testing.T, file string, args ...string) (*report.Report, []place, int) {
	t.Helper()
	cmd := exec.Command(harness.Policypack(t), append([]string{"check", "--format", "json", file}, args...)...)
	cmd.Env = harness.CleanEnviron()
	out, _ := cmd.Output()
	r := &report.Report{}
	if err := json.Unmarshal(out, r); err != nil {
		t.Fatalf("no report: %v\n%s", err, out)
	}
	var places []place
	for _, f := range r.Findings {
		places = append(places, place{f.Policy, f.Address, f.Attribute})
	}
	return r, places, cmd.ProcessState.ExitCode()
}

func write(t *testing.T, dir, name, text string) string {
	t.Helper()
	file := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestTerraformExamples: the plans of the examples, made by the real Terraform.
func TestTerraformExamples(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		want []place
		exit int
	}{
		{"broken", []place{
			{"plaintext-secret-output", "output.db_password", ""},
			{"secret-cli-command", "terraform_data.service", "provisioner[0].command"},
			{"plaintext-secret-property", "terraform_data.service", "input.DB_PASSWORD"},
			{"plaintext-secret-config", "var.db_password", ""},
		}, 1},
		{"fixed", nil, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			terraform := terraformIn(t, dir)
			text, err := os.ReadFile(filepath.Join(harness.Root(t), "examples", "terraform", tt.name, "main.tf"))
			if err != nil {
				t.Fatal(err)
			}
			write(t, dir, "main.tf", string(text))
			terraform("init", "-no-color")
			terraform("plan", "-no-color", "-out", "tfplan")
			r, got, exit := check(t, write(t, dir, "plan.json", string(terraform("show", "-json", "tfplan"))))
			if diff := cmp.Diff(byPolicy(tt.want), byPolicy(got)); diff != "" || exit != tt.exit || len(r.Errors) > 0 {
				t.Errorf("exit code %d, errors %v, mismatch (-want +got)\n%s", exit, r.Errors, diff)
			}
			if r.Sources[0].Kind != report.TerraformPlan || r.Sources[0].Of(report.Resources) != 1 {
				t.Errorf("the source is %+v", r.Sources[0])
			}
			// The plan itself is binary.
			r, _, exit = check(t, filepath.Join(dir, "tfplan"))
			if exit != 2 || len(r.Errors) != 1 || !strings.Contains(r.Errors[0].Message, "this is a binary plan; run "+
				"terraform show -json FILE") {
				t.Errorf("binary plan: exit code %d, errors %v", exit, r.Errors)
			}
		})
	}
}

func byPolicy(places []place) map[string]place {
	m := map[string]place{}
	for _, p := range places {
		m[p.Policy] = p
	}
	return m
}

// TestTerraformModulesAndState: sensitive values through modules, a plan, then the state that comes of it.
func TestTerraformModulesAndState(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	terraform := terraformIn(t, dir)
	write(t, dir, "modules/service/main.tf", `
variable "password" {
  sensitive = true
}
resource "terraform_data" "this" {
  input = { "db.password" = var.password, note = nonsensitive("it is ${var.password}"), level = "info" }
}
output "id" { value = terraform_data.this.id }
`)
	write(t, dir, "main.tf", `
variable "api_token" {
  type      = string
  sensitive = true
}
module "service" {
  source   = "./modules/service"
  for_each = toset(["a::b", "c$d"])
  password = var.api_token
}
output "ids" { value = [for m in module.service : m.id] }
output "api_token" {
  value     = var.api_token
  sensitive = true
}
output "copy" { value = nonsensitive(var.api_token) }
`)
	write(t, dir, "secret.auto.tfvars", `api_token = "`+password+`"`)
	terraform("init", "-no-color")
	terraform("plan", "-no-color", "-out", "tfplan")
	const a, b = `module.service["a::b"].terraform_data.this`, `module.service["c$d"].terraform_data.this`
	want := []place{
		{"plaintext-secret-output", "output.copy", ""},
		{"plaintext-secret-property", a, "input.note"},
		{"plaintext-secret-property", b, "input.note"},
	}
	file := write(t, dir, "plan.json", string(terraform("show", "-json", "tfplan")))
	r, got, exit := check(t, file)
	if diff := cmp.Diff(set(want), set(got)); diff != "" || exit != 1 {
		t.Errorf("plan: exit code %d, mismatch (-want +got)\n%s", exit, diff)
	}
	for _, f := range r.Findings {
		if strings.Contains(f.Message, password) {
			t.Errorf("a secret is in a message of %s", f.Policy)
		}
		if f.Policy == "plaintext-secret-property" &&
			!strings.Contains(f.Message, "`input.note` contains the sensitive variable `var.api_token` in plaintext.") {
			t.Errorf("the message is\n%s", f.Message)
		}
	}

	terraform("apply", "-no-color", "tfplan")
	_, got, _ = check(t, write(t, dir, "state.json", string(terraform("show", "-json"))))
	if diff := cmp.Diff(set(want), set(got)); diff != "" {
		t.Errorf("state: mismatch (-want +got)\n%s", diff)
	}
	// What exists is judged when nothing changes, too.
	terraform("plan", "-no-color", "-out", "tfplan")
	_, got, _ = check(t, write(t, dir, "plan.json", string(terraform("show", "-json", "tfplan"))))
	if diff := cmp.Diff(set(want), set(got)); diff != "" {
		t.Errorf("plan without changes: mismatch (-want +got)\n%s", diff)
	}
	// Nothing is said of what is destroyed.
	terraform("plan", "-no-color", "-destroy", "-out", "tfplan")
	if r, got, exit = check(t,
		write(t, dir, "plan.json", string(terraform("show", "-json", "tfplan")))); len(got) > 0 || exit != 0 {
		t.Errorf("plan that destroys: exit code %d, findings %v, errors %v", exit, got, r.Errors)
	}
}

func set(places []place) map[place]bool {
	m := map[place]bool{}
	for _, p := range places {
		m[p] = true
	}
	return m
}

// TestExemptionInTerraformsWords: an exemption names the path as messages write it, and the address in the URN.
func TestExemptionInTerraformsWords(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	plan := tf("aws_lambda_function", props{"environment": []any{props{"variables": props{"DB_PASSWORD": password}}}})
	file := write(t, dir, "plan.json", string(plan.json(t)))
	for _, tt := range []struct {
		urn, path string
		want      int
	}{
		{"urn:pulumi:production::shop::*::aws_lambda_function.it", "environment[0].variables.DB_PASSWORD", 0},
		{"urn:pulumi:production::shop::*::aws_lambda_function.it", "environment", 0},
		{"urn:pulumi:production::shop::*::aws_lambda_function.it", "environment[1]", 1},
		{"urn:pulumi:production::shop::*::aws_lambda_function.other", "", 1},
	} {
		exemption := map[string]any{
			"policies": []string{"plaintext-secret-property"}, "urn": tt.urn, "reason": "r",
			"owner": "o", "expires": soon(),
		}
		if tt.path != "" {
			exemption["path"] = tt.path
		}
		text, err := json.Marshal(
			map[string]any{"settings": map[string]any{"exemptions": map[string]any{"e": exemption}}})
		if err != nil {
			t.Fatal(err)
		}
		if _, _, exit := check(t, file, "--stack", "acme/shop/production", "--config",
			write(t, dir, "config.json", string(text))); exit != tt.want {
			t.Errorf("%s of %s: exit code %d, want %d", tt.path, tt.urn, exit, tt.want)
		}
	}
}

func soon() string { return time.Now().UTC().AddDate(0, 0, 20).Format(time.DateOnly) }

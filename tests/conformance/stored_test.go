package conformance

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/report"
)

// states are the resources and outputs of the configuration as they exist, as `terraform show -json` writes them and as
// Terraform stores them.
func (p terraformPlan) states(t *testing.T) (shown, stored []byte) {
	t.Helper()
	modules := map[string][]any{}
	raw := []any{}
	for _, r := range p.resources {
		module, local := "", r.address
		for strings.HasPrefix(local, "module.") {
			parts := strings.SplitN(local, ".", 3)
			module, local = strings.TrimPrefix(module+"."+parts[0]+"."+parts[1], "."), parts[2]
		}
		typ, name, _ := strings.Cut(local, ".")
		values, _, sensitive := planned(r.values)
		provider := "registry.terraform.io/hashicorp/" + strings.Split(typ, "_")[0]
		modules[module] = append(modules[module], map[string]any{
			"address": r.address, "mode": "managed", "type": typ, "name": name, "provider_name": provider,
			"schema_version": 0,
			"values":         values, "sensitive_values": sensitive,
		})
		raw = append(raw, map[string]any{
			"module": module, "mode": "managed", "type": typ, "name": name, "provider": `provider["` + provider + `"]`,
			"instances": []any{
				map[string]any{
					"schema_version": 0, "attributes": values,
					"sensitive_attributes": paths(sensitive, []any{}),
				},
			},
		})
	}
	outputs, rawOutputs := map[string]any{}, map[string]any{}
	for name, v := range p.outputs {
		value, _, sensitive := planned(v)
		outputs[name] = map[string]any{"value": value, "sensitive": sensitive == true}
		rawOutputs[name] = map[string]any{"value": value, "type": "dynamic", "sensitive": sensitive == true}
	}
	children := []any{}
	for _, module := range slices.Sorted(maps.Keys(modules)) {
		if module != "" {
			children = append(children, map[string]any{"address": module, "resources": modules[module]})
		}
	}
	var texts [2][]byte
	for i, document := range []any{
		map[string]any{"format_version": "1.0", "terraform_version": "1.11.4", "values": map[string]any{
			"outputs": outputs, "root_module": map[string]any{"resources": modules[""], "child_modules": children},
		}},
		map[string]any{
			"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "x", "outputs": rawOutputs,
			"resources": raw,
		},
	} {
		var err error
		if texts[i], err = json.Marshal(document); err != nil {
			t.Fatal(err)
		}
	}
	return texts[0], texts[1]
}

// paths are the steps to what is marked.
func paths(marks any, at []any) []any {
	step := func(kind string, value any) []any {
		return append(slices.Clone(at), map[string]any{"type": kind, "value": value})
	}
	all := []any{}
	switch m := marks.(type) {
	case bool:
		if m {
			all = append(all, at)
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(m)) {
			all = append(all, paths(m[key], step("get_attr", key))...)
		}
	case []any:
		for i, inner := range m {
			all = append(all, paths(inner, step("index", map[string]any{"value": i, "type": "number"}))...)
		}
	}
	return all
}

// TestStoredStates: a state as Terraform stores it gets the findings that the same state gets as `terraform show -json`
// writes it, each at the same place with the same message.
func TestStoredStates(t *testing.T) {
	t.Parallel()
	config := write(t, t.TempDir(), "config.json", conformanceConfig)
	dirs := [2]string{t.TempDir(), t.TempDir()}
	var files [2][]string
	for i, tt := range conformanceCases() {
		shown, stored := tt.terraform.states(t)
		name := fmt.Sprintf("%02d-%s", i, strings.NewReplacer(" ", "-", "/", "-").Replace(tt.name))
		for way, text := range [][]byte{shown, stored} {
			files[way] = append(files[way], write(t, dirs[way], name, string(text)))
		}
	}
	var reports [2]*report.Report
	for way, dir := range dirs {
		args := append(slices.Clone(files[way][1:]), "--config", config, "--stack", "acme/shop/production")
		r, _, _ := check(t, files[way][0], args...)
		of := func(source *string) { *source = strings.TrimPrefix(*source, dir) }
		for n := range r.Sources {
			of(&r.Sources[n].Name)
			of(&r.Sources[n].File)
		}
		for n := range r.Findings {
			of(&r.Findings[n].Source)
			r.Findings[n].Fingerprint = ""
		}
		for n := range r.Left {
			of(&r.Left[n].Source)
		}
		for n := range r.Notes {
			of(&r.Notes[n].Source)
		}
		reports[way] = r
	}
	if diff := cmp.Diff(reports[0], reports[1]); diff != "" || len(reports[0].Errors) > 0 {
		t.Errorf("errors %v, mismatch (-shown +stored)\n%s", reports[0].Errors, diff)
	}
	if found := len(reports[0].Findings); found < 20 || len(reports[0].Sources) != len(files[0]) {
		t.Errorf("%d findings in %d states, want more", found, len(reports[0].Sources))
	}
}

// TestStoredStateOfTerraform: the same for a state that the real Terraform has stored.
func TestStoredStateOfTerraform(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	terraform := terraformIn(t, dir)
	write(t, dir, "modules/m/main.tf", `
variable "password" { sensitive = true }
resource "terraform_data" "this" { input = { "db.password" = var.password, copy = nonsensitive(var.password) } }
`)
	write(t, dir, "main.tf", `
variable "api_token" {
  type      = string
  sensitive = true
}
resource "terraform_data" "a" { input = { DB_PASSWORD = nonsensitive(var.api_token), list = ["x", var.api_token], n = 1 } }
resource "terraform_data" "b" {
  count            = 2
  input            = [terraform_data.a.output, var.api_token]
  triggers_replace = var.api_token
}
module "m" {
  source   = "./modules/m"
  for_each = toset(["a.b", "c::d"])
  password = var.api_token
}
output "token" {
  value     = { t = var.api_token }
  sensitive = true
}
output "copy" { value = nonsensitive(var.api_token) }
`)
	write(t, dir, "secret.auto.tfvars", `api_token = "`+password+`"`)
	terraform("init", "-no-color")
	terraform("apply", "-no-color", "-auto-approve")
	_, want, wantExit := check(t, write(t, dir, "state.json", string(terraform("show", "-json"))))
	r, got, exit := check(t, filepath.Join(dir, "terraform.tfstate"))
	if diff := cmp.Diff(want, got); diff != "" || exit != wantExit || len(got) < 4 {
		t.Errorf("exit codes %d and %d, mismatch (-shown +stored)\n%s", wantExit, exit, diff)
	}
	for _, f := range r.Findings {
		if strings.Contains(f.Message, password) {
			t.Errorf("a secret is in a message of %s", f.Policy)
		}
	}
	_, pulled, _ := check(t, write(t, dir, "pulled", string(terraform("state", "pull"))))
	if diff := cmp.Diff(want, pulled); diff != "" {
		t.Errorf("state pull: mismatch (-shown +pulled)\n%s", diff)
	}
	// What is printed for people is refused.
	for _, args := range [][]string{
		{"plan", "-no-color"},
		{"plan"},
		{"show"},
		{"show", "-no-color"},
		{"plan", "-json"},
		{"plan", "-no-color", "-destroy"},
	} {
		r, _, exit := check(t, write(t, dir, "printed", string(terraform(args...))))
		if exit != 2 || len(r.Errors) != 1 || !strings.Contains(r.Errors[0].Message, "terraform show -json tfplan") ||
			len(r.Sources) > 0 {
			t.Errorf("terraform %s: exit code %d, sources %v, errors %v", strings.Join(args, " "), exit, r.Sources,
				r.Errors)
		}
	}
}

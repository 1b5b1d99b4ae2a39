package terraform

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/progression-labs-development/policypack/internal/fuzzing"
)

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat(`{"a": `, 300) + "1" + strings.Repeat("}", 300)
	const want = "; expected the output of `terraform show -json` for a plan or a state"
	const again = "; run terraform plan -out tfplan, then terraform show -json tfplan, and check its output"
	const whole = "; expected the complete output of `terraform show -json` for a plan or a state"
	const old = ", of Terraform before 0.12, which does not record what is sensitive and stores all values as strings; " +
		"apply the project with a current Terraform, which writes version 4, and check the output of terraform state pull"
	const hidden = "this is a state or a plan encrypted by OpenTofu, which cannot be checked; with the key configured, run tofu " +
		"show -json for the state, or tofu show -json tfplan for the plan, and check " +
		"its output"
	const printed = "this is the human-readable output of `terraform plan` or `terraform show`, in which values are omitted" + again
	rawOf := func(instance string) string {
		return `{"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "x", "outputs": {}, "resources": [` + "\n" +
			`{"mode": "managed", "type": "aws_x", "name": "canary", "provider": "p", "instances": [` + instance + `]}]}`
	}
	for _, tt := range []struct{ name, give, want string }{
		{"a binary plan", "PK\x03\x04\x14\x00\x08\x00tfplan canary", "this is a binary plan; run terraform show " +
			"-json FILE, or tofu show -json FILE, and check its output"},
		{"text", "canary", "1:1: this is not JSON" + want},
		{"nothing", " ", "it is empty" + want},
		{
			"a truncated file", "{\"format_version\": \"1.2\",\n \"canary\": \"cana",
			"2:17: the JSON ends too early, so the file is truncated" + want,
		},
		{"broken JSON", "{\"format_version\": \"1.2\",\n \"canary\": canary}", "2:12: this is not JSON" + want},
		{"another document", `{"canary": 1}`, "it has no format_version" + want},
		{
			"a plan without its version", `{"planned_values": {}, "resource_changes": []}`,
			"it has no format_version" + whole,
		},
		{
			"a later format", `{"format_version": "2.0", "planned_values": {}}`,
			"1:20: format_version: expected 0.1 to 1.x, got 2.0; update policypack, or use a Terraform version " +
				"that writes one of these",
		},
		{
			"no format", `{"format_version": "canary", "planned_values": {}}`,
			"1:20: format_version: expected 0.1 to 1.x, got another string; update policypack, or use a Terraform " +
				"version that writes one of these",
		},
		{
			"a list that is none", "{\"format_version\": \"1.2\",\n \"resource_changes\": \"canary\"}",
			"2:29: resource_changes: expected a list, got a string",
		},
		{
			"a number that is none", `{"format_version": "1.2", "terraform_version": 12345}`,
			"1:52: terraform_version: expected a string, got a number",
		},
		{"the log of a plan", `{"@level":"info","@message":"canary","@module":"terraform.ui","type":"version"}` + "\n" +
			`{"@level":"info","@message":"x"}`, "this is the log of `terraform plan -json`, which does not contain the " +
			"plan" + again},
		{
			"the log of a plan of OpenTofu", `{"@level":"info","@message":"canary","@module":"tofu.ui","type":"version"}`,
			"this is the log of `tofu plan -json`, which does not contain the plan" +
				strings.ReplaceAll(again, "terraform", "tofu"),
		},
		{"a printed plan", "aws_x.a: Refreshing state... [id=canary]\n\nTerraform will perform the following " +
			"actions:\n", printed},
		{"a printed state", "# aws_x.a:\nresource \"aws_x\" \"a\" {\n    id = \"canary\"\n}\n", printed},
		{"a plan among the lines of a log", "12:00:00.000 STDOUT [app] terraform: " +
			"{\"format_version\":\"1.2\",\"planned_values\":{}}\n", "the JSON is surrounded by log lines; write " +
			"only standard output to the file: with Terragrunt, pass --tf-forward-stdout; with the action " +
			"setup-terraform, set terraform_wrapper: false"},
		{"a plan of Terraform 0.11", "tfplan\x02canary", "this is a binary plan; run terraform show -json FILE, or " +
			"tofu show -json FILE, and check its output"},
		{
			"a plan of which nothing is left",
			`{"format_version": "1.2", "terraform_version": "1.11.4", "timestamp": "canary"}`,
			"it has neither planned_values nor values" + whole,
		},
		{
			"a plan without its changes",
			`{"format_version": "1.2", "planned_values": {"root_module": {"child_modules": [{"resources": [{"mode": "data"}, {"mode": "managed", "name": "canary"}]}]}}}`, "it has no resource_changes for the resources in planned_values" + whole,
		},
		{
			"a redacted plan", `{"plan_format_version":"1.2","resource_changes":[],"provider_schemas":{}}`,
			"this is a redacted HCP Terraform plan, without the values; download json-output instead " +
				"of json-output-redacted, or run terraform show -json tfplan, and check its output",
		},
		{
			"an encrypted state",
			`{"serial":1,"lineage":"x","meta":{"key_provider.pbkdf2.k":"canary"},"encrypted_data":"canary","encryption_version":"v0"}`, hidden,
		},
		{"an encrypted plan", `{"meta":{},"encrypted_data":"canary","encryption_version":"v0"}`, hidden},
		{
			"the settings of a backend",
			`{"version": 3, "serial": 1, "lineage": "x", "backend": {"type": "s3", "config": {"access_key": "canary"}}}`, "this is not a state: .terraform/terraform.tfstate contains Terraform's backend settings; run terraform state pull, or terraform show -json, and check its output",
		},
		{"a state of version 3", "{\"version\": 3, \"terraform_version\": \"0.11.14\", \"serial\": 1, \"lineage\": " +
			"\"x\",\n\"modules\": [{\"path\": [\"root\"]}]}", "1:13: this is a state of version 3" + old},
		{
			"a state of version 1", `{"version": 1, "serial": 1, "modules": [{"path": ["root"]}]}`,
			"1:13: this is a state of version 1" + old,
		},
		{
			"a later state", `{"version": 5, "serial": 1, "lineage": "x", "resources": {"canary": 1}}`,
			"1:13: version: expected 4, got 5; update policypack, or check the output of terraform show -json",
		},
		{
			"a state without its version", `{"serial": 1, "lineage": "x", "terraform_version": "1.11.4"}`,
			"it has no version; expected a state of version 4, or" + strings.TrimPrefix(want, "; expected"),
		},
		{
			"a state without resources", `{"version": 4, "terraform_version": "canary", "serial": 1, "lineage": "x"}`,
			"it has no list of resources, not even an empty one; expected a complete state of version 4",
		},
		{
			"a state that is cut off", rawOf(`{"attributes": {"canary": "can`)[:200],
			"2:96: the JSON ends too early, so the file is truncated" + want,
		},
		{
			"attributes that are a list", rawOf(`{"attributes": ["canary"]}`),
			"2:102: resources.instances.attributes: expected an object, got a list",
		},
		{
			"an instance key that is none", rawOf(`{"index_key": true, "attributes": {}}`),
			"2:101: index_key: expected a string or a number",
		},
		{
			"a path that is none",
			rawOf(`{"attributes": {"canary": "x"}, "sensitive_attributes": [[{"type": "canary", "value": 1}]]}`),
			`2:144: sensitive_attributes: expected a list of steps, {"type": "get_attr", "value": …} or {"type": "index", "value": …}`,
		},
		{
			"an instance twice", rawOf(`{"attributes": {}}, {"attributes": {}}`),
			"2:107: this resource instance is in the state twice",
		},
		{
			"a resource of another mode", strings.Replace(rawOf(`{}`), "managed", "canary", 1),
			`2:10: mode: expected "managed" or "data"`,
		},
		{
			"a deep value", planOf(changeOf("aws_x", "a", deep, `{}`, `{}`), `{}`),
			"aws_x.a: nested deeper than 200 levels",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := Read([]byte(tt.give))
			if err == nil || err.Error() != tt.want {
				t.Errorf("got error\n%v\nwant\n%s", err, tt.want)
			}
			if err != nil && strings.Contains(err.Error(), "canary") {
				t.Errorf("the error repeats a value: %v", err)
			}
		})
	}
}

func TestReadTakes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, give, notes string }{
		{"an empty state", `{"format_version": "1.0"}`, ""},
		{"an old plan", `{"format_version": "0.1", "terraform_version": "0.12.0", "planned_values": {}}`, ""},
		{"a later minor version", `{"format_version": "1.99", "planned_values": {}}`, ""},
		{
			"a plan of data sources",
			`{"format_version": "1.2", "planned_values": {"root_module": {"resources": [{"mode": "data"}, null], "child_modules": [null]}}}`, "",
		},
		{
			"a plan without changes",
			`{"format_version": "1.2", "planned_values": {}, "applyable": false, "complete": true}`, "",
		},
		{
			"a plan with errors",
			`{"format_version": "1.2", "planned_values": {}, "errored": true, "applyable": false, "complete": false}`,
			"",
		},
		{
			"an empty stored state",
			`{"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "x", "outputs": {}, "resources": []}`, "",
		},
		{
			"a partial plan", `{"format_version": "1.2", "planned_values": {}, "complete": false}`,
			"This plan is incomplete (deferred changes or -target): a later plan may contain more.",
		},
		{
			"nulls",
			`{"format_version": "1.2", "resource_changes": [null, {"mode": "managed"}], "deferred_changes": [null, {}], "output_changes": {"a": null}, "variables": {"a": null}, "configuration": {"provider_config": {"a": null}, "root_module": {"resources": [null], "module_calls": {"a": null}, "outputs": {"a": null}}}}`, "",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := read(t, tt.give)
			if got := strings.Join(d.Notes(), " "); got != tt.notes {
				t.Errorf("notes: got %q, want %q", got, tt.notes)
			}
			d.Resources(d.Stack("p", "s"))
			d.Whole(d.Stack("p", "s"))
			d.Stack("p", "s")
		})
	}
}

func TestIs(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, give string
		want       bool
	}{
		{"a plan", `{"format_version":"1.2","terraform_version":"1.11.4","variables":{}}`, true},
		{
			"a plan whose keys are sorted",
			`{"applyable": true, "checks": [{"format_version": "x"}], "configuration": {"a": "\"}"}, "format_version": "1.2"}`, true,
		},
		{"a plan that is cut off", "{\n  \"format_version\": \"1.2\",\n  \"terraform_version\": \"1.1", true},
		{"a state", `{"format_version":"1.0","values":{}}`, true},
		{"an empty state", `{"format_version":"1.0"}`, true},
		{"a raw state", `{"version": 4, "terraform_version": "1.11.4", "serial": 3, "lineage": "x"}`, true},
		{"a binary plan", "PK\x03\x04\x14\x00\x08\x00tfplan", true},
		{
			"a raw state whose keys are sorted",
			`{"check_results": null, "lineage": "x", "outputs": {}, "resources": [], "serial": 1, "terraform_version": "1.11.4", "version": 4}`, true,
		},
		{"an old raw state", `{"version": 1, "serial": 3, "modules": []}`, true},
		{"the settings of a backend", `{"version": 3, "terraform_version": "1.11.4", "backend": {}}`, true},
		{"an encrypted state", `{"serial":1,"lineage":"x","meta":{},"encrypted_data":"x"}`, true},
		{"an encrypted plan", `{"meta":{},"encrypted_data":"x"}`, true},
		{"a redacted plan", `{"plan_format_version":"1.2"}`, true},
		{"a plan without its version", `{"terraform_version":"1.11.4","configuration":{}}`, true},
		{"an event", `{"prior_state":{},"next_state":{}}`, false},
		{"parts of a plan", `{"output_changes":{},"prior_state":{}}`, true},
		{"a part of a plan", `{"resource_changes":[{}]}`, true},
		{"a log", `{"@level":"info","@message":"x","@module":"terraform.ui","@timestamp":"x","type":"version"}`, true},
		{"a log behind other lines", "\nInitializing\n" + `{"@level":"info","@message":"x","@module":"tofu.ui"}`, true},
		{"a log of Vault", `{"@level":"info","@message":"x","@module":"core","@timestamp":"x"}`, false},
		{"the result of validate", `{"format_version":"1.0","valid":true,"error_count":0}`, false},
		{"a package with a version", `{"name":"x","version":4,"serial":1}`, false},
		{"another zip file", "PK\x03\x04\x14\x00\x08\x00index.js", false},
		{
			"a state of Pulumi", `{"version":3,"deployment":{"manifest":{},"terraform_version":"x","format_version":"y"}}`,
			false,
		},
		{"schemas of providers", `{"format_version":"1.0","provider_schemas":{}}`, false},
		{"a package", `{"name":"x","configuration":{}}`, false},
		{"a list", `[{"format_version":"1.0"}]`, false},
		{"text", `format_version`, false},
		{"nothing", ``, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := Is([]byte(tt.give)); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestPrinted(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, give string
		want       bool
	}{
		{"a plan", "\nTerraform used the selected providers to generate the following execution\nplan.", true},
		{"a plan in colors", "\x1b[0m\x1b[1mTerraform will perform the following actions:\x1b[0m\n", true},
		{"a plan of OpenTofu", "OpenTofu will perform the following actions:\n", true},
		{"an old plan", "An execution plan has been generated and is shown below.\n", true},
		{"a plan with errors", "Terraform planned the following actions, but then encountered a problem:\n", true},
		{"a plan that changes nothing", "No changes. Your infrastructure matches the configuration.\n", true},
		{"outputs alone", "Changes to Outputs:\n  + a = 1\n", true},
		{"a summary", "x\n  Plan: 1 to import, 2 to add\n", true},
		{"a refresh", "module.a[\"b: c\"].aws_x.y: Refreshing state... [id=1]\n", true},
		{"a refresh of a module", "module.a[\"b\"].aws_x.y[0]: Refreshing state... [id=1]\n", true},
		{"a log of GitHub", "2026-01-02T03:04:05.1234567Z Terraform will perform the following actions:\n", true},
		{
			"a log of Terragrunt", "12:00:00.123 STDOUT [app] terraform: Terraform will perform the following actions:\n",
			true,
		},
		{"a state", "# module.a.aws_x.y[0]: (tainted)\nresource \"aws_x\" \"y\" {\n", true},
		{"a script that reads plans", "grep -q 'Terraform will perform the following actions:' plan.txt\n", false},
		{"a comment in HCL", "# aws_x.y is ours\nresource \"aws_x\" \"y\" {\n", false},
		{"prose", "The plan: 3 to add flour. No changes. Done.\n", false},
		{"nothing", "", false},
	} {
		if got := Printed([]byte(tt.give)); got != tt.want {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
	}
}

// FuzzRead: nothing that is read makes Read or the calls panic, and what Read refuses is refused without content.
func FuzzRead(f *testing.F) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte(planOf(changeOf("aws_x", "a", `{"a": [{"b": "c"}]}`, `{"a": [{"d": true}]}`, `{"a": true}`),
		`{"resources": [`+configOf("aws_x", "a", `{"a": [{"b": {"references": ["module.m[0].x", "var.v", "a[\"]"]}}]}`)+
			`]}`)))
	f.Add([]byte(`{"format_version": "1.0", "values": {"root_module": {"child_modules": [{"address": "module.a[\"", "resources": [{"mode": "managed", "type": "t$::", "address": "::"}]}]}}}`))
	f.Add([]byte(`{"version": 4, "terraform_version": "1.3.0", "serial": 1, "lineage": "x", "outputs": {"a": {"value": 1, "type": "number"}}, "resources": [{"module": "module.a[\"", "mode": "managed", "type": "aws_secretsmanager_secret_version", "name": "n", "provider": "provider[\"", "instances": [{"index_key": "k", "attributes": {"a": [{"b": "c"}], "d": {"value": {"e": 1}, "type": ["object", {"e": "number"}]}, "secret_string": "s", "password": "p"}, "sensitive_attributes": [[{"type": "get_attr", "value": "a"}, {"type": "index", "value": {"value": 0, "type": "number"}}]]}, {"attributes_flat": {"a.%": "1", "a.b.c": "d", "e.#": "1", "e.7.f": "g"}}]}]}`))
	f.Add([]byte(`{"format_version": "1.2", "values": {"root_module": "` + fuzzing.Canary + `"}}`))
	f.Add([]byte(`{"version": 4, "resources": [{"mode": "managed", "instances": "` + fuzzing.Canary + `"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		defer fuzzing.Watch(t, len(data))()
		Is(data)
		Printed(data)
		d, err := Read(data)
		if err != nil {
			fuzzing.Error(t, err)
			return
		}
		d.Stack("p", "s")
		d.Notes()
		for _, req := range d.Resources(d.Stack("p", "s")) {
			if strings.Count(strings.SplitN(req.URN, "::", 4)[2], "::") > 0 {
				t.Errorf("a type holds ::")
			}
			for _, key := range req.Properties.Keys() {
				d.Place(req.URN, []any{key, 0, key})
			}
		}
		d.Whole(d.Stack("p", "s"))
	})
}

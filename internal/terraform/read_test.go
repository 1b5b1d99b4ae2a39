package terraform

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat(`{"a": `, 300) + "1" + strings.Repeat("}", 300)
	const want = "; want what `terraform show -json` writes for a plan or a state"
	for _, tt := range []struct{ name, give, want string }{
		{"a binary plan", "PK\x03\x04\x14\x00\x08\x00tfplan canary", "this is a binary plan: run terraform show -json FILE"},
		{"a raw state", `{"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "canary"}`, "this is a raw state, which does not tell which attributes are sensitive: run terraform show -json terraform.tfstate"},
		{"text", "canary", "line 1, column 1: this is not JSON" + want},
		{"a truncated file", "{\"format_version\": \"1.2\",\n \"canary\": \"cana", "line 2, column 16: the file ends in the middle of a value, it is truncated" + want},
		{"broken JSON", "{\"format_version\": \"1.2\",\n \"canary\": canary}", "line 2, column 12: this is not JSON" + want},
		{"another document", `{"canary": 1}`, "there is no format_version in it" + want},
		{"a later format", `{"format_version": "2.0", "planned_values": {}}`, "format_version: want 0.1 to 1.x, got 2.0: update policypack, or use a Terraform that writes such a version"},
		{"no format", `{"format_version": "canary", "planned_values": {}}`, "format_version: want 0.1 to 1.x, got another text: update policypack, or use a Terraform that writes such a version"},
		{"a list that is none", "{\"format_version\": \"1.2\",\n \"resource_changes\": \"canary\"}", "line 2, column 29: resource_changes: want a list, got string" + want},
		{"a number that is none", `{"format_version": "1.2", "terraform_version": 12345}`, "line 1, column 52: terraform_version: want a string, got number" + want},
		{"a deep value", planOf(changeOf("aws_x", "a", deep, `{}`, `{}`), `{}`), "aws_x.a: nested deeper than 200 levels"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := Read([]byte(tt.give))
			if err == nil || err.Error() != tt.want {
				t.Errorf("got error\n%v\nwant\n%s", err, tt.want)
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
		{"a plan without changes", `{"format_version": "1.2", "planned_values": {}, "applyable": false, "complete": true}`, ""},
		{"a plan with errors", `{"format_version": "1.2", "planned_values": {}, "errored": true, "applyable": false, "complete": false}`, "Terraform could not finish this plan because of errors: what is missing in it is not judged."},
		{"a partial plan", `{"format_version": "1.2", "planned_values": {}, "complete": false}`, "This plan is not complete (deferred changes, or -target): a later plan may show more."},
		{"nulls", `{"format_version": "1.2", "resource_changes": [null, {"mode": "managed"}], "deferred_changes": [null, {}], "output_changes": {"a": null}, "variables": {"a": null}, "configuration": {"provider_config": {"a": null}, "root_module": {"resources": [null], "module_calls": {"a": null}, "outputs": {"a": null}}}}`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := read(t, tt.give)
			if got := strings.Join(d.Notes(), " "); got != tt.notes {
				t.Errorf("notes: got %q, want %q", got, tt.notes)
			}
			d.Analyze("p", "s")
			d.AnalyzeStack("p", "s")
			d.ConfigureStack("p", "s")
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
		{"a plan whose keys are sorted", `{"applyable": true, "checks": [{"format_version": "x"}], "configuration": {"a": "\"}"}, "format_version": "1.2"}`, true},
		{"a plan that is cut off", "{\n  \"format_version\": \"1.2\",\n  \"terraform_version\": \"1.1", true},
		{"a state", `{"format_version":"1.0","values":{}}`, true},
		{"an empty state", `{"format_version":"1.0"}`, true},
		{"a raw state", `{"version": 4, "terraform_version": "1.11.4", "serial": 3, "lineage": "x"}`, true},
		{"a binary plan", "PK\x03\x04\x14\x00\x08\x00tfplan", true},
		{"another zip file", "PK\x03\x04\x14\x00\x08\x00index.js", false},
		{"a state of Pulumi", `{"version":3,"deployment":{"manifest":{},"terraform_version":"x","format_version":"y"}}`, false},
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
	f.Add([]byte(planOf(changeOf("aws_x", "a", `{"a": [{"b": "c"}]}`, `{"a": [{"d": true}]}`, `{"a": true}`), `{"resources": [`+configOf("aws_x", "a", `{"a": [{"b": {"references": ["module.m[0].x", "var.v", "a[\"]"]}}]}`)+`]}`)))
	f.Add([]byte(`{"format_version": "1.0", "values": {"root_module": {"child_modules": [{"address": "module.a[\"", "resources": [{"mode": "managed", "type": "t$::", "address": "::"}]}]}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		Is(data)
		d, err := Read(data)
		if err != nil {
			return
		}
		d.ConfigureStack("p", "s")
		d.Notes()
		for _, req := range d.Analyze("p", "s") {
			if strings.Count(strings.SplitN(req.GetUrn(), "::", 4)[2], "::") > 0 {
				t.Errorf("a type holds ::")
			}
			for key := range req.GetProperties().GetFields() {
				d.Place(req.GetUrn(), []any{key, 0, key})
			}
		}
		d.AnalyzeStack("p", "s")
	})
}

package cli

import (
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/progression-labs-development/policypack/internal/pack"
)

// The schema of the configuration takes what the program takes, and refuses what it refuses, as far as a schema can.
func TestConfigurationSchema(t *testing.T) {
	t.Parallel()
	p, err := ownPack()
	if err != nil {
		t.Fatal(err)
	}
	text, err := configurationSchema(p)
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("policy-config.schema.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("policy-config.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		give string
		ok   bool
	}{
		{`{}`, true},
		{`{"all": "advisory", "environments": ["acme/secrets"]}`, true},
		{`{"secret-name": "remediate"}`, true},
		{`{"secret-name": {"enforcementLevel": "disabled", "templates": ["{service}/{environment}"]}}`, true},
		{`{"settings": {"levelByStack": {"dev-*": "advisory", "prod": {"secret-name": "mandatory"}}}}`, true},
		{`{"settings": {"exemptions": {"a": {"policies": ["secret-name"], "urn": "*::x", "reason": "r", "owner": "o", "expires": "2027-01-01"}}}}`, true},
		{`{"secret-nam": "advisory"}`, false},
		{`{"secret-name": "sometimes"}`, false},
		{`{"secret-name": {"template": []}}`, false},
		{`{"secret-name": {"templates": "x"}}`, false},
		{`{"settings": {"exemptions": {"a": {"policies": ["secret-name"]}}}}`, false},
		{`{"environments": "acme"}`, false},
		{`[]`, false},
		{`{"$schema": "x"}`, false},
		{`{"version": 2}`, true},
		{`{"version": 2, "$schema": "x", "comment": "x", "environments": ["acme/secrets"], "policies": {"all": "advisory"}}`, true},
		{`{"version": 2, "policies": null, "exceptions": null}`, true},
		{`{"version": 3}`, false},
		{`{"version": "2"}`, false},
		{`{"version": 2, "secret-name": "advisory"}`, false},
		{`{"version": 2, "settings": {}}`, false},
		{`{"version": 2, "policies": {"secret-nam": "advisory"}}`, false},
		{`{"version": 2, "policies": {"environments": ["acme/secrets"]}}`, false},
		{`{"version": 2, "exceptions": {"EXC-1": {"reason": "r", "match": [{"policies": ["secret-name"], "targets": ["urn:pulumi:a::b::c:d:E::f"]}]}}}`, true},
		{`{"version": 2, "exceptions": {"EXC 1": {"reason": "r", "match": [{"policies": ["secret-name"], "targets": ["urn:pulumi:a::b::c:d:E::f"]}]}}}`, false},
		{`{"version": 2, "exceptions": {"EXC-1": {"reason": "", "match": [{"policies": ["secret-name"], "targets": ["urn:pulumi:a::b::c:d:E::f"]}]}}}`, false},
		{`{"version": 2, "exceptions": {"EXC-1": {"reason": "r", "match": []}}}`, false},
		{`{"version": 2, "exceptions": {"EXC-1": {"reason": "r", "match": [{"policies": ["settings"], "targets": ["urn:pulumi:a::b::c:d:E::f"]}]}}}`, false},
		{`{"version": 2, "exceptions": {"EXC-1": {"reason": "r", "match": [{"policies": ["all"], "targets": ["urn:pulumi:a::b::c:d:E::f"]}]}}}`, false},
		{`{"version": 2, "exceptions": {"EXC-1": {"reason": "r", "match": [{"policies": ["secret-name"], "targets": ["urn:pulumi:*::b::c:d:E::f"]}]}}}`, false},
		{`{"version": 2, "exceptions": {"EXC-1": {"reason": "r", "expires": "2027-01-01", "match": [{"policies": ["secret-name"], "targets": ["urn:pulumi:a::b::c:d:E::f"]}]}}}`, false},
	} {
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(tt.give))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(value); (err == nil) != tt.ok {
			t.Errorf("%s: got %v, want it valid: %v", tt.give, err, tt.ok)
		}
	}
}

// The page describes every parameter of every policy once, and the fields of the objects in it.
func TestConfigurationPage(t *testing.T) {
	t.Parallel()
	p, err := ownPack()
	if err != nil {
		t.Fatal(err)
	}
	page := configuration(p)
	_, page, _ = strings.Cut(page, "\n## Settings\n")
	settings, rest, _ := strings.Cut(page, "\n## Parameters of several policies\n")
	several, _, ok := strings.Cut(rest, "\n## Parameters of single policies\n")
	if !ok {
		t.Fatalf("want three sections, got\n%s", page)
	}
	for _, q := range p.Policies {
		_, own, _ := strings.Cut(rest, "\n### "+policyLink(q)+"\n")
		own, _, _ = strings.Cut(own, "\n### ")
		for name := range q.Parameters.Properties {
			row, section := "\n| `"+name+"` |", own
			switch {
			case q.Name == pack.SettingsPolicy:
				section = settings
			case strings.Contains(several, policyLink(q)) && strings.Contains(several, row):
				section = several
			}
			if !strings.Contains(section, row) {
				t.Errorf("%s: parameter %s is missing", q.Name, name)
			}
		}
	}
	for _, want := range []string{
		"each value of `exemptions`:", "each entry of `components`:", "each entry of `baseline.findings`:",
		"`levelByStack` | map of strings \\| objects", "| `source` | string, required |",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not contain %s", want)
		}
	}
}

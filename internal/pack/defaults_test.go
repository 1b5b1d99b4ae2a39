package pack

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/policyfile"
)

func TestWithDefaults(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, give, config string // config stands above the defaults
		level              Level
		from               string
		params             string
	}{
		{"nothing", `{}`, `{}`, Mandatory, FromPolicy, `{"words": ["a"]}`},
		{"a level as a text", `{"secret-name": "advisory"}`, `{}`, Advisory, FromDefaults, `{"words": ["a"]}`},
		{"all", `{"all": "advisory"}`, `{}`, Advisory, FromDefaults, `{"words": ["a"]}`},
		{
			"one policy above all", `{"all": "disabled", "secret-name": {"enforcementLevel": "advisory"}}`, `{}`, Advisory,
			FromDefaults, `{"words": ["a"]}`,
		},
		{
			"a parameter", `{"secret-name": {"words": ["b"], "count": 2}}`, `{}`, Mandatory, FromPolicy,
			`{"count": 2, "words": ["b"]}`,
		},
		{
			"version 2",
			`{"version": 2, "$schema": "x", "policies": {"all": "disabled", "secret-name": {"enforcementLevel": "advisory", "words": ["b"]}}}`, `{}`, Advisory, FromDefaults, `{"words": ["b"]}`,
		},
		{
			"the configuration stands above",
			`{"secret-name": {"enforcementLevel": "advisory", "words": ["b"], "count": 2}}`,
			`{"secret-name": {"enforcementLevel": "mandatory", "words": ["c"]}}`, Mandatory, FromConfiguration,
			`{"count": 2, "words": ["c"]}`,
		},
		{
			"the configuration says the same as the defaults", `{"secret-name": "advisory"}`,
			`{"secret-name": "advisory"}`, Advisory,
			FromDefaults, `{"words": ["a"]}`,
		},
		{
			"remediate is mandatory, which the policy is", `{}`, `{"secret-name": "remediate"}`, Mandatory, FromPolicy,
			`{"words": ["a"]}`,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			own := testPack(t)
			p, err := own.WithDefaults("policy-config.json", []byte(tt.give))
			if err != nil {
				t.Fatal(err)
			}
			f := policyfile.Parse([]byte(tt.config), nil)
			settings := map[string]Setting{}
			for name, parameters := range f.Parameters() {
				settings[name] = Setting{Level: Level(f.Level(name)), Parameters: parameters}
			}
			c, err := p.Configure(settings)
			if err != nil {
				t.Fatal(err)
			}
			if got := c.Level("secret-name"); got != tt.level {
				t.Errorf("level: got %s, want %s", got, tt.level)
			}
			if got := c.From("secret-name"); got != tt.from {
				t.Errorf("the level is from %q, want %q", got, tt.from)
			}
			if diff := cmp.Diff(tt.params, c.Context.Parameters.Get(stringTerm("secret-name")).String()); diff != "" {
				t.Errorf("parameters: mismatch (-want +got)\n%s", diff)
			}
			if words := own.Policy("secret-name").Parameters.Defaults["words"]; len(words.([]any)) != 1 ||
				words.([]any)[0] != "a" {
				t.Errorf("the pack itself has changed: %v", words)
			}
		})
	}
}

// What the console of Pulumi Cloud shows as default is the organisation's.
func TestWithDefaultsChangesTheSchema(t *testing.T) {
	t.Parallel()
	p, err := testPack(t).WithDefaults("policy-config.json", []byte(`{"secret-name": {"words": ["b"]}}`))
	if err != nil {
		t.Fatal(err)
	}
	got := p.Policy("secret-name").Parameters.Properties["words"].(map[string]any)["default"]
	if diff := cmp.Diff([]any{"b"}, got); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
}

func TestDefaultsNameEveryMistake(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, give, want string }{
		{"no JSON", `{`, "c.json:1: not JSON; expected " + policyfile.Shape1 +
			" or " + policyfile.Shape2},
		{"empty", ``, "c.json: the file is empty; expected " + policyfile.Shape1},
		{"null", `null`, "c.json:1: expected an object, got null: " + policyfile.Shape1 + " or " + policyfile.Shape2},
		{
			"shapes", `{
  "a": 3, "all": {"x": 1},
  "b": {"enforcementLevel": 1},
  "environments": ["canary"], "environments": []
}`,
			`c.json:2: "all" sets the level of all policies and no parameters; write x under the policy that has it
c.json:2: policy a: expected a level or an object with parameters, got a number
c.json:3: policy b: level: expected one of advisory, mandatory, remediate, disabled
c.json:4: set environments in the policy group on Pulumi Cloud, not in the pack`,
		},
		{
			"version 2", `{
  "version": 2,
  "exceptions": {}
}`,
			"c.json:3: set exceptions on Pulumi Cloud or in the file for --policy-pack-config, not in the pack",
		},
		{
			"what is not there", `{"secret-nam": "advisory", "secret-name": {"wrods": ["canary"]}}`,
			`c.json:1: policy secret-name: parameters: wrods: unknown parameter; did you mean words?
c.json:1: unknown policy "secret-nam"; did you mean secret-name?`,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := testPack(t).WithDefaults("c.json", []byte(tt.give))
			if err == nil {
				t.Fatal("got no error")
			}
			if diff := cmp.Diff(tt.want, err.Error()); diff != "" {
				t.Errorf("mismatch (-want +got)\n%s", diff)
			}
			if strings.Contains(err.Error(), "canary") {
				t.Error("the error quotes a value")
			}
		})
	}
}

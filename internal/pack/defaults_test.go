package pack

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
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
		{"one policy above all", `{"all": "disabled", "secret-name": {"enforcementLevel": "advisory"}}`, `{}`, Advisory, FromDefaults, `{"words": ["a"]}`},
		{"a parameter", `{"secret-name": {"words": ["b"], "count": 2}}`, `{}`, Mandatory, FromPolicy, `{"count": 2, "words": ["b"]}`},
		{
			"the configuration stands above", `{"secret-name": {"enforcementLevel": "advisory", "words": ["b"], "count": 2}}`,
			`{"secret-name": {"enforcementLevel": "mandatory", "words": ["c"]}}`, Mandatory, FromConfiguration, `{"count": 2, "words": ["c"]}`,
		},
		{
			"the configuration says the same as the defaults", `{"secret-name": "advisory"}`, `{"secret-name": "advisory"}`, Advisory,
			FromDefaults, `{"words": ["a"]}`,
		},
		{"remediate is mandatory, which the policy is", `{}`, `{"secret-name": "remediate"}`, Mandatory, FromPolicy, `{"words": ["a"]}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			settings, err := ParseDefaults([]byte(tt.give))
			if err != nil {
				t.Fatal(err)
			}
			own := testPack(t)
			p, err := own.WithDefaults(settings)
			if err != nil {
				t.Fatal(err)
			}
			config, err := ParseDefaults([]byte(tt.config))
			if err != nil {
				t.Fatal(err)
			}
			c, err := p.Configure(config)
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
			if words := own.Policy("secret-name").Parameters.Defaults["words"]; len(words.([]any)) != 1 || words.([]any)[0] != "a" {
				t.Errorf("the pack itself has changed: %v", words)
			}
		})
	}
}

// What the console of Pulumi Cloud shows as default is the organisation's.
func TestWithDefaultsChangesTheSchema(t *testing.T) {
	t.Parallel()
	p, err := testPack(t).WithDefaults(map[string]Setting{"secret-name": {Parameters: map[string]any{"words": []any{"b"}}}})
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
		{"no JSON", `{`, `want one JSON object of policies, such as {"POLICY": "advisory"}`},
		{"empty", ``, `want one JSON object of policies, such as {"POLICY": "advisory"}`},
		{"null", `null`, `want one JSON object of policies, such as {"POLICY": "advisory"}`},
		{"two documents", `{} {}`, `want one JSON object of policies, such as {"POLICY": "advisory"}`},
		{"shapes", `{"a": 3, "all": {"x": 1}, "b": {"enforcementLevel": 1}, "environments": ["canary"]}`, `policy a: want a level or an object
all: sets levels and no parameters
policy b: enforcementLevel: want a text
environments: these belong to the policy group, not to the pack`},
		{
			"what is not there", `{"secret-nam": "advisory", "secret-name": {"wrods": ["canary"], "enforcementLevel": "canary"}}`,
			`the policy configuration is not valid:
  there is no policy "secret-nam"; did you mean secret-name?
  policy secret-name: level: want advisory, mandatory, remediate or disabled
  policy secret-name: parameters: unknown wrods; did you mean words?`,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			settings, err := ParseDefaults([]byte(tt.give))
			if err == nil {
				_, err = testPack(t).WithDefaults(settings)
			}
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

func FuzzParseDefaults(f *testing.F) {
	f.Add([]byte(`{"all": "advisory", "a": {"enforcementLevel": "mandatory", "b": [1]}}`))
	f.Fuzz(func(_ *testing.T, data []byte) { _, _ = ParseDefaults(data) })
}

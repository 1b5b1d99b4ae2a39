package pack

import (
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/open-policy-agent/opa/v1/ast"
)

func testPack(t *testing.T) *Pack {
	t.Helper()
	text := `# METADATA
# title: Names
# description: Checks names.
# custom:
#   level: mandatory
#   severity: high
#   remediation: Rename.
#   parameters:
#     properties:
#       words: {type: array, items: {type: string}, default: [a], description: Words.}
#       count: {type: integer, description: How many.}
package policies.secret_name

deny contains {"message": "x", "path": []} if false

undecided contains {"message": "x", "path": []} if false
`
	settings := `# METADATA
# title: Settings
# description: What all policies read.
# custom:
#   level: mandatory
#   severity: high
#   remediation: Mend them.
#   parameters:
#     properties:
#       onUnknown: {type: string, enum: [allow, warn, deny], default: warn, description: What to do.}
package policies.settings

deny contains {"message": "x", "path": []} if false
`
	p, err := Load([]Source{{FS: fstest.MapFS{
		"secret_name/secret_name.rego": {Data: []byte(text)},
		"settings/settings.rego":       {Data: []byte(settings)},
	}, Prefix: "policies", Root: "policies"}}, "docs")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestConfigure(t *testing.T) {
	t.Parallel()
	type params = map[string]any
	for _, tt := range []struct {
		name    string
		give    map[string]Setting
		level   Level
		unknown OnUnknown
		enabled string
		params  string
	}{
		{"nothing", nil, Mandatory, Warn, `["secret-name", "settings"]`, `{"words": ["a"]}`},
		{
			"advisory",
			map[string]Setting{"secret-name": {Level: Advisory}},
			Advisory, Warn,
			`["secret-name", "settings"]`, `{"words": ["a"]}`,
		},
		{
			"remediate counts as mandatory",
			map[string]Setting{"secret-name": {Level: "remediate"}},
			Mandatory, Warn, `["secret-name", "settings"]`, `{"words": ["a"]}`,
		},
		{
			"disabled",
			map[string]Setting{"secret-name": {Level: Disabled}},
			Disabled, Warn, `["settings"]`,
			`{"words": ["a"]}`,
		},
		{
			"settings count when disabled",
			map[string]Setting{"settings": {Level: Disabled, Parameters: params{"onUnknown": "deny"}}},
			Mandatory, Deny, `["secret-name", "settings"]`, `{"words": ["a"]}`,
		},
		{
			"a policy's own onUnknown wins",
			map[string]Setting{
				"settings":    {Parameters: params{"onUnknown": "deny"}},
				"secret-name": {Parameters: params{"onUnknown": "allow"}},
			},
			Mandatory, Allow, `["secret-name", "settings"]`, `{"onUnknown": "allow", "words": ["a"]}`,
		},
		{
			"all is Pulumi's",
			map[string]Setting{"all": {Level: Advisory}},
			Mandatory, Warn,
			`["secret-name", "settings"]`, `{"words": ["a"]}`,
		},
		{
			"a parameter is replaced whole",
			map[string]Setting{"secret-name": {Parameters: params{"words": []any{"b", "c"}}}},
			Mandatory, Warn, `["secret-name", "settings"]`, `{"words": ["b", "c"]}`,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c, err := testPack(t).Configure(tt.give)
			if err != nil {
				t.Fatal(err)
			}
			if got := c.Level("secret-name"); got != tt.level {
				t.Errorf("level: got %s, want %s", got, tt.level)
			}
			if got := c.OnUnknown("secret-name"); got != tt.unknown {
				t.Errorf("onUnknown: got %s, want %s", got, tt.unknown)
			}
			if got := c.Context.Enabled.String(); got != tt.enabled {
				t.Errorf("enabled: got %s, want %s", got, tt.enabled)
			}
			if got := c.Context.Parameters.Get(stringTerm("secret-name")).String(); got != tt.params {
				t.Errorf("parameters: got %s, want %s", got, tt.params)
			}
		})
	}
}

func TestConfigureNamesEveryMistake(t *testing.T) {
	t.Parallel()
	_, err := testPack(t).Configure(map[string]Setting{
		"secret_name": {Level: Advisory},
		"sekret":      {},
		"secret-name": {
			Level:      "strict",
			Parameters: map[string]any{"words": "canary", "count": 1.5, "wrods": "canary"},
		},
		"settings": {Parameters: map[string]any{"onUnknown": "canary"}},
	})
	want := `invalid policy configuration:
  policy secret-name: level: expected one of advisory, mandatory, remediate, disabled
  policy secret-name: parameters: count: expected a whole number, got a fraction
  policy secret-name: parameters: words: expected a list, got a text
  policy secret-name: parameters: wrods: unknown parameter; did you mean words?
  unknown policy "secret_name"; did you mean secret-name?
  unknown policy "sekret"; there are secret-name, settings
  policy settings: parameters: onUnknown: expected one of allow, warn, deny`
	if err == nil {
		t.Fatal("the mistakes were not reported")
	}
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
}

func stringTerm(s string) *ast.Term { return ast.StringTerm(s) }

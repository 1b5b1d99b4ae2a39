package confdiff_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/confdiff"
	"github.com/progression-labs-development/policypack/internal/floor"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/policies"
	"github.com/progression-labs-development/policypack/rego"
)

func ownPack(t *testing.T) *pack.Pack {
	t.Helper()
	p, err := pack.Load(pack.Own(policies.FS, rego.FS), "")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestEveryParameterHasADirection shows that each parameter of the pack's own policies says in which direction it
// relaxes, but for those that have none or an order of their own.
func TestEveryParameterHasADirection(t *testing.T) {
	t.Parallel()
	without := []string{
		"settings.baseline", "settings.bundleKeys", "settings.enforceFrom", "settings.exemptions",
		"settings.levelByAccount",
		"settings.levelByStack", "settings.adopt", // special
		// no direction
		"settings.environmentByStack", "settings.exemptionWarningDays", "settings.helpURL", "settings.ruleSeconds",
		"settings.ruleSecondsPerStack",
	}
	for _, q := range ownPack(t).Policies {
		for _, name := range slices.Sorted(maps.Keys(q.Parameters.Properties)) {
			schema, _ := q.Parameters.Properties[name].(map[string]any)
			relaxes, ok := schema[pack.Relaxes]
			switch v := relaxes.(type) {
			case string:
				ok = slices.Contains([]string{"more", "less", "more-or-none"}, v)
			case []any:
				if enum, _ := schema["enum"].([]any); enum != nil && len(enum) != len(v) {
					t.Errorf("%s.%s: relaxes orders %d values of %d", q.Name, name, len(v), len(enum))
				}
			}
			if excepted := slices.Contains(without, q.Name+"."+name); ok == excepted {
				t.Errorf("%s.%s: relaxes is %v; want more, less, more-or-none or a list of values in its METADATA, "+
					"or the name in this test", q.Name, name, relaxes)
			}
			if text, err := json.Marshal(q.Parameters.Schema()[name]); err != nil ||
				strings.Contains(string(text), `"`+pack.Relaxes+`":`) {
				t.Errorf("%s.%s: the engine is told of it: %s %v", q.Name, name, text, err)
			}
		}
	}
}

func TestFloors(t *testing.T) {
	t.Parallel()
	p := ownPack(t)
	side := func(text string) confdiff.Side {
		var raw any
		if err := json.Unmarshal([]byte(text), &raw); err != nil {
			t.Fatal(err)
		}
		f, err := floor.Parse(raw, p, "bundle.tar.gz")
		if err != nil {
			t.Fatal(err)
		}
		return confdiff.Side{Floor: f}
	}
	got := confdiff.Sides(p,
		side(`[
			{"levels": {"all": "advisory", "secret-name": "mandatory", "hardcoded-secret": "advisory"}},
			{"organization": "acme", "levels": {"all": "mandatory"}, "parameters": {"settings": {"onUnknown": "deny", "maxExemptionDays": 30}}},
			{"stack": "old", "levels": {"all": "mandatory"}}
		]`),
		side(`[
			{"levels": {"all": "mandatory"}},
			{"organization": "acme", "levels": {"all": "mandatory"}, "parameters": {"settings": {"onUnknown": "warn", "allowComments": false}}, "exemptions": "any"},
			{"stack": "new", "levels": {"all": "mandatory"}}
		]`), time.Now(), func(s string) string { return s })
	var lines []string
	for _, c := range got {
		lines = append(lines, string(c.Kind)+": "+c.Where+": "+c.Text)
	}
	want := []string{
		"milder: floor, organization acme: any exemption can relax what it makes mandatory",
		"milder: floor, organization acme: settings.maxExemptionDays is no longer pinned",
		"milder: floor, organization acme: settings.onUnknown: warn, was deny",
		"milder: floor, stack old: was removed",
		"stricter: floor, everywhere: all: mandatory, was advisory",
		"stricter: floor, everywhere: hardcoded-secret: mandatory, was advisory",
		"stricter: floor, organization acme: settings.allowComments is pinned",
		"stricter: floor, stack new: is new",
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
}

func TestKeysAndUnset(t *testing.T) {
	t.Parallel()
	p := ownPack(t)
	settings := func(text string) confdiff.Side {
		var parameters map[string]any
		if err := json.Unmarshal([]byte(text), &parameters); err != nil {
			t.Fatal(err)
		}
		return confdiff.Side{Parameters: map[string]map[string]any{"settings": parameters}}
	}
	for _, tt := range []struct{ name, a, b, want string }{
		{
			"no key any more", `{"bundleKeys": {"a": {"key": "canary"}}}`, `{"bundleKeys": {}}`,
			"milder: settings.bundleKeys: no longer pins a key: the parameters and the floor of a bundle do not apply",
		},
		{
			"the parameter is gone", `{"bundleKeys": {"a": {"key": "canary"}}}`, `{}`,
			"milder: settings.bundleKeys: no longer pins a key: the parameters and the floor of a bundle do not apply",
		},
		{
			"a lower serial number", `{"minBundleSerial": 20261123120000}`, `{"minBundleSerial": 20261123110000}`,
			"milder: settings.minBundleSerial: 20261123110000, was 20261123120000",
		},
		{
			"a serial number", `{}`, `{"minBundleSerial": 20261123120000}`,
			"stricter: settings.minBundleSerial: 20261123120000, was not set",
		},
		{
			"no serial number any more", `{"minBundleSerial": 7}`, `{}`,
			"milder: settings.minBundleSerial: not set, was 7",
		},
		{
			"a further key", `{"bundleKeys": {"a": {"key": "canary"}}}`,
			`{"bundleKeys": {"a": {"key": "canary"}, "b": {"key": "canary"}}}`,
			"milder: settings.bundleKeys.b: is new: bundles signed with it are also accepted",
		},
		{
			"another key", `{"bundleKeys": {"a": {"key": "canary"}}}`, `{"bundleKeys": {"a": {"key": "canary2"}}}`,
			"different: settings.bundleKeys.a: is a different key",
		},
		{"a number where none was", `{}`, `{"minEntropy": 4.5}`, "milder: settings.minEntropy: 4.5, was not set"},
		{"a low one where none was", `{}`, `{"minEntropy": 1}`, "stricter: settings.minEntropy: 1, was not set"},
		{
			"one that is lower here and higher there", `{}`, `{"minEntropy": 2.5}`,
			"different: settings.minEntropy: 2.5, was not set",
		},
		{
			"values of a module", `{"blessedModules": [{"source": "a.b/c"}]}`,
			`{"blessedModules": [{"source": "a.b/c", "values": "generated"}]}`,
			"milder: settings.blessedModules `a.b/c` values: generated, was none",
		},
		{
			"the order of components",
			`{"components": [{"type": "a:b:*", "values": "none"}, {"type": "a:b:C", "values": "generated"}]}`,
			`{"components": [{"type": "a:b:C", "values": "generated"}, {"type": "a:b:*", "values": "none"}]}`,
			"different: settings.components: has a different order",
		},
		{"a version is adopted", `{}`, `{"adopt": "0.1.0"}`, "milder: settings.adopt: is 0.1.0: new findings of " +
			"later versions are advisory for a while"},
		{"an older one", `{"adopt": "0.10.0"}`, `{"adopt": "0.9.0"}`, "milder: settings.adopt: 0.9.0, was 0.10.0"},
		{"a newer one", `{"adopt": "0.9.0"}`, `{"adopt": "0.10.0"}`, "stricter: settings.adopt: 0.10.0, was 0.9.0"},
		{"none any more", `{"adopt": "0.9.0"}`, `{}`, "stricter: settings.adopt: is no longer set: new findings " +
			"of a version apply at once"},
		{"the default", `{}`, `{"maxExemptionDays": 90}`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var lines []string
			for _, c := range confdiff.Sides(p, settings(tt.a), settings(tt.b), time.Now(),
				func(s string) string { return s }) {
				lines = append(lines, string(c.Kind)+": "+c.Where+": "+c.Text)
			}
			if got := strings.Join(lines, "\n"); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

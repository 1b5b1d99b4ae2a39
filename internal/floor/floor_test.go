package floor_test

import (
	"encoding/json"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/floor"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/rollout"
	"github.com/progression-labs-development/policypack/policies"
	"github.com/progression-labs-development/policypack/rego"
)

var ownPack = sync.OnceValues(func() (*pack.Pack, error) { return pack.Load(pack.Own(policies.FS, rego.FS), "") })

// parse reads a floor that is written as JSON.
func parse(t *testing.T, text string) (*floor.Floor, *pack.Pack, error) {
	t.Helper()
	p, err := ownPack()
	if err != nil {
		t.Fatal(err)
	}
	var raw any
	if err := json.Unmarshal([]byte(text), &raw); err != nil {
		t.Fatal(err)
	}
	f, err := floor.Parse(raw, p, "bundle.tar.gz (revision r7)")
	return f, p, err
}

func parsed(t *testing.T, text string) (*floor.Floor, *pack.Pack) {
	t.Helper()
	f, p, err := parse(t, text)
	if err != nil {
		t.Fatal(err)
	}
	return f, p
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, give, want string }{
		{"no list", `{"levels": {}}`, `floor: expected a list of entries, such as [{"levels": {"all": "advisory"}}]`},
		{"no rows", `[]`, "floor: expected a list of entries"},
		{"no object", `["mandatory"]`, "floor: entry 1: expected an object with levels or parameters"},
		{
			"nothing in a row", `[{"levels": {"all": "advisory"}}, {"stack": "prod"}]`,
			"floor: entry 2: it is empty: expected levels or parameters",
		},
		{
			"a misspelt key", `[{"level": {"all": "advisory"}, "levels": {"all": "advisory"}}]`,
			"floor: entry 1: unknown level; did you mean levels?",
		},
		{
			"a misspelt selector", `[{"organisation": "acme", "levels": {"all": "advisory"}}]`,
			"floor: entry 1: unknown organisation; did you mean organization?",
		},
		{
			"a misspelt policy", `[{"levels": {"secret-nam": "mandatory"}}]`,
			`floor: entry 1: levels.secret-nam: unknown policy "secret-nam"; did you mean secret-name?`,
		},
		{
			"the settings' level", `[{"levels": {"settings": "mandatory"}}]`,
			"floor: entry 1: levels.settings: mistakes in the settings are always mandatory; leave it out",
		},
		{"disabled", `[{"levels": {"all": "disabled"}}]`, "floor: entry 1: levels.all: expected one of advisory, mandatory"},
		{"a level as a number", `[{"levels": {"secret-name": 3}}]`, "floor: entry 1: levels.secret-name: expected one of advisory, " +
			"mandatory"},
		{"levels as a text", `[{"levels": "mandatory"}]`, "floor: entry 1: levels: expected an object of levels by policy"},
		{
			"parameters of nobody", `[{"parameters": {"secret_name": {"matchStack": true}}}]`,
			`floor: entry 1: parameters.secret_name: unknown policy "secret_name"; did you mean secret-name?`,
		},
		{
			"a misspelt parameter", `[{"parameters": {"secret-name": {"matchStak": true}}}]`,
			"floor: entry 1: parameters.secret-name.matchStak: unknown parameter; did you mean matchStack?",
		},
		{
			"a parameter of another shape", `[{"parameters": {"secret-name": {"matchStack": "canary"}}}]`,
			"floor: entry 1: parameters.secret-name.matchStack: expected true or false, got a text",
		},
		{
			"a level among parameters", `[{"parameters": {"secret-name": "mandatory"}}]`,
			"floor: entry 1: parameters.secret-name: expected an object of parameters; levels belong in levels",
		},
		{
			"exemptions as parameters", `[{"parameters": {"settings": {"exemptions": {}}}}]`,
			"floor: entry 1: parameters.settings.exemptions: the exemptions of the bundle belong in its parameters",
		},
		{
			"levels by stack", `[{"parameters": {"settings": {"levelByStack": {}}}}]`,
			"floor: entry 1: parameters.settings.levelByStack: add an entry with a stack and its levels",
		},
		{
			"its own keys", `[{"parameters": {"settings": {"bundleKeys": {}}}}]`,
			"floor: entry 1: parameters.settings.bundleKeys: a bundle cannot pin its own keys",
		},
		{
			"another word for exemptions", `[{"levels": {"all": "advisory"}, "exemptions": "canary"}]`,
			"floor: entry 1: exemptions: expected one of signed, any",
		},
		{
			"a stack with its project", `[{"stack": "shop/prod", "levels": {"all": "advisory"}}]`,
			"floor: entry 1: stack: a stack name contains no slash",
		},
		{"an open bracket", `[{"stack": "prod[", "levels": {"all": "advisory"}}]`, "floor: entry 1: stack: brackets match literally"},
		{
			"a class of characters", `[{"stack": "prod-[ab]", "levels": {"all": "advisory"}}]`,
			`floor: entry 1: stack: brackets match literally: write {a,b} for alternatives, or \[ for a literal bracket`,
		},
		{
			"an open brace", `[{"tag": {"tier": "{1,2"}, "levels": {"all": "advisory"}}]`,
			`floor: entry 1: tag.tier: not a glob: close its brackets and braces, or write \ before them`,
		},
		{
			"an empty selector", `[{"organization": "", "levels": {"all": "advisory"}}]`,
			"floor: entry 1: organization: expected a glob, or leave it out to match any",
		},
		{
			"tags as a text", `[{"tag": "prod", "levels": {"all": "advisory"}}]`,
			"floor: entry 1: tag: expected an object of globs by tag name",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, _, err := parse(t, tt.give)
			if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "canary") {
				t.Errorf("got %v, want an error with %q", err, tt.want)
			}
		})
	}
	t.Run("all at once", func(t *testing.T) {
		t.Parallel()
		_, _, err := parse(t,
			`[{"levels": {"a-b": "mandatory", "settings": "advisory"}}, {"levels": {"c-d": "mandatory"}}]`)
		if err == nil || strings.Count(err.Error(), "\n") != 2 {
			t.Errorf("got %v, want three lines", err)
		}
	})
}

func TestLevel(t *testing.T) {
	t.Parallel()
	f, _ := parsed(t, `[
		{"levels": {"all": "advisory"}},
		{"organization": "acme*", "project": "shop", "stack": "prod*", "levels": {"all": "mandatory", "hardcoded-secret": "advisory"}},
		{"account": "1234*", "levels": {"secret-name": "mandatory"}},
		{"tag": {"tier": "1", "team": "*"}, "levels": {"secret-name": "mandatory"}, "exemptions": "any"}
	]`)
	const by = "the floor of bundle.tar.gz (revision r7) (entry "
	raised := func(level pack.Level, row string) rollout.Level {
		return rollout.Level{
			Level: level, From: "entry " + row + " of the bundle's floor",
			Note: "Raised to " + string(level) + " by " + by + row + ").",
		}
	}
	off := rollout.Level{Level: pack.Disabled, From: "levelByStack *"}
	for _, tt := range []struct {
		name   string
		policy string
		at     rollout.Place
		give   rollout.Level
		want   rollout.Level
		signed string
	}{
		{"nowhere", "secret-name", rollout.Place{}, off, raised("advisory", "1"), ""},
		{
			"what is at the level stays as it is", "secret-name",
			rollout.Place{},
			rollout.Level{Level: pack.Advisory, From: "x", Note: "y"},
			rollout.Level{Level: pack.Advisory, From: "x", Note: "y"},
			"",
		},
		{
			"what is above it too", "secret-name",
			rollout.Place{},
			rollout.Level{Level: pack.Mandatory},
			rollout.Level{Level: pack.Mandatory},
			"",
		},
		{
			"all selectors match", "secret-name",
			rollout.Place{Organization: "acme-eu", Project: "shop", Stack: "production"},
			off, raised("mandatory", "2"),
			by + "2)",
		},
		{
			"an organization that was typed in capitals", "secret-name",
			rollout.Place{Organization: "ACME", Project: "shop", Stack: "production"},
			off, raised("mandatory", "2"),
			by + "2)",
		},
		{
			"a policy that the row names", "hardcoded-secret",
			rollout.Place{Organization: "acme", Project: "shop", Stack: "prod"},
			off, raised("advisory", "1"), "",
		},
		{
			"another project", "secret-name",
			rollout.Place{Organization: "acme", Project: "site", Stack: "prod"},
			off,
			raised("advisory", "1"), "",
		},
		{
			"no organization", "secret-name",
			rollout.Place{Project: "shop", Stack: "prod"},
			off, raised("advisory", "1"),
			"",
		},
		{
			"an account", "secret-name",
			rollout.Place{Stack: "dev", Account: "123456789012"},
			off,
			raised("mandatory", "3"), by + "3)",
		},
		{
			"tags, and any exemption", "secret-name",
			rollout.Place{Stack: "dev", Tags: map[string]string{"tier": "1", "team": "x"}},
			off,
			raised("mandatory", "4"), "",
		},
		{
			"one tag of two", "secret-name",
			rollout.Place{Stack: "dev", Tags: map[string]string{"tier": "1"}},
			off,
			raised("advisory", "1"), "",
		},
		{
			"a stricter row takes signed ones alone", "secret-name",
			rollout.Place{Account: "1234", Tags: map[string]string{"tier": "1", "team": "x"}},
			off,
			raised("mandatory", "3"), by + "3)",
		},
		{
			"the settings", "settings",
			rollout.Place{Account: "1234"},
			rollout.Level{Level: pack.Mandatory},
			rollout.Level{Level: pack.Mandatory},
			"",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := f.At(tt.at)
			if diff := cmp.Diff(tt.want, b.Level(tt.policy, tt.give)); diff != "" {
				t.Errorf("mismatch (-want +got)\n%s", diff)
			}
			if got := b.Signed(tt.policy); got != tt.signed {
				t.Errorf("signed: got %q, want %q", got, tt.signed)
			}
		})
	}
	var none *floor.Floor
	if got := none.At(rollout.Place{}).Level("secret-name", off); got != off {
		t.Errorf("no floor: got %v", got)
	}
}

func TestApply(t *testing.T) {
	t.Parallel()
	f, p := parsed(t, `[
		{"parameters": {"settings": {"onUnknown": "deny", "managers": ["aws-secrets-manager"]}, "static-credential": {"allowTypes": []}}},
		{"stack": "dev", "parameters": {"settings": {"onUnknown": "warn"}, "secret-name": {"onUnknown": "allow"}}}
	]`)
	settings := map[string]pack.Setting{
		"settings": {Level: pack.Mandatory, Parameters: map[string]any{
			"onUnknown": "allow", "allowComments": false, "managersByStack": map[string]any{"*": []any{"x"}},
		}},
		"static-credential": {Parameters: map[string]any{"allowTypes": []any{"**"}}},
		"secret-name":       {Parameters: map[string]any{"onUnknown": "warn"}},
	}
	const replaces = "The floor of bundle.tar.gz (revision r7) overrides parameters of the policy " +
		"configuration: "
	for _, tt := range []struct {
		name            string
		at              rollout.Place
		unknown, ofName string
		raw             any
		note            string
	}{
		{
			name: "everywhere", unknown: "deny", ofName: "deny", raw: "deny",
			note: replaces + "secret-name.onUnknown (entry 1), settings.managersByStack (entry 1), settings.onUnknown " +
				"(entry 1), static-credential.allowTypes (entry 1).",
		},
		{
			name: "the later row wins", at: rollout.Place{Stack: "dev"}, unknown: "warn", ofName: "allow", raw: "warn",
			note: replaces + "secret-name.onUnknown (entry 2), settings.managersByStack (entry 1), settings.onUnknown " +
				"(entry 2), static-credential.allowTypes (entry 1).",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, note, changed := f.At(tt.at).Apply(p, settings, nil, alone)
			if !changed {
				t.Error("nothing has changed")
			}
			if note != tt.note {
				t.Errorf("got the note %q, want %q", note, tt.note)
			}
			parameter := func(policy, name string) any { return got[policy].Parameters[name] }
			want := map[string]any{
				"settings.onUnknown": tt.unknown, "settings.allowComments": false,
				"settings.managersByStack": map[string]any{},
				"settings.managers":        []any{"aws-secrets-manager"}, "static-credential.allowTypes": []any{},
				"secret-name.onUnknown": tt.ofName, "raw-secret-resource.onUnknown": tt.raw,
			}
			for name, v := range want {
				policy, name, _ := strings.Cut(name, ".")
				if diff := cmp.Diff(v, parameter(policy, name)); diff != "" {
					t.Errorf("%s.%s: mismatch (-want +got)\n%s", policy, name, diff)
				}
			}
			if settings["settings"].Parameters["onUnknown"] != "allow" {
				t.Error("the settings that were given have changed")
			}
		})
	}
}

// TestAllowLists shows that the allow-lists of a policy that the floor makes mandatory are those of the bundle, else
// the policy's own, unless any exemption eases it; and that nothing is configured again where nothing changes.
func TestAllowLists(t *testing.T) {
	t.Parallel()
	list := []any{"aws:iam/accessKey:AccessKey"}
	settings := map[string]pack.Setting{"static-credential": {Parameters: map[string]any{"allowTypes": list}}}
	for _, tt := range []struct {
		name, floor string
		settings    map[string]pack.Setting
		signed      map[string]map[string]any
		want        any
		changed     bool
	}{
		{"of the configuration", `[{"levels": {"static-credential": "mandatory"}}]`, settings, nil, []any{}, true},
		{
			"of the bundle", `[{"levels": {"all": "mandatory"}}]`, settings,
			map[string]map[string]any{"static-credential": {"allowTypes": list}},
			list, false,
		},
		{"any", `[{"levels": {"all": "mandatory"}, "exemptions": "any"}]`, settings, nil, list, false},
		{"another policy", `[{"levels": {"secret-name": "mandatory"}}]`, settings, nil, list, false},
		{"advice", `[{"levels": {"all": "advisory"}}]`, settings, nil, list, false},
		{
			"pinned",
			`[{"levels": {"all": "mandatory"}, "parameters": {"static-credential": {"allowTypes": ["aws:iam/accessKey:AccessKey"]}}}]`, settings, nil, list, false,
		},
		{"none", `[{"levels": {"all": "mandatory"}}]`, nil, nil, nil, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f, p := parsed(t, tt.floor)
			got, _, changed := f.At(rollout.Place{}).Apply(p, tt.settings, tt.signed, alone)
			if diff := cmp.Diff(tt.want, got["static-credential"].Parameters["allowTypes"]); diff != "" ||
				changed != tt.changed {
				t.Errorf("changed: %v, mismatch (-want +got)\n%s", changed, diff)
			}
		})
	}
}

// TestGrace shows that the configuration cannot extend, by days of grace, what the bundle has signed until a day.
func TestGrace(t *testing.T) {
	t.Parallel()
	const mandatory = `{"levels": {"secret-name": "mandatory"}}`
	days := func(n float64) map[string]any { return map[string]any{"expiryGraceDays": n} }
	for _, tt := range []struct {
		name, floor   string
		given, signed map[string]any
		want          any
	}{
		{"more than the policy's own", `[` + mandatory + `]`, days(30), nil, 7.0},
		{"fewer", `[` + mandatory + `]`, days(0), nil, 0.0},
		{"more than the bundle's", `[` + mandatory + `]`, days(7), days(2), 2.0},
		{"as many as the bundle's", `[` + mandatory + `]`, days(14), days(14), 14.0},
		{"pinned", `[` + mandatory + `, {"parameters": {"settings": {"expiryGraceDays": 21}}}]`, days(30), nil, 21.0},
		{"any exemption", `[{"levels": {"secret-name": "mandatory"}, "exemptions": "any"}]`, days(30), nil, 30.0},
		{"advice", `[{"levels": {"all": "advisory"}}]`, days(30), nil, 30.0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f, p := parsed(t, tt.floor)
			settings := map[string]pack.Setting{"settings": {Parameters: tt.given}}
			got, _, _ := f.At(rollout.Place{}).Apply(p, settings, map[string]map[string]any{"settings": tt.signed},
				alone)
			if diff := cmp.Diff(tt.want, got["settings"].Parameters["expiryGraceDays"]); diff != "" {
				t.Errorf("mismatch (-want +got)\n%s", diff)
			}
		})
	}
}

// TestUndecided shows that the policies of TestApply have a parameter of their own for what they cannot decide.
func TestUndecided(t *testing.T) {
	t.Parallel()
	_, p := parsed(t, `null`)
	for _, name := range []string{"raw-secret-resource", "secret-name"} {
		if !p.Policy(name).Undecided {
			t.Errorf("%s can always decide: choose another policy", name)
		}
	}
}

func TestDescribe(t *testing.T) {
	t.Parallel()
	f, _ := parsed(t, `[
		{"levels": {"all": "advisory", "secret-name": "mandatory"}, "parameters": {"settings": {"extraPatterns": ["canary_[0-9]+"]}}},
		{"organization": "acme", "levels": {"all": "mandatory"}},
		{"organization": "acme", "stack": "prod*", "tag": {"tier": "1"}, "levels": {"all": "mandatory"}, "exemptions": "any"}
	]`)
	want := []string{
		"Entry 1, everywhere: all at least advisory; secret-name at least mandatory; settings.extraPatterns pinned.",
		"Entry 2, organization acme: all at least mandatory.",
		"Entry 3, organization acme, stack prod*, tag tier 1: all at least mandatory; exemptions of the configuration " +
			"apply.",
	}
	if diff := cmp.Diff(want, f.Describe()); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
	doubts := f.Doubts()
	if len(doubts) != 1 || !strings.HasPrefix(doubts[0], "entry 3 of the floor selects by stack and tag, which "+
		"anyone who runs a stack can choose") {
		t.Errorf("got %q, want a doubt about entry 3", doubts)
	}
}

// alone says that no policy's silence stands for another's findings.
func alone(string) []string { return nil }

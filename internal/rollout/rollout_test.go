package rollout

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var (
	now      = time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC)
	policies = []string{"raw-secret-resource", "secret-name", "settings"}
)

type params = map[string]any

func TestLevel(t *testing.T) {
	t.Parallel()
	byStack := params{
		"*":     "advisory",
		"prod*": params{"secret-name": "disabled"},
		"prod":  "mandatory",
		"dev-*": "disabled",
	}
	configured := Level{Level: "mandatory", From: "the configuration"}
	for _, tt := range []struct {
		name  string
		give  params
		stack string
		want  Level
	}{
		{"nothing", nil, "prod", configured},
		{"the exact name wins", params{"levelByStack": byStack}, "prod", Level{Level: "mandatory", From: "levelByStack prod"}},
		{"the longest glob wins", params{"levelByStack": byStack}, "dev-1", Level{Level: "disabled", From: "levelByStack dev-*"}},
		{"a policy's own level", params{"levelByStack": byStack}, "prod-eu", Level{Level: "disabled", From: "levelByStack prod*"}},
		{"any stack", params{"levelByStack": byStack}, "test", Level{Level: "advisory", From: "levelByStack *"}},
		{"later", params{"enforceFrom": params{"secret-name": "2027-01-01"}}, "prod", Level{Level: "advisory", From: "enforceFrom 2027-01-01", Note: "Mandatory from 2027-01-01."}},
		{"from today", params{"enforceFrom": params{"secret-name": "2026-11-23"}}, "prod", configured},
		{"another policy later", params{"enforceFrom": params{"raw-secret-resource": "2027-01-01"}}, "prod", configured},
		{"disabled stays disabled", params{"levelByStack": params{"*": "disabled"}, "enforceFrom": params{"secret-name": "2027-01-01"}}, "x", Level{Level: "disabled", From: "levelByStack *"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p, err := Parse(tt.give, policies, now)
			if err != nil {
				t.Fatal(err)
			}
			got := p.Level("secret-name", Place{Stack: tt.stack}, configured)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("mismatch (-want +got)\n%s", diff)
			}
		})
	}
}

func TestKnown(t *testing.T) {
	t.Parallel()
	const urn = "urn:pulumi:prod::shop::a:b:C::d"
	baseline := func(expires string) params {
		return params{"baseline": params{"expires": expires, "findings": []any{
			params{"policy": "secret-name", "urn": urn, "path": "name"}, params{"policy": "raw-secret-resource", "urn": urn},
		}}}
	}
	for _, tt := range []struct {
		name, policy, urn string
		path              []any
		expires           string
		ok                bool
		note              string
	}{
		{"known", "secret-name", urn, []any{"name"}, "2026-11-23", true, "In the baseline until 2026-11-23."},
		{"known as a whole", "raw-secret-resource", urn, nil, "2026-12-31", true, "In the baseline until 2026-12-31."},
		{"another path", "secret-name", urn, []any{"x"}, "2026-12-31", false, ""},
		{"another resource", "secret-name", urn + "2", []any{"name"}, "2026-12-31", false, ""},
		{"another policy", "raw-secret-resource", urn, []any{"name"}, "2026-12-31", false, ""},
		{"expired", "secret-name", urn, []any{"name"}, "2026-11-22", false, "The baseline that held this finding expired on 2026-11-22."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p, err := Parse(baseline(tt.expires), policies, now)
			if err != nil {
				t.Fatal(err)
			}
			note, ok := p.Known(tt.policy, tt.urn, tt.path)
			if ok != tt.ok || note != tt.note {
				t.Errorf("got %q, %v", note, ok)
			}
		})
	}
}

func TestNothingRelaxesForGood(t *testing.T) {
	t.Parallel()
	_, err := Parse(params{
		"enforceFrom": params{"secret-name": "2027-11-24"},
		"baseline":    params{"expires": "2027-11-24"},
	}, policies, now)
	want := `policy settings: parameters: enforceFrom.secret-name: more than 365 days away
policy settings: parameters: baseline.expires: more than 365 days away: mend what is in it, and make a new one of what is left`
	if err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
	if _, err := Parse(params{"enforceFrom": params{"secret-name": "2027-11-23"}}, policies, now); err != nil {
		t.Errorf("a year away: %v", err)
	}
}

func TestParseNamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	_, err := Parse(params{
		"levelByStack": params{"a": "strict", "b": params{"secret-name": "off"}, "c": params{"gone": "advisory"}, "{d": "advisory"},
		"enforceFrom":  params{"secret-name": "soon", "gone": "2027-01-01", "settings": "2027-01-01"},
		"baseline":     params{"expires": "never", "findings": []any{params{"policy": "gone", "urn": "x"}}},
	}, policies, now)
	want := `policy settings: parameters: levelByStack.a: want advisory, mandatory or disabled
policy settings: parameters: levelByStack.b: secret-name: want advisory, mandatory or disabled
policy settings: parameters: levelByStack.c: there is no policy "gone"
policy settings: parameters: levelByStack.{d: not a glob over stack names
policy settings: parameters: enforceFrom: there is no policy "gone"
policy settings: parameters: enforceFrom.secret-name: want a day as in 2026-01-31
policy settings: parameters: enforceFrom: what is wrong with the settings is always mandatory
policy settings: parameters: baseline.expires: want a day as in 2026-01-31
policy settings: parameters: baseline.findings[0]: there is no policy "gone"`
	if err == nil {
		t.Fatal("nothing was reported")
	}
	if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(err.Error(), "\n")); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
}

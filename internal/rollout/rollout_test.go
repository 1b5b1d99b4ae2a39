package rollout

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/expiry"
	"github.com/progression-labs-development/policypack/internal/mistake"
	"github.com/progression-labs-development/policypack/internal/pack"
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
		{
			"the exact name wins",
			params{"levelByStack": byStack},
			"prod",
			Level{Level: "mandatory", From: "levelByStack prod"},
		},
		{
			"the longest glob wins",
			params{"levelByStack": byStack},
			"dev-1",
			Level{Level: "disabled", From: "levelByStack dev-*"},
		},
		{
			"a policy's own level",
			params{"levelByStack": byStack},
			"prod-eu",
			Level{Level: "disabled", From: "levelByStack prod*"},
		},
		{"any stack", params{"levelByStack": byStack}, "test", Level{Level: "advisory", From: "levelByStack *"}},
		{
			"later",
			params{"enforceFrom": params{"secret-name": "2027-01-01"}},
			"prod",
			Level{Level: "advisory", From: "enforceFrom 2027-01-01", Note: "Mandatory from 2027-01-01."},
		},
		{"from today", params{"enforceFrom": params{"secret-name": "2026-11-23"}}, "prod", configured},
		{
			"another policy later",
			params{"enforceFrom": params{"raw-secret-resource": "2027-01-01"}},
			"prod",
			configured,
		},
		{
			"disabled stays disabled",
			params{"levelByStack": params{"*": "disabled"}, "enforceFrom": params{"secret-name": "2027-01-01"}},
			"x",
			Level{Level: "disabled", From: "levelByStack *"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p, err := Parse(tt.give, policies, expiry.When{Now: now})
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

// Whoever names a stack must not choose its level, so a key may name the project, the organisation and the account.
func TestLevelByPlace(t *testing.T) {
	t.Parallel()
	shop := Place{Organization: "acme", Project: "shop", Stack: "dev-live", Account: "111111111111"}
	with := func(change func(*Place)) Place {
		at := shop
		change(&at)
		return at
	}
	configured := Level{Level: "mandatory", From: "the configuration"}
	stack := func(level, key string) Level { return Level{Level: pack.Level(level), From: "levelByStack " + key} }
	account := func(level, key string) Level { return Level{Level: pack.Level(level), From: "levelByAccount " + key} }
	for _, tt := range []struct {
		name     string
		stacks   params
		accounts params
		give     Place
		want     Level
	}{
		{"a stack in any project", params{"dev-*": "advisory"}, nil, shop, stack("advisory", "dev-*")},
		{"a stack of the project", params{"shop/dev-*": "advisory"}, nil, shop, stack("advisory", "shop/dev-*")},
		{"another project", params{"web/dev-*": "advisory"}, nil, shop, configured},
		{
			"a stack of the organisation",
			params{"acme/shop/dev-*": "advisory"},
			nil, shop,
			stack("advisory", "acme/shop/dev-*"),
		},
		{"another organisation", params{"other/shop/dev-*": "advisory"}, nil, shop, configured},
		{
			"a glob stays within its part",
			params{"s*": "disabled", "acme/*": "disabled", "**": "advisory"},
			nil, shop,
			stack("advisory", "**"),
		},
		{"two stars stay within it too", params{"acme/**": "disabled"}, nil, shop, configured},
		{"alternatives of projects", params{"{web,shop}/*": "advisory"}, nil, shop, stack("advisory", "{web,shop}/*")},
		{
			"a name counts before a glob",
			params{"dev-live": "advisory", "acme/shop/*": "disabled"},
			nil, shop,
			stack("advisory", "dev-live"),
		},
		{
			"more parts before fewer",
			params{"dev-liv?": "advisory", "*/*": "disabled"},
			nil, shop,
			stack("disabled", "*/*"),
		},
		{
			"longer before shorter",
			params{"shop/*": "advisory", "shop/dev-*": "disabled"},
			nil, shop,
			stack("disabled", "shop/dev-*"),
		},
		{
			"a row that says nothing of the policy",
			params{"shop/*": params{"raw-secret-resource": "disabled"}, "*": "advisory"},
			nil, shop,
			stack("advisory", "*"),
		},
		{
			"an organisation that nobody says",
			params{"a*/shop/dev-*": "advisory"},
			nil,
			with(func(p *Place) { p.Organization = "" }), configured,
		},
		{
			"any organisation",
			params{"*/shop/dev-*": "advisory"},
			nil,
			with(func(p *Place) { p.Organization = "" }), stack("advisory", "*/shop/dev-*"),
		},
		{
			"a project that nobody says",
			params{"shop/*": "advisory"},
			nil, with(func(p *Place) { p.Project = "" }),
			configured,
		},
		{"what belongs to no stack", params{"*": "advisory", "*/*": "advisory"}, nil, Place{}, configured},
		{"an account", nil, params{"111111111111": "advisory"}, shop, account("advisory", "111111111111")},
		{
			"a glob over accounts", nil,
			params{"1111*": params{"secret-name": "disabled"}},
			shop,
			account("disabled", "1111*"),
		},
		{"another account", nil, params{"222222222222": "advisory"}, shop, configured},
		{
			"an account that nobody knows", nil,
			params{"*": "advisory"},
			with(func(p *Place) { p.Account = "" }),
			configured,
		},
		{
			"a subscription, in any case", nil,
			params{"AB000000-0000-0000-0000-000000000001": "advisory"},
			with(func(p *Place) { p.Account = "ab000000-0000-0000-0000-000000000001" }),
			account("advisory", "AB000000-0000-0000-0000-000000000001"),
		},
		{
			"the account is stricter",
			params{"*": "disabled"},
			params{"1*": "mandatory"},
			shop,
			account("mandatory", "1*"),
		},
		{"the stack is stricter", params{"*": "advisory"}, params{"1*": "disabled"}, shop, stack("advisory", "*")},
		{"both say the same", params{"*": "advisory"}, params{"1*": "advisory"}, shop, stack("advisory", "*")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p, err := Parse(params{"levelByStack": tt.stacks, "levelByAccount": tt.accounts}, policies,
				expiry.When{Now: now})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, p.Level("secret-name", tt.give, configured)); diff != "" {
				t.Errorf("mismatch (-want +got)\n%s", diff)
			}
			if p.Accounts() != (tt.accounts != nil) {
				t.Errorf("Accounts() = %v", p.Accounts())
			}
		})
	}
}

func TestKnown(t *testing.T) {
	t.Parallel()
	const urn = "urn:pulumi:prod::shop::a:b:C::d"
	baseline := func(expires string) params {
		return params{"baseline": params{"expires": expires, "findings": []any{
			params{"policy": "secret-name", "urn": urn, "path": "name"},
			params{"policy": "raw-secret-resource", "urn": urn},
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
		{
			"expired", "secret-name", urn,
			[]any{"name"},
			"2026-11-22", false,
			"The baseline with this finding expired on 2026-11-22.",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p, err := Parse(baseline(tt.expires), policies, expiry.When{Now: now})
			if err != nil {
				t.Fatal(err)
			}
			note, state := p.Known(tt.policy, tt.urn, tt.path)
			if (state == expiry.InForce) != tt.ok || note != tt.note {
				t.Errorf("got %q, %v", note, state)
			}
		})
	}
}

// TestBaselineAroundItsEnd goes through the days on which a baseline warns, passes for some days more, and fails.
func TestBaselineAroundItsEnd(t *testing.T) {
	t.Parallel()
	const urn = "urn:pulumi:prod::shop::a:b:C::d"
	baseline := params{
		"baseline": params{
			"expires":  "2026-11-23",
			"findings": []any{params{"policy": "secret-name", "urn": urn}},
		},
		"exemptionWarningDays": 14.0, "expiryGraceDays": 7.0,
	}
	for _, tt := range []struct {
		name, now     string
		noGrace       bool
		want          expiry.State
		note, pending string
	}{
		{"long before", "2026-11-09T23:59:59Z", false, expiry.InForce, "In the baseline until 2026-11-23.", ""},
		{
			"14 days before", "2026-11-10T00:00:00Z", false, expiry.InForce,
			"In the baseline until 2026-11-23. It ends in 14 days: fix this finding, or create a new baseline.",
			"The baseline ends in 14 days, on 2026-11-23: fix its findings, or create a new one for what is left.",
		},
		{
			"the first day of the grace", "2026-11-24T00:00:00Z", false, expiry.InGrace,
			"The baseline with this finding expired on 2026-11-23. Pull requests fail already, and this run " +
				"fails from 2026-12-01: fix the finding, or create a new baseline.",
			"The baseline expired on 2026-11-23. Its findings fail from 2026-12-01, in pull requests already.",
		},
		{
			"in a pull request", "2026-11-24T00:00:00Z", true, expiry.Expired,
			"The baseline with this finding expired on 2026-11-23.", "",
		},
		{
			"after the grace", "2026-12-01T00:00:00Z", false, expiry.Expired,
			"The baseline with this finding expired on 2026-11-23.", "",
		},
	} {
		moment, err := time.Parse(time.RFC3339, tt.now)
		if err != nil {
			t.Fatal(err)
		}
		p, err := Parse(baseline, policies, expiry.When{Now: moment, NoGrace: tt.noGrace})
		if err != nil {
			t.Fatal(err)
		}
		if note, state := p.Known("secret-name", urn, nil); note != tt.note || state != tt.want {
			t.Errorf("%s: got %q, %v", tt.name, note, state)
		}
		if got := strings.Join(p.Pending(), "\n"); got != tt.pending {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.pending)
		}
	}
}

func TestNothingRelaxesForGood(t *testing.T) {
	t.Parallel()
	_, err := Parse(params{
		"enforceFrom": params{"secret-name": "2027-11-24"},
		"baseline":    params{"expires": "2027-11-24"},
	}, policies, expiry.When{Now: now})
	want := []string{
		"policy settings: parameters: enforceFrom.secret-name: more than 365 days away",
		"policy settings: parameters: baseline.expires: more than 365 days away: choose an earlier date, and create a new baseline " +
			"then for what is left",
	}
	if diff := cmp.Diff(want, mistake.Join(err).Lines()); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
	if _, err := Parse(params{"enforceFrom": params{"secret-name": "2027-11-23"}}, policies,
		expiry.When{Now: now}); err != nil {
		t.Errorf("a year away: %v", err)
	}
}

func TestParseNamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	_, err := Parse(params{
		"levelByStack": params{
			"a": "strict", "b": params{"secret-name": "off"}, "c": params{"gone": "advisory"}, "{d": "advisory",
			"e//f": "advisory", "g/h/i/j": "advisory",
			"k": "manditory", "l": params{"settings": "advisory", "secret-nmae": "advisry"},
		},
		"levelByAccount": params{"1": "strict", "2": params{"settings": "advisory"}, "{3": "advisory"},
		"enforceFrom":    params{"secret-name": "soon", "gone": "2027-01-01", "settings": "2027-01-01"},
		"baseline":       params{"expires": "never", "findings": []any{params{"policy": "gone", "urn": "x"}}},
	}, policies, expiry.When{Now: now})
	const keys = "key: expected STACK, PROJECT/STACK or ORGANIZATION/PROJECT/STACK, such as shop/prod-*"
	want := []string{
		"levelByStack.a: expected one of advisory, mandatory, disabled",
		"levelByStack.b.secret-name: expected one of advisory, mandatory, disabled",
		"levelByStack.c.gone: unknown policy; `policypack list` lists them",
		`levelByStack["e//f"]: ` + keys,
		`levelByStack["g/h/i/j"]: ` + keys,
		"levelByStack.k: expected one of advisory, mandatory, disabled; did you mean mandatory?",
		"levelByStack.l.secret-nmae: unknown policy; did you mean secret-name?",
		"levelByStack.l.secret-nmae: expected one of advisory, mandatory, disabled; did you mean advisory?",
		"levelByStack.l.settings: mistakes in the settings are always mandatory",
		`levelByStack["{d"]: ` + keys,
		`levelByAccount["1"]: expected one of advisory, mandatory, disabled`,
		`levelByAccount["2"].settings: mistakes in the settings are always mandatory`,
		`levelByAccount["{3"]: key: expected an account, or a glob over it such as acme-prod-*`,
		"enforceFrom.gone: unknown policy; `policypack list` lists them",
		"enforceFrom.secret-name: expected a day such as 2027-01-31",
		"enforceFrom.settings: mistakes in the settings are always mandatory",
		"baseline.expires: expected a day such as 2027-01-31",
		"baseline.findings[0].policy: unknown policy; `policypack list` lists them",
	}
	for i := range want {
		want[i] = "policy settings: parameters: " + want[i]
	}
	if err == nil {
		t.Fatal("nothing was reported")
	}
	if diff := cmp.Diff(want, mistake.Join(err).Lines()); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
}

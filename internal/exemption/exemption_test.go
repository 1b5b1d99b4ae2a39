package exemption

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/expiry"
	"github.com/progression-labs-development/policypack/internal/mistake"
)

var (
	now      = time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC)
	policies = []string{"raw-secret-resource", "secret-name", "settings"}
)

const urn = "urn:pulumi:production::shop::aws:secretsmanager/secret:Secret::stripe"

// entry returns a valid entry with the given changes; nil removes a field.
func entry(changes map[string]any) map[string]any {
	e := map[string]any{
		"policies": []any{"secret-name"}, "urn": urn, "reason": "made before the standard", "owner": "team-payments",
		"expires": "2026-12-31",
	}
	for k, v := range changes {
		if v == nil {
			delete(e, k)
			continue
		}
		e[k] = v
	}
	return e
}

func settings(entries map[string]any) map[string]any {
	return map[string]any{"exemptions": entries, "maxExemptionDays": 90.0, "exemptionWarningDays": 14.0}
}

func TestParseNamesWrongEntries(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		give map[string]any
		want string
	}{
		{"settings", map[string]any{"policies": []any{"settings"}}, ".policies[0]: mistakes in the settings " +
			"cannot be exempted"},
		{
			"unknown policy",
			map[string]any{"policies": []any{"secret-names"}},
			".policies[0]: unknown policy; did you mean secret-name?",
		},
		{
			"no policy like it",
			map[string]any{"policies": []any{"secret-name", "bucket"}},
			".policies[1]: unknown policy; `policypack list` lists them",
		},
		{"no reason", map[string]any{"reason": " "}, ".reason: must not be empty"},
		{"no owner", map[string]any{"owner": ""}, ".owner: must not be empty"},
		{"everything", map[string]any{"urn": "*"}, ".urn: expected urn:pulumi:STACK::PROJECT::TYPE::NAME, or file:NAME " +
			"for a file of a repository, with * for any characters in some of its parts"},
		{
			"everything, in the form of a URN",
			map[string]any{"urn": "urn:pulumi:*::*::*::*"},
			".urn: expected urn:pulumi:STACK::PROJECT::TYPE::NAME, or file:NAME for a file of a repository, with * for " +
				"any characters in some of its parts",
		},
		{
			"everything, by its types",
			map[string]any{"urn": "urn:pulumi:*::*::*$*:*::?*"},
			".urn: expected urn:pulumi:STACK::PROJECT::TYPE::NAME, or file:NAME for a file of a repository, with * for " +
				"any characters in some of its parts",
		},
		{"nothing", map[string]any{"urn": nil}, ": no resource selected: set urn, or any of project, stack, type " +
			"and name"},
		{
			"an empty part",
			map[string]any{"urn": nil, "project": " ", "name": "x"},
			".project: expected a string, or leave it out to match any",
		},
		{
			"everything, part by part",
			map[string]any{"urn": nil, "stack": "*", "name": "**"},
			": stack, name: matches every resource: restrict at least one of project, stack, type and name",
		},
		{"both forms", map[string]any{"project": "shop", "name": "x"}, ": urn and project, name: use either urn, or " +
			"any of project, stack, type and name"},
		{
			"broken glob of a part",
			map[string]any{"urn": nil, "name": "{a"},
			`.name: not a glob: close its brackets and braces, or write \ before them`,
		},
		{
			"braces around several parts",
			map[string]any{"urn": "urn:pulumi:{a::b,c::d}::*::e"},
			`.urn: stack: not a glob: close its brackets and braces, or write \ before them`,
		},
		{
			"broken glob over files",
			map[string]any{"urn": "file:{c"},
			`.urn: not a glob: close its brackets and braces, or write \ before them`,
		},
		{
			"broken glob",
			map[string]any{"urn": "urn:pulumi:a::b::{c"},
			`.urn: type: not a glob: close its brackets and braces, or write \ before them`,
		},
		{"not a day", map[string]any{"expires": "soon"}, ".expires: expected a day such as 2027-01-31, or a time " +
			"such as 2027-01-31T15:04:05Z"},
		{"too far", map[string]any{"expires": "2027-02-22"}, ".expires: 2027-02-22 is more than 90 days away " +
			"(maxExemptionDays): choose an earlier date and renew it later"},
		{
			"break-glass by the day",
			map[string]any{"breakGlass": true, "expires": "2026-11-23"},
			".expires: a break-glass exemption must end at a time, such as 2027-01-31T15:04:05Z",
		},
		{
			"break-glass too long",
			map[string]any{"breakGlass": true, "expires": "2026-11-24T15:00:01Z"},
			".expires: a break-glass exemption can last at most 24 hours",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := Parse(settings(map[string]any{"good": entry(nil), "bad": entry(tt.give)}), policies,
				expiry.When{Now: now})
			want := []string{"policy settings: parameters: exemptions.bad" + tt.want}
			if diff := cmp.Diff(want, mistake.Join(err).Lines()); diff != "" {
				t.Errorf("mismatch (-want +got)\n%s", diff)
			}
		})
	}
}

// One entry may be wrong in many ways, and each is said. What its schema refuses is left to that.
func TestParseNamesEveryMistake(t *testing.T) {
	t.Parallel()
	_, err := Parse(settings(map[string]any{
		"a": map[string]any{
			"policies": []any{"settings", "secret-nmae", 3, "secret-name"}, "stack": "{a", "project": " ", "reason": "",
			"owner": " ", "expires": "CANARY",
		},
		"b": map[string]any{"policies": "CANARY", "urn": 3, "owner": 3, "expires": 3},
		"c": "CANARY",
		"d": entry(map[string]any{"urn": "*", "policies": []any{"CANARY"}, "expires": "2028-01-01"}),
	}), policies, expiry.When{Now: now})
	want := []string{
		"a.policies[0]: mistakes in the settings cannot be exempted",
		"a.policies[1]: unknown policy; did you mean secret-name?",
		"a.reason: must not be empty",
		"a.owner: must not be empty",
		"a.stack: not a glob: close its brackets and braces, or write \\ before them",
		"a.project: expected a string, or leave it out to match any",
		"a.expires: expected a day such as 2027-01-31, or a time such as 2027-01-31T15:04:05Z",
		"d.policies[0]: unknown policy; `policypack list` lists them",
		"d.urn: expected urn:pulumi:STACK::PROJECT::TYPE::NAME, or file:NAME for a file of a repository, with * for any " +
			"characters in some of its parts",
		"d.expires: 2028-01-01 is more than 90 days away (maxExemptionDays): choose an earlier date and renew it later",
	}
	for i := range want {
		want[i] = "policy settings: parameters: exemptions." + want[i]
	}
	if diff := cmp.Diff(want, mistake.Join(err).Lines()); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		give map[string]any
		path []any
		want string // beginning of the note; empty: no exemption
	}{
		{"this resource", nil, nil, "Exempted until 2026-12-31 (id, owner: team-payments): made before the standard"},
		{"last allowed day", map[string]any{"expires": "2027-02-21"}, nil, "Exempted until 2027-02-21"},
		{"last day", map[string]any{"expires": "2026-11-23"}, nil, "Exempted until 2026-11-23 (id, owner: " +
			"team-payments): made before the standard"},
		{"soon", map[string]any{"expires": "2026-12-01"}, nil, "Exempted until 2026-12-01 (id, owner: " +
			"team-payments): made before the standard"},
		{"expired", map[string]any{"expires": "2026-11-22"}, nil, "Exemption id expired on 2026-11-22 (owner: " +
			"team-payments)"},
		{
			"break-glass",
			map[string]any{"breakGlass": true, "expires": "2026-11-23T20:00:00Z"},
			nil,
			"Exempted by break-glass until 2026-11-23T20:00:00Z",
		},
		{
			"break-glass that is over",
			map[string]any{"breakGlass": true, "expires": "2026-11-23T15:00:00Z"},
			nil,
			"Exemption id expired",
		},
		{"another policy", map[string]any{"policies": []any{"raw-secret-resource"}}, nil, ""},
		{"several policies", map[string]any{"policies": []any{"raw-secret-resource", "secret-name"}}, nil, "Exempted"},
		{"glob", map[string]any{"urn": "urn:pulumi:*::shop::aws:*::stripe"}, nil, "Exempted"},
		{"another stack", map[string]any{"urn": "urn:pulumi:staging::shop::*::stripe"}, nil, ""},
		{"the path", map[string]any{"path": "environment.variables"}, []any{"environment", "variables"}, "Exempted"},
		{
			"below the path",
			map[string]any{"path": "environment.variables"},
			[]any{"environment", "variables", "A"},
			"Exempted",
		},
		{"item below the path", map[string]any{"path": "items"}, []any{"items", 0}, "Exempted"},
		{
			"a path that only begins alike",
			map[string]any{"path": "environment.var"},
			[]any{"environment", "variables"},
			"",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, err := Parse(settings(map[string]any{"id": entry(tt.give)}), policies, expiry.When{Now: now})
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if e := s.Find("secret-name", urn, tt.path); e != nil {
				got = s.Note(e)
			}
			if (tt.want == "") != (got == "") || !strings.HasPrefix(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// An exemption that was used is said to end soon once a run, whatever it lets pass.
func TestEndsSoon(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		give map[string]any
		used bool
		want []string
	}{
		{
			"today",
			map[string]any{"expires": "2026-11-23"},
			true,
			[]string{"Exemption id ends today (owner: team-payments): fix what it exempts, or renew it."},
		},
		{
			"in days",
			map[string]any{"expires": "2026-12-01"},
			true,
			[]string{"Exemption id ends in 8 days (owner: team-payments): fix what it exempts, or renew it."},
		},
		{"not soon", map[string]any{"expires": "2026-12-31"}, true, nil},
		{"not used", map[string]any{"expires": "2026-12-01"}, false, nil},
	} {
		s, err := Parse(settings(map[string]any{"id": entry(tt.give)}), policies, expiry.When{Now: now})
		if err != nil {
			t.Fatal(err)
		}
		got := s.Pending("web", "staging", func(string) bool { return tt.used })
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestOneThatCountsWinsOverAnExpiredOne(t *testing.T) {
	t.Parallel()
	s, err := Parse(settings(map[string]any{"a": entry(map[string]any{"expires": "2026-01-01"}), "b": entry(nil)}),
		policies, expiry.When{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	if e := s.Find("secret-name", urn, nil); e == nil || e.ID != "b" {
		t.Errorf("got %v, want the entry b", e)
	}
}

// TestStates goes through the days around the end of an exemption, with seven days of grace.
func TestStates(t *testing.T) {
	t.Parallel()
	day := map[string]any{"expires": "2026-11-23"}
	at := func(s string) time.Time {
		moment, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return moment
	}
	const expired = "Exemption id expired on 2026-11-23 (owner: team-payments)"
	for _, tt := range []struct {
		name    string
		give    map[string]any
		now     string
		noGrace bool
		want    expiry.State
		note    string // how the note begins
	}{
		{"the last moment", day, "2026-11-23T23:59:59Z", false, expiry.InForce, "Exempted until 2026-11-23"},
		{
			"the last moment, elsewhere", day, "2026-11-24T00:59:59+01:00", false, expiry.InForce,
			"Exempted until 2026-11-23",
		},
		{
			"the last moment of a pull request", day, "2026-11-23T23:59:59Z", true, expiry.InForce,
			"Exempted until 2026-11-23",
		},
		{
			"midnight", day, "2026-11-24T00:00:00Z", false, expiry.InGrace,
			expired + ". Pull requests fail already, and this run fails from 2026-12-01: fix the finding",
		},
		{"midnight, of a pull request", day, "2026-11-24T00:00:00Z", true, expiry.Expired, expired + ": fix the finding"},
		{"the last moment of the grace", day, "2026-11-30T23:59:59Z", false, expiry.InGrace, expired},
		{"the end of the grace", day, "2026-12-01T00:00:00Z", false, expiry.Expired, expired + ": fix the finding"},
		{
			"a time",
			map[string]any{"expires": "2026-11-23T15:00:00Z"},
			"2026-11-23T15:00:00Z", false, expiry.InGrace,
			"Exemption id expired on 2026-11-23T15:00:00Z (owner: team-payments). Pull requests fail already, " +
				"and this run fails from 2026-11-30T15:00:00Z: fix",
		},
		{
			"an emergency has none",
			map[string]any{"expires": "2026-11-23T15:00:00Z", "breakGlass": true},
			"2026-11-23T15:00:00Z", false, expiry.Expired,
			"Exemption id expired on 2026-11-23T15:00:00Z",
		},
	} {
		params := settings(map[string]any{"id": entry(tt.give)})
		params["expiryGraceDays"] = 7.0
		s, err := Parse(params, policies, expiry.When{Now: at(tt.now), NoGrace: tt.noGrace})
		if err != nil {
			t.Fatal(err)
		}
		e := s.Find("secret-name", urn, nil)
		if got := s.State(e); got != tt.want {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
		if got := s.Note(e); !strings.HasPrefix(got, tt.note) {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.note)
		}
	}
}

// One in its grace stands behind one in force and before one that has expired.
func TestOneInGraceWinsOverAnExpiredOne(t *testing.T) {
	t.Parallel()
	params := settings(map[string]any{
		"a": entry(map[string]any{"expires": "2026-01-01"}), "b": entry(map[string]any{"expires": "2026-11-22"}),
		"c": entry(map[string]any{"expires": "2026-01-02"}),
	})
	params["expiryGraceDays"] = 7.0
	s, err := Parse(params, policies, expiry.When{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	if e := s.Find("secret-name", urn, nil); e == nil || e.ID != "b" {
		t.Errorf("got %v, want the entry b", e)
	}
	want := []string{"Exemption b expired on 2026-11-22 (owner: team-payments). Its findings fail from 2026-11-30, in " +
		"pull requests already."}
	if diff := cmp.Diff(want, s.Pending("", "", func(id string) bool { return id == "b" })); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
}

func TestPending(t *testing.T) {
	t.Parallel()
	s, err := Parse(settings(map[string]any{
		"used":   entry(nil),
		"unused": entry(map[string]any{"urn": "urn:pulumi:production::shop::*::gone"}),
		"other":  entry(map[string]any{"urn": "urn:pulumi:production::site::*::gone"}),
		"wide":   entry(map[string]any{"urn": "urn:pulumi:*::shop::*::gone"}),
		"parts":  entry(map[string]any{"urn": nil, "stack": "production", "project": "shop", "name": "gone"}),
		"any":    entry(map[string]any{"urn": nil, "project": "shop", "name": "gone"}),
		"glass": entry(map[string]any{
			"urn": "urn:pulumi:*::shop::*", "breakGlass": true,
			"expires": "2026-11-24T00:00:00Z",
		}),
	}), policies, expiry.When{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	got := s.Pending("shop", "production", func(id string) bool { return id == "used" })
	want := []string{
		"A break-glass exemption is in force until 2026-11-24T00:00:00Z: glass (owner: team-payments).",
		"Exemption parts matches nothing in this stack (owner: team-payments): remove it.",
		"Exemption unused matches nothing in this stack (owner: team-payments): remove it.",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
	if got := (*Set)(nil).Pending("shop", "production", nil); got != nil {
		t.Errorf("no exemptions: got %v", got)
	}
}

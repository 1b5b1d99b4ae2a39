package evidence

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/exemption"
	"github.com/progression-labs-development/policypack/internal/expiry"
	"github.com/progression-labs-development/policypack/internal/fleet"
	"github.com/progression-labs-development/policypack/internal/report"
	"github.com/progression-labs-development/policypack/internal/session"
)

var today = time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC)

const stripe = "urn:pulumi:production::shop::aws:secretsmanager/secret:Secret::stripe"

// run is the report of a complete preview of a stack on the day before, with what the functions change in it.
func preview(stack string, change ...func(*report.Report)) *report.Report {
	r := &report.Report{
		Day: "2026-11-22", Sources: []report.Source{{Name: "preview", Kind: report.Preview, Project: "shop", Stack: stack}},
		Policies: []report.Policy{
			{Name: "secret-name"},
			{Name: "raw-secret-resource"},
			{Name: "plaintext-secret-property"},
			{Name: "committed-secret"},
		},
	}
	for _, f := range change {
		f(r)
	}
	return r
}

func kind(k string) func(*report.Report) {
	return func(r *report.Report) { r.Sources[0].Kind = k }
}

func found(policy, urn, path string) func(*report.Report) {
	return func(r *report.Report) {
		r.Findings = append(r.Findings, report.Finding{Policy: policy, URN: urn, Path: path})
	}
}

func TestExemption(t *testing.T) {
	t.Parallel()
	p, err := session.OwnPack()
	if err != nil {
		t.Fatal(err)
	}
	one := map[string]any{"project": "shop", "stack": "production", "type": "aws:secretsmanager/*"}
	both := map[string]any{"project": "shop", "name": "stripe"}
	files := map[string]any{"urn": "file:*.sh"}
	repository := func(r *report.Report) { r.Sources[0] = report.Source{Name: ".", Kind: report.Repository} }
	list := []fleet.Name{{Project: "shop", Stack: "production"}, {Project: "shop", Stack: "dev"}, {Project: "web", Stack: "dev"}}
	for _, tt := range []struct {
		name    string
		about   map[string]any
		policy  string
		stacks  []fleet.Name
		reports []*report.Report
		unused  bool
		why     string
		ignored []string
	}{
		{"the report of its one stack", one, "", nil, []*report.Report{preview("production")}, true, "it matches nothing in shop/production", nil},
		{"no report", one, "", nil, nil, false, "no complete run in the last 30 days for shop/production", nil},
		{
			"another stack's report", one, "", nil,
			[]*report.Report{preview("dev")},
			false,
			"no complete run in the last 30 days for shop/production", nil,
		},
		{
			"a finding", one, "", nil,
			[]*report.Report{preview("production", found("secret-name", stripe, "name"))},
			false,
			"it matches a finding in 0.json (2026-11-22)", nil,
		},
		{
			"a finding some days ago", one, "", nil, []*report.Report{
				preview("production"), preview("production", found("secret-name", stripe, "name"), func(r *report.Report) { r.Day = "2026-10-24" }),
			}, false, "it matches a finding in 1.json (2026-10-24)", nil,
		},
		{
			"a finding of another policy", one, "", nil,
			[]*report.Report{preview("production", found("raw-secret-resource", stripe, ""))},
			true,
			"it matches nothing in shop/production", nil,
		},
		{
			"what is left to another finding", one, "", nil, []*report.Report{preview("production", func(r *report.Report) {
				r.Left = []report.Left{{Policy: "secret-name", Source: "preview", URN: stripe, Path: "name"}}
			})}, false, "it matches a finding in 0.json (2026-11-22)", nil,
		},
		{
			"a finding that it exempted when it was about more", one, "", nil, []*report.Report{preview("production", func(r *report.Report) {
				r.Findings = []report.Finding{{Policy: "secret-name", URN: "urn:pulumi:production::shop::a:b:C::x", Exemption: "id"}}
			})}, false, "it matches a finding in 0.json (2026-11-22)", nil,
		},
		{
			"several stacks that nobody lists", both, "", nil,
			[]*report.Report{preview("production"), preview("dev")},
			false,
			"it may apply to several stacks, and the list of stacks is not known; use --stacks", nil,
		},
		{
			"one of two stacks", both, "", list,
			[]*report.Report{preview("production")},
			false,
			"no complete run in the last 30 days for shop/dev", nil,
		},
		{
			"all of its stacks", both, "", list,
			[]*report.Report{preview("production"), preview("dev")},
			true,
			"it matches nothing in any of its 2 stacks", nil,
		},
		{
			"stacks of two organizations", one, "",
			[]fleet.Name{fleet.NewName("acme", "shop", "production"), fleet.NewName("other", "shop", "production")},
			[]*report.Report{preview("production", func(r *report.Report) { r.Sources[0].Organization = "acme" })},
			false,
			"no complete run in the last 30 days for other/shop/production", nil,
		},
		{
			"none of the stacks",
			map[string]any{"project": "gone"},
			"", list,
			[]*report.Report{preview("production")},
			false,
			"it applies to none of the listed stacks", nil,
		},
		{
			"what if", one, "", nil,
			[]*report.Report{preview("production", func(r *report.Report) { r.WhatIf = true })},
			false,
			"no complete run in the last 30 days for shop/production",
			[]string{"0.json: it is a what-if report (--on)"},
		},
		{
			"too old", one, "", nil,
			[]*report.Report{preview("production", func(r *report.Report) { r.Day = "2026-10-23" })},
			false,
			"no complete run in the last 30 days for shop/production",
			[]string{"0.json: its day, 2026-10-23, is more than 30 days ago"},
		},
		{
			"from the future", one, "", nil,
			[]*report.Report{preview("production", func(r *report.Report) { r.Day = "2026-11-24" })},
			false,
			"no complete run in the last 30 days for shop/production",
			[]string{"0.json: its day, 2026-11-24, is in the future"},
		},
		{
			"without a day", one, "", nil,
			[]*report.Report{preview("production", func(r *report.Report) { r.Day = "" })},
			false,
			"no complete run in the last 30 days for shop/production",
			[]string{"0.json: it has no day; an earlier version wrote it"},
		},
		{
			"broken off", one, "", nil,
			[]*report.Report{preview("production", func(r *report.Report) { r.Sources[0].Unfinished = true })},
			false,
			"no complete run in the last 30 days for shop/production",
			[]string{"0.json (preview): the run stopped early"},
		},
		{
			"errors", one, "", nil,
			[]*report.Report{preview("production", func(r *report.Report) { r.Errors = []report.Error{{Source: "preview"}} })},
			false,
			"no complete run in the last 30 days for shop/production",
			[]string{"0.json (preview): some of it could not be checked"},
		},
		{
			"a disabled policy", one, "", nil, []*report.Report{preview("production", func(r *report.Report) {
				r.Disabled = []report.Disabled{{Name: "secret-name", Source: "preview", Where: "account 1"}}
			})}, false, "shop/production: secret-name was disabled", nil,
		},
		{
			"a policy that was not asked", one, "", nil,
			[]*report.Report{preview("production", func(r *report.Report) { r.Policies = r.Policies[1:] })},
			false, "shop/production: secret-name was disabled", nil,
		},
		{"a state", one, "", nil, []*report.Report{preview("production", kind(report.State))}, true, "it matches nothing in shop/production", nil},
		{
			"a state, and a policy about values", one, "plaintext-secret-property", nil,
			[]*report.Report{preview("production", kind(report.State))},
			false,
			"shop/production: only a state was checked, which lacks some of what plaintext-secret-property checks; provide the report of a preview or a plan", nil,
		},
		{
			"a state beside a preview", one, "plaintext-secret-property", nil,
			[]*report.Report{preview("production", kind(report.State)), preview("production")},
			true, "it matches nothing in shop/production", nil,
		},
		{
			"a state, and what may be configuration",
			map[string]any{"project": "shop", "stack": "production"},
			"", nil,
			[]*report.Report{preview("production", kind(report.State))},
			false,
			"shop/production: only a state was checked, which lacks some of what secret-name checks; provide the report of a preview or a plan", nil,
		},
		{"files", files, "committed-secret", nil, []*report.Report{preview("", repository)}, true, "it matches nothing in the checked repositories", nil},
		{
			"files, in a stack's report", files, "committed-secret", nil,
			[]*report.Report{preview("production")},
			false,
			"no complete check of a repository in the last 30 days", nil,
		},
		{
			"files, in a part of the repository", files, "committed-secret", nil,
			[]*report.Report{preview("", repository, func(r *report.Report) { r.Sources[0].Part = true })},
			false,
			"no complete check of a repository in the last 30 days",
			[]string{"0.json (.): only part of the repository was checked"},
		},
		{
			"a file that is found", files, "committed-secret", nil,
			[]*report.Report{preview("", repository), preview("", repository, found("committed-secret", "file:x.sh", "password"))},
			false,
			"it matches a finding in 1.json (2026-11-22)", nil,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			fields := map[string]any{"policies": []any{"secret-name"}, "owner": "o", "reason": "r", "expires": "2026-12-31"}
			if tt.policy != "" {
				fields["policies"] = []any{tt.policy}
			}
			for k, v := range tt.about {
				fields[k] = v
			}
			set, err := exemption.Parse(map[string]any{"exemptions": map[string]any{"id": fields}, "maxExemptionDays": 90.0},
				p.Names(), expiry.When{Now: today})
			if err != nil {
				t.Fatal(err)
			}
			v := New(p, tt.stacks, today, 30)
			for i, r := range tt.reports {
				v.Add(string(rune('0'+i))+".json", r)
			}
			unused, why := v.Exemption("id", set.Entries()[0].Scope, false)
			if diff := cmp.Diff(tt.ignored, v.Ignored()); diff != "" || unused != tt.unused || why != tt.why {
				t.Errorf("got %t, %s; want %t, %s; ignored: mismatch (-want +got)\n%s", unused, why, tt.unused, tt.why, diff)
			}
			if unused, why := v.Exemption("id", set.Entries()[0].Scope, true); set.Entries()[0].Files() && unused {
				t.Errorf("in a bundle: got %t, %s", unused, why)
			}
		})
	}
}

func TestRow(t *testing.T) {
	t.Parallel()
	p, err := session.OwnPack()
	if err != nil {
		t.Fatal(err)
	}
	const root = "urn:pulumi:production::shop::pulumi:pulumi:Stack::shop-production"
	for _, tt := range []struct {
		name, policy, urn, path string
		give                    *report.Report
		unused                  bool
		why                     string
	}{
		{"gone", "secret-name", stripe, "name", preview("production"), true, ""},
		{"found", "secret-name", stripe, "name", preview("production", found("secret-name", stripe, "name")), false, "still found"},
		{"found at another path", "secret-name", stripe, "name", preview("production", found("secret-name", stripe, "")), true, ""},
		{"another stack", "secret-name", stripe, "name", preview("dev"), false, "its stack was not checked"},
		{"a value in a state", "plaintext-secret-property", stripe, "x", preview("production", kind(report.State)), true, ""},
		{
			"configuration, which a state has not", "secret-name", root, "x", preview("production", kind(report.State)), false,
			"only a state was checked, which lacks some of what secret-name checks; provide the report of a preview or a plan",
		},
		{
			"a policy that was disabled", "secret-name", stripe, "name", preview("production", func(r *report.Report) { r.Policies = nil }), false,
			"secret-name was disabled",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			v := New(p, nil, today, 30)
			v.Found("x", tt.give)
			if unused, why := v.row(tt.policy, tt.urn, tt.path); unused != tt.unused || why != tt.why {
				t.Errorf("got %t, %s; want %t, %s", unused, why, tt.unused, tt.why)
			}
		})
	}
}

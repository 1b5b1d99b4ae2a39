package report_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/report"
)

func TestMerge(t *testing.T) {
	t.Parallel()
	preview := func(stack, digest string) *report.Report {
		r := report.New("0")
		r.Digest = digest
		r.Policies = []report.Policy{{Name: "secret-name"}}
		r.Sources = []report.Source{{Name: report.Preview, Kind: report.Preview, Project: "shop", Stack: stack}}
		r.Findings = []report.Finding{{Policy: "secret-name", URN: "urn:" + stack}}
		r.Notes = []report.Note{{Message: stack}}
		return r
	}
	check := report.New("0")
	check.Sources = []report.Source{
		{Name: ".", Kind: report.Repository},
		{Name: "plan.json", Kind: report.TerraformPlan},
	}
	check.Errors = []report.Error{{Source: "plan.json", Message: "broken"}}
	check.Findings = []report.Finding{{Policy: "committed-secret", Source: ".", File: "a"}}
	check.Policies = []report.Policy{{Name: "secret-name"}, {Name: "committed-secret"}}

	got := report.Merge("1",
		[]*report.Report{preview("staging", "x"), preview("production", "x"), preview("production", "x"), check})
	want := report.New("1")
	want.Policies = []report.Policy{{Name: "secret-name"}, {Name: "committed-secret"}}
	want.Sources = []report.Source{
		{Name: "preview", Kind: "preview", Project: "shop", Stack: "staging"},
		{Name: "preview of shop/production", Kind: "preview", Project: "shop", Stack: "production"},
		{Name: "preview (2)", Kind: "preview", Project: "shop", Stack: "production"},
		{Name: ".", Kind: "repository"},
		{Name: "plan.json", Kind: "terraform-plan"},
	}
	want.Errors = check.Errors
	want.Notes = []report.Note{
		{Source: "preview", Message: "staging"},
		{Source: "preview of shop/production", Message: "production"},
		{Source: "preview (2)", Message: "production"},
	}
	want.Findings = []report.Finding{
		{Policy: "secret-name", Source: "preview", URN: "urn:staging"},
		{Policy: "secret-name", Source: "preview of shop/production", URN: "urn:production"},
		{Policy: "secret-name", Source: "preview (2)", URN: "urn:production"},
		{Policy: "committed-secret", Source: ".", File: "a"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
	for _, tt := range []struct{ name, a, b, want string }{
		{"one day", "2026-11-23", "2026-11-23", "2026-11-23"},
		{"the earliest", "2026-11-23", "2026-11-22", "2026-11-22"},
		{"one of an earlier version", "2026-11-23", "", ""},
	} {
		a, b := preview("a", "x"), preview("b", "x")
		a.Day, b.Day, b.WhatIf = tt.a, tt.b, true
		for _, order := range [][]*report.Report{{a, b}, {b, a}} {
			if got := report.Merge("1", order); got.Day != tt.want || !got.WhatIf {
				t.Errorf("%s: got %q, what-if %t; want %q, true", tt.name, got.Day, got.WhatIf, tt.want)
			}
		}
	}
	if same := report.Merge("1", []*report.Report{preview("a", "x"), preview("b", "x")}); same.Digest != "x" {
		t.Errorf("got digest %q, want the one that both have", same.Digest)
	}
}

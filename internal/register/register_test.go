package register

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/progression-labs-development/policypack/internal/evidence"
	"github.com/progression-labs-development/policypack/internal/policyfile"
	"github.com/progression-labs-development/policypack/internal/report"
	"github.com/progression-labs-development/policypack/internal/session"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

const secret = "aws:secretsmanager/secret:Secret"

func urn(project, stack, name string) string {
	return "urn:pulumi:" + stack + "::" + project + "::" + secret + "::" + name
}

// ranOn is the report of a run without findings, of a policy.
func ranOn(kind, project, stack string, change ...func(*report.Report)) *report.Report {
	r := report.New("1.0.0")
	r.Day = "2026-11-20"
	r.Policies = []report.Policy{{Name: "raw-secret-resource"}}
	r.Sources = []report.Source{{Name: "s", Kind: kind, Project: project, Stack: stack}}
	for _, f := range change {
		f(r)
	}
	return r
}

// A stack is listed once, with its organization, even if a report on its state lacks that.
func TestPlaces(t *testing.T) {
	t.Parallel()
	e := Entry{UsedIn: []Usage{
		{Report: "preview.json", Organization: "acme", Project: "shop", Stack: "production"},
		{Report: "state.json", Project: "shop", Stack: "production"},
		{Report: "state.json", Project: "shop", Stack: "staging"},
		{Report: "again.json", Project: "shop", Stack: "staging"},
		{Report: "repository.json"},
	}}
	want := []string{"acme/shop/production", "shop/staging", "repository.json"}
	if diff := cmp.Diff(want, e.places()); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
}

func found(f report.Finding) func(*report.Report) {
	return func(r *report.Report) {
		f.Source, f.Level = "s", "advisory"
		if f.Policy == "" {
			f.Policy = "raw-secret-resource"
		}
		r.Findings = append(r.Findings, f)
	}
}

func registered(t *testing.T, f Filter, config string, reports ...*report.Report) *Register {
	t.Helper()
	p, err := session.OwnPack()
	if err != nil {
		t.Fatal(err)
	}
	b, v := New("1.2.3", noon), evidence.New(p, nil, noon, 30)
	if config != "" {
		file := policyfile.ParseAny([]byte(config), nil)
		if len(file.Mistakes) > 0 {
			t.Fatal(file.Mistakes)
		}
		b.Configuration("config.json", file)
	}
	for _, r := range reports {
		b.Reported("r.json", r)
		v.Add("r.json", r)
	}
	r, err := b.Register(f, v, Shown{
		Text: func(s string) string { return strings.ReplaceAll(s, "hunter2", "[secret]") },
		Name: func(s string) string { return s },
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// One exemption, and whether reports show that it is used.
func TestUsed(t *testing.T) {
	t.Parallel()
	const exemption = `"exemptions": {"legacy": {"policies": ["raw-secret-resource"], "project": "shop", "stack": "prod", "name": "stripe",
		"reason": "r", "owner": "o", "expires": "2026-12-31"}}`
	wide := strings.Replace(exemption, `"prod"`, `"prod*"`, 1)
	const files = `"exemptions": {"legacy": {"policies": ["raw-secret-resource"], "urn": "file:docs/*", "reason": "r", "owner": "o", "expires": "2026-12-31"}}`
	const row = `"baseline": {"expires": "2026-12-31", "findings": [{"policy": "raw-secret-resource", "urn": "urn:pulumi:prod::shop::aws:secretsmanager/secret:Secret::stripe", "path": "name"}]}`
	const ofFile = `"baseline": {"expires": "2026-12-31", "findings": [{"policy": "raw-secret-resource", "file": "a.sh", "name": "token X"}]}`
	entry := report.Exemption{Owner: "o", Reason: "r", Expires: "2026-12-31"}
	for _, tt := range []struct {
		name     string
		settings string
		report   *report.Report
		want     Used
	}{
		{"in its stack", exemption, ranOn(report.Preview, "shop", "prod", found(report.Finding{URN: urn("shop", "prod", "stripe"), Exemption: "legacy", Entry: entry})), IsUsed},
		{"after its end, when the finding counts again", exemption, ranOn(report.Preview, "shop", "prod", found(report.Finding{URN: urn("shop", "prod", "stripe"), Exemption: "legacy", Expired: true, Entry: entry})), IsUsed},
		{"not in its stack", exemption, ranOn(report.Preview, "shop", "prod"), NotUsed},
		{"not in one of the stacks that it may be about", wide, ranOn(report.Preview, "shop", "prod"), Unknown},
		{"a finding that something else exempts", exemption, ranOn(report.Preview, "shop", "prod", found(report.Finding{URN: urn("shop", "prod", "stripe"), Baseline: true})), Unknown},
		{"a report that is too old", exemption, ranOn(report.Preview, "shop", "prod", func(r *report.Report) { r.Day = "2026-10-23" }), Unknown},
		{"another stack says nothing", exemption, ranOn(report.Preview, "shop", "dev"), Unknown},
		{"another project says nothing", exemption, ranOn(report.Preview, "web", "prod"), Unknown},
		{"a repository says nothing of resources", exemption, ranOn(report.Repository, "", ""), Unknown},
		{"a policy that was off says nothing", exemption, ranOn(report.Preview, "shop", "prod", func(r *report.Report) { r.Policies = nil }), Unknown},
		{"a run with an error says nothing", exemption, ranOn(report.Preview, "shop", "prod", func(r *report.Report) { r.Errors = []report.Error{{Source: "s"}} }), Unknown},
		{"a day that was asked for says nothing", exemption, ranOn(report.Preview, "shop", "prod", func(r *report.Report) { r.WhatIf = true }), Unknown},
		{"the exemption of another configuration, with the same id", exemption, ranOn(report.Preview, "web", "prod", found(report.Finding{URN: urn("web", "prod", "mail"), Exemption: "legacy", Entry: entry})), Unknown},
		{"files", files, ranOn(report.Repository, "", "", found(report.Finding{URN: "file:docs/a.md", File: "docs/a.md", Exemption: "legacy", Entry: entry})), IsUsed},
		{"files, not used", files, ranOn(report.Repository, "", ""), NotUsed},
		{"files, of which a part was looked at", files, ranOn(report.Repository, "", "", func(r *report.Report) {
			r.Sources[0].Part = true
		}), Unknown},
		{"in a preview that broke off", exemption, ranOn(report.Preview, "shop", "prod", func(r *report.Report) {
			r.Sources[0].Unfinished = true
		}), Unknown},
		{"files, in a preview", files, ranOn(report.Preview, "shop", "prod"), Unknown},
		{"a row", row, ranOn(report.Preview, "shop", "prod", found(report.Finding{URN: urn("shop", "prod", "stripe"), Path: "name", Baseline: true})), IsUsed},
		{"a row, of another property", row, ranOn(report.Preview, "shop", "prod", found(report.Finding{URN: urn("shop", "prod", "stripe"), Path: "tags", Baseline: true})), NotUsed},
		{"a row for a file", ofFile, ranOn(report.Repository, "", "", found(report.Finding{URN: "file:a.sh", File: "a.sh", ValueName: "token X", Baseline: true})), IsUsed},
		{"a row for a file, of a repository that nobody knows", ofFile, ranOn(report.Repository, "", ""), Unknown},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := registered(t, Filter{}, `{"settings": {`+tt.settings+`}}`, tt.report)
			for _, e := range r.Entries {
				if e.Source == "config.json" && e.Used != tt.want {
					t.Errorf("got %s, want %s", e.Used, tt.want)
				}
			}
		})
	}
}

// Pulumi applies an exception after the report of a preview: the finding is there, as a violation.
func TestExceptionOfAPreview(t *testing.T) {
	t.Parallel()
	target := urn("shop", "prod", "vendor")
	config := `{"version": 2, "exceptions": {"SEC-1": {"reason": "r", "match": [{"policies": ["raw-secret-resource"], "targets": ["` + target + `"]}]}}}`
	r := registered(t, Filter{}, config, ranOn(report.Preview, "shop", "prod", found(report.Finding{URN: target})))
	if e := r.Entries[0]; e.Used != IsUsed || e.State != NoEnd || len(r.Entries) != 1 {
		t.Errorf("got %s, %s, %d entries", e.Used, e.State, len(r.Entries))
	}
	if e := registered(t, Filter{}, config, ranOn(report.Preview, "shop", "prod")).Entries[0]; e.Used != NotUsed {
		t.Errorf("got %s without the finding", e.Used)
	}
}

// What reports alone know has an entry, once for all reports; its day is that of the oldest.
func TestOnlyReported(t *testing.T) {
	t.Parallel()
	entry := report.Exemption{Owner: "payments", Reason: "r", Expires: "2026-12-31", Ticket: "PAY-1"}
	one := found(report.Finding{URN: urn("shop", "prod", "stripe"), Exemption: "legacy", Entry: entry})
	old := ranOn(report.Preview, "shop", "prod", one)
	old.Day = "2026-10-01"
	cloud := found(report.Finding{URN: urn("shop", "prod", "mail"), Exceptions: nil})
	glass := func(r *report.Report) {
		r.BreakGlass = []report.BreakGlass{{
			ID: "bg-1", Stack: "acme/shop/prod", Reason: "outage", Who: "on-call",
			Until: "2026-11-20T18:00:00Z", Passed: 3,
		}}
	}
	r := registered(t, Filter{}, "", ranOn(report.Preview, "shop", "prod", one, cloud, glass), old,
		ranOn(report.Preview, "shop", "dev", found(report.Finding{URN: "file:a.sh", File: "a.sh", Exemption: report.Inline, Entry: report.Exemption{Reason: "made up", Line: 3}})))
	type line struct {
		Kind                    Kind
		ID, Owner, First, State string
		Findings                int
	}
	var got []line
	for _, e := range r.Entries {
		got = append(got, line{e.Kind, e.ID, e.Owner, e.FirstSeen, string(e.State), e.Findings})
	}
	want := []line{
		{BreakGlass, "bg-1", "on-call", "2026-11-20", "expired", 3},
		{Exemption, "legacy", "payments", "2026-10-01", "in-force", 2},
		{Comment, "", "", "2026-11-20", "no-end", 1},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
}

func TestStates(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		expires string
		days    float64
		state   State
		left    int
	}{
		{"2026-11-22", 14, Expired, -1},
		{"2026-11-23", 14, EndsSoon, 0},
		{"2026-12-07", 14, EndsSoon, 14},
		{"2026-12-08", 14, InForce, 15},
		{"2026-12-08", 30, EndsSoon, 15},
		{"2026-11-23T11:59:59Z", 14, Expired, 0},
		{"2026-11-23T12:00:01Z", 14, EndsSoon, 0},
		{"2026-11-24T01:00:00+02:00", 0, EndsSoon, 0},
	} {
		settings, err := json.Marshal(map[string]any{"settings": map[string]any{
			"exemptionWarningDays": tt.days,
			"exemptions":           map[string]any{"x": map[string]any{"name": "x", "expires": tt.expires}},
		}})
		if err != nil {
			t.Fatal(err)
		}
		e := registered(t, Filter{}, string(settings)).Entries[0]
		if e.State != tt.state || *e.DaysLeft != tt.left {
			t.Errorf("%s: got %s, %d days; want %s, %d", tt.expires, e.State, *e.DaysLeft, tt.state, tt.left)
		}
	}
}

// hostile is a register of texts that mean something to pages, terminals and spreadsheets, and that hold a secret.
func hostile(t *testing.T) *Register {
	t.Helper()
	evil := "=1+1 <script>alert(1)</script> \x1b[31m hunter2"
	settings, err := json.Marshal(map[string]any{"settings": map[string]any{
		"exemptions": map[string]any{evil: map[string]any{
			"policies": []any{evil}, "urn": evil, "reason": evil, "owner": evil, "ticket": evil, "approvedBy": evil,
			"expires": "2026-12-31", "path": evil,
		}},
		"baseline": map[string]any{"expires": "2026-12-31", "findings": []any{
			map[string]any{"policy": evil, "file": evil, "name": evil},
		}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	r := registered(t, Filter{}, string(settings), ranOn(report.Preview, evil, evil,
		found(report.Finding{Policy: evil, URN: evil, Exemption: evil, Entry: report.Exemption{Owner: evil, Reason: evil}})))
	r.Errors = append(r.Errors, Error{"a", "b"})
	return r
}

func written(t *testing.T, r *Register, form string) string {
	t.Helper()
	var b strings.Builder
	if err := Forms.Write(&b, r, form); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestFormsAreInert(t *testing.T) {
	t.Parallel()
	r := hostile(t)
	for _, form := range Forms.Names() {
		text := written(t, r, form)
		if strings.Contains(text, "\x1b") || strings.Contains(text, "hunter2") {
			t.Errorf("%s: holds an escape, or a secret", form)
		}
	}
	rows, err := csv.NewReader(strings.NewReader(written(t, r, "csv"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		for _, cell := range row {
			if strings.HasPrefix(cell, "=") {
				t.Errorf("the cell %q is a formula", cell)
			}
		}
	}
	page := written(t, r, "html")
	for _, bad := range []string{"<script>alert", "<link", "@import", "url(", "<iframe", "<img", " src=", `href="http`} {
		if strings.Contains(page, bad) {
			t.Errorf("the page holds %s", bad)
		}
	}
	if !strings.Contains(page, "default-src &#39;none&#39;") || !strings.Contains(page, "script-src &#39;sha256-") {
		t.Error("the page lets more than its own style and script run")
	}
}

func TestJSONMeetsItsSchema(t *testing.T) {
	t.Parallel()
	f, err := os.Open("../../docs/reference/register.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // it is only read
	doc, err := jsonschema.UnmarshalJSON(f)
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("register.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("register.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	days := 30
	for name, r := range map[string]*Register{
		"nothing": registered(t, Filter{}, ""), "hostile": hostile(t),
		"filtered": registered(t, Filter{Owner: "x", ExpiresWithin: &days}, `{"settings": {"exemptions": {"a": {"name": "x"}}}}`),
	} {
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(written(t, r, "json")))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(value); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

package fleet

import (
	"encoding/csv"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/attest"
)

func written(t *testing.T, r *Report, form string) string {
	t.Helper()
	var b strings.Builder
	if err := Forms.Write(&b, r, form); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// hostile is a report whose names are made to do something.
func hostile(t *testing.T) *Report {
	t.Helper()
	const markup = `<script>alert(1)</script>"'&`
	f, err := New(Wanted{}, "1.2.3", noon)
	if err != nil {
		t.Fatal(err)
	}
	f.Deployed(state(func(s *State) { s.File, s.Project, s.Stack = "=cmd|'/c calc'!A1", "@SUM(1)", "+1\r\nfake,row" }))
	f.Deployed(state(func(s *State) { s.File, s.Organization, s.Project = markup, "\x1b[2J\u202eacme", "-2+3" }))
	f.Attested("\t=1+1", with(statement("＝1", " =1", markup, 0), func(p *attest.Predicate) {
		p.Pack.Version, p.Configuration, p.Commit = "=2", "-3\x07", &attest.Commit{ID: "@4"}
	}))
	f.Attested("+5", with(statement("", "", "", 0), func(*attest.Predicate) {}))
	f.Ignored("=6\n=7", "\u2066hidden")
	f.Unread("@8", "-9")
	return f.Report()
}

// No name writes a line of its own, an element, a formula or what a terminal obeys.
func TestHostileNames(t *testing.T) {
	t.Parallel()
	r := hostile(t)
	for _, form := range []string{"text", "csv", "html"} {
		text := written(t, r, form)
		for _, c := range text {
			if c != '\n' && (unicode.IsControl(c) || unicode.Is(unicode.Bidi_Control, c)) {
				t.Errorf("%s: holds %U", form, c)
			}
		}
		for line := range strings.Lines(text) {
			if strings.HasPrefix(line, "fake") || strings.HasPrefix(line, "=7") {
				t.Errorf("%s: a line of a name: %s", form, line)
			}
		}
	}
	if page := written(t, r, "html"); strings.Contains(page, "<script") ||
		!strings.Contains(page, "&lt;script&gt;alert(1)&lt;/script&gt;&#34;&#39;&amp;") {
		t.Error("html: the name is not escaped")
	}
	rows, err := csv.NewReader(strings.NewReader(written(t, r, "csv"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		for _, cell := range row {
			if cell != "" && strings.ContainsAny(strings.TrimLeft(cell, " ")[:1], "=+-@") ||
				strings.HasPrefix(cell, "＝") {
				t.Errorf("csv: the cell %q is a formula", cell)
			}
		}
	}
	var back Report
	if err := json.Unmarshal([]byte(written(t, r, "json")), &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(r, &back); diff != "" {
		t.Errorf("json: mismatch (-want +got):\n%s", diff)
	}
}

// The page loads nothing and runs nothing.
func TestHTMLIsSelfContained(t *testing.T) {
	t.Parallel()
	page := written(t, hostile(t), "html")
	for _, bad := range []string{
		"<link", "@import", "url(", "<iframe", "<script", "<img", " src=", `href="http`,
		"script-src",
	} {
		if strings.Contains(page, bad) {
			t.Errorf("it holds %s", bad)
		}
	}
	for _, want := range []string{"default-src &#39;none&#39;; style-src &#39;sha256-", `id="findings"`, "</html>"} {
		if !strings.Contains(page, want) {
			t.Errorf("it lacks %s", want)
		}
	}
}

// Every column that is described is there, with a value where there is one to say.
func TestCSV(t *testing.T) {
	t.Parallel()
	good := with(statement("acme", "shop", "prod", 0),
		func(p *attest.Predicate) { p.Commit = &attest.Commit{ID: "ab12", Dirty: true} })
	r := reportOf(t, Wanted{}, []State{state(nil)}, good)
	rows, err := csv.NewReader(strings.NewReader(written(t, r, "csv"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for i, column := range rows[0] {
		got[column] = rows[1][i]
	}
	want := map[string]string{
		"status": "covered", "organization": "acme", "project": "shop", "stack": "prod",
		"updated": "2026-11-23T12:00:00Z", "resources": "3",
		"attested": "2026-11-23T12:00:00Z", "kind": "update", "pack_version": "1.2.0", "pack_digest": "d1",
		"configuration":      "c1",
		"policies_mandatory": "1", "policies_advisory": "0", "violations": "0", "complete": "true", "commit": "ab12",
		"dirty":   "true",
		"reasons": "", "state": "prod.json", "attestation": "0.json",
	}
	if diff := cmp.Diff(want, got); diff != "" || len(rows) != 2 {
		t.Errorf("%d rows; mismatch (-want +got):\n%s", len(rows), diff)
	}
}

// Two reports may be written at once: nothing that they share is written to, which the race detector sees.
func TestWritersShareNothing(t *testing.T) {
	t.Parallel()
	r := hostile(t)
	for _, form := range []string{"text", "csv", "html", "json"} {
		want := written(t, r, form)
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				var b strings.Builder
				if err := Forms.Write(&b, r, form); err != nil || b.String() != want {
					t.Errorf("%s: another text than alone, %v", form, err)
				}
			})
		}
		all.Wait()
	}
}

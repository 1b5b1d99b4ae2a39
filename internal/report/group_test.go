package report

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// many is a report with more findings than are shown in full.
func many() *Report {
	r := nothing()
	for i := range 60 {
		file := fmt.Sprintf("services/api/config%02d.yaml", i)
		if i%3 == 0 {
			file = fmt.Sprintf("services/api/testdata/config%02d.yaml", i)
		}
		r.Findings = append(r.Findings, Finding{
			Policy: "committed-secret", Source: r.Sources[0].Name, URN: "file:" + file, File: file, Line: 3, Column: 1,
			Level: "mandatory", Severity: "critical", Detector: "github-token",
			Message: fmt.Sprintf("A GitHub token stands in %s.\nRevoke it first.\nNote %d.", file, i),
		})
	}
	return r
}

func TestManyFindingsAreALineEach(t *testing.T) {
	t.Parallel()
	text := written(t, many(), Text, Options{})
	if n := strings.Count(text, "Revoke it first."); n != 1 {
		t.Errorf("the advice stands %d times, want once:\n%s", n, text)
	}
	if strings.Contains(text, "Note 7.") {
		t.Error("what is about a single finding is shown with the advice")
	}
	lines := strings.Split(text, "\n")
	if len(lines) > 60+25 {
		t.Errorf("%d lines for 60 findings", len(lines))
	}
	at := func(line string) int { return slices.Index(lines, line) }
	own, apart := at("  services/api  40"), at("  In tests, examples and documentation: 20")
	if tests := at("  services/api/testdata  20"); own < 0 || apart < own || tests < apart {
		t.Errorf("mismatch: folders at lines %d and %d, tests from %d on:\n%s", own, tests, apart, text)
	}
	if want := "  ✖ services/api/config01.yaml:3:1  committed-secret  github-token"; at(want) < 0 {
		t.Errorf("no line %q:\n%s", want, text)
	}
}

func TestAdviceIsGivenOnce(t *testing.T) {
	t.Parallel()
	r := many()
	r.Findings = r.Findings[:3]
	for _, f := range []Format{Text, Markdown, HTML} {
		if n := strings.Count(written(t, r, f, Options{}), "Revoke it first."); n != 1 {
			t.Errorf("%s: the advice stands %d times, want once", f, n)
		}
	}
}

func TestCSV(t *testing.T) {
	t.Parallel()
	r := sample()
	r.Findings[0].Name, r.Findings[0].Address = `=HYPERLINK("x")`, ""
	rows := strings.Split(strings.TrimSpace(written(t, r, CSV, Options{})), "\n")
	if len(rows) != len(r.Findings)+1 {
		t.Errorf("%d rows, want a head and one for each of %d findings", len(rows), len(r.Findings))
	}
	all := strings.Join(rows, "\n")
	for _, want := range []string{",legacy-stripe,false,payments,It is rotated in March.,OPS-12,,2027-03-31,", `"'=HYPERLINK`} {
		if !strings.Contains(all, want) {
			t.Errorf("no %q in\n%s", want, all)
		}
	}
	want := "class,policy,level,severity,source,organization,project,stack,subject,type,path,folder,file,line,commit,sample,detector," +
		"message,exemption,expired,owner,reason,ticket,approved_by,expires,urn,fingerprint,as_of"
	if diff := cmp.Diff(want, rows[0]); diff != "" {
		t.Errorf("head: mismatch (-want +got)\n%s", diff)
	}
}

// Each form that people read holds a policy's remediation and the link to its page, once for all findings.
func TestRemediationIsGivenOnce(t *testing.T) {
	t.Parallel()
	r := many()
	r.Policies = []Policy{{
		Name: "committed-secret", Title: "No secret is committed", URL: "https://example.com/committed-secret",
		Level: "mandatory", Severity: "critical",
		Remediation: "1. Revoke the secret, then\n   issue a new one.\n2. Remove it.\n",
	}}
	r.Findings[0].Level = "advisory" // a second section of the policy in Markdown
	for _, n := range []int{3, len(r.Findings)} {
		r.Findings = r.Findings[:n]
		for _, f := range []Format{Text, Markdown, HTML} {
			text := written(t, r, f, Options{})
			for _, want := range []string{"1. Revoke the secret, then issue a new one.", "2. Remove it."} {
				if got := strings.Count(text, want); got != 1 {
					t.Errorf("%s of %d findings: %q is there %d times, want once", f, n, want, got)
				}
			}
			if !strings.Contains(text, "https://example.com/committed-secret") {
				t.Errorf("%s of %d findings: no link", f, n)
			}
		}
	}
}

func TestSteps(t *testing.T) {
	t.Parallel()
	p := Policy{Remediation: "First\n  goes on.\n1. One\n   and more.\n   - an item\n     of two lines\n\n  Apart.\n"}
	want := []string{"First goes on.", "1. One and more.", "   - an item of two lines", "  Apart."}
	if diff := cmp.Diff(want, p.steps()); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
	text := written(t, &Report{
		Policies: []Policy{{Name: "a", Remediation: "1. " + strings.Repeat("word ", 12)}},
		Findings: []Finding{{Policy: "a", Level: "mandatory", URN: "u", Message: "m"}},
	}, Text, Options{Width: 40})
	if want := "    1. word word word word word word\n       word word word word word word\n"; !strings.Contains(text, want) {
		t.Errorf("no %q in\n%s", want, text)
	}
}

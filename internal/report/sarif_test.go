package report

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSARIFMeetsTheStandard(t *testing.T) {
	t.Parallel()
	s := schema(t, "testdata/schema/sarif-schema-2.1.0.json")
	for _, r := range []*Report{sample(), nothing(), disabled(), hostile(), New("0.1.0")} {
		meets(t, s, written(t, r, SARIF, Options{}))
	}
}

func sarifOf(t *testing.T, r *Report) sarifRun {
	t.Helper()
	var log sarifLog
	if err := json.Unmarshal([]byte(written(t, r, SARIF, Options{})), &log); err != nil {
		t.Fatal(err)
	}
	return log.Runs[0]
}

// What code scanning of GitHub asks for beyond the standard, in its page on SARIF support.
func TestSARIFHasWhatGitHubAsksFor(t *testing.T) {
	t.Parallel()
	run := sarifOf(t, sample())
	if len(run.Results) != len(sample().Findings) {
		t.Errorf("got %d results, want %d", len(run.Results), len(sample().Findings))
	}
	known := map[string]bool{}
	for i, res := range run.Results {
		if len(res.Locations) != 1 || res.Locations[0].Physical == nil ||
			res.Locations[0].Physical.Artifact.URI == "" ||
			res.Locations[0].Physical.Region.Line < 1 {
			t.Errorf("results[%d]: want one file and a line: %+v", i, res.Locations)
			continue
		}
		p := res.Locations[0].Physical
		if strings.HasPrefix(p.Artifact.URI, "/") || p.Artifact.Base != "%SRCROOT%" {
			t.Errorf("results[%d]: want a file below the root of the repository: %+v", i, p.Artifact)
		}
		if run.Tool.Driver.Rules[res.RuleIndex].ID != res.RuleID {
			t.Errorf("results[%d]: %s is not rule %d", i, res.RuleID, res.RuleIndex)
		}
		// Results with the same rule and the same hash are one alert.
		hash := res.Fingerprints["primaryLocationLineHash"]
		if hash == "" {
			hash = fmt.Sprint(p.Artifact.URI, p.Region.Line) // what the upload action does, more or less
		}
		if key := res.RuleID + " " + hash; known[key] {
			t.Errorf("results[%d]: the same alert as another: %s", i, key)
		} else {
			known[key] = true
		}
	}
	for _, rule := range run.Tool.Driver.Rules {
		if rule.ShortDescription == nil || rule.FullDescription == nil || rule.Help == nil ||
			rule.Help.Markdown == "" ||
			rule.Properties.Severity == "" || rule.Properties.Tags[0] != "security" || len(rule.Properties.Tags) > 10 {
			t.Errorf("rule %s lacks something: %+v", rule.ID, rule)
		}
	}
	if !strings.HasSuffix(run.Automation.ID, "/") {
		t.Errorf("got %q, want a category, which ends in a slash", run.Automation.ID)
	}
}

func TestSARIFTellsClassesApart(t *testing.T) {
	t.Parallel()
	got := map[Class][]string{}
	for _, res := range sarifOf(t, sample()).Results {
		text := res.Level + " " + res.Baseline
		for _, s := range res.Suppressions {
			text += " " + s.Kind
		}
		if c := res.Properties.Class; !contains(got[c], text) {
			got[c] = append(got[c], text)
		}
	}
	want := map[Class][]string{
		Violation: {"error new"}, Advisory: {"warning new"}, Undecided: {"note new"},
		Exempted: {"note new inSource", "note new external"},
		Baseline: {"note unchanged external"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

func TestSARIFSaysWhatWasNotChecked(t *testing.T) {
	t.Parallel()
	in := sarifOf(t, sample()).Invocations[0]
	if in.Successful || in.ExitCode != 2 || len(in.Notifications) != 2 || len(in.Configuration) != 1 {
		t.Errorf("got %+v", in)
	}
	if p := in.Notifications[0].Locations[0].Physical; p.Artifact.URI != ".github/workflows/ci.yml" ||
		p.Region.Line != 14 {
		t.Errorf("got %+v", p)
	}
	if in := sarifOf(t, nothing()).Invocations[0]; !in.Successful || in.ExitCode != 0 {
		t.Errorf("got %+v", in)
	}
}

func TestSARIFCategory(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		give []Source
		want string
	}{
		{
			"preview",
			[]Source{{Kind: Preview, Name: Preview, Organization: "acme", Project: "shop", Stack: "prod"}},
			"policypack/stack/acme/shop/prod/",
		},
		{
			"update, of the same stack",
			[]Source{{Kind: Update, Name: Update, Project: "shop", Stack: "prod"}},
			"policypack/stack/shop/prod/",
		},
		{"repository", []Source{{Kind: Repository, Name: "."}}, "policypack/repository/"},
		{"plan", []Source{{Kind: TerraformPlan, Name: "a/plan.json"}}, "policypack/terraform-plan/a/plan.json/"},
		{"several", []Source{{Kind: Repository}, {Kind: State}}, "policypack/"},
	} {
		if got := (&Report{Sources: tt.give}).category(); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestSARIFFiles(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, give, want string }{
		{"spaces and signs", "a b/ü#1?.env", "a%20b/%C3%BC%231%3F.env"},
		{"a colon first", "a:b", "./a:b"},
		{"elsewhere", "/srv/plan.json", "file:///srv/plan.json"},
		{"on a disk of Windows", `C:\plans\plan.json`, "file:///C:%5Cplans%5Cplan.json"},
	} {
		if got := physical(tt.give, 1, 0).Artifact.URI; got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
}

// Two findings of a policy in one line must not become one alert.
func TestSARIFSeveralInOneLine(t *testing.T) {
	t.Parallel()
	r := New("0.1.0")
	for _, detector := range []string{"a", "b"} {
		r.Findings = append(r.Findings,
			Finding{Policy: "p", File: "f", Line: 3, URN: "file:f", Detector: detector, Path: detector})
	}
	results := sarifOf(t, r).Results
	if results[0].Fingerprints["primaryLocationLineHash"] != "" ||
		results[1].Fingerprints["primaryLocationLineHash"] == "" {
		t.Errorf("got %v", results)
	}
}

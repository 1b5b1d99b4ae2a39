package evidence

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/exception"
	"github.com/progression-labs-development/policypack/internal/report"
	"github.com/progression-labs-development/policypack/internal/rollout"
	"github.com/progression-labs-development/policypack/internal/session"
	"github.com/progression-labs-development/policypack/internal/verdict"
)

func begun(t *testing.T) *Evidence {
	t.Helper()
	p, err := session.OwnPack()
	if err != nil {
		t.Fatal(err)
	}
	return New(p, nil, today, 30)
}

// Two rows about one file stand for five findings, of which one is left: the last row goes first.
func TestBaseline(t *testing.T) {
	t.Parallel()
	path := "name"
	known := []verdict.Known{
		{Policy: "committed-secret", File: "a.sh", Name: "x", Count: 3},
		{Policy: "committed-secret", File: "a.sh", Name: "x", Count: 2},
		{Policy: "committed-secret", File: "b.sh"},
		{Policy: "secret-name", URN: stripe, Path: &path},
		{Policy: "committed-secret", URN: "file:a.sh"},
	}
	v := begun(t)
	v.Found("x", preview("production"))
	none := "no repository was checked; provide its directory, since a report does not record which entries it used"
	old := "it is in the format of an earlier version; convert it with --migrate"
	want := []Row{{3, none}, {2, none}, {1, none}, {0, ""}, {1, old}}
	if diff := cmp.Diff(want, v.Baseline(known)); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
	v.Repository(func(r rollout.Row) (int, string) {
		if r.File == "a.sh" {
			return 4, ""
		}
		return 0, "found"
	}, "config.json")
	v.Repository(func(rollout.Row) (int, string) { return 0, "elsewhere" }, "other.json")
	want = []Row{{1, ""}, {0, ""}, {1, "found"}, {0, ""}, {1, old}}
	if diff := cmp.Diff(want, v.Of("config.json").Baseline(known)); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
	if rows := v.Baseline(known); rows[0] != (Row{3, "elsewhere"}) {
		t.Errorf("with both repositories: got %v", rows[0])
	}
}

func TestException(t *testing.T) {
	t.Parallel()
	e := exception.Entry{Match: []exception.Match{{
		Policies: []string{"secret-name", "committed-secret"}, Targets: []string{stripe, "urn:pulumi:dev::shop::a:b:C::x"},
	}}}
	v := begun(t)
	v.Found("x", preview("production"))
	if unused, why := v.Exception(e); unused || why != "its stack was not checked" {
		t.Errorf("one of two stacks: got %t, %s", unused, why)
	}
	v.Found("x", preview("dev"))
	if unused, why := v.Exception(e); !unused {
		t.Errorf("both stacks: got %t, %s", unused, why)
	}
	v.Found("x", preview("production", found("secret-name", stripe, "tags")))
	if unused, why := v.Exception(e); unused || why != "still found" {
		t.Errorf("with a finding: got %t, %s", unused, why)
	}
}

func TestComment(t *testing.T) {
	t.Parallel()
	v := begun(t)
	repository := func(r *report.Report) { r.Sources[0] = report.Source{Name: ".", Kind: report.Repository} }
	v.Found("other", preview("", repository))
	if unused, why := v.Comment("repo", []string{"committed-secret"}); unused {
		t.Errorf("another repository: got %t, %s", unused, why)
	}
	v.Found("repo", preview("", repository))
	if unused, why := v.Comment("repo", []string{"committed-secret"}); !unused || why != "it matches nothing in repo" {
		t.Errorf("the repository: got %t, %s", unused, why)
	}
	if unused, why := v.Comment("repo", []string{"dotenv-file"}); unused || why != "repo: dotenv-file was disabled" {
		t.Errorf("a policy that was off: got %t, %s", unused, why)
	}
}

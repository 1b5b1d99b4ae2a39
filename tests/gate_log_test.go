package tests

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/decisionlog"
)

// Each decision of a gate says what it was about: the commit of the repository, or the stack of the preview.
func TestGateDecisionLog(t *testing.T) {
	t.Parallel()
	g := newGate(t, nil).write(t, map[string]string{"deploy.sh": badScript, "infra/Pulumi.yaml": badProgram}).
		commit(t).stacks(t, "production")
	g.env["POLICYPACK_DECISION_LOG"] = filepath.Join(g.dir, "decisions.jsonl")
	g.run(t).want(t, 1, []string{"raw-secret-resource", "secret-cli-command"}, nil, both)
	var got []string
	for line := range strings.Lines(g.read("decisions.jsonl")) {
		var d decisionlog.Decision
		if err := json.Unmarshal([]byte(line), &d); err != nil {
			t.Fatal(err)
		}
		run, err := json.Marshal(d.Run)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, string(run))
	}
	slices.Sort(got)
	want := []string{
		`{"organization":"organization","project":"shop","stack":"production","preview":true}`,
		`{"source":{"kind":"repository","name":".","commit":"` + g.git(t, "rev-parse", "HEAD") + `"}}`,
	}
	if diff := cmp.Diff(want, slices.Compact(got)); diff != "" {
		t.Errorf("the runs of the decision log: mismatch (-want +got)\n%s", diff)
	}
}

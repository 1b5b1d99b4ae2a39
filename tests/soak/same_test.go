package soak

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// repeated are commands whose output is to be the same each time, with the files that they write.
func repeated() (all []write) {
	for _, source := range []string{"repo", "plan.json", "state.json", "exports"} {
		for _, format := range []string{"text", "json", "sarif", "markdown"} {
			all = append(all, write{args: []string{"check", source, "--format", format}})
		}
	}
	return append(all,
		write{args: []string{"check", "repo", "plan.json", "state.json", "--report", "r.json,r.sarif,r.md,r.html,r.csv,r.xml"}, files: []string{
			"r.json", "r.sarif", "r.md", "r.html", "r.csv", "r.xml",
		}},
		write{args: []string{"docs", "docs"}, files: []string{"docs"}},
		write{args: []string{"list"}},
		write{args: []string{"list", "--json", "--rules", "rules"}},
		write{args: []string{"explain", "secret-in-workload", "--all"}},
		write{args: []string{"config", "validate", "policy-config.json"}},
		write{args: []string{"baseline", "state.json"}},
		write{args: []string{"exempt", "list", "policy-config.json", "--format", "json"}},
	)
}

// times is how often an input is read: a hundred times, or less where there is little time.
func times() int { return max(5, min(100, int(100*(*length)/time.Hour))) }

// TestSameBytes runs the same input a hundred times: the outputs are the same bytes. Every tenth run is a process of its
// own, on one processor or on several.
func TestSameBytes(t *testing.T) {
	part := begin(t, "same bytes")
	w := newWorld(t)
	commands := repeated()
	first := make([]string, len(commands))
	for run := range times() {
		there := w.copied(t)
		for i, c := range commands {
			var got result
			if run%10 == 0 {
				cmd := there.command(c.args...)
				cmd.Env = append(cmd.Env, fmt.Sprint("GOMAXPROCS=", 1+run/10%4))
				got = w.run(t, cmd)
			} else {
				got = there.inside(t, time.Now(), nil, c.args...)
			}
			text := got.stdout + got.stderr
			for _, name := range c.files {
				text += content(t, filepath.Join(there.dir, name))
			}
			text = stamp.ReplaceAllString(text, "TIME")
			switch {
			case got.code > 1:
				t.Fatalf("%q: exit code %d\n%s", c.args, got.code, short(text))
			case run == 0:
				first[i] = text
			case text != first[i]:
				part.fail(t, "%q: run %d differs: %s", c.args, run, difference(first[i], text))
			}
		}
		if err := os.RemoveAll(there.dir); err != nil {
			t.Fatal(err)
		}
	}
	calls := sameAnswers(t, part)
	part.ran("%d of %d commands, %d of %d calls", times(), len(commands), times(), calls)
}

// stamp is when a report was written.
var stamp = regexp.MustCompile(`\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z| UTC)?`)

// content returns the texts of a file, or of all files in a folder.
func content(t *testing.T, name string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(name, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := os.ReadFile(name)
		fmt.Fprintf(&b, "%s\n%s", e.Name(), text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// difference is where two texts part.
func difference(a, b string) string {
	i := 0
	for i < min(len(a), len(b)) && a[i] == b[i] {
		i++
	}
	around := func(s string) string { return s[max(0, i-40):min(len(s), i+80)] }
	return fmt.Sprintf("%q and %q", around(a), around(b))
}

// sameAnswers makes the same calls to as many analyzers, and returns how many calls.
func sameAnswers(t *testing.T, part *row) (calls int) {
	t.Helper()
	all := stacks(t)
	step := max(1, len(all)/40)
	var first [][]byte
	for run := range times() {
		a := harness.StartAnalyzer(t, harness.Start{Env: []string{fmt.Sprint("GOMAXPROCS=", 1+run%4)}})
		a.Ready(t, nil, nil)
		var answers [][]byte
		answer := func(m proto.Message, err error) {
			if err != nil {
				t.Fatal(err)
			}
			data, err := proto.MarshalOptions{Deterministic: true}.Marshal(m)
			if err != nil {
				t.Fatal(err)
			}
			answers = append(answers, data)
		}
		answer(a.Client.GetAnalyzerInfo(t.Context(), &emptypb.Empty{}))
		for i := 0; i < len(all); i += step {
			for _, req := range all[i].resources {
				answer(a.Client.Analyze(t.Context(), req))
			}
			answer(a.Client.AnalyzeStack(t.Context(), all[i].whole))
		}
		a.Stop(t)
		if calls = len(answers); run == 0 {
			first = answers
		}
		for i := range answers {
			if !bytes.Equal(answers[i], first[i]) {
				part.fail(t, "call %d of analyzer %d has another answer: %s", i, run, difference(string(first[i]), string(answers[i])))
			}
		}
	}
	return calls
}

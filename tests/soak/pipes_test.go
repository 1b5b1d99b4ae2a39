package soak

import (
	"os"
	"strings"
	"testing"
)

// prints are commands that print.
func prints() [][]string {
	return [][]string{
		{"check", "state.json"},
		{"check", "plan.json", "--format", "json"},
		{"check", "repo", "--format", "sarif"},
		{"check", "exports", "--summary", "--format", "html"},
		{"list"},
		{"list", "--json"},
		{"explain", "raw-secret-resource", "--all"},
		{"config", "validate", "policy-config.json"},
		{"config", "diff", "policy-config.json", "policy-config.json"},
		{"report", "report.json", "--format", "markdown"},
		{"baseline", "state.json"},
		{"exempt", "list", "policy-config.json"},
		{"coverage", "--states", "exports", "--attestations", "attestations", "--key", "runner.pub"},
		{"attest", "verify", "attestations/a.json", "--key", "runner.pub", "--kind", "state"},
		{"test", "rules"},
		{"init", "exports", "--yes", "-o", "first.json"},
		{"new", "bucket-label"},
		{"docs", "docs"},
		{"version"},
		{"help"},
		{"completion", "bash"},
	}
}

// TestPipes runs each command that prints with a standard output and a standard error that nobody reads any more, and
// with ones that are full: none succeeds whose output is lost.
func TestPipes(t *testing.T) {
	part := begin(t, "broken pipes")
	w := newWorld(t)
	faults := 0
	for _, args := range prints() {
		calm := w.copied(t)
		whole := w.run(t, calm.command(args...))
		for _, way := range []string{"stdout is broken", "stderr is broken", "both are broken", "stdout is full"} {
			what := strings.Join(args, " ") + ": " + way
			t.Run(what, func(t *testing.T) {
				there := w.copied(t)
				cmd := there.command(args...)
				broken := closedPipe(t)
				switch way {
				case "stdout is broken":
					cmd.Stdout = broken
				case "stderr is broken":
					cmd.Stderr = broken
				case "both are broken":
					cmd.Stdout, cmd.Stderr = broken, broken
				case "stdout is full":
					full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
					if err != nil {
						t.Skip(err)
					}
					defer full.Close() //nolint:errcheck // nothing is in it
					cmd.Stdout = full
				}
				got := w.run(t, cmd)
				faults++
				got.silent(t, part, w.birds, what)
				switch {
				case got.hung:
					part.fail(t, "%s: does not end", what)
				case way == "stderr is broken": // where it is not needed, nothing is lost
					if got.code > 2 {
						part.fail(t, "%s: exit code %d", what, got.code)
					}
				case whole.stdout == "" && way != "both are broken": // nothing is lost
					if got.code != whole.code {
						part.fail(t, "%s: exit code %d, want %d", what, got.code, whole.code)
					}
				case whole.stdout+whole.stderr != "" && (got.code == 0 || got.code == 1):
					part.fail(t, "%s: exit code %d\n%s", what, got.code, short(got.stderr))
				case way == "stdout is full" && !strings.Contains(got.stderr, "no space left on device"):
					part.fail(t, "%s: the cause is not named:\n%s", what, short(got.stderr))
				}
			})
		}
	}
	part.ran("%d commands, %d faults", len(prints()), faults)
}

// closedPipe is a pipe that nobody reads.
func closedPipe(t *testing.T) *os.File {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Close() })
	return w
}

package cli

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// full is a disk without room.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

// What cannot be printed is in the report all the same.
func TestOutputThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file, out := filepath.Join(dir, "clean.txt"), filepath.Join(dir, "out.json")
	if err := os.WriteFile(file, []byte("nothing\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, format := range []string{"text", "json", "sarif", "html"} {
		var errs bytes.Buffer
		code := Run(context.Background(), Process{
			Args:   []string{"policypack", "check", "--kind", "repository", file, "--format", format, "--report", out},
			Stdout: full{}, Stderr: &errs,
			Getenv: func(string) string { return "" },
		})
		if code != ExitError || !strings.Contains(errs.String(), "no space left on device") {
			t.Errorf("%s: got exit code %d and %q", format, code, errs.String())
		}
		if _, err := os.Stat(out); err != nil {
			t.Errorf("%s: the report is not there: %v", format, err)
		}
		if err := os.RemoveAll(out); err != nil {
			t.Fatal(err)
		}
	}
}

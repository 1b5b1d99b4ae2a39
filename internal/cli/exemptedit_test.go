package cli

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// What somebody else has written into a file while a command was working on it is not overwritten.
func TestEditedByTwo(t *testing.T) {
	t.Parallel()
	const state = `{"version": 3, "deployment": {"resources": [
		{"urn": "urn:pulumi:production::shop::pulumi:pulumi:Stack::shop-production", "type": "pulumi:pulumi:Stack"}]}}`
	for _, tt := range []struct{ name, before string }{{"changed", "{}"}, {"created", ""}} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			name := filepath.Join(t.TempDir(), "policy-config.json")
			if tt.before != "" {
				if err := os.WriteFile(name, []byte(tt.before), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			const theirs = `{"secret-name": "advisory"}`
			stdin, typed, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer stdin.Close() //nolint:errcheck // nothing is written into it
			done := make(chan error, 1)
			go func() {
				// more than a pipe holds: once it is written, the command is reading, and has read the file
				_, err := typed.WriteString(strings.Repeat(" ", 1<<20))
				err = errors.Join(err, os.WriteFile(name, []byte(theirs), 0o600))
				_, typing := typed.WriteString(state)
				done <- errors.Join(err, typing, typed.Close())
			}()
			var stdout, stderr bytes.Buffer
			code := Run(context.Background(), Process{
				Args:   []string{"policypack", "baseline", "-", "--into", name},
				Stdin:  stdin,
				Stdout: &stdout, Stderr: &stderr, Now: time.Now, Getenv: func(string) string { return "" },
			})
			text, err := os.ReadFile(name)
			if err := errors.Join(err, <-done); err != nil {
				t.Fatal(err)
			}
			const want = "was changed by another process while this command ran, and was not written; run the command again"
			if code != ExitError || !strings.Contains(stderr.String(), want) || string(text) != theirs {
				t.Errorf("exit code %d, want %d\n%s%s\nthe file holds %s, want %s", code, ExitError, &stdout, &stderr, text,
					theirs)
			}
		})
	}
}

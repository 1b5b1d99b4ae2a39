package policies_test

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/progression-labs-development/policypack/internal/example"
	"github.com/progression-labs-development/policypack/policies"
)

// A message says on one line what is wrong and where, and on a second one what to write instead. Everything else is in
// the policy's remediation.
func TestMessagesHaveTwoLines(t *testing.T) {
	t.Parallel()
	files, err := fs.Glob(policies.FS, "*/examples.yaml")
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, name := range files {
		text, err := fs.ReadFile(policies.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		file, err := example.Parse(name, text)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range file.Cases {
			for _, w := range c.Want {
				seen++
				for _, mistake := range mistakes(w.Message) {
					t.Errorf("%s:%d: %s: the message %s: %s", name, c.Row, c.Name, mistake, w.Message)
				}
			}
		}
	}
	if seen == 0 {
		t.Error("no message was checked")
	}
}

func TestLongMessagesAreFound(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, give, want string }{
		{"two lines", "It is wrong.\nWrite this.", ""},
		{"200 characters", strings.Repeat("é", 199) + ".", ""},
		{"three lines", "It is wrong.\nWrite this.\nOr that.", "has 3 lines"},
		{"201 characters", strings.Repeat("é", 200) + ".\nWrite this.", "has a line of 201 characters"},
		{"no full stop", "It is wrong.\nWrite this", "does not end with a full stop"},
	} {
		if got := strings.Join(mistakes(tt.give), ", "); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

// mistakes returns how a message differs from the form.
func mistakes(message string) (found []string) {
	lines := strings.Split(strings.TrimSpace(message), "\n")
	// The program adds a line about a comment that has no effect.
	if last := len(lines) - 1; strings.HasPrefix(lines[last], "The comment ") {
		lines = lines[:last]
	}
	if len(lines) > 2 {
		found = append(found, fmt.Sprintf("has %d lines", len(lines)))
	}
	for _, line := range lines {
		if n := utf8.RuneCountInString(line); n > 200 {
			found = append(found, fmt.Sprintf("has a line of %d characters", n))
		}
	}
	if !strings.HasSuffix(lines[len(lines)-1], ".") {
		found = append(found, "does not end with a full stop")
	}
	return found
}

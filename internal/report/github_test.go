package report

import (
	"fmt"
	"strings"
	"testing"
)

func TestGitHubEscapes(t *testing.T) {
	t.Parallel()
	a := annotation{
		level: "error", file: "a:b,c%.tf", line: 3, column: 4, title: "p: q, r",
		message: "50% of\r\nit: a, b",
	}
	want := "::error file=a%3Ab%2Cc%25.tf,line=3,col=4,title=p%3A q%2C r::50%25 of%0D%0Ait: a, b"
	if got := a.String(); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// GitHub drops what is above its limit without a word.
func TestGitHubSaysWhatItDoesNotShow(t *testing.T) {
	t.Parallel()
	r := New("0.1.0")
	for i := range 25 {
		r.Findings = append(r.Findings, Finding{
			Policy: "committed-secret", File: fmt.Sprintf("f%02d", i), Line: 1, Level: "mandatory", Severity: "high",
			Message: "first\nsecond",
		})
	}
	var commands, lines []string
	for line := range strings.Lines(written(t, r, GitHub, Options{})) {
		if strings.HasPrefix(line, "::") {
			commands = append(commands, line)
		} else {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	if len(commands) != maxAnnotations || commands[9] != "::error title=policypack::and 16 more, "+
		"listed in this step's log\n" {
		t.Errorf("got %d commands, the last %s", len(commands), commands[len(commands)-1])
	}
	if len(lines) != 17 || lines[0] != "f09:1 committed-secret (high): first" ||
		lines[16] != "policypack 0.1.0: Failed: 25 violations of mandatory policies. 25 violations." {
		t.Errorf("got %q", lines)
	}
}

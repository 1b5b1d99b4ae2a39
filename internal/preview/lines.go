package preview

import (
	"bytes"
	"io"
	"regexp"
	"sync"

	"github.com/progression-labs-development/policypack/internal/place"
)

// lines writes what comes in pieces a whole line at a time. It is safe for concurrent use.
type lines struct {
	w io.Writer

	mu   sync.Mutex
	rest []byte // of a line that has not ended
}

// Write takes what the CLI prints on stderr.
func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.rest = append(l.rest, p...)
	i := bytes.LastIndexByte(l.rest, '\n')
	if i < 0 && len(l.rest) < maxLine {
		return len(p), nil
	}
	if i < 0 {
		i = len(l.rest) - 1
	}
	err := l.show(string(l.rest[:i+1]))
	l.rest = append(l.rest[:0], l.rest[i+1:]...)
	return len(p), err
}

// maxLine is how much of a line without an end is kept back.
const maxLine = 64 << 10

// WriteString shows whole lines, before the rest of one that has not ended.
func (l *lines) WriteString(s string) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(s), l.show(s)
}

func (l *lines) flush() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.rest) > 0 {
		_ = l.show(string(l.rest) + "\n")
		l.rest = nil
	}
}

func (l *lines) show(text string) error {
	_, err := io.WriteString(l.w, harmless(text))
	return err
}

var (
	coloured = regexp.MustCompile("\x1b\\[[0-9;]*m")
	// what a runner takes for a command wherever it stands in a line: Azure's ##vso[, GitHub's ##[, TeamCity's
	command = regexp.MustCompile(`##(\w*)\[`)
)

// harmless returns a text of which nothing steers a terminal or a runner.
func harmless(text string) string {
	return command.ReplaceAllString(place.VisibleLines(coloured.ReplaceAllString(text, "")), "##$1 [")
}

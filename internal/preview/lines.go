package preview

import (
	"bytes"
	"io"
	"sync"

	"github.com/progression-labs-development/policypack/internal/lazy"
	"github.com/progression-labs-development/policypack/internal/place"
)

// lines buffers partial writes and writes whole lines. It is safe for concurrent use.
type lines struct {
	w io.Writer

	mu   sync.Mutex
	rest []byte // of an incomplete line
}

// Write accepts the CLI's output on stderr.
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

// maxLine is how much of an incomplete line is buffered.
const maxLine = 64 << 10

// WriteString writes whole lines, ahead of any incomplete one.
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
	coloured = lazy.Regexp("\x1b\\[[0-9;]*m")
	// CI commands that are recognised anywhere in a line: Azure's ##vso[, GitHub's ##[, TeamCity's
	command = lazy.Regexp(`##(\w*)\[`)
)

// harmless returns the text without anything that could control a terminal or a CI runner.
func harmless(text string) string {
	return command().ReplaceAllString(place.VisibleLines(coloured().ReplaceAllString(text, "")), "##$1 [")
}

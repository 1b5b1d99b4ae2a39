package cli

import (
	"os"
	"strings"
	"testing"
	"time"
)

func TestProgress(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	now := time.Unix(0, 0)
	p := &progress{w: &out, now: func() time.Time { return now }, start: now}
	step := func(after time.Duration, text, want string) {
		t.Helper()
		now = now.Add(after)
		out.Reset()
		p.show(text)
		if out.String() != want {
			t.Errorf("after %v: got %q, want %q", after, out.String(), want)
		}
	}
	p.show("")
	step(900*time.Millisecond, "too early", "")
	step(200*time.Millisecond, "one", "\r\x1b[Kone")
	step(50*time.Millisecond, "too soon", "")
	step(100*time.Millisecond, strings.Repeat("x", 200), "\r\x1b[K"+strings.Repeat("x", 98)+"…")
	out.Reset()
	p.show("")
	p.show("")
	if out.String() != "\r\x1b[K" {
		t.Errorf("clear: got %q, want the line to be taken away once", out.String())
	}
}

// What is no terminal shows no progress and has no colours, however long it takes.
func TestProgressWithoutTerminal(t *testing.T) {
	t.Parallel()
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close() //nolint:errcheck // nothing was written
	for _, w := range []any{null, &strings.Builder{}} {
		if isTerminal(w) {
			t.Errorf("%T is taken for a terminal", w)
		}
	}
	p := newProgress(null, time.Now)
	p.start = time.Now().Add(-time.Hour)
	if p.show("x"); p.shown {
		t.Error("a line was shown where nobody looks")
	}
}

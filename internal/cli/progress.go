package cli

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/term"

	"github.com/progression-labs-development/policypack/internal/place"
)

const (
	progressAfter = time.Second            // shorter runs show nothing
	progressEvery = 100 * time.Millisecond // how often the line changes
)

// progress is a status line on a terminal for long runs. It is safe for concurrent use.
type progress struct {
	w     io.Writer // nil if it is not a terminal
	now   func() time.Time
	start time.Time

	mu    sync.Mutex
	last  time.Time
	shown bool
}

func newProgress(w io.Writer, now func() time.Time) *progress {
	p := &progress{now: now, start: now()}
	if isTerminal(w) {
		p.w = w
	}
	return p
}

// show replaces the line if the run is long enough and the line old enough. An empty line removes it.
func (p *progress) show(text string) {
	if p.w == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if text == "" {
		if p.shown {
			fmt.Fprint(p.w, "\r\x1b[K")
			p.shown = false
		}
		return
	}
	now := p.now()
	if now.Sub(p.start) < progressAfter || now.Sub(p.last) < progressEvery {
		return
	}
	p.last, p.shown = now, true
	line := []rune(place.Visible(text))
	if width := widthOf(p.w); len(line) >= width {
		line = append(line[:width-2], '…')
	}
	fmt.Fprint(p.w, "\r\x1b[K"+string(line))
}

// fileOf returns the file that is read or written.
func fileOf(w any) (*os.File, bool) {
	if out, ok := w.(*standardOutput); ok {
		w = out.Writer
	}
	f, ok := w.(*os.File)
	return f, ok
}

func isTerminal(w any) bool {
	f, ok := fileOf(w)
	return ok && term.IsTerminal(int(f.Fd()))
}

// widthOf returns the number of columns of a terminal, 100 if w is not one.
func widthOf(w any) int {
	if f, ok := fileOf(w); ok {
		if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 20 {
			return width
		}
	}
	return 100
}

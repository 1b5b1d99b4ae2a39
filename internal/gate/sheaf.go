package gate

import (
	"bytes"
	"io"
	"sync"
)

// sheaf puts the output of several runs one behind the other, in their order: that of the first one that still runs
// comes at once, and those behind it wait.
type sheaf struct {
	w io.Writer

	mu     sync.Mutex
	turn   int
	leaves []leaf
}

// leaf takes the output of one run. It is safe for concurrent use.
type leaf struct {
	of     *sheaf
	n      int
	kept   bytes.Buffer
	closed bool
}

func newSheaf(w io.Writer, n int) *sheaf {
	s := &sheaf{w: w, leaves: make([]leaf, n)}
	for i := range s.leaves {
		s.leaves[i].of, s.leaves[i].n = s, i
	}
	return s
}

func (s *sheaf) leaf(n int) *leaf { return &s.leaves[n] }

// Write writes where it is the run's turn, and keeps the output where it is not.
func (l *leaf) Write(p []byte) (int, error) {
	l.of.mu.Lock()
	defer l.of.mu.Unlock()
	if l.of.turn == l.n {
		return l.of.w.Write(p)
	}
	return l.kept.Write(p)
}

// close ends the output of a run, and has what waited for it follow.
func (s *sheaf) close(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.leaves[n].closed = true
	for s.turn < len(s.leaves) && s.leaves[s.turn].closed {
		if s.turn++; s.turn < len(s.leaves) {
			_, _ = s.leaves[s.turn].kept.WriteTo(s.w) // whoever reads the log may be gone; the reports are written
		}
	}
}

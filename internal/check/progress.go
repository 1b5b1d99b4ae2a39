package check

import (
	"fmt"
	"sync"
)

// progress shows the progress of a long run. It is safe for concurrent use.
type progress struct {
	to func(line string) // may be nil

	mu    sync.Mutex
	ended bool
}

func (p *progress) show(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.to != nil && !p.ended {
		p.to(fmt.Sprintf(format, args...))
	}
}

// end removes what is shown. Sources that are still being checked, after an interruption, show no more.
func (p *progress) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended = true; p.to != nil {
		p.to("")
	}
}

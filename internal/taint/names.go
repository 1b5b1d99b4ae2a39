package taint

import (
	"strings"
	"sync"
)

// Names are words of a run that are no secrets whoever marks them. Case does not matter. The sets of a run share them,
// and what is added later counts for what is known already. The zero value and nil are empty; it is safe for concurrent
// use.
type Names struct {
	mu    sync.RWMutex
	words map[string]bool // in small letters; whether it is a name of the stack
}

// Add names words that nothing but their looks makes a secret, and those only where they look random: the stack, the
// project, the organization.
func (n *Names) Add(words ...string) { n.add(true, words) }

// Excuse names words that count by their looks, whatever the place says that they come from: a resource, a region, a
// host, a word of the plain configuration.
func (n *Names) Excuse(words ...string) { n.add(false, words) }

func (n *Names) add(stack bool, words []string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, w := range words {
		key := strings.ToLower(strings.TrimSpace(w))
		if key == "" {
			continue
		}
		if n.words == nil {
			n.words = map[string]bool{}
		}
		n.words[key] = stack || n.words[key]
	}
}

// name reports whether the value is one of the names, and whether it is one of the stack.
func (n *Names) name(v *value) (stack, ok bool) {
	if n == nil {
		return false, false
	}
	n.mu.RLock()
	defer n.mu.RUnlock()
	stack, ok = n.words[v.key]
	return stack, ok
}

// looks returns where the value counts by its looks.
func (n *Names) looks(v *value) strength {
	s := strength(v.strength.Load())
	if s == equal {
		if stack, _ := n.name(v); stack {
			return redacted
		}
	}
	return s
}

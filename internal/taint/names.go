package taint

import (
	"strings"
	"sync"
)

// Names are words of a run that are not secrets even if marked, ignoring case. The sets of a run share them, and a word
// added later also affects values that are already known. The zero value and nil are empty. Names is safe for
// concurrent use.
type Names struct {
	mu    sync.RWMutex
	words map[string]bool // in lower case; true for a name of the stack
}

// Add adds words that are secrets only if they look random: the names of the stack, the project and the organization.
func (n *Names) Add(words ...string) { n.add(true, words) }

// Excuse adds words that are classified by their format even if their source says that they are secret: a resource, a
// region, a host, a word of the plain configuration.
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
		if was, known := n.words[key]; !known || stack && !was {
			n.words[strings.Clone(key)] = stack // the word may be a part of a message
		}
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

// looks returns where the value matches by its format.
func (n *Names) looks(v *value) strength {
	s := strength(v.strength.Load())
	if s == equal {
		if stack, _ := n.name(v); stack {
			return redacted
		}
	}
	return s
}

package catalogue

import (
	"maps"
	"slices"
)

// Carries reports whether resources of the type contain templates that Declares reads.
func (c *Catalogue) Carries(token string) bool {
	return len(c.templates.byToken[c.canonical(token)]) > 0
}

// Tokens returns the listed type tokens and their aliases, sorted.
func (c *Catalogue) Tokens() []string {
	tokens := slices.Collect(maps.Keys(c.entries))
	for _, line := range c.derived() {
		if token, _, _ := field(line, tokenFirst); c.entries[token] == nil && c.lookup(token) != nil {
			tokens = append(tokens, token)
		}
	}
	slices.Sort(tokens)
	return tokens
}

// Holds reports whether resources with these properties meet the entry's condition. An unknown property is treated as
// not set; policies, which can tell the difference, evaluate the condition themselves.
func (k *Kind) Holds(properties Properties) bool { return k.Condition.holds(properties) }

package catalogue

import (
	"maps"
	"slices"
)

// Carries tells whether resources of the type hold templates that Declares looks into.
func (c *Catalogue) Carries(token string) bool {
	return len(c.templates.byToken[c.canonical(token)]) > 0
}

// Tokens returns the listed type tokens and their other names, sorted.
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

// Holds tells whether resources with these properties are what the entry says. A property that is not known yet counts
// as one that is not set: policies, which can tell the difference, judge the condition themselves.
func (k *Kind) Holds(properties Properties) bool { return k.Condition.holds(properties) }

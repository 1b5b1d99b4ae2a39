package catalogue

import (
	"maps"
	"slices"
)

// Carries tells whether resources of the type hold templates that Declares looks into.
func (c *Catalogue) Carries(token string) bool {
	return len(c.templates.byToken[c.canonical(token)]) > 0
}

// Tokens returns the listed type tokens, sorted.
func (c *Catalogue) Tokens() []string { return slices.Sorted(maps.Keys(c.entries)) }

// Holds tells whether resources with these properties are what the entry says. A property that is not known yet counts
// as one that is not set: policies, which can tell the difference, judge the condition themselves.
func (k *Kind) Holds(properties Properties) bool { return k.Condition.holds(properties) }

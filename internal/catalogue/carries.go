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

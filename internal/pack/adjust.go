package pack

import (
	"maps"

	"github.com/progression-labs-development/policypack/internal/facts"
)

// Adjust returns the configuration with the level of each policy replaced by the result of level. The receiver does not
// change.
func (c *Config) Adjust(p *Pack, level func(policy string, l Level) Level) *Config {
	adjusted := *c
	adjusted.levels = maps.Clone(c.levels)
	var enabled []string
	for _, q := range p.Policies {
		adjusted.levels[q.Name] = level(q.Name, c.levels[q.Name])
		if adjusted.Enabled(q.Name) {
			enabled = append(enabled, q.Name)
		}
	}
	adjusted.Context.Enabled = facts.Strings(enabled)
	return &adjusted
}

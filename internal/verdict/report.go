package verdict

import (
	"slices"

	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/report"
)

// Policies returns the policies enabled at the place, for a report.
func (c *Config) Policies() (out []report.Policy) {
	for _, p := range c.pack.Policies {
		if !c.Enabled(p.Name) {
			continue
		}
		level := c.LevelOf(p.Name)
		out = append(out, report.Policy{
			Name: p.Name, Title: p.Title, Description: p.Description, Remediation: p.Remediation, URL: p.URL,
			Level: string(level.Level), From: level.From, Severity: string(p.Severity), Scope: string(p.Scope),
			Standard: p.Standard,
			Tags:     p.Tags,
		})
	}
	return out
}

// Reported returns the policies that do not apply at the place and the visited places within it, for a report. The
// function selects policies.
func (c *Config) Reported(run *Run, of func(*pack.Policy) bool) (out []report.Disabled) {
	add := func(at *Config, where string, but []report.Disabled) {
		for _, d := range at.Disabled() {
			one := report.Disabled{Name: d.Policy, From: d.From, Effect: d.How == InEffect}
			if d.How != InPart && of(c.pack.Policy(d.Policy)) && !slices.Contains(but, one) {
				one.Where = where
				out = append(out, one)
			}
		}
	}
	add(c, "", nil)
	everywhere := slices.Clone(out)
	for _, v := range c.within(run.places()) {
		add(v, v.Place.In(c.Place), everywhere)
	}
	return out
}

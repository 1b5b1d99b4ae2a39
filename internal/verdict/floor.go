package verdict

import (
	"fmt"

	"github.com/progression-labs-development/policypack/internal/exemption"
	"github.com/progression-labs-development/policypack/internal/expiry"
	"github.com/progression-labs-development/policypack/internal/floor"
	"github.com/progression-labs-development/policypack/internal/mistake"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/rollout"
)

// Floor is the floor of a signed bundle, with what is needed to reconfigure the pack with its pinned parameters.
type Floor struct {
	*floor.Floor
	Settings map[string]pack.Setting   // of the configuration, on top of the bundle's parameters
	Signed   map[string]map[string]any // the parameters of the bundle
	Bundle   string                    // describes the bundle, its key and its validity
}

// signed holds the only exemptions and baseline that the floor allows for the policies it binds.
type signed struct {
	exemptions *exemption.Set
	plan       *rollout.Plan
}

// Floor returns the floor, or nil.
func (c *Config) Floor() *floor.Floor {
	if c.given.Floor == nil {
		return nil
	}
	return c.given.Floor.Floor
}

// Bundle describes the bundle in use, or is empty.
func (c *Config) Bundle() string {
	if c.given.Floor == nil {
		return ""
	}
	return c.given.Floor.Bundle
}

// under returns the configuration with the pinned parameters of the floor, and the signed exemptions and baseline.
// [Config.at] raises the levels. The error lists mistakes caused by a pinned parameter.
func (c *Config) under(b *floor.Bound) (*Config, error) {
	if b == nil {
		return c, nil
	}
	above, out := c.given.Floor, *c
	if settings, note, changed := b.Apply(c.pack, above.Settings, above.Signed, standsFor); changed {
		config, err := c.pack.Configure(settings)
		if err != nil {
			return nil, err
		}
		under, err := parse(c.pack, config, c.given)
		if err != nil {
			return nil, err
		}
		out, out.replaced = *under, note
	}
	out.Configured, out.bound, out.shared = c.Configured, b, c.shared
	settings := map[string]any{}
	for _, name := range []string{"maxExemptionDays", "exemptionWarningDays", "expiryGraceDays"} {
		settings[name] = out.Base.Settings[name]
	}
	for _, name := range []string{"exemptions", "baseline"} {
		settings[name] = above.Signed[pack.SettingsPolicy][name]
	}
	exemptions, wrong := exemption.Parse(settings, c.pack.Names(), c.given.When)
	plan, alsoWrong := rollout.Parse(settings, c.pack.Names(), c.given.When)
	out.signed = signed{exemptions, plan}
	return &out, mistake.Join(wrong, alsoWrong).Err()
}

// exemption returns the exemption that matches a finding, by its path as in rules or in messages, or nil. The note says
// why the floor rejects one of the configuration.
func (c *Config) exemption(run *Run, policy, urn string, path place.Path) (e *exemption.Entry, note string) {
	find := func(s *exemption.Set) *exemption.Entry {
		if e := s.Find(policy, urn, path); e != nil {
			return e
		}
		return s.Find(policy, urn, run.Facts.Spell(urn, path))
	}
	e = find(c.exemptions)
	by := c.bound.Signed(policy)
	if by == "" || e == nil {
		return e, ""
	}
	ours := find(c.signed.exemptions)
	counts := func(e *exemption.Entry) bool { return e != nil && c.exemptions.State(e) != expiry.Expired }
	if (ours == nil || ours.ID != e.ID) && counts(e) && !counts(ours) {
		run.used.Store(c.use(e.ID), true)
		note = fmt.Sprintf("Exemption %s does not apply here: %s allows only exemptions in the signed bundle.", e.ID,
			by)
	}
	return ours, note
}

// baseline returns the plan with the baseline that applies to a policy.
func (c *Config) baseline(policy string) *rollout.Plan {
	if c.bound.Signed(policy) != "" {
		return c.signed.plan
	}
	return c.plan
}

// known returns the state of the applicable baseline for a finding, with a note. For a file, inFile identifies the
// finding.
func (c *Config) known(run *Run, policy, urn string, path place.Path, inFile *rollout.InFile,
) (note string, state expiry.State) {
	known := func(p *rollout.Plan) (note string, state expiry.State) {
		if inFile == nil {
			return p.Known(policy, urn, path)
		}
		row, note, state := p.KnownInFile(*inFile)
		if state != expiry.Expired {
			run.hold(row, inFile.Nth)
		}
		return note, state
	}
	by := c.bound.Signed(policy)
	if by == "" {
		if note, state = known(c.plan); note != "" {
			run.used.Store(c.use(inBaseline), true)
		}
		return note, state
	}
	if note, state = known(c.signed.plan); note != "" {
		run.used.Store(c.use(inSigned), c.signed.plan)
		return note, state
	}
	if _, state := known(c.plan); state != expiry.Expired {
		note = fmt.Sprintf("The baseline does not apply here: %s allows only the baseline in the signed bundle.", by)
	}
	return note, expiry.Expired
}

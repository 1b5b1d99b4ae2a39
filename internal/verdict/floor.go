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

// Floor is the floor of a signed bundle, with what it takes to configure the pack again under its pinned parameters.
type Floor struct {
	*floor.Floor
	Settings map[string]pack.Setting   // of the configuration, over the parameters of the bundle
	Signed   map[string]map[string]any // the parameters of the bundle
	Bundle   string                    // names the bundle, its key and how long it counts, in words
}

// signed is what may ease a policy whose floor takes nothing else.
type signed struct {
	exemptions *exemption.Set
	plan       *rollout.Plan
}

// Floor returns the floor, nil where there is none.
func (c *Config) Floor() *floor.Floor {
	if c.given.Floor == nil {
		return nil
	}
	return c.given.Floor.Floor
}

// Bundle says in words which bundle counts, empty where none does.
func (c *Config) Bundle() string {
	if c.given.Floor == nil {
		return ""
	}
	return c.given.Floor.Bundle
}

// under returns the configuration under what of its floor is for a place: with the pinned parameters, and with what of
// exemptions and baselines is signed. [Config.at] raises the levels. The error says what a pinned parameter makes
// wrong.
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

// exemption returns the exemption that is about a finding, by its path as rules or as messages write it, nil where
// there is none. The note says of one of the configuration why the floor does not take it.
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
		note = fmt.Sprintf("The exemption %s does not count here: %s takes those of the signed bundle alone.", e.ID, by)
	}
	return ours, note
}

// baseline returns the plan whose baseline counts for a policy.
func (c *Config) baseline(policy string) *rollout.Plan {
	if c.bound.Signed(policy) != "" {
		return c.signed.plan
	}
	return c.plan
}

// known says how far the baseline is that counts for a policy and holds a finding, with a note. In a file, inFile names
// the finding.
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
		note = fmt.Sprintf("The baseline does not count here: %s takes that of the signed bundle alone.", by)
	}
	return note, expiry.Expired
}

package verdict

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/progression-labs-development/policypack/internal/exemption"
	"github.com/progression-labs-development/policypack/internal/expiry"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/floor"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/rollout"
)

// Floor is the floor of a signed bundle, with what it takes to configure the pack again under its pinned parameters.
type Floor struct {
	*floor.Floor
	Settings map[string]pack.Setting   // of the configuration, over the parameters of the bundle
	Signed   map[string]map[string]any // the parameters of the bundle
	When     expiry.When

	mu    sync.Mutex
	notes []string      // of the pinned parameters that replaced others
	plan  *rollout.Plan // with the signed baseline, once it was needed
}

// signed is what may ease a policy whose floor takes nothing else.
type signed struct {
	exemptions *exemption.Set
	plan       *rollout.Plan
}

// WithFloor returns the configuration with a floor, nil for none. What of it counts depends on the place; see [Config.Under].
func (c *Config) WithFloor(f *Floor) *Config {
	if f == nil || f.Floor == nil {
		return c
	}
	with := *c
	with.floor = f
	return &with
}

// Floor returns the floor, nil where there is none.
func (c *Config) Floor() *floor.Floor {
	if c.floor == nil {
		return nil
	}
	return c.floor.Floor
}

// Bound returns what of the floor is for a place, nil where nothing is.
func (c *Config) Bound(place rollout.Place) *floor.Bound { return c.Floor().At(place) }

// Under returns the configuration under what of its floor is for a place: with the pinned parameters, and with what of
// exemptions and baselines is signed. [Config.At] raises the levels. The error says what a pinned parameter makes wrong.
func (c *Config) Under(b *floor.Bound) (*Config, error) {
	if b == nil {
		return c, nil
	}
	under := c
	if settings, note, changed := b.Apply(c.pack, c.floor.Settings, c.floor.Signed, standsFor); changed {
		config, err := c.pack.Configure(settings)
		if err != nil {
			return nil, err
		}
		if under, err = New(c.pack, config, c.given, c.floor.When); err != nil {
			return nil, err
		}
		c.floor.note(note)
	}
	out := *under
	out.Configured, out.Exceptions, out.floor, out.bound, out.used = c.Configured, c.Exceptions, c.floor, b, c.used
	settings := map[string]any{}
	for _, name := range []string{"maxExemptionDays", "exemptionWarningDays", "expiryGraceDays"} {
		settings[name] = out.Base.Settings[name]
	}
	for _, name := range []string{"exemptions", "baseline"} {
		settings[name] = c.floor.Signed[pack.SettingsPolicy][name]
	}
	exemptions, wrong := exemption.Parse(settings, c.pack.Names(), c.floor.When)
	plan, alsoWrong := rollout.Parse(settings, c.pack.Names(), c.floor.When)
	out.signed = signed{exemptions, plan}
	c.floor.baseline(plan)
	return &out, errors.Join(wrong, alsoWrong)
}

// Notes returns what there is to say about the configuration itself, what the floor has replaced by now included.
func (c *Config) Notes() []string { return slices.Concat(c.Said, c.floor.replaced()) }

func (f *Floor) note(text string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if text != "" && !slices.Contains(f.notes, text) {
		f.notes = append(f.notes, text)
	}
}

func (f *Floor) baseline(plan *rollout.Plan) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.plan = plan
}

// pending returns what is to be said of the signed baseline, in which the run has found findings.
func (f *Floor) pending() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.plan.Pending()
}

// replaced says which parameters pinned ones have replaced by now.
func (f *Floor) replaced() []string {
	if f == nil {
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Sorted(slices.Values(f.notes))
}

// exemption returns the exemption that is about a finding, by its path as rules or as messages write it, nil where there is
// none. The note says of one of the configuration why the floor does not take it.
func (c *Config) exemption(run *facts.Run, policy, urn string, path place.Path) (e *exemption.Entry, note string) {
	find := func(s *exemption.Set) *exemption.Entry {
		if e := s.Find(policy, urn, path); e != nil {
			return e
		}
		return s.Find(policy, urn, run.Spell(urn, path))
	}
	e = find(c.exemptions)
	by := c.bound.Signed(policy)
	if by == "" || e == nil {
		return e, ""
	}
	ours := find(c.signed.exemptions)
	counts := func(e *exemption.Entry) bool { return e != nil && c.exemptions.State(e) != expiry.Expired }
	if (ours == nil || ours.ID != e.ID) && counts(e) && !counts(ours) {
		c.used.Store(c.use(e.ID), true)
		note = fmt.Sprintf("The exemption %s does not count here: %s takes those of the signed bundle alone.", e.ID, by)
	}
	return ours, note
}

// known says how far the baseline is that counts for a policy and holds a finding, with a note.
func (c *Config) known(policy, urn string, path place.Path) (note string, state expiry.State) {
	by := c.bound.Signed(policy)
	if by == "" {
		if note, state = c.plan.Known(policy, urn, path); note != "" {
			c.used.Store(c.use(inBaseline), true)
		}
		return note, state
	}
	if note, state = c.signed.plan.Known(policy, urn, path); note != "" {
		c.used.Store(c.use(inSigned), true)
		return note, state
	}
	if _, state := c.plan.Known(policy, urn, path); state != expiry.Expired {
		note = fmt.Sprintf("The baseline does not count here: %s takes that of the signed bundle alone.", by)
	}
	return note, expiry.Expired
}

package verdict

import (
	"cmp"
	"slices"
	"time"

	"github.com/progression-labs-development/policypack"
	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/evaluator"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/rollout"
)

func newAdoption(settings map[string]any, now time.Time) (*rollout.Adoption, error) {
	return rollout.ParseAdoption(settings,
		rollout.Program{Version: policypack.Version(), Released: policypack.Released()}, now)
}

// adopted applies the setting adopt to the level of a policy, or of a finding whose kind is new in a version. Since is
// that version where the level is lowered, else empty. What the floor makes mandatory stays so, unless the floor itself
// pins the setting.
func (c *Config) adopted(policy string, level pack.Level, since string) (_ pack.Level, lowered string) {
	if level != pack.Mandatory || !c.adoption.Holds(since) || !c.bound.Adopts(policy) {
		return level, ""
	}
	return pack.Advisory, since
}

// sinceOf returns the version that first had a kind of findings, empty for the first release: that of the decision's
// kind, else that of the detector which found the secret.
func (c *Config) sinceOf(d *evaluator.Decision, about *facts.Finding, all *found) string {
	since := c.pack.Policy(d.Policy).SinceOf(d.Kind)
	if since != "" || about == nil {
		return since
	}
	if since = c.firstFound(about); since == "" || all.knows(c, about) {
		return "" // an older version reports the place too
	}
	return since
}

// firstFound returns the version that first had the detector of a secret. One that is found by the name of its key too
// is not new with its detector.
func (c *Config) firstFound(f *facts.Finding) string {
	since := c.Detector.SinceOf(f.Detector)
	if since == "" {
		return ""
	}
	if name := cmp.Or(f.Key, f.Path.Key()); name != "" && c.Detector.KeyTier(name) != detect.None {
		return ""
	}
	return since
}

// versions returns the versions in which kinds of findings are new.
func versions(p *pack.Pack) []string {
	var out []string
	for _, q := range p.Policies {
		out = append(out, q.Since)
		for _, k := range q.Kinds {
			out = append(out, k.Since)
		}
	}
	for _, i := range detect.List() {
		out = append(out, i.Since)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

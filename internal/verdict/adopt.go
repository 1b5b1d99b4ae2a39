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

// adopted applies the setting adopt to the level of a policy, or of a finding of a kind that is new in a version. It
// returns that version if it lowers the level, otherwise an empty string. A level that the floor makes mandatory is
// kept, unless the floor pins the setting.
func (c *Config) adopted(policy string, level pack.Level, since string) (_ pack.Level, lowered string) {
	if level != pack.Mandatory || !c.adoption.Holds(since) || !c.bound.Adopts(policy) {
		return level, ""
	}
	return pack.Advisory, since
}

// sinceOf returns the version that introduced the kind of finding: that of the decision's kind, otherwise that of the
// detector that found the secret. It is empty for the first release.
func (c *Config) sinceOf(d *evaluator.Decision, about *facts.Finding, all *found) string {
	since := c.pack.Policy(d.Policy).SinceOf(d.Kind)
	if since != "" || about == nil {
		return since
	}
	if since = c.firstFound(about); since == "" || all.knows(c, about) {
		return "" // an older version reports this location too
	}
	return since
}

// firstFound returns the version that introduced the detector of a secret. A secret that is also recognised by the name
// of its key is not new.
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

// versions returns the versions that introduced kinds of findings.
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

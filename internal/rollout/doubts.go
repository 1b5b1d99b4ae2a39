package rollout

import (
	"maps"
	"slices"

	"github.com/progression-labs-development/policypack/internal/expiry"
	"github.com/progression-labs-development/policypack/internal/mistake"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/place"
)

// Doubts returns settings that are valid but probably not intended, by their paths in the configuration. Anyone can
// choose a stack's name, so a key without a project should not relax anything. enforceFrom has no effect on a policy
// that is not mandatory anywhere. The levels are the configured ones; a policy may be mandatory for some programs only.
func (p *Plan) Doubts(level func(policy string) Level, mandatory func(policy string) bool) mistake.List {
	var out parser
	for _, r := range p.stacks {
		named := len(r.parts) > 1 && !r.parts[len(r.parts)-2].any
		if r.parts[len(r.parts)-1].any || named || !r.eases(p.policies, level) {
			continue
		}
		out.fail(place.Path{r.setting, r.key}, "relaxes policies on every stack with this name, in any project, and "+
			"anyone can choose the name of a stack; write PROJECT/STACK")
	}
	for _, policy := range slices.Sorted(maps.Keys(p.from)) {
		if mandatory(policy) || slices.ContainsFunc(slices.Concat(p.stacks, p.accounts), func(r row) bool {
			l, _ := r.level(policy)
			return l.Level == pack.Mandatory
		}) {
			continue
		}
		l := level(policy)
		out.fail(place.Path{"enforceFrom", policy}, "has no effect: the policy is %s (%s), and enforceFrom "+
			"only delays a mandatory level; make the policy mandatory as well",
			l.Level, l.From)
	}
	switch when, soon := p.clock.Soon(p.until); {
	case p.untilDay == "":
	case p.clock.State(p.until) == expiry.InGrace:
		out.fail(place.Path{"baseline", "expires"}, "expired on %s: its findings fail from %s, in pull requests "+
			"already; fix them, or create a new baseline for what is left", p.untilDay, p.clock.Fails(p.until))
	case p.clock.State(p.until) == expiry.Expired:
		out.fail(place.Path{"baseline", "expires"}, "expired on %s and has no effect: remove it, or create a new "+
			"one for what is left", p.untilDay)
	case soon:
		out.fail(place.Path{"baseline", "expires"}, "expires %s, on %s: fix its findings, or create a new one for "+
			"what is left", when, p.untilDay)
	}
	return out.wrong
}

// eases reports whether the entry lowers the level of a policy.
func (r *row) eases(policies []string, configured func(policy string) Level) bool {
	return slices.ContainsFunc(policies, func(policy string) bool {
		l, ok := r.level(policy)
		return ok && policy != pack.SettingsPolicy && configured(policy).Level.Above(l.Level)
	})
}

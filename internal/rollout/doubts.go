package rollout

import (
	"maps"
	"slices"

	"github.com/progression-labs-development/policypack/internal/expiry"
	"github.com/progression-labs-development/policypack/internal/mistake"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/place"
)

// Doubts returns what the plan may say and probably should not, by its places in the configuration. Anybody can give a
// stack a name, so one that belongs to no project must not relax anything. A day from which a policy is enforced means
// nothing where it is mandatory nowhere. The levels are the configured ones; a policy may be mandatory for some program
// alone.
func (p *Plan) Doubts(level func(policy string) Level, mandatory func(policy string) bool) mistake.List {
	var out parser
	for _, r := range p.stacks {
		named := len(r.parts) > 1 && !r.parts[len(r.parts)-2].any
		if r.parts[len(r.parts)-1].any || named || !r.eases(p.policies, level) {
			continue
		}
		out.fail(place.Path{r.setting, r.key}, "relaxes policies on every stack of that name, in any project, and "+
			"anybody can name a stack; write PROJECT/STACK")
	}
	for _, policy := range slices.Sorted(maps.Keys(p.from)) {
		if mandatory(policy) || slices.ContainsFunc(slices.Concat(p.stacks, p.accounts), func(r row) bool {
			l, _ := r.level(policy)
			return l.Level == pack.Mandatory
		}) {
			continue
		}
		l := level(policy)
		out.fail(place.Path{"enforceFrom", policy}, "it never enforces anything: the policy is %s (%s), and "+
			"enforceFrom lowers a level until its day and raises none; make the policy mandatory beside it",
			l.Level, l.From)
	}
	switch when, soon := p.clock.Soon(p.until); {
	case p.untilDay == "":
	case p.clock.State(p.until) == expiry.InGrace:
		out.fail(place.Path{"baseline", "expires"}, "it expired on %s, and its findings fail from %s on, in pull "+
			"requests already: fix them, or make a new baseline of what is left", p.untilDay, p.clock.Fails(p.until))
	case p.clock.State(p.until) == expiry.Expired:
		out.fail(place.Path{"baseline", "expires"}, "it expired on %s and holds no finding any more: remove it, or "+
			"make a new one of what is left", p.untilDay)
	case soon:
		out.fail(place.Path{"baseline", "expires"}, "it expires %s, on %s: fix what is in it, or make a new one of "+
			"what is left", when, p.untilDay)
	}
	return out.wrong
}

// eases reports whether the row lowers the level of a policy.
func (r *row) eases(policies []string, configured func(policy string) Level) bool {
	return slices.ContainsFunc(policies, func(policy string) bool {
		l, ok := r.level(policy)
		return ok && policy != pack.SettingsPolicy && configured(policy).Level.Above(l.Level)
	})
}

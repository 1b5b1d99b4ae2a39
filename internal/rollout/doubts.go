package rollout

import (
	"fmt"
	"slices"

	"github.com/progression-labs-development/policypack/internal/pack"
)

// Doubts returns what levelByStack may say and probably should not, written as the errors of [Parse]: anybody can give
// a stack a name, so one that belongs to no project must not ease anything. The settings are without mistakes; the
// levels are the configured ones, by policy.
func Doubts(settings map[string]any, levels map[string]pack.Level) []string {
	var out []string
	ignore := func(string, string) bool { return true }
	for _, r := range parseRows(ByStack, settings, ignore, func(string, string, ...any) {}) {
		named := len(r.parts) > 1 && !r.parts[len(r.parts)-2].any
		if r.parts[len(r.parts)-1].any || named || !r.eases(levels) {
			continue
		}
		out = append(out, fmt.Sprintf("policy settings: parameters: %s.%s: eases policies on every stack of that "+
			"name, in any project, and anybody can name a stack; write PROJECT/STACK", r.setting, r.key))
	}
	slices.Sort(out)
	return out
}

// eases reports whether the row lowers the level of a policy.
func (r *row) eases(levels map[string]pack.Level) bool {
	for policy, configured := range levels {
		if l, ok := r.level(policy); ok && policy != pack.SettingsPolicy && configured.Above(l.Level) {
			return true
		}
	}
	return false
}

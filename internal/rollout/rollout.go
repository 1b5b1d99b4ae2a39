// Package rollout decides when and where a policy is mandatory, so that an organisation can enable the pack without
// blocking everybody at once: levels by stack and account, a day from which a policy is enforced, and a baseline of
// existing findings.
//
// Each of these only lowers levels, except levelByStack and levelByAccount, which set the level in either direction.
// All of them are part of the policy configuration.
package rollout

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/progression-labs-development/policypack/internal/expiry"
	"github.com/progression-labs-development/policypack/internal/mistake"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/place"
)

// longest is the maximum number of days until a baseline expires or a policy is enforced: relaxing the pack must not be
// permanent.
const longest = 365

// Plan is a parsed plan. The zero value and nil have no effect.
type Plan struct {
	policies []string // all of them
	stacks   []row
	accounts []row
	from     map[string]time.Time // by policy
	baseline baseline
	until    time.Time // the first moment at which the baseline no longer applies
	untilDay string
	now      time.Time // the reference for limits
	at       time.Time // the time that the verdict is for
	clock    expiry.Clock
}

// Parse parses the settings levelByStack, levelByAccount, enforceFrom and baseline. Missing fields and wrong types are
// left to the JSON schema; the error, a [mistake.List], lists all other mistakes.
func Parse(settings map[string]any, policies []string, when expiry.When) (*Plan, error) {
	now := when.Now
	p := &Plan{policies: policies, clock: when.Clock(settings), from: map[string]time.Time{}, now: now, at: when.At()}
	k := &parser{policies: policies}
	p.stacks = k.rows(ByStack, settings)
	p.accounts = k.rows(ByAccount, settings)
	from, _ := settings["enforceFrom"].(map[string]any)
	for _, policy := range slices.Sorted(maps.Keys(from)) {
		where := place.Path{"enforceFrom", policy}
		day, isText := from[policy].(string)
		t, err := time.Parse(time.DateOnly, day)
		known := k.policy(where, policy)
		switch {
		case !isText:
		case err != nil:
			k.fail(where, mistake.Day)
		case t.After(now.AddDate(0, 0, longest)):
			k.fail(where, "more than %d days away", longest)
		case known:
			p.from[policy] = t
		}
	}
	if b, ok := settings["baseline"].(map[string]any); ok && len(b) > 0 {
		p.parseBaseline(b, k)
	}
	return p, k.wrong.Err()
}

// parser collects mistakes in settings.
type parser struct {
	policies []string
	wrong    mistake.List
}

func (p *parser) fail(at place.Path, format string, args ...any) {
	p.wrong.Add(append(place.Path{pack.SettingsPolicy}, at...), format, args...)
}

// policy reports whether a policy exists and its level may be changed.
func (p *parser) policy(at place.Path, name string) bool {
	switch {
	case name == pack.SettingsPolicy:
		p.fail(at, "mistakes in the settings are always mandatory")
	case !slices.Contains(p.policies, name):
		p.fail(at, "%s", mistake.NoPolicy(name, p.policies))
	default:
		return true
	}
	return false
}

// Pending returns notes about the baseline at the end of a run in which it covered findings: that it ends soon, or that
// its findings pass only for a few more days.
func (p *Plan) Pending() []string {
	switch state := p.clock.State(p.until); state {
	case expiry.InForce:
		if when, ok := p.clock.Warning(p.until); ok {
			return []string{fmt.Sprintf("The baseline ends %s, on %s: fix its findings, or create a new one for what "+
				"is left.", when, p.untilDay)}
		}
	case expiry.InGrace:
		return []string{fmt.Sprintf("The baseline expired on %s. Its findings fail from %s, in pull requests "+
			"already.", p.untilDay, p.clock.Fails(p.until))}
	case expiry.Expired:
	}
	return nil
}

// Package rollout decides from when and where a policy is mandatory, so that an organisation can switch the pack on
// without stopping everybody at once: levels by stack and by account, a day from which a policy counts, and a baseline
// of findings that were there before.
//
// Each of these only ever lowers a level, with one exception: levelByStack and levelByAccount say what the level is
// there, in either direction. All of it comes from the policy configuration.
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

// longest is how many days a baseline may last, and how far away the day may be from which a policy counts: what
// relaxes the pack must not do so for good.
const longest = 365

// Plan is a parsed plan. The zero value and nil change nothing.
type Plan struct {
	policies []string // all of them
	stacks   []row
	accounts []row
	from     map[string]time.Time // by policy
	baseline baseline
	until    time.Time // the first moment at which the baseline no longer counts
	untilDay string
	now      time.Time // by which limits are measured
	at       time.Time // that the verdict is for
	clock    expiry.Clock
}

// Parse reads the settings' parameters levelByStack, levelByAccount, enforceFrom and baseline. What is missing or of
// another shape is left to their JSON schema; the error, a [mistake.List], names everything else that is wrong.
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

// parser collects what is wrong with settings.
type parser struct {
	policies []string
	wrong    mistake.List
}

func (p *parser) fail(at place.Path, format string, args ...any) {
	p.wrong.Add(append(place.Path{pack.SettingsPolicy}, at...), format, args...)
}

// policy reports whether the policy that a key names is there and may have another level.
func (p *parser) policy(at place.Path, name string) bool {
	switch {
	case name == pack.SettingsPolicy:
		p.fail(at, "what is wrong with the settings is always mandatory")
	case !slices.Contains(p.policies, name):
		p.fail(at, "%s", mistake.NoPolicy(name, p.policies))
	default:
		return true
	}
	return false
}

// Pending returns what is to be said of the baseline itself once a run is over in which it held findings: that it ends
// soon, or that its findings pass for some days more.
func (p *Plan) Pending() []string {
	switch state := p.clock.State(p.until); state {
	case expiry.InForce:
		if when, ok := p.clock.Warning(p.until); ok {
			return []string{fmt.Sprintf("The baseline ends %s, on %s: fix what is in it, or make a new one of what "+
				"is left.", when, p.untilDay)}
		}
	case expiry.InGrace:
		return []string{fmt.Sprintf("The baseline expired on %s, and its findings pass until %s alone: from then on "+
			"they fail, as they do in pull requests already.", p.untilDay, p.clock.Fails(p.until))}
	case expiry.Expired:
	}
	return nil
}

// Package rollout decides from when and where a policy is mandatory, so that an organisation can switch the pack on
// without stopping everybody at once: levels by stack and by account, a day from which a policy counts, and a baseline
// of findings that were there before.
//
// Each of these only ever lowers a level, with one exception: levelByStack and levelByAccount say what the level is
// there, in either direction. All of it comes from the policy configuration.
package rollout

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/progression-labs-development/policypack/internal/expiry"
)

// longest is how many days a baseline may last, and how far away the day may be from which a policy counts: what
// relaxes the pack must not do so for good.
const longest = 365

// Plan is a parsed plan. The zero value and nil change nothing.
type Plan struct {
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

// Parse reads the settings' parameters levelByStack, levelByAccount, enforceFrom and baseline, whose shape has been
// checked against their JSON schema. The error names everything that is wrong.
func Parse(settings map[string]any, policies []string, when expiry.When) (*Plan, error) {
	now := when.Now
	p := &Plan{clock: when.Clock(settings), from: map[string]time.Time{}, now: now, at: when.At()}
	var wrong []error
	fail := func(where string, format string, args ...any) {
		wrong = append(wrong, fmt.Errorf("policy settings: parameters: %s: %s", where, fmt.Sprintf(format, args...)))
	}
	known := func(where, policy string) bool {
		switch {
		case policy == "settings":
			fail(where, "what is wrong with the settings is always mandatory")
		case !slices.Contains(policies, policy):
			fail(where, "there is no policy %q", policy)
		default:
			return true
		}
		return false
	}
	p.stacks = parseRows(ByStack, settings, known, fail)
	p.accounts = parseRows(ByAccount, settings, known, fail)
	from, _ := settings["enforceFrom"].(map[string]any)
	for _, policy := range slices.Sorted(maps.Keys(from)) {
		day, _ := from[policy].(string)
		t, err := time.Parse(time.DateOnly, day)
		if err != nil {
			fail("enforceFrom."+policy, "want a day as in 2026-01-31")
			continue
		}
		if t.After(now.AddDate(0, 0, longest)) {
			fail("enforceFrom."+policy, "more than %d days away", longest)
			continue
		}
		if known("enforceFrom", policy) {
			p.from[policy] = t
		}
	}
	if b, ok := settings["baseline"].(map[string]any); ok && len(b) > 0 {
		p.parseBaseline(b, known, fail)
	}
	return p, errors.Join(wrong...)
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

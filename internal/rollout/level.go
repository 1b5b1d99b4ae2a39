package rollout

import (
	"time"

	"github.com/progression-labs-development/policypack/internal/pack"
)

// Level is the level at which a policy counts at a place.
type Level struct {
	Level pack.Level
	From  string // where it comes from, in words: the policy's own, the configuration, levelByStack dev-*
	Note  string // for the person who reads a finding, empty if there is none
}

// Level returns the level of a policy at a place, of which base is the configured one. Where both the stack and the
// account have a level, the stricter one counts, so that a stack's name eases nothing that an account demands.
func (p *Plan) Level(policy string, at Place, base Level) Level {
	if p == nil {
		return base
	}
	level := base
	byStack, stack := first(p.stacks, policy, at)
	byAccount, account := first(p.accounts, policy, at)
	switch {
	case account && (!stack || byAccount.Level.Above(byStack.Level)):
		level = byAccount
	case stack:
		level = byStack
	}
	if day, ok := p.from[policy]; ok && level.Level == pack.Mandatory && p.at.Before(day) {
		text := day.Format(time.DateOnly)
		return Level{Level: pack.Advisory, From: "enforceFrom " + text, Note: "Mandatory from " + text + "."}
	}
	return level
}

// first returns the level that the first row about the place has for the policy.
func first(rows []row, policy string, at Place) (Level, bool) {
	for i := range rows {
		if level, ok := rows[i].level(policy); ok && rows[i].of(at) {
			return level, true
		}
	}
	return Level{}, false
}

// Accounts reports whether levels depend on the account.
func (p *Plan) Accounts() bool { return p != nil && len(p.accounts) > 0 }

package rollout

import (
	"time"

	"github.com/progression-labs-development/policypack/internal/pack"
)

// Level is the level of a policy at a place.
type Level struct {
	Level pack.Level
	From  string // what set it: the policy's own, the configuration, levelByStack dev-*
	Note  string // for the message of a finding; may be empty
}

// Level returns the level of a policy at a place; base is the configured one. If both the stack and the account have a
// level, the stricter one applies, so that a stack's name cannot relax what an account requires.
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

// first returns the level of the first matching entry that has one for the policy.
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

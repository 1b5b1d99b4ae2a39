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

// Level returns the level of a policy at a place, of which base is the configured one.
func (p *Plan) Level(policy string, at Place, base Level) Level {
	level := base
	if p == nil {
		return level
	}
	for _, l := range p.byStack {
		if at.Stack == "" || !l.match.Match(at.Stack) {
			continue
		}
		s, ok := l.each[policy]
		if !ok {
			s, ok = l.all, l.all != ""
		}
		if ok {
			level = Level{Level: s, From: "levelByStack " + l.glob}
			break
		}
	}
	if day, ok := p.from[policy]; ok && level.Level == pack.Mandatory && p.now.Before(day) {
		text := day.Format(time.DateOnly)
		return Level{Level: pack.Advisory, From: "enforceFrom " + text, Note: "Mandatory from " + text + "."}
	}
	return level
}

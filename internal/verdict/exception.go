package verdict

import (
	"fmt"
	"strings"

	"github.com/progression-labs-development/policypack/internal/exception"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/place"
)

// The values of the setting exceptions.
const (
	ExceptionsAllow = "allow"
	ExceptionsWarn  = "warn"
	ExceptionsDeny  = "deny"
)

// exceptionID returns the id under which a matched exception is recorded among exemptions.
func exceptionID(id string) string { return "\x00" + id }

// ExceptionsSetting returns the value of the setting exceptions.
func (c *Config) ExceptionsSetting() string {
	s, _ := c.Settings["exceptions"].(string)
	return s
}

// excepted returns the exceptions that match a finding; none match the settings.
func (c *Config) excepted(run *Run, policy, urn string) []exception.Exception {
	if policy == pack.SettingsPolicy {
		return nil
	}
	found := c.Exceptions.Find(policy, urn)
	for i := range found {
		run.used.Store(c.use(exceptionID(found[i].ID)), true)
		found[i].Reason = c.Shown(run.Facts, strings.Join(strings.Fields(found[i].Reason), " "))
	}
	return found
}

// except exempts a finding that matches exceptions, unless the floor or the settings deny them, and returns its level
// and message.
func (c *Config) except(run *Run, f *Finding, urn string, level pack.Level, message string) (pack.Level, string) {
	found := c.excepted(run, f.Policy, urn)
	switch exempted := f.Exempted(); {
	case len(found) == 0:
		return level, message
	case c.bound.Signed(f.Policy) != "":
		return level, message + "\n" + deniedNote(found, c.bound.Signed(f.Policy)+" allows only exemptions in the "+
			"signed bundle.")
	case c.ExceptionsSetting() == ExceptionsDeny:
		return level, message + "\n" + deniedNote(found, deniedBySetting)
	case exempted:
		message += "\n" + exceptedNote(found)
	default:
		message = exceptedNote(found) + "\n" + message
	}
	f.Exceptions = found
	return pack.Advisory, message
}

// named lists exceptions in words.
func named(found []exception.Exception) string {
	words := make([]string, len(found))
	for i, e := range found {
		words[i] = e.ID + " (" + e.Reason + ")"
	}
	if len(words) == 1 {
		return "policy exception " + words[0]
	}
	return "policy exceptions " + strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

func exceptedNote(found []exception.Exception) string { return "Exempted by " + named(found) + "." }

const deniedBySetting = "the setting exceptions is deny. Exempt the finding in the settings instead."

func deniedNote(found []exception.Exception, why string) string {
	verb := "does"
	if len(found) > 1 {
		verb = "do"
	}
	return "P" + named(found)[1:] + " in the configuration file " + verb + " not apply here: " + why
}

func usedNote(id string) string {
	return fmt.Sprintf("Policy exception %s in the configuration file exempts findings here until it is "+
		"removed.", id)
}

// pending returns notes about exceptions that exempt findings on the stack, and about those that target one of its
// resources and match nothing.
func (c *Config) pending(run *Run, project, stack string) (notes []string) {
	setting := c.ExceptionsSetting()
	here := func(urn string) bool {
		u, _ := place.ParseURN(urn)
		return u.Stack == stack && u.Project == project
	}
	for i := range c.Exceptions {
		e := &c.Exceptions[i]
		_, used := run.used.Load(c.use(exceptionID(e.ID)))
		switch {
		case used && setting == ExceptionsWarn:
			notes = append(notes, usedNote(e.ID))
		case !used && setting != ExceptionsAllow && e.Names(here):
			notes = append(notes,
				fmt.Sprintf("Policy exception %s matches nothing in this stack: remove it.", e.ID))
		}
	}
	return notes
}

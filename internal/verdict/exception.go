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

// exceptionID stands for an exception that matched among the ids of exemptions.
func exceptionID(id string) string { return "\x00" + id }

// ExceptionsSetting returns what the setting exceptions says.
func (c *Config) ExceptionsSetting() string {
	s, _ := c.Settings["exceptions"].(string)
	return s
}

// excepted returns the exceptions that are about a finding; none is about the settings.
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

// except lets a finding pass that exceptions are about, unless the floor or the settings deny them, and returns its
// level and its message.
func (c *Config) except(run *Run, f *Finding, urn string, level pack.Level, message string) (pack.Level, string) {
	found := c.excepted(run, f.Policy, urn)
	switch exempted := f.Exempted(); {
	case len(found) == 0:
		return level, message
	case c.bound.Signed(f.Policy) != "":
		return level, message + "\n" + deniedNote(found, c.bound.Signed(f.Policy)+" takes exemptions of the signed "+
			"bundle alone.")
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

// named lists exceptions in a sentence.
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

func exceptedNote(found []exception.Exception) string { return "Exempted by the " + named(found) + "." }

const deniedBySetting = "the setting exceptions is deny. Exempt the finding in the settings."

func deniedNote(found []exception.Exception, why string) string {
	verb := "does"
	if len(found) > 1 {
		verb = "do"
	}
	return "The " + named(found) + " of the configuration file " + verb + " not count here: " + why
}

func usedNote(id string) string {
	return fmt.Sprintf("The policy exception %s of the configuration file exempts findings here, until somebody "+
		"removes it.", id)
}

// pending says which exceptions exempt something on the stack, and which name a resource of it and match nothing.
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
				fmt.Sprintf("The policy exception %s matches nothing in this stack: remove it.", e.ID))
		}
	}
	return notes
}

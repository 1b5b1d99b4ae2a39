package rollout

import (
	"fmt"
	"time"

	"github.com/blang/semver"

	"github.com/progression-labs-development/policypack/internal/mistake"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/place"

	"github.com/progression-labs-development/policypack"
)

// AdoptDays is how many days after the program's release the setting adopt has an effect.
const AdoptDays = 90

// Program is what the setting adopt is measured by.
type Program struct {
	Version  string // such as 0.2.0
	Released string // the day of its release, as in 2026-01-31
}

// Adoption is the setting adopt: the version whose findings an organisation has adopted. Kinds of findings that are
// newer stay advisory for a while. The zero value and nil hold back nothing.
type Adoption struct {
	version semver.Version
	until   time.Time // the first moment at which it no longer counts
	now     time.Time
}

// ParseAdoption reads the settings' parameter adopt. It returns nil where that is not set.
func ParseAdoption(settings map[string]any, program Program, now time.Time) (*Adoption, error) {
	text, ok := settings["adopt"].(string)
	if !ok {
		return nil, nil
	}
	fail := func(format string, args ...any) (*Adoption, error) {
		var wrong mistake.List
		wrong.Add(place.Path{pack.SettingsPolicy, "adopt"}, format, args...)
		return nil, wrong
	}
	version, err := semver.Parse(text)
	if err != nil {
		return fail("expected a version of policypack such as 0.2.0")
	}
	own, err := semver.Parse(program.Version)
	if err != nil {
		return fail("the version of this program, %q, cannot be read", program.Version)
	}
	if version.GT(own) {
		return fail("the version is newer than this program, which is %s", own)
	}
	released, err := time.Parse(time.DateOnly, program.Released)
	if err != nil {
		return fail("the day of this program's release, %q, cannot be read", program.Released)
	}
	return &Adoption{version: version, until: released.AddDate(0, 0, AdoptDays), now: now}, nil
}

// String names the setting, to say where a level comes from.
func (a *Adoption) String() string { return "adopt " + a.version.String() }

// Over reports whether the setting has no effect any more.
func (a *Adoption) Over() bool { return a != nil && !a.now.Before(a.until) }

// Holds reports whether findings that are new in a version stay advisory. An empty version is the first one.
func (a *Adoption) Holds(since string) bool {
	return a != nil && !a.Over() && a.newer(since)
}

func (a *Adoption) newer(since string) bool {
	v, err := semver.Parse(since)
	return err == nil && v.GT(a.version)
}

// Note is the line below a finding that stays advisory.
func (a *Adoption) Note(since string) string {
	return fmt.Sprintf("Mandatory from %s: new in %s; `adopt: %s` keeps it advisory until then.", a.day(), since,
		a.version)
}

// Said returns what a run, and a check of the configuration, says about the setting. It is empty where none of the
// versions, in which the program's kinds of findings are new, is newer than the adopted one.
func (a *Adoption) Said(versions []string) string {
	if a == nil {
		return ""
	}
	var newest semver.Version
	for _, since := range versions {
		if v, err := semver.Parse(since); err == nil && a.newer(since) && v.GT(newest) {
			newest = v
		}
	}
	switch {
	case newest.EQ(semver.Version{}):
		return ""
	case a.Over():
		return fmt.Sprintf("`adopt: %s` has had no effect since %s, %d days after this version was released: all "+
			"findings count.\nRemove it, or set it to the version that you have adopted.",
			a.version, a.day(), AdoptDays)
	default:
		return fmt.Sprintf("Findings that are new since %s become mandatory on %s, where their policies are: `adopt: "+
			"%s` keeps them advisory until "+
			"then.\nFix them before that day. What is new, up to %s: %s", a.version, a.day(),
			a.version, newest, policypack.Page("govern/upgrading.md"))
	}
}

func (a *Adoption) day() string { return a.until.Format(time.DateOnly) }

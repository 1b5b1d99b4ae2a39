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

// AdoptDays is the number of days after the program's release for which the setting adopt has an effect.
const AdoptDays = 90

// Program is the version that the setting adopt is compared with.
type Program struct {
	Version  string // such as 0.2.0
	Released string // the day of its release, as in 2026-01-31
}

// Adoption is the setting adopt: the version whose findings an organisation has adopted. Newer kinds of findings stay
// advisory for a while. The zero value and nil have no effect.
type Adoption struct {
	version semver.Version
	until   time.Time // the first moment at which it no longer applies
	now     time.Time
}

// ParseAdoption parses the setting adopt. It returns nil if it is not set.
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
		return fail("cannot parse the version of this program, %q", program.Version)
	}
	if version.GT(own) {
		return fail("the version is newer than this program, %s", own)
	}
	released, err := time.Parse(time.DateOnly, program.Released)
	if err != nil {
		return fail("cannot parse the release date of this program, %q", program.Released)
	}
	return &Adoption{version: version, until: released.AddDate(0, 0, AdoptDays), now: now}, nil
}

// String returns the setting, as the origin of a level.
func (a *Adoption) String() string { return "adopt " + a.version.String() }

// Over reports whether the setting no longer has an effect.
func (a *Adoption) Over() bool { return a != nil && !a.now.Before(a.until) }

// Holds reports whether findings introduced in a version stay advisory. An empty version is the first one.
func (a *Adoption) Holds(since string) bool {
	return a != nil && !a.Over() && a.newer(since)
}

func (a *Adoption) newer(since string) bool {
	v, err := semver.Parse(since)
	return err == nil && v.GT(a.version)
}

// Note returns the line after the message of a finding that stays advisory.
func (a *Adoption) Note(since string) string {
	return fmt.Sprintf("Mandatory from %s: new in %s, advisory until then (`adopt: %s`).", a.day(), since,
		a.version)
}

// Said returns the remark about the setting in a run and in a check of the configuration. It is empty if none of the
// versions that introduced findings is newer than the adopted one.
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
		return fmt.Sprintf("`adopt: %s` has had no effect since %s, %d days after the release of this version: all "+
			"findings apply.\nRemove it, or set it to the version that you have adopted.",
			a.version, a.day(), AdoptDays)
	default:
		return fmt.Sprintf("Findings new since %s are advisory until %s (`adopt: %s`), then mandatory if their policies "+
			"are.\nFix them before then. New findings up to %s: %s", a.version, a.day(),
			a.version, newest, policypack.Page("govern/upgrading.md"))
	}
}

func (a *Adoption) day() string { return a.until.Format(time.DateOnly) }

// Package expiry says what becomes of an exemption or a baseline around its last day.
//
// What has expired fails pull requests first. Everything else, above all updates of what is deployed already, passes
// for some days more, with a warning that names the day on which it fails: a date then stops the change that somebody
// is working on, and not everybody at midnight.
package expiry

import (
	"fmt"
	"time"
)

// When is the moment of a run, and whether the run is one that gets no grace, as those of pull requests.
type When struct {
	// Now limits how far away an end may be: a configuration that is valid today is valid in a run about another day.
	Now time.Time
	// On is the moment that the verdict is for, where that is not now: what is in force, in its grace or expired.
	On      time.Time
	NoGrace bool
}

// At returns the moment that the verdict is for.
func (w When) At() time.Time {
	if w.On.IsZero() {
		return w.Now
	}
	return w.On
}

// EndOf returns the last moment of the day of t in UTC. What ends at any time of that day has ended by then, and what
// begins on it has begun, so a verdict for this moment is the strictest of the day.
func EndOf(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour).Add(24*time.Hour - 1) }

// State is how far something is that ends.
type State uint8

// The states, the one that counts most first.
const (
	InForce State = iota
	InGrace       // it has expired, and what it let pass fails from a later day on
	Expired
)

// Clock compares ends with the moment of a run. The zero value takes everything for expired.
type Clock struct {
	now         time.Time
	warn, grace time.Duration
}

// Clock reads the settings' parameters exemptionWarningDays and expiryGraceDays, whose shape has been checked against
// their JSON schema.
func (w When) Clock(settings map[string]any) Clock {
	c := Clock{now: w.At(), warn: days(settings["exemptionWarningDays"]), grace: days(settings["expiryGraceDays"])}
	if w.NoGrace {
		c.grace = 0
	}
	return c
}

func days(v any) time.Duration {
	n, _ := v.(float64)
	return time.Duration(n) * 24 * time.Hour
}

// State returns the state of something of which end is the first moment at which it no longer counts.
func (c Clock) State(end time.Time) State {
	switch {
	case c.now.Before(end):
		return InForce
	case c.now.Before(end.Add(c.grace)):
		return InGrace
	default:
		return Expired
	}
}

// Warning says how soon something in force ends, where that is to be said: "today", "in 3 days".
func (c Clock) Warning(end time.Time) (when string, ok bool) { return c.left(end, c.warn) }

// Soon is Warning by the calendar, for whoever reads a configuration: the last day is as many days away, or fewer.
func (c Clock) Soon(end time.Time) (when string, ok bool) { return c.left(end, c.warn+24*time.Hour) }

func (c Clock) left(end time.Time, within time.Duration) (when string, ok bool) {
	switch left := end.Sub(c.now); {
	case left > within:
		return "", false
	case left <= 24*time.Hour:
		return "today", true
	case left < 48*time.Hour:
		return "tomorrow", true
	default:
		return fmt.Sprintf("in %d days", int(left.Hours()/24)), true
	}
}

// Fails writes the first moment at which what has expired fails everywhere: a day where it is the beginning of one in
// UTC, else a time.
func (c Clock) Fails(end time.Time) string {
	t := end.Add(c.grace).UTC()
	if t.Equal(t.Truncate(24 * time.Hour)) {
		return t.Format(time.DateOnly)
	}
	return t.Format(time.RFC3339)
}

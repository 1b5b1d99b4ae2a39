// Package expiry defines what happens to an exemption or a baseline around its last day.
//
// After the last day, pull requests fail first. Everything else, above all updates of existing deployments, passes for
// a grace period, with a warning that gives the day on which it will fail. A date therefore stops the change that
// somebody is working on instead of stopping everybody at midnight.
package expiry

import (
	"fmt"
	"time"
)

// When is the time of a run, and whether the run has no grace period, like those of pull requests.
type When struct {
	// Now limits how far away an end may be: a configuration that is valid today is valid in a what-if run too.
	Now time.Time
	// On is the time that the verdict is for, if not now: it determines what is in force, in its grace period or
	// expired.
	On      time.Time
	NoGrace bool
}

// At returns the time that the verdict is for.
func (w When) At() time.Time {
	if w.On.IsZero() {
		return w.Now
	}
	return w.On
}

// EndOf returns the last moment of the day of t in UTC. Everything that ends or begins on that day has done so by then,
// so a verdict for this moment is the strictest of the day.
func EndOf(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour).Add(24*time.Hour - 1) }

// State is the state of something that ends.
type State uint8

// The states, the most favourable first.
const (
	InForce State = iota
	InGrace       // expired, but its findings fail only from a later day
	Expired
)

// Clock compares ends with the time of a run. For the zero value everything has expired.
type Clock struct {
	now         time.Time
	warn, grace time.Duration
}

// Clock parses the settings exemptionWarningDays and expiryGraceDays, which have passed their JSON schema.
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

// State returns the state of something whose end is the first moment at which it no longer applies.
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

// Warning returns how soon something in force ends, if it is soon enough for a warning: "today", "in 3 days".
func (c Clock) Warning(end time.Time) (when string, ok bool) { return c.left(end, c.warn) }

// Soon is Warning by calendar days, for readers of a configuration.
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

// Fails formats the first moment at which an expired exemption fails everywhere: a day if it is the beginning of one in
// UTC, otherwise a time.
func (c Clock) Fails(end time.Time) string {
	t := end.Add(c.grace).UTC()
	if t.Equal(t.Truncate(24 * time.Hour)) {
		return t.Format(time.DateOnly)
	}
	return t.Format(time.RFC3339)
}

package attest

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/report"
)

// A run that has passed by break-glass says so, and is good enough only where that is asked for.
func TestBreakGlass(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	r := report.New("0.1.0")
	r.Sources = []report.Source{
		{Name: report.Preview, Kind: report.Preview, Organization: "acme", Project: "shop", Stack: "production"},
	}
	r.BreakGlass = []report.BreakGlass{{
		ID: "0011223344556677", Stack: "acme/shop/production", Reason: "canary: a reason", Who: "canary: a name",
		Until: "2026-11-23T16:00:00Z", Passed: 2,
		Outages: []string{"canary: an outage"},
	}}
	s, err := New(r, Run{Time: now})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]BreakGlass{{"0011223344556677", "2026-11-23T16:00:00Z", 2, 1}},
		s.Predicate.BreakGlass); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
	wanted := Wanted{Stack: "production", Configuration: strings.Repeat("0a", 32)}
	why := strings.Join(wanted.Refused(s, now), "\n")
	for _, want := range []string{
		"the run passed with break-glass (0011223344556677 until 2026-11-23T16:00:00Z), although 2 of its findings " +
			"would have blocked it", "not complete", "configuration",
	} {
		if !strings.Contains(why, want) {
			t.Errorf("want %q in %s", want, why)
		}
	}
	wanted.BreakGlass = true
	if why := wanted.Refused(s, now); len(why) > 0 {
		t.Errorf("asked for: got %v", why)
	}
	until := now.Add(4 * time.Hour)
	if why := wanted.Refused(s, until.Add(-time.Second)); len(why) > 0 {
		t.Errorf("in the last second of the token: got %v", why)
	}
	if why := strings.Join(wanted.Refused(s, until), "\n"); !strings.Contains(why,
		"which expired at 2026-11-23T16:00:00Z; expected a run that passes without") {
		t.Errorf("at the end of the token: got %s", why)
	}
	wanted.Stack = "staging"
	if why := wanted.Refused(s, now); len(why) != 1 {
		t.Errorf("of another stack: got %v, want one reason", why)
	}
	s.Predicate.BreakGlass = nil
	if why := strings.Join(wanted.Refused(s, now), "\n"); !strings.Contains(why, "not complete") {
		t.Errorf("a run without break-glass: got %s", why)
	}
}

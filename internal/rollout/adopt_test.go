package rollout

import (
	"testing"
	"time"
)

// TestAdoption goes through the setting adopt on single days.
func TestAdoption(t *testing.T) {
	t.Parallel()
	program := Program{Version: "0.3.0", Released: "2026-11-26"}
	day := func(s string) time.Time {
		d, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	before, after := day("2027-02-23T23:59:59Z"), day("2027-02-24T00:00:00Z")
	for _, tt := range []struct {
		name  string
		adopt any
		now   time.Time
		since string
		want  bool
	}{
		{"newer than what was adopted", "0.1.0", before, "0.2.0", true},
		{"what was adopted", "0.2.0", before, "0.2.0", false},
		{"older than what was adopted", "0.3.0", before, "0.2.0", false},
		{"found from the first release on", "0.1.0", before, "", false},
		{"numbers, not texts", "0.2.0", before, "0.10.0", true},
		{"the day has come", "0.1.0", after, "0.2.0", false},
		{"not set", nil, before, "0.2.0", false},
	} {
		settings := map[string]any{}
		if tt.adopt != nil {
			settings["adopt"] = tt.adopt
		}
		a, err := ParseAdoption(settings, program, tt.now)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
		if got := a.Holds(tt.since); got != tt.want {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
	}
	for _, tt := range []struct {
		name, adopt string
		program     Program
		want        string
	}{
		{"newer than the program", "0.3.1", program, "policy settings: parameters: adopt: the version is newer than " +
			"this program, 0.3.0"},
		{"no version", "v0.3", program, "policy settings: parameters: adopt: expected a version of policypack such as " +
			"0.2.0"},
		{
			"a program without a day", "0.1.0",
			Program{Version: "0.3.0"},
			`policy settings: parameters: adopt: cannot parse the release date of this program, ""`,
		},
	} {
		if _, err := ParseAdoption(map[string]any{"adopt": tt.adopt}, tt.program, before); err == nil ||
			err.Error() != "invalid policy configuration:\n  "+tt.want {
			t.Errorf("%s: got %v, want %s", tt.name, err, tt.want)
		}
	}
}

package central_test

import (
	"strings"
	"testing"
	"time"

	"github.com/progression-labs-development/policypack/internal/central"
	"github.com/progression-labs-development/policypack/internal/expiry"
)

func TestSerialAt(t *testing.T) {
	t.Parallel()
	if got := central.SerialAt(time.Date(2026, 9, 1, 2, 0, 3, 0, time.FixedZone("", 3*60*60))); got != 20260831230003 {
		t.Errorf("got %d, want the time in UTC", got)
	}
	if got := central.SerialAt(time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)); got > central.MaxSerial {
		t.Errorf("%d is more than a configuration holds exactly", got)
	}
}

func dated(t *testing.T, serial, expires string) *central.Bundle {
	t.Helper()
	b, err := central.Open(build(t, map[string]string{
		"data.json": `{"policypack": {"format": "policypack-bundle/1"` + serial + expires + `, "parameters": {"settings": {}}}}`,
	}, ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestNotOlder(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, serial string
		least        float64
		want         string
	}{
		{"no minimum", "", 0, ""},
		{"the least", `, "serial": 7`, 7, ""},
		{"a newer one", `, "serial": 8`, 7, ""},
		{"an older one", `, "serial": 6`, 7, "the bundle has the serial number 6, but the configuration requires 7 or higher (settings, minBundleSerial)"},
		{"one without", "", 7, "the bundle has no serial number, but the configuration requires 7 or higher (settings, minBundleSerial)"},
		{
			"to the last digit", `, "serial": 9007199254740990`, 9007199254740991,
			"serial number 9007199254740990, but the configuration requires 9007199254740991",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := dated(t, tt.serial, "").NotOlder(central.Least(map[string]any{"minBundleSerial": tt.least}))
			if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

func TestLasts(t *testing.T) {
	t.Parallel()
	settings := map[string]any{"exemptionWarningDays": 14.0, "expiryGraceDays": 7.0}
	for _, tt := range []struct {
		name, now string
		noGrace   bool
		note, err string
	}{
		{"long before", "2027-06-01T00:00:00Z", false, "", ""},
		{"soon", "2027-06-20T12:00:00Z", false, "expires in 10 days: 2027-06-30 is the last day on which it applies", ""},
		{"on the last day", "2027-06-30T23:59:59Z", true, "expires today: 2027-06-30 is the last day", ""},
		{"a moment later", "2027-07-01T00:00:00Z", false, "expired on 2027-06-30. Checks of pull requests fail already, and " +
			"everything else fails from 2027-07-08 on.", ""},
		{"in a pull request", "2027-07-01T00:00:00Z", true, "", "the bundle expired on 2027-06-30 and is not used"},
		{"after the days of grace", "2027-07-08T00:00:00Z", false, "", "the bundle expired on 2027-06-30 and is not used"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			now, err := time.Parse(time.RFC3339, tt.now)
			if err != nil {
				t.Fatal(err)
			}
			clock := expiry.When{Now: now, NoGrace: tt.noGrace}.Clock(settings)
			note, err := dated(t, "", `, "expires": "2027-06-30"`).Lasts(clock)
			if !strings.Contains(note, tt.note) || (note == "") != (tt.note == "") {
				t.Errorf("got the note %q, want %q", note, tt.note)
			}
			if (err == nil) != (tt.err == "") || err != nil && !strings.Contains(err.Error(), tt.err) {
				t.Errorf("got %v, want %q", err, tt.err)
			}
			if note, err := dated(t, "", "").Lasts(clock); note != "" || err != nil {
				t.Errorf("one that never expires: got %q, %v", note, err)
			}
		})
	}
}

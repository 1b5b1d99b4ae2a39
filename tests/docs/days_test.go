package docs

import (
	"regexp"
	"testing"
	"time"
)

// written is the day on which the pages were written: what they call the future begins here.
var written = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)

// passed is how long ago that is, in whole days.
var passed = time.Now().UTC().Truncate(24 * time.Hour).Sub(written)

// day is a day or a time of the pages' year: no version of an API, and nothing that was before.
var day = regexp.MustCompile(`\b20(26-1[12]|2[7-9]-\d\d)-\d\d(T\d\d:\d\d:\d\dZ)?\b`)

// moved is a text with its days moved to the day of the test, movedBack one with the days of the test moved to the page's.
func moved(text string) string     { return move(text, passed) }
func movedBack(text string) string { return move(text, -passed) }

func move(text string, by time.Duration) string {
	return day.ReplaceAllStringFunc(text, func(s string) string {
		for _, layout := range []string{time.DateOnly, time.RFC3339} {
			if t, err := time.Parse(layout, s); err == nil {
				return t.Add(by).Format(layout)
			}
		}
		return s
	})
}

func TestMove(t *testing.T) {
	const text = `"2012-10-17" 2026-12-31 2027-03-01T02:00:00Z 2026-06-01 2027-99-99`
	const want = `"2012-10-17" 2027-01-01 2027-03-02T02:00:00Z 2026-06-01 2027-99-99`
	if got := move(text, 24*time.Hour); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := move(want, -24*time.Hour); got != text {
		t.Errorf("got %s, want %s", got, text)
	}
}

package taint

import (
	"slices"
	"strings"
)

// marker stands in scrubbed texts; facts.SecretMarker is the same.
const marker = "[secret]"

// Matcher is what a run knew to be secret at one moment. It is immutable and safe for concurrent use; nil knows
// nothing.
type Matcher struct {
	values []*value
	table  *table
}

// Hit is a known secret in a text. Start and End are byte offsets and cover all that must be redacted: the value, in an
// encoding the whole encoded run, and whatever other secret overlaps it.
type Hit struct {
	From       Source
	Start, End int
	Form       string // FormEqual, FormContained, FormBase64, FormHex, FormURL or FormJSON
}

// How a secret stands in a text.
const (
	FormEqual     = "equal"
	FormContained = "contained"
	FormBase64    = "base64"
	FormHex       = "hex"
	FormURL       = "url-encoded"
	FormJSON      = "json-escaped"
)

// Find returns the known secrets in a text, in order. Overlapping ones are one hit, named after the leftmost and, of
// those, the longest.
func (m *Matcher) Find(text string) []Hit { return m.FindFunc(text, nil) }

// FindFunc is Find for the secrets that are known from a source which keep accepts; the hits name that source.
func (m *Matcher) FindFunc(text string, keep func(Source) bool) []Hit {
	s := search{accept: finding(keep)}
	m.search(text, &s)
	return s.merge()
}

// finding accepts what makes a finding.
func finding(keep func(Source) bool) func(*value, bool) (Source, bool) {
	return func(v *value, whole bool) (Source, bool) {
		switch v.counts() {
		case anywhere:
		case equal:
			if !whole {
				return Source{}, false
			}
		default:
			return Source{}, false
		}
		return v.source(keep)
	}
}

// Contains tells whether Find would find something.
func (m *Matcher) Contains(text string) bool {
	s := search{accept: finding(nil), first: true}
	m.search(text, &s)
	return len(s.spans) > 0
}

// Origins returns the sources of the known values of which a text is made: those it is equal to, of any length, and
// those of at least six bytes that stand in it, in any form. Words and names are among them: it explains where a value
// that is marked secret comes from, and is no ground for a finding.
func (m *Matcher) Origins(text string) []Source {
	s := search{every: map[*value]bool{}}
	s.accept = func(v *value, whole bool) (Source, bool) {
		return Source{}, !s.every[v] && (whole || len(v.text) >= gramSize)
	}
	m.search(text, &s)
	var list []Source
	for v := range s.every {
		list = append(list, *v.sources.Load()...)
	}
	slices.SortFunc(list, compareSources)
	return slices.Compact(list)
}

// Scrub returns the text with [secret] in place of every known value: the second wall, for everything that leaves the
// process. It hides more than Find finds: also values which don't count, from six bytes on, unless they are words.
func (m *Matcher) Scrub(text string) string { return without(text, m.Hidden(text)) }

// Hidden returns what Scrub takes out of the text, in order.
func (m *Matcher) Hidden(text string) []Hit {
	s := search{accept: func(v *value, _ bool) (Source, bool) {
		return Source{}, v.counts() != redacted || len(v.text) >= gramSize && !v.common.Load() && !ordinary(v.text)
	}}
	m.search(text, &s)
	return s.merge()
}

// Mask returns the text with [secret] in place of what Find finds: for names, in which a value that does not count is a
// coincidence.
func (m *Matcher) Mask(text string) string { return without(text, m.Find(text)) }

func without(text string, hits []Hit) string {
	if len(hits) == 0 {
		return text
	}
	var b strings.Builder
	rest := 0
	for _, h := range hits {
		b.WriteString(text[rest:h.Start])
		b.WriteString(marker)
		rest = h.End
	}
	b.WriteString(text[rest:])
	return b.String()
}

// Len returns how many values the matcher knows.
func (m *Matcher) Len() int { return len(m.values) }

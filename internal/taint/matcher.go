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
	names  *Names
}

// Hit is a known secret in a text. Start and End are byte offsets and cover all that must be redacted: the value, in an
// encoding the whole encoded run, and whatever other secret overlaps it.
type Hit struct {
	From       Source
	Start, End int
	Form       string // FormEqual, FormContained, FormBase64, FormHex, FormURL or FormJSON
	// Default is true for a word that everybody begins with, such as postgres: it counts where the name of the place
	// says that it is a password.
	Default bool
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
func (m *Matcher) Find(text string) []Hit {
	if m.Len() == 0 {
		return nil
	}
	s := search{accept: m.finding}
	m.search(text, &s)
	return s.merge()
}

// finding says what makes a finding.
func (m *Matcher) finding(v *value, f fit) claim {
	if v.first().Says == Ordinary {
		return nothing
	}
	if strong := m.names.looks(v); strong == anywhere || strong == equal && f == whole {
		return certain
	}
	switch o := v.origin.Load(); {
	case !o.counts(m.names, v, f):
		return nothing
	case o.stock:
		return byDefault
	}
	return certain
}

// Origins returns the sources of the known values of which a text is made: those it is equal to, of any length, and
// those of at least six bytes that stand in it, in any form. Words and names are among them: it explains where a value
// that is marked secret comes from, and is no ground for a finding.
func (m *Matcher) Origins(text string) []Source {
	s := search{every: map[*value]bool{}}
	s.accept = func(v *value, f fit) claim {
		return certainly(!s.every[v] && (f == whole || len(v.text) >= gramSize))
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
// process. It hides more than Find finds: also values which don't count, from six bytes on, unless they are words. Of
// words it takes out those which count by their origin, unless a text may have them by chance: such a word is hidden
// where it makes a finding.
func (m *Matcher) Scrub(text string) string { return without(text, m.Hidden(text)) }

// Hidden returns what Scrub takes out of the text, in order.
func (m *Matcher) Hidden(text string) []Hit {
	s := search{accept: func(v *value, f fit) claim {
		if m.names.looks(v) != redacted || m.telling(v, f) {
			return certain
		}
		if len(v.text) < gramSize || ordinary(v.text) {
			return nothing
		}
		stack, _ := m.names.name(v)
		return certainly(!stack)
	}}
	m.search(text, &s)
	return s.merge()
}

// telling reports whether the value counts by its origin and is no word that a text may have by chance.
func (m *Matcher) telling(v *value, f fit) bool {
	o := v.origin.Load()
	return o != nil && !o.stock && !o.letters && o.counts(m.names, v, f)
}

// Mask returns the text with [secret] in place of what Find finds, but for words that a text may have by chance: for
// names, in which a value that does not count is a coincidence.
func (m *Matcher) Mask(text string) string {
	s := search{accept: func(v *value, f fit) claim {
		return certainly(m.finding(v, f) == certain && (m.telling(v, f) || m.names.looks(v) != redacted))
	}}
	m.search(text, &s)
	return without(text, s.merge())
}

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
func (m *Matcher) Len() int {
	if m == nil {
		return 0
	}
	return len(m.values)
}

package taint

import (
	"slices"
	"strings"
)

// marker replaces values in scrubbed texts. It is the same as facts.SecretMarker.
const marker = "[secret]"

// Matcher is a snapshot of the known secrets of a run. It is immutable and safe for concurrent use; nil has no secrets.
type Matcher struct {
	values []*value
	table  *table
	names  *Names
	// shortest is the length of the shortest value, and of its shortest form in a text.
	shortest int
}

// Hit is a known secret in a text. Start and End are byte offsets of everything to redact: the value or, if it is
// encoded, the whole encoded run, and any other secret that overlaps it.
type Hit struct {
	From       Source
	Start, End int
	Form       string // FormEqual, FormContained, FormBase64, FormHex, FormURL or FormJSON
	// Default is true for a common default such as postgres. It is a finding only if the name of its path is that of a
	// password.
	Default bool
}

// Forms in which a secret occurs in a text.
const (
	FormEqual     = "equal"
	FormContained = "contained"
	FormBase64    = "base64"
	FormHex       = "hex"
	FormURL       = "url-encoded"
	FormJSON      = "json-escaped"
)

// Find returns the known secrets in a text, in order. Overlapping ones are merged into one hit, which describes the
// leftmost and, among those, the longest.
func (m *Matcher) Find(text string) []Hit {
	if m.Len() == 0 {
		return nil
	}
	s := search{accept: m.finding}
	m.search(text, &s)
	return s.merge()
}

// finding returns whether the value is a finding in that context.
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

// Origins returns the sources of the known values that a text is made of: values of any length that equal the text, and
// values of at least six bytes that it contains, in any form. They include words and names. Use it to explain where a
// marked value comes from, not to report a finding.
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

// Scrub returns the text with every known value replaced by [secret]. It is the second line of defence, for everything
// that leaves the process, and hides more than Find finds: it also hides values of six bytes or more that are never
// findings, unless they are words. A word that is secret by its origin is hidden unless it may be in a text by chance;
// then it is hidden only where it would be a finding.
func (m *Matcher) Scrub(text string) string { return without(text, m.Hidden(text)) }

// Hidden returns the hits that Scrub replaces, in order.
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

// telling reports whether the value is a secret by its origin and not a word that a text may contain by chance.
func (m *Matcher) telling(v *value, f fit) bool {
	o := v.origin.Load()
	return o != nil && !o.stock && !o.letters && o.counts(m.names, v, f)
}

// Mask returns the text with the hits of Find replaced by [secret], except words that a text may contain by chance. It
// is for names, in which a value that Find ignores is a coincidence.
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

// Len returns the number of known values.
func (m *Matcher) Len() int {
	if m == nil {
		return 0
	}
	return len(m.values)
}

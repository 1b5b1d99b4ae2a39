package taint

import (
	"cmp"
	"slices"
	"strings"
)

// span is one value found in a text.
type span struct {
	start, end int // everything to redact
	inner      int // where the value itself begins
	form       form
	value      *value
	claim      claim
}

// claim is whether a value is a finding in its context.
type claim uint8

const (
	nothing   claim = 0
	byDefault claim = 1 // only under the name of a password
	certain   claim = 2
)

func certainly(yes bool) claim {
	if yes {
		return certain
	}
	return nothing
}

// form orders the forms of a value in a text: of two that cover the same bytes, the plainer is reported.
type form uint8

const (
	formEqual form = iota
	formContained
	formJSON
	formURL
	formBase64
	formHex
)

func (f form) String() string {
	return [...]string{FormEqual, FormContained, FormJSON, FormURL, FormBase64, FormHex}[f]
}

// search searches one text. accept returns whether a value is a finding, given how it occurs.
type search struct {
	m      *Matcher
	accept func(v *value, f fit) claim
	every  map[*value]bool // if not nil: the values found, including those inside others

	view   *view
	text   string // the view's
	lo, hi int    // of the text without the white space around it
	spans  []span
	last   span // the most recent one, in the view's offsets
	run    run  // the most recently measured run
	work   int  // bytes compared so far
}

// search searches a text as is and, if it contains escapes, with the escapes decoded.
func (m *Matcher) search(text string, s *search) {
	if m.Len() == 0 || len(text) < m.shortest {
		return
	}
	s.m = m
	plain := &view{text: text}
	s.scan(plain)
	for _, decode := range [...]func(*view) *view{jsonView, urlView} {
		v := decode(plain)
		for depth := 0; v != nil && depth < maxEscapes; depth++ {
			s.scan(v)
			v = decode(v)
		}
	}
}

// scan reads a view once, in three encodings at the same time.
func (s *search) scan(v *view) {
	s.view, s.text, s.last, s.run = v, v.text, span{}, run{}
	s.lo = len(s.text) - len(strings.TrimLeft(s.text, " \t\r\n"))
	s.hi = max(s.lo, len(strings.TrimRight(s.text, " \t\r\n")))
	if n := s.hi - s.lo; n < gramSize {
		if n > 0 {
			s.lookUp(short(s.text[s.lo:s.hi]), func(v *value) { s.raw(v, s.lo) })
		}
		return
	}
	var (
		t                  = s.m.table
		raw, b64, hex      uint64
		sextets, nibbles   int // read without a gap
		b64Start, hexStart int
	)
	text := s.text
	for i := 0; i < len(text); i++ {
		c := text[i]
		raw = raw<<8 | uint64(c)
		if g := raw & gramMask; t.maybe(hash(g)) && i >= gramSize-1 {
			s.lookUp(g, func(v *value) { s.raw(v, i-gramSize+1-v.at) })
		}
		if d := base64Digits[c]; d < 64 {
			if sextets == 0 {
				b64Start = i
			}
			sextets++
			b64 = b64<<6 | uint64(d)
			if sextets >= 8 {
				s.packed(&base64Code, i, b64, 0, b64Start)
			}
			if sextets >= 9 {
				s.packed(&base64Code, i, b64, 2, b64Start)
				s.packed(&base64Code, i, b64, 4, b64Start)
			}
		} else if d != lineBreak || sextets < minLine {
			sextets = 0
		}
		if d := hexDigits[c]; d < 16 {
			if nibbles == 0 {
				hexStart = i
			}
			nibbles++
			hex = hex<<4 | uint64(d)
			if nibbles >= 12 {
				s.packed(&hexCode, i, hex, 0, hexStart)
			}
		} else {
			nibbles = 0
		}
	}
}

// lookUp calls yield for the values with the gram.
func (s *search) lookUp(gram uint64, yield func(*value)) {
	t, h := s.m.table, hash(gram)
	for i := h >> t.shift; ; i = (i + 1) & t.mask {
		slot := t.slots[i].Load()
		if slot == 0 {
			return
		}
		s.work++
		index := int(slot&0xffffffff) - 1
		if slot>>32 != h>>32 || index >= len(s.m.values) {
			continue
		}
		if v := s.m.values[index]; v.gram == gram {
			yield(v)
		}
	}
}

// raw records the value, whose gram was seen, if it occurs at start.
func (s *search) raw(v *value, start int) {
	end := start + len(v.text)
	if start < 0 || end > len(s.text) {
		return
	}
	if s.every == nil && s.last.value != nil && start >= s.last.start && end <= s.last.end {
		return
	}
	stands, f := inside, formContained
	switch {
	case start == s.lo && end == s.hi:
		stands, f = whole, formEqual
	case (start == 0 || !inWord(s.text[start-1])) && (end == len(s.text) || !inWord(s.text[end])):
		stands = word
	}
	if c := s.accept(v, stands); c != nothing && s.same(v, start) {
		s.found(span{start: start, end: end, inner: start, form: f, value: v, claim: c})
	}
}

// inWord reports whether a byte next to a value makes the value part of a longer word.
func inWord(c byte) bool { return alnum(c) || c == '_' }

// same compares the text at start with the value, outwards from the gram. This keeps the search linear: no two
// comparisons of a value read the same bytes in the same direction unless its gram repeats.
func (s *search) same(v *value, start int) bool {
	for i := v.at; i < len(v.text); i++ {
		s.work++
		if s.text[start+i] != v.text[i] {
			return false
		}
	}
	for i := v.at - 1; i >= 0; i-- {
		s.work++
		if s.text[start+i] != v.text[i] {
			return false
		}
	}
	return true
}

func (s *search) found(found span) {
	s.last = found
	found.start, found.end, found.inner = s.view.start(found.start), s.view.end(found.end), s.view.start(found.inner)
	if s.view.kind != 0 && found.form <= formContained {
		found.form = s.view.kind
	}
	s.spans = append(s.spans, found)
	if s.every != nil {
		s.every[found.value] = true
	}
}

// merge sorts the spans and merges overlapping ones into one hit.
func (s *search) merge() []Hit {
	slices.SortFunc(s.spans, func(a, b span) int {
		return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(b.end, a.end), cmp.Compare(a.inner, b.inner),
			cmp.Compare(len(b.value.text), len(a.value.text)), cmp.Compare(a.form, b.form),
			strings.Compare(a.value.text, b.value.text))
	})
	var hits []Hit
	for _, f := range s.spans {
		if n := len(hits); n > 0 && f.start < hits[n-1].End {
			hits[n-1].End = max(hits[n-1].End, f.end)
			if hits[n-1].Default && f.claim == certain {
				hits[n-1].From, hits[n-1].Form, hits[n-1].Default = f.value.first(), f.form.String(), false
			}
			continue
		}
		hits = append(hits, Hit{
			From: f.value.first(), Start: f.start, End: f.end, Form: f.form.String(), Default: f.claim == byDefault,
		})
	}
	return hits
}

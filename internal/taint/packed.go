package taint

// code is an encoding that packs the bits of a text into digits.
type code struct {
	digits *[256]uint8
	width  int // bits of a digit
	form   form
}

const (
	notDigit  = 0xff
	lineBreak = 0xfe // allowed between digits
	// minLine is the minimum length of a run for a line break to continue it rather than end a word.
	minLine = 48
)

var (
	base64Digits = digits("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", "-_", 62, "\r\n")
	hexDigits    = digits("0123456789abcdef", "ABCDEF", 10, "")
	base64Code   = code{&base64Digits, 6, formBase64}
	hexCode      = code{&hexDigits, 4, formHex}
)

// digits returns the values of the digits; the characters of other are alternatives for the digits from first on.
func digits(all, other string, first int, breaks string) (table [256]uint8) {
	for i := range table {
		table[i] = notDigit
	}
	for i := range len(all) {
		table[all[i]] = uint8(i)
	}
	for i := range len(other) {
		table[other[i]] = uint8(first + i) //nolint:gosec // below 64
	}
	for i := range len(breaks) {
		table[breaks[i]] = lineBreak
	}
	return table
}

// run is a maximal stretch of digits.
type run struct {
	code       *code
	start, end int // with padding
	digits     int
}

// packed looks up the gram that ends low bits before the end of the register, whose newest digit is at i.
func (s *search) packed(c *code, i int, register uint64, low, start int) {
	gram := register >> low & gramMask
	if !s.m.table.maybe(hash(gram)) {
		return
	}
	s.lookUp(gram, func(v *value) {
		if s.accept(v, whole) == nothing {
			return
		}
		u, ok := s.unpack(c, v, i, low, start)
		if !ok {
			return
		}
		r := s.measure(c, start, i)
		stands := inside
		switch {
		case r.start == s.lo && r.end == s.hi && r.digits*c.width/8 == len(v.text):
			stands = whole
		case u.word:
			stands = word
		}
		if claim := s.accept(v, stands); claim != nothing {
			s.found(span{
				start: r.start, end: max(r.end, u.end), inner: u.start, form: c.form, value: v, claim: claim,
			})
		}
	})
}

// unpacked is an encoded value.
type unpacked struct {
	start, end int
	word       bool // no letter, digit or underscore is on either side of it
}

// cursor decodes digits to bytes, forwards or backwards.
type cursor struct {
	s               *search
	c               *code
	at, step, limit int
	bits            uint32 // remaining bits of the digit at at, which belong to the next byte; n is their number
	n               int
}

// next returns the next byte, or false at the end of the digits.
func (k *cursor) next() (c byte, ok bool) {
	for k.n < 8 {
		k.at += k.step
		d := k.s.digit(k.c, &k.at, k.step, k.limit)
		if d == notDigit {
			return 0, false
		}
		if k.step > 0 {
			k.bits = k.bits<<k.c.width | uint32(d)
		} else {
			k.bits |= uint32(d) << k.n
		}
		k.n += k.c.width
	}
	k.n -= 8
	if k.step > 0 {
		return byte(k.bits >> k.n), true //nolint:gosec // truncation to a byte is intended
	}
	c = byte(k.bits) //nolint:gosec // truncation to a byte is intended
	k.bits >>= 8
	return c, true
}

// unpack compares the digits around i with the value, outwards.
func (s *search) unpack(c *code, v *value, i, low, runStart int) (u unpacked, ok bool) {
	// Forward: the low bits of the digit at i come first.
	after := cursor{s: s, c: c, at: i, step: 1, limit: len(s.text), n: low}
	after.bits = uint32(c.digits[s.text[i]]) & (1<<low - 1)
	for at := v.at + gramSize; at < len(v.text); at++ {
		if b, ok := after.next(); !ok || b != v.text[at] {
			return u, false
		}
	}
	// Backward: past the gram, then the high bits of the digit in which it begins.
	before := cursor{s: s, c: c, at: i, step: -1, limit: runStart}
	skip := low + 8*gramSize - c.width // of the digits before i
	for ; skip > 0; skip -= c.width {
		before.at--
		if s.digit(c, &before.at, -1, runStart) == notDigit {
			return u, false
		}
	}
	before.n = -skip
	before.bits = uint32(c.digits[s.text[before.at]]) >> (c.width - before.n)
	for at := v.at - 1; at >= 0; at-- {
		if b, ok := before.next(); !ok || b != v.text[at] {
			return u, false
		}
	}
	u = unpacked{start: before.at, end: after.at + 1, word: true}
	for _, side := range [...]*cursor{&before, &after} {
		if b, ok := side.next(); ok && inWord(b) {
			u.word = false
		}
	}
	return u, true
}

// digit returns the digit at *i or, skipping line breaks, after it in the given direction, and advances *i to it.
func (s *search) digit(c *code, i *int, step, limit int) uint8 {
	for ; step > 0 && *i < limit || step < 0 && *i >= limit; *i += step {
		s.work++
		if d := c.digits[s.text[*i]]; d != lineBreak {
			return d
		}
	}
	return notDigit
}

// measure returns the run of digits that begins at start and extends at least to i.
func (s *search) measure(c *code, start, i int) run {
	if s.run.code == c && s.run.start == start && i < s.run.end {
		return s.run
	}
	r := run{code: c, start: start, end: start}
	for j := start; j < len(s.text); j++ {
		s.work++
		d := c.digits[s.text[j]]
		if d == lineBreak && r.digits >= minLine {
			continue
		}
		if d >= lineBreak {
			break
		}
		r.digits++
		r.end = j + 1
	}
	for n := 0; n < 2 && c.width == 6 && r.end < len(s.text) && s.text[r.end] == '='; n++ {
		r.end++
	}
	s.run = r
	return r
}

package taint

// code is an encoding that packs the bits of a text into digits.
type code struct {
	digits *[256]uint8
	width  int // bits of a digit
	form   form
}

const (
	notDigit  = 0xff
	lineBreak = 0xfe // may stand between digits
	// minLine is how long a run must be for a line break to be one inside it, not the end of a word.
	minLine = 48
)

var (
	base64Digits = digits("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", "-_", 62, "\r\n")
	hexDigits    = digits("0123456789abcdef", "ABCDEF", 10, "")
	base64Code   = code{&base64Digits, 6, formBase64}
	hexCode      = code{&hexDigits, 4, formHex}
)

// digits returns the values of the digits; those of other stand for the digits from first on.
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

// packed looks up the gram that ends low bits before the end of the register, whose newest digit stands at i.
func (s *search) packed(c *code, i int, register uint64, low, start int) {
	gram := register >> low & gramMask
	if !s.m.table.maybe(hash(gram)) {
		return
	}
	s.lookUp(gram, func(v *value) {
		if _, ok := s.accept(v, true); !ok {
			return
		}
		inner, end, ok := s.unpack(c, v, i, low, start)
		if !ok {
			return
		}
		r := s.measure(c, start, i)
		whole := r.start == s.lo && r.end == s.hi && r.digits*c.width/8 == len(v.text)
		if from, ok := s.accept(v, whole); ok {
			s.found(span{start: r.start, end: max(r.end, end), inner: inner, form: c.form, value: v, from: from})
		}
	})
}

// unpack compares the digits around i with the value, outwards, and returns where the value begins and ends.
func (s *search) unpack(c *code, v *value, i, low, runStart int) (start, end int, ok bool) {
	// Forward: the low bits of the digit at i come first.
	end = i
	bits := uint32(c.digits[s.text[i]]) & (1<<low - 1)
	for n, at := low, v.at+gramSize; at < len(v.text); at++ {
		for n < 8 {
			end++
			d := s.digit(c, &end, 1, len(s.text))
			if d == notDigit {
				return 0, 0, false
			}
			bits, n = bits<<c.width|uint32(d), n+c.width
		}
		n -= 8
		if uint8(bits>>n) != v.text[at] { //nolint:gosec // the byte is what is wanted
			return 0, 0, false
		}
	}
	// Backward: past the gram, then the high bits of the digit in which it begins.
	start = i
	skip := low + 8*gramSize - c.width // of the digits before i
	for ; skip > 0; skip -= c.width {
		start--
		if s.digit(c, &start, -1, runStart) == notDigit {
			return 0, 0, false
		}
	}
	n := -skip
	bits = uint32(c.digits[s.text[start]]) >> (c.width - n)
	for at := v.at - 1; at >= 0; at-- {
		for n < 8 {
			start--
			d := s.digit(c, &start, -1, runStart)
			if d == notDigit {
				return 0, 0, false
			}
			bits, n = bits|uint32(d)<<n, n+c.width
		}
		if uint8(bits) != v.text[at] {
			return 0, 0, false
		}
		bits, n = bits>>8, n-8
	}
	return start, end + 1, true
}

// digit returns the digit at or, over line breaks, after *i in the given direction, and moves *i to it.
func (s *search) digit(c *code, i *int, step, limit int) uint8 {
	for ; step > 0 && *i < limit || step < 0 && *i >= limit; *i += step {
		s.work++
		if d := c.digits[s.text[*i]]; d != lineBreak {
			return d
		}
	}
	return notDigit
}

// measure returns the run of digits from start on, which goes on at least to i.
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

package detect

import "math"

func isLower(c byte) bool  { return c-'a' < 26 }
func isUpper(c byte) bool  { return c-'A' < 26 }
func isDigit(c byte) bool  { return c-'0' < 10 }
func isLetter(c byte) bool { return c|0x20-'a' < 26 }
func isWord(c byte) bool   { return isLetter(c) || isDigit(c) }
func isSpace(c byte) bool  { return c == ' ' || c-'\t' < 5 }
func lowerByte(c byte) byte {
	if isUpper(c) {
		return c | 0x20
	}
	return c
}

// class is a set of bytes, a bit for each kind.
type class uint16

const (
	cLower class = 1 << iota
	cUpper
	cDigit
	cHex  // a to f; together with digits this is lower-case hex
	cDash // - and _
	cB64  // + and /
	cDot  // .
	cPad  // =
	cAt   // @

	alnum = cLower | cUpper | cDigit
	hexes = cHex | cDigit
	b64   = alnum | cB64
	b64u  = alnum | cDash
)

// classes says which class each byte is in. It is written out, so that nothing is computed when the process starts.
var classes = [256]class{
	'a': cLower | cHex, 'b': cLower | cHex, 'c': cLower | cHex, 'd': cLower | cHex, 'e': cLower | cHex, 'f': cLower | cHex,
	'g': cLower, 'h': cLower, 'i': cLower, 'j': cLower, 'k': cLower, 'l': cLower, 'm': cLower, 'n': cLower, 'o': cLower, 'p': cLower,
	'q': cLower, 'r': cLower, 's': cLower, 't': cLower, 'u': cLower, 'v': cLower, 'w': cLower, 'x': cLower, 'y': cLower, 'z': cLower,
	'A': cUpper, 'B': cUpper, 'C': cUpper, 'D': cUpper, 'E': cUpper, 'F': cUpper, 'G': cUpper, 'H': cUpper, 'I': cUpper, 'J': cUpper, 'K': cUpper, 'L': cUpper, 'M': cUpper,
	'N': cUpper, 'O': cUpper, 'P': cUpper, 'Q': cUpper, 'R': cUpper, 'S': cUpper, 'T': cUpper, 'U': cUpper, 'V': cUpper, 'W': cUpper, 'X': cUpper, 'Y': cUpper, 'Z': cUpper,
	'0': cDigit, '1': cDigit, '2': cDigit, '3': cDigit, '4': cDigit, '5': cDigit, '6': cDigit, '7': cDigit, '8': cDigit, '9': cDigit,
	'-': cDash, '_': cDash,
	'+': cB64, '/': cB64,
	'.': cDot, '=': cPad, '@': cAt,
}

func classOf(c byte) class { return classes[c] }

// run returns the end of the run of bytes in the set that starts at i, looking at no more than limit bytes.
func run(t string, i int, set class, limit int) int {
	end := min(len(t), i+limit)
	for i < end && classOf(t[i])&set != 0 {
		i++
	}
	return i
}

// back returns the start of the run of bytes in the set that ends before i, looking at no more than limit bytes.
func back(t string, i int, set class, limit int) int {
	end := max(0, i-limit)
	for i > end && classOf(t[i-1])&set != 0 {
		i--
	}
	return i
}

// shape counts what a text is made of.
type shape struct {
	lower, upper, digit, other, space, distinct int
	turns                                       int // changes between lower case, upper case and digits
}

// shapeOf looks at no more than the first 4096 bytes.
func shapeOf(s string) shape {
	s = s[:min(len(s), 4096)]
	var seen [4]uint64
	var h shape
	before := byte(0)
	for i := range len(s) {
		c := s[i]
		if seen[c>>6]&(1<<(c&63)) == 0 {
			seen[c>>6] |= 1 << (c & 63)
			h.distinct++
		}
		kind := byte(0)
		switch {
		case isLower(c):
			h.lower++
			kind = 1
		case isUpper(c):
			h.upper++
			kind = 2
		case isDigit(c):
			h.digit++
			kind = 3
		case c == ' ' || c == '\t':
			h.space++
		default:
			h.other++
		}
		if kind != before && before != 0 && kind != 0 {
			h.turns++
		}
		before = kind
	}
	return h
}

// entropy returns the bits per byte of the first 4096 bytes.
func entropy(s string) float64 {
	s = s[:min(len(s), 4096)]
	var counts [256]uint16
	for i := range len(s) {
		counts[s[i]]++
	}
	n, bits := float64(len(s)), 0.0
	for _, c := range counts {
		if c > 0 {
			p := float64(c) / n
			bits -= p * math.Log2(p)
		}
	}
	return bits
}

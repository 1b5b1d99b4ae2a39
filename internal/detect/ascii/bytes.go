// Package ascii classifies the bytes of a text: runs of a class, counts, entropy. It treats each byte as a character;
// non-ASCII bytes belong to no class. It is not specific to secrets.
package ascii

import "math"

// IsLower reports whether the byte is a lower-case letter.
func IsLower(c byte) bool { return c-'a' < 26 }

// IsUpper reports whether the byte is an upper-case letter.
func IsUpper(c byte) bool { return c-'A' < 26 }

// IsDigit reports whether the byte is a digit.
func IsDigit(c byte) bool { return c-'0' < 10 }

// IsLetter reports whether the byte is a letter.
func IsLetter(c byte) bool { return c|0x20-'a' < 26 }

// IsWord reports whether the byte is a letter or a digit.
func IsWord(c byte) bool { return IsLetter(c) || IsDigit(c) }

// IsSpace reports whether the byte is a blank, a tab or a line break.
func IsSpace(c byte) bool { return c == ' ' || c-'\t' < 5 }

// ToLower returns a letter in lower case, and any other byte unchanged.
func ToLower(c byte) byte {
	if IsUpper(c) {
		return c | 0x20
	}
	return c
}

// Class is a set of bytes, with one bit for each kind.
type Class uint16

// The classes of bytes, and the sets that tokens consist of.
const (
	Lower Class = 1 << iota
	Upper
	Digit
	cHex // a to f; together with digits this is lower-case hex
	Dash // - and _
	Plus // + and /
	Dot  // .
	Pad  // =
	At   // @

	Alnum     = Lower | Upper | Digit
	Hex       = cHex | Digit
	Base64    = Alnum | Plus
	Base64URL = Alnum | Dash
	Dotted    = Alnum | Dash | Dot
)

// classes maps each byte to its class. It is a literal, so that nothing is computed when the process starts.
var classes = [256]Class{
	'a': Lower | cHex, 'b': Lower | cHex, 'c': Lower | cHex, 'd': Lower | cHex, 'e': Lower | cHex, 'f': Lower | cHex,
	'g': Lower, 'h': Lower, 'i': Lower, 'j': Lower, 'k': Lower, 'l': Lower, 'm': Lower, 'n': Lower, 'o': Lower,
	'p': Lower,
	'q': Lower, 'r': Lower, 's': Lower, 't': Lower, 'u': Lower, 'v': Lower, 'w': Lower, 'x': Lower, 'y': Lower,
	'z': Lower,
	'A': Upper, 'B': Upper, 'C': Upper, 'D': Upper, 'E': Upper, 'F': Upper, 'G': Upper, 'H': Upper, 'I': Upper,
	'J': Upper, 'K': Upper, 'L': Upper, 'M': Upper,
	'N': Upper, 'O': Upper, 'P': Upper, 'Q': Upper, 'R': Upper, 'S': Upper, 'T': Upper, 'U': Upper, 'V': Upper,
	'W': Upper, 'X': Upper, 'Y': Upper, 'Z': Upper,
	'0': Digit, '1': Digit, '2': Digit, '3': Digit, '4': Digit, '5': Digit, '6': Digit, '7': Digit, '8': Digit,
	'9': Digit,
	'-': Dash, '_': Dash,
	'+': Plus, '/': Plus,
	'.': Dot, '=': Pad, '@': At,
}

// ClassOf returns the class of the byte, or 0.
func ClassOf(c byte) Class { return classes[c] }

// Run returns the end of the run of bytes in the set that starts at i, reading at most limit bytes.
func Run(t string, i int, set Class, limit int) int {
	end := min(len(t), i+limit)
	for i < end && ClassOf(t[i])&set != 0 {
		i++
	}
	return i
}

// Back returns the start of the run of bytes in the set that ends before i, reading at most limit bytes.
func Back(t string, i int, set Class, limit int) int {
	end := max(0, i-limit)
	for i > end && ClassOf(t[i-1])&set != 0 {
		i--
	}
	return i
}

// shape counts the kinds of characters in a text.
type shape struct {
	Lower, Upper, Digit, Other, Space, Distinct int
	Turns                                       int // changes between lower case, upper case and digits
}

// ShapeOf returns the shape of the first 4096 bytes.
func ShapeOf(s string) shape {
	s = s[:min(len(s), 4096)]
	var seen [4]uint64
	var h shape
	before := byte(0)
	for i := range len(s) {
		c := s[i]
		if seen[c>>6]&(1<<(c&63)) == 0 {
			seen[c>>6] |= 1 << (c & 63)
			h.Distinct++
		}
		kind := byte(0)
		switch {
		case IsLower(c):
			h.Lower++
			kind = 1
		case IsUpper(c):
			h.Upper++
			kind = 2
		case IsDigit(c):
			h.Digit++
			kind = 3
		case c == ' ' || c == '\t':
			h.Space++
		default:
			h.Other++
		}
		if kind != before && before != 0 && kind != 0 {
			h.Turns++
		}
		before = kind
	}
	return h
}

// Entropy returns the entropy of the first 4096 bytes, in bits per byte.
func Entropy(s string) float64 {
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

// IsHex reports whether the byte is a hexadecimal digit in either case.
func IsHex(c byte) bool { return IsDigit(c) || c|0x20-'a' < 6 }

// FirstByte returns the first byte that is not a space, or 0.
func FirstByte(t string) byte {
	for i := range len(t) {
		if !IsSpace(t[i]) {
			return t[i]
		}
	}
	return 0
}

package looks

import (
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/ascii"
)

// MachineMade reports whether the text looks machine-generated: its kinds of characters change much more often than
// they do in words, numbers and identifiers, and few of its letters are in words.
func MachineMade(v string) bool {
	var letters, digits, others, pieces, worded int
	var before byte
	start := 0
	for i := 0; i <= len(v); i++ {
		kind := byte(0)
		if i < len(v) {
			switch c := v[i]; {
			case ascii.IsLower(c):
				kind = 'a'
				letters++
			case ascii.IsUpper(c):
				kind = 'A'
				letters++
			case ascii.IsDigit(c):
				kind = '0'
				digits++
			default:
				kind = '.'
				others++
			}
		}
		// a capital and the small letters behind it are one piece
		if kind != before && (kind != 'a' || before != 'A' || i-start > 1) {
			if before != 0 && before != '.' {
				pieces++
				if i-start >= 4 && before != '0' && Wordlike(v[start:i]) {
					worded += i - start
				}
			}
			start = i
		}
		before = kind
	}
	n := letters + digits
	if n == len(v) && n >= 24 && digits > 2 && letters > 2 && Hexadecimal(v) {
		return true // there are long numbers by chance
	}
	switch {
	case n < 8 || others*3 > len(v) || worded*5 > n*2 || letters < 2:
		return false
	case digits == 0:
		return n >= 16 && (pieces*3 >= n || worded == 0 && !vowels(v))
	}
	return pieces*10 >= n*3
}

// Worded reports whether nearly all pairs of neighbouring letters in the text occur in words, as half of them do by
// chance: a sentence without blanks, instead of base64.
func Worded(v string) bool {
	all, common := 0, 0
	for i := 1; i < len(v); i++ {
		if ascii.IsLetter(v[i-1]) && ascii.IsLetter(v[i]) {
			all++
			common += int(pairs[(v[i-1]|0x20)-'a'] >> ((v[i] | 0x20) - 'a') & 1)
		}
	}
	return all*2 > len(v) && common*5 >= all*4
}

// Hexadecimal reports whether the text consists only of hexadecimal digits, of either case.
func Hexadecimal(v string) bool {
	for i := range len(v) {
		if !ascii.IsHex(v[i]) {
			return false
		}
	}
	return true
}

// Wordlike reports whether the letters follow each other as they do in words.
func Wordlike(p string) bool {
	miss := 0
	for i := 1; i < len(p); i++ {
		if pairs[(p[i-1]|0x20)-'a']>>((p[i]|0x20)-'a')&1 == 0 {
			miss++
		}
	}
	return miss == 0 || miss == 1 && len(p) >= 8
}

// pairs holds, for each letter, those that follow it in words: the 300 commonest pairs of letters in the words of
// public source code and its documentation, which make up 96 % of those words and 13 % of four random letters.
var pairs = [26]uint32{
	0x1febd6e, // a: bcdfgiklmnprstuvwxy
	0x0164911, // b: aeilorsu
	0x11e4d95, // c: acehiklorstuy
	0x1164919, // d: adeilorsuy
	0x1eff9ff, // e: abcdefghilmnopqrstvwxy
	0x11e4931, // f: aefilorstuy
	0x01669d1, // g: aeghilnorsu
	0x01a4111, // h: aeiortu
	0x2aef87f, // i: abcdefglmnoprstvxz
	0x0040011, // j: aes
	0x0144111, // k: aeiosu
	0x11cc93d, // l: acdefilopstuy
	0x014d913, // m: abeilmopsu
	0x13cfd7d, // n: acdefgiklmnopstuvy
	0x07efd6f, // o: abcdfgiklmnoprstuvw
	0x11ec999, // p: adehiloprstuy
	0x0100800, // q: lu
	0x17efd7f, // r: abcdefgiklmnoprstuvwy
	0x15cfdbd, // s: acdefhiklmnopstuwy
	0x11ed9bd, // t: acdefhilmoprstuy
	0x00eb97f, // u: abcdefgilmnprst
	0x0004111, // v: aeio
	0x0066191, // w: aehinors
	0x0088115, // x: aceipt
	0x00cb110, // y: eimnpst
	0x0000011, // z: ae
}

// Counting reports whether the text counts up, as made-up values do (123456, abcdef, 1a2b3c4d), or repeats itself.
func Counting(v string) bool {
	up, alternate := 1, 0
	for i := 1; i < len(v); i++ {
		if v[i] == v[i-1]+1 && ascii.IsWord(v[i]) || v[i] == '0' && v[i-1] == '9' {
			if up++; up >= 6 {
				return true
			}
		} else {
			up = 1
		}
		if i > 1 && v[i] == v[i-2]+1 && ascii.IsWord(v[i]) {
			if alternate++; alternate >= 6 {
				return true
			}
		} else {
			alternate = 0
		}
	}
	for p := 1; p <= 10 && p*2 <= len(v); p++ {
		if v[p:] == v[:len(v)-p] {
			return true
		}
	}
	return false
}

// Serial reports whether the letters and the digits of the text each count up, as in made-up serial numbers:
// AB12-CD34-EF56, 1a2b-3c4d.
func Serial(v string) bool {
	var last [2]byte
	var steps [2]int
	for i := range len(v) {
		kind := 0
		switch {
		case ascii.IsLetter(v[i]):
		case ascii.IsDigit(v[i]):
			kind = 1
		default:
			continue
		}
		c := ascii.ToLower(v[i])
		if last[kind] != 0 && c != last[kind]+1 && (c != '0' || last[kind] != '9') {
			return false
		}
		last[kind] = c
		steps[kind]++
	}
	return steps[0] >= 4 && steps[1] >= 4
}

// Varied reports whether the body of a token is random enough not to be a sample such as xxxxxxxx or 1234567890.
func Varied(body string) bool {
	h := ascii.ShapeOf(body)
	least := min(8, 2+len(body)/4)
	return h.Distinct >= least && !strings.Contains(body, "EXAMPLE") && !strings.Contains(body, "xxxxxx") &&
		!strings.Contains(body, "XXXXXX") &&
		!strings.Contains(body, "0000000") && !strings.Contains(body, "abcdefgh")
}

// looksRandom reports whether some part of the text is long, mixed and without words.
func looksRandom(v string) bool {
	start := 0
	for i := 0; i <= len(v); i++ {
		if i < len(v) && ascii.IsWord(v[i]) {
			continue
		}
		p := v[start:i]
		start = i + 1
		if len(p) < 8 {
			continue
		}
		h := ascii.ShapeOf(p)
		if h.Digit > 1 && h.Lower+h.Upper > 1 && h.Turns > len(p)/4 || h.Digit <= 1 && h.Turns > len(p)/3+1 ||
			len(p) >= 16 && h.Digit == 0 && !vowels(p) {
			return true
		}
	}
	return false
}

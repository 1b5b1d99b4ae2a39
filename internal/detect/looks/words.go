// Package looks classifies what a text looks like: words and names, random characters, a reference to a secret stored
// elsewhere, a placeholder, a ciphertext. [Plausible] combines these for a value whose name suggests a secret.
package looks

import (
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/ascii"
)

// Wordy reports whether the text consists only of letters, digits and separators, and looks like names.
func Wordy(v string) bool {
	for i := range len(v) {
		if c := v[i]; !ascii.IsWord(c) && c != '-' && c != '_' && c != '.' && c != '/' && c != ' ' && c != ':' {
			return false
		}
	}
	return v != "" && !looksRandom(v)
}

// Slug reports whether the text is a name: words of letters, joined by - _ . / :, with few and separate digits.
func Slug(v string) bool {
	start, joints, letters := 0, 0, 0
	for i := 0; i <= len(v); i++ {
		if i < len(v) && strings.IndexByte("-_./:@,", v[i]) < 0 {
			if !ascii.IsWord(v[i]) {
				return false
			}
			continue
		}
		if i < len(v) {
			joints++
		}
		n, ok := plainWord(v[start:i])
		if !ok {
			return false
		}
		letters += n
		start = i + 1
	}
	return letters*2 >= len(v) && (joints > 0 || letters == len(v) && len(v) < 32 && Monotone(v))
}

// Monotone reports whether a single word is letters in the style of a name: lower, UPPER, Title or a modest camelCase.
func Monotone(v string) bool {
	h := ascii.ShapeOf(v)
	return h.Digit == 0 && h.Turns <= 2*(len(v)/6) && vowels(v)
}

// plainWord reports whether the piece reads as a word or a short number, and how many letters it has.
func plainWord(p string) (letters int, ok bool) {
	if p == "" || ascii.IsNumber(p) && len(p) <= 8 {
		return 0, true
	}
	h := ascii.ShapeOf(p)
	letters = h.Lower + h.Upper
	switch {
	case h.Digit == 0 && len(p) <= 40 && Camel(p):
		return letters, true
	case len(p) > 24:
		return 0, false
	case h.Digit > 0 && h.Turns > 2, h.Digit > 4:
		return 0, false
	case h.Upper > 0 && h.Lower > 0 && h.Turns > 2+len(p)/5:
		return 0, false
	case letters >= 5 && !vowels(p):
		return 0, false
	}
	return letters, true
}

// Camel reports whether the text is words in camelCase or snake_case, each with a vowel and a consonant or two.
func Camel(v string) bool {
	start := 0
	for i := 1; i <= len(v); i++ {
		if i < len(v) && (!ascii.IsUpper(v[i]) || !ascii.IsLower(v[i-1])) && ascii.IsLetter(v[i]) {
			continue
		}
		if i-start < 2 || i-start > 14 || ascii.IsUpper(v[i-1]) && !ascii.IsUpper(v[start]) || !vowels(v[start:i]) ||
			mixedCase(v[start+1:i]) {
			return false
		}
		start = i
		if i < len(v) && !ascii.IsLetter(v[i]) {
			start++
			i++
		}
	}
	return true
}

func mixedCase(v string) bool {
	h := ascii.ShapeOf(v)
	return h.Lower > 0 && h.Upper > 0
}

// vowels reports whether the letters hold vowels in the way of words, with no run of six consonants.
func vowels(p string) bool {
	n, consonants := 0, 0
	for i := range len(p) {
		switch ascii.ToLower(p[i]) {
		case 'a', 'e', 'i', 'o', 'u', 'y':
			n++
			consonants = 0
		default:
			if ascii.IsLetter(p[i]) {
				consonants++
			} else {
				consonants = 0
			}
			if consonants > 5 {
				return false
			}
		}
	}
	return n*6 >= len(p)
}

package detect

import "strings"

// What follows tells words and names from random characters.

// wordy reports whether the text is made of letters, digits and joints only and looks like names.
func wordy(v string) bool {
	for i := range len(v) {
		if c := v[i]; !isWord(c) && c != '-' && c != '_' && c != '.' && c != '/' && c != ' ' && c != ':' {
			return false
		}
	}
	return v != "" && !looksRandom(v)
}

// slug reports whether the text is a name: words of letters, joined by - _ . / :, with few and separate digits.
func slug(v string) bool {
	start, joints, letters := 0, 0, 0
	for i := 0; i <= len(v); i++ {
		if i < len(v) && strings.IndexByte("-_./:@,", v[i]) < 0 {
			if !isWord(v[i]) {
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
	return letters*2 >= len(v) && (joints > 0 || letters == len(v) && len(v) < 32 && monotone(v))
}

// monotone reports whether a single word is letters in the style of a name: lower, UPPER, Title or a modest camelCase.
func monotone(v string) bool {
	h := shapeOf(v)
	return h.digit == 0 && h.turns <= 2*(len(v)/6) && vowels(v)
}

// plainWord reports whether the piece reads as a word or a short number, and how many letters it has.
func plainWord(p string) (letters int, ok bool) {
	if p == "" || number(p) && len(p) <= 8 {
		return 0, true
	}
	h := shapeOf(p)
	letters = h.lower + h.upper
	switch {
	case h.digit == 0 && len(p) <= 40 && camel(p):
		return letters, true
	case len(p) > 24:
		return 0, false
	case h.digit > 0 && h.turns > 2, h.digit > 4:
		return 0, false
	case h.upper > 0 && h.lower > 0 && h.turns > 2+len(p)/5:
		return 0, false
	case letters >= 5 && !vowels(p):
		return 0, false
	}
	return letters, true
}

// camel reports whether the text is words in camelCase or snake_case, each with a vowel and a consonant or two.
func camel(v string) bool {
	start := 0
	for i := 1; i <= len(v); i++ {
		if i < len(v) && (!isUpper(v[i]) || !isLower(v[i-1])) && isLetter(v[i]) {
			continue
		}
		if i-start < 2 || i-start > 14 || isUpper(v[i-1]) && !isUpper(v[start]) || !vowels(v[start:i]) || mixedCase(v[start+1:i]) {
			return false
		}
		start = i
		if i < len(v) && !isLetter(v[i]) {
			start++
			i++
		}
	}
	return true
}

func mixedCase(v string) bool {
	h := shapeOf(v)
	return h.lower > 0 && h.upper > 0
}

// vowels reports whether the letters hold vowels in the way of words, with no run of six consonants.
func vowels(p string) bool {
	n, consonants := 0, 0
	for i := range len(p) {
		switch lowerByte(p[i]) {
		case 'a', 'e', 'i', 'o', 'u', 'y':
			n++
			consonants = 0
		default:
			if isLetter(p[i]) {
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

// looksRandom reports whether some part of the text is long, mixed and without words.
func looksRandom(v string) bool {
	start := 0
	for i := 0; i <= len(v); i++ {
		if i < len(v) && isWord(v[i]) {
			continue
		}
		p := v[start:i]
		start = i + 1
		if len(p) < 8 {
			continue
		}
		h := shapeOf(p)
		if h.digit > 1 && h.lower+h.upper > 1 && h.turns > len(p)/4 || h.digit <= 1 && h.turns > len(p)/3+1 || len(p) >= 16 && h.digit == 0 && !vowels(p) {
			return true
		}
	}
	return false
}

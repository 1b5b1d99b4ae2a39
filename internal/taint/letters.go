package taint

import "iter"

// counts are the numbers of characters in a text by class.
type counts struct{ lower, upper, digits int }

func classes(text string) (c counts) {
	for i := range len(text) {
		switch class(text[i]) {
		case 'a':
			c.lower++
		case 'A':
			c.upper++
		case '0':
			c.digits++
		}
	}
	return c
}

// class returns a, A or 0 for letters and digits, and byte 0 for anything else. Bytes above ASCII are letters.
func class(c byte) byte { return kinds[c] }

var kinds = func() (table [256]byte) {
	for i := range table {
		switch c := byte(i); {
		case c >= 'a' && c <= 'z', c >= 0x80:
			table[i] = 'a'
		case c >= 'A' && c <= 'Z':
			table[i] = 'A'
		case c >= '0' && c <= '9':
			table[i] = '0'
		}
	}
	return table
}()

func alnum(c byte) bool { return class(c) != 0 }

// runs yields the maximal runs of letters and digits.
func runs(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := 0; i < len(text); i++ {
			start := i
			for i < len(text) && alnum(text[i]) {
				i++
			}
			if i > start && !yield(text[start:i]) {
				return
			}
		}
	}
}

func distinct(text string) int {
	var seen [256]bool
	n := 0
	for i := range len(text) {
		if !seen[text[i]] {
			seen[text[i]] = true
			n++
		}
	}
	return n
}

// surprise estimates the bits of a run of letters and digits: a piece that resembles a word or the beginning of one
// contributes little, whatever its length; any other piece contributes by its number of letters.
func surprise(run string) float64 {
	bits := 0.0
	for i := 0; i < len(run); {
		j := i + 1
		k := class(run[i])
		for j < len(run) && class(run[j]) == k {
			j++
		}
		if k == 'A' && j < len(run) && class(run[j]) == 'a' { // the last capital starts a word
			if j--; j == i {
				for j++; j < len(run) && class(run[j]) == 'a'; {
					j++
				}
			}
		}
		piece := run[i:j]
		switch {
		case k == '0' && len(piece) == 4 && (piece[0] == '1' && piece[1] == '9' || piece[0] == '2' && piece[1] == '0'):
			bits += 6
		case k == '0':
			bits += 3.3 * float64(min(len(piece), 6))
		case len(piece) >= 3 && readable(piece):
			bits += 8
		default:
			bits += 4.5 * float64(len(piece))
		}
		i = j
	}
	return bits
}

// readable reports whether letters could be one or more words: consonants and vowels alternate as they do in natural
// languages, and letters that are rare in all of them are rare.
func readable(piece string) bool {
	vowels, rare, cluster, longest := 0, 0, 0, 0
	for i := range len(piece) {
		switch c := piece[i]; c | 0x20 {
		case 'a', 'e', 'i', 'o', 'u', 'y':
			vowels, cluster = vowels+1, 0
			continue
		case 'q', 'x', 'z', 'j':
			rare++
		default:
			if c >= 0x80 {
				vowels, cluster = vowels+1, 0
				continue
			}
		}
		cluster++
		longest = max(longest, cluster)
	}
	n := len(piece)
	return vowels*5 >= n && vowels*10 <= n*7+7 && longest <= 4 && rare*6 <= n+3
}

func hexOnly(text string) bool {
	for i := range len(text) {
		if hexDigits[text[i]] > 15 {
			return false
		}
	}
	return true
}

func isUUID(text string) bool {
	if len(text) != 36 {
		return false
	}
	for i := range len(text) {
		switch i {
		case 8, 13, 18, 23:
			if text[i] != '-' {
				return false
			}
		default:
			if hexDigits[text[i]] > 15 {
				return false
			}
		}
	}
	return true
}

// ordinary reports whether a text consists of words, perhaps with short numbers between them, so that removing it from
// messages would make them unreadable without hiding anything.
func ordinary(text string) bool {
	for run := range runs(text) {
		c := classes(run)
		if c.digits > 0 && len(run) > 3 || c.digits == 0 && len(run) > 2 && !readable(run) {
			return false
		}
	}
	return true
}

// Package names determines what the name of a value suggests about it. The last words of a name decide, as in English
// compounds: dbPassword is a password, passwordPolicy a policy, secretArn an ARN. No list of harmless names is needed
// except the few that [TierOf] denies.
package names

import (
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/ascii"
)

// maxWords bounds the words of a name that are looked at, counted from its end.
const maxWords = 8

// Words is a key split into lower-case words; it lives on the stack.
type Words struct {
	buffer [96]byte
	start  [maxWords]uint8
	end    [maxWords]uint8
	N      int
}

// Is reports whether the i-th word from the end is one of the words of the list.
func (w *Words) Is(i int, list string) bool {
	i = w.N - 1 - i
	if i < 0 || i >= w.N {
		return false
	}
	return Within(list, w.buffer[w.start[i]:w.end[i]])
}

// Letters counts the letters of all words.
func (w *Words) Letters() int {
	n := 0
	for i := range w.N {
		n += int(w.end[i]) - int(w.start[i])
	}
	return n
}

// Any reports whether one of the words is in the list.
func (w *Words) Any(list string) bool {
	for i := range w.N {
		if Within(list, w.buffer[w.start[i]:w.end[i]]) {
			return true
		}
	}
	return false
}

// Within reports whether list, words separated and enclosed by single spaces, contains the word.
func Within(list string, word []byte) bool {
	for from := 1; from < len(list); from++ {
		i := strings.Index(list[from:], string(word))
		if i < 0 {
			break
		}
		from += i
		if to := from + len(word); to < len(list) && list[from-1] == ' ' && list[to] == ' ' {
			return true
		}
	}
	return false
}

// In is [Within] for a word in any case.
func In(list, word string) bool {
	var b [24]byte
	if len(word) > len(b) {
		return false
	}
	for i := range len(word) {
		b[i] = ascii.ToLower(word[i])
	}
	return Within(list, b[:len(word)])
}

// Segment returns the last segment of a dotted path, without indexes and quotes, and the path before it.
func Segment(key string) (last, before string) {
	for strings.HasSuffix(key, "]") {
		i := strings.LastIndexByte(key, '[')
		if i < 0 {
			break
		}
		inner := strings.Trim(key[i+1:len(key)-1], `"'`)
		if inner != "" && !ascii.IsNumber(inner) {
			before, key = key[:i], inner
			break
		}
		key = key[:i]
	}
	i := strings.LastIndexAny(key, ".:/")
	if i < 0 {
		return key, before
	}
	if i == len(key)-1 {
		return Segment(key[:i])
	}
	return key[i+1:], key[:i]
}

// Split splits the name at case changes, digits and punctuation, and drops digits.
func Split(w *Words, s string) {
	if len(s) > len(w.buffer) {
		s = s[len(s)-len(w.buffer):]
	}
	w.N = 0
	begin := -1
	for i := 0; i <= len(s); i++ {
		boundary := true
		if i < len(s) {
			c := s[i]
			w.buffer[i] = ascii.ToLower(c)
			switch {
			case ascii.IsLower(c) || c >= 0x80:
				boundary = false
			case ascii.IsUpper(c):
				lowerBefore := i > 0 && ascii.IsLower(s[i-1])
				lastOfRun := i > 0 && ascii.IsUpper(s[i-1]) && i+1 < len(s) && ascii.IsLower(s[i+1]) &&
					(i+2 >= len(s) || s[i+1] != 's' || ascii.IsLower(s[i+2]))
				boundary = lowerBefore || lastOfRun
			}
		}
		if !boundary {
			if begin < 0 {
				begin = i
			}
			continue
		}
		if begin >= 0 {
			w.push(begin, i)
		}
		begin = -1
		if i < len(s) && ascii.IsLetter(s[i]) {
			begin = i
		}
	}
}

func (w *Words) push(begin, end int) {
	if w.N == maxWords {
		copy(w.start[:], w.start[1:])
		copy(w.end[:], w.end[1:])
		w.N--
	}
	w.start[w.N], w.end[w.N] = uint8(begin), uint8(end) //nolint:gosec // both are at most len(buffer)
	w.N++
}

// Package nearest finds the most likely meaning of a misspelt name, for messages that suggest one.
package nearest

import (
	"bytes"
	"fmt"
	"strings"
)

// DidYouMean returns "; did you mean NAME?" for the end of a message, or an empty string if no candidate is near.
func DidYouMean(name string, candidates []string) string {
	if near := Of(name, candidates); near != "" {
		return "; did you mean " + near + "?"
	}
	return ""
}

// OneOf returns "expected one of ..." for a message, with the nearest word.
func OneOf(name string, words []string) string {
	return fmt.Sprintf("expected one of %s", strings.Join(words, ", ")) + DidYouMean(name, words)
}

// Of returns the most likely meaning of a misspelt name: the candidate with the fewest edits, treating hyphens and
// underscores as equal, otherwise one with the same beginning or end. The first of several wins. It returns "" if none
// is near.
func Of(name string, candidates []string) string {
	best, least := "", 1+min(3, len(name)/3)
	for _, c := range candidates {
		if d := edits(folded(name), folded(c)); d < least {
			best, least = c, d
		}
	}
	longest := max(3, len(name)/2)
	for _, c := range candidates {
		if n := shared(folded(name), folded(c)); best == "" && n > longest {
			best = c
		}
	}
	for _, c := range candidates {
		if best == "" && len(name) > 3 && bytes.HasSuffix(folded(c), folded(name)) {
			best = c
		}
	}
	return best
}

// shared returns the length of the common prefix.
func shared(a, b []byte) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}

// folded returns the form in which names are compared.
func folded(s string) []byte {
	b := []byte(s)
	for i, c := range b {
		switch {
		case c == '_':
			b[i] = '-'
		case c >= 'A' && c <= 'Z':
			b[i] = c + 'a' - 'A'
		}
	}
	return b
}

// edits counts the insertions, deletions, replacements and swaps of neighbours that turn a into b.
func edits(a, b []byte) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}

package taint

import (
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/looks"
)

const (
	minNamed  = gramSize // bytes of a value that matches by its origin if it is the whole text
	minWord   = 8        // the same if it is a whole word in a text
	minLetter = 12       // letters only, too many to match by chance
)

// fit describes how a value occurs in a text.
type fit uint8

const (
	inside fit = iota // part of a longer word
	word              // with no letter, digit or underscore on either side
	whole             // the whole text
)

// origin describes a value whose source says that it is a secret.
type origin struct {
	stock   bool // a common default
	letters bool // only letters, few enough for a text to contain them by chance
	repeats bool // too repetitive to look for inside a text
}

// originOf returns nil for a value that is never a secret by its origin (a reference, a ciphertext, a public key, a
// host) and for URLs and documents, whose content decides.
func (k *known) originOf(v *value) *origin {
	if t := v.text; len(t) < minNamed || strings.Contains(t, "://") || strings.ContainsAny(t, "\r\n") || t[0] == '{' ||
		public(t) || looks.Reference(t) || looks.Sealed(t) || host(t) {
		return nil
	}
	return &origin{
		stock: looks.Default(v.text), letters: Letters(v.text),
		repeats: len(v.text) >= gramSize && k.grams.repeats(v) > maxRepeat,
	}
}

// Letters reports whether the text consists only of letters, and of so few that it may well be an ordinary word.
func Letters(text string) bool {
	for i := range len(text) {
		if k := class(text[i]); k != 'a' && k != 'A' {
			return false
		}
	}
	return len(text) < minLetter
}

// counts reports whether the value is a secret by its origin, given how it occurs in the text.
func (o *origin) counts(names *Names, v *value, f fit) bool {
	switch {
	case o == nil, f == inside, len(v.text) < minNamed, f == word && (len(v.text) < minWord || o.repeats):
		return false
	}
	_, named := names.name(v)
	return !named
}

package taint

import (
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/looks"
)

const (
	minNamed  = gramSize // bytes of a value that counts by its origin where it is the whole text
	minWord   = 8        // and where it is a word in a text
	minLetter = 12       // letters alone that nobody writes by chance
)

// fit says how a value stands in a text.
type fit uint8

const (
	inside fit = iota // a part of a longer word
	word              // with no letter, digit or underscore on either side
	whole             // the whole text
)

// origin is what follows for a value whose own place says that it is a secret.
type origin struct {
	stock   bool // a word that everybody begins with
	letters bool // letters alone, so few that a text may have them by chance
	repeats bool // too often the same to be looked for inside a text
}

// originOf returns nil for what is no secret wherever it stands: a reference, a ciphertext, a public key, a host; and
// for URLs and documents, whose looks say what they hold.
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

// Letters reports whether the text is letters alone, and so few that it may well be an ordinary word.
func Letters(text string) bool {
	for i := range len(text) {
		if k := class(text[i]); k != 'a' && k != 'A' {
			return false
		}
	}
	return len(text) < minLetter
}

// counts reports whether the value counts by its origin where it stands like that.
func (o *origin) counts(names *Names, v *value, f fit) bool {
	switch {
	case o == nil, f == inside, len(v.text) < minNamed, f == word && (len(v.text) < minWord || o.repeats):
		return false
	}
	_, named := names.name(v)
	return !named
}

// Package glob is the one meaning that a glob has in all settings, in Go and in Rego alike (data.lib.glob):
//
//	?       one character, which is none of the setting's separators, if it has some
//	*       any characters that are none of them, or none at all
//	**      any characters
//	{a,b}   one of several globs
//	\c      the character c
//
// Everything else stands for itself, brackets too, since messages write paths with them: items[0].value. A glob always
// matches the text that it spells to the letter. Case counts.
package glob

import (
	"errors"
	"strings"

	"github.com/gobwas/glob"
)

// ErrSyntax is the error for a text that is not a glob. It quotes nothing.
var ErrSyntax = errors.New(`not a glob: close its brackets and braces, or write \ before them`)

// Glob is a compiled glob; nil matches anything. It is immutable and safe for concurrent use.
type Glob struct {
	text  string
	match *glob.Pattern
}

// Compile reads a glob. The error is ErrSyntax.
func Compile(text string, separators ...rune) (*Glob, error) {
	match, err := glob.Compile(escaped(text), separators...)
	if err != nil {
		return nil, ErrSyntax
	}
	return &Glob{text, match}, nil
}

// escaped writes \ before the brackets that have none: to the library they are classes of characters.
func escaped(text string) string {
	if !strings.Contains(text, "[") {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '\\' && i+1 < len(text):
			b.WriteByte(text[i])
			i++
		case text[i] == '[':
			b.WriteByte('\\')
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

// Match reports whether the glob matches the whole of the text.
func (g *Glob) Match(text string) bool { return g == nil || text == g.text || g.match.Match(text) }

// String returns the glob as it was written, empty for nil.
func (g *Glob) String() string {
	if g == nil {
		return ""
	}
	return g.text
}

// Wild reports whether the text can match anything but what it spells.
func Wild(text string) bool { return strings.ContainsAny(text, "*?{") }

// Bracket reports whether the text has an opening bracket without a \ before it.
func Bracket(text string) bool { return escaped(text) != text }

// Quote returns a glob that matches the text alone.
func Quote(text string) string { return glob.QuoteMeta(text) }

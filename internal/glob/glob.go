// Package glob defines the glob syntax of all settings, in Go and in Rego alike (data.lib.glob):
//
//	?       one character other than the setting's separators, if it has any
//	*       any number of such characters, including none
//	**      any number of any characters
//	{a,b}   any of several globs
//	\c      the character c
//
// Everything else is literal, including brackets, because messages write paths with them: items[0].value. A glob always
// matches its own text literally. Matching is case-sensitive.
package glob

import (
	"errors"
	"strings"

	"github.com/gobwas/glob"
)

// ErrSyntax is the error for a text that is not a glob. It does not quote the text.
var ErrSyntax = errors.New(`not a glob: close its brackets and braces, or write \ before them`)

// Glob is a compiled glob; nil matches anything. It is immutable and safe for concurrent use.
type Glob struct {
	text  string
	match *glob.Pattern
}

// Compile parses a glob. The only error is ErrSyntax.
func Compile(text string, separators ...rune) (*Glob, error) {
	match, err := glob.Compile(escaped(text), separators...)
	if err != nil {
		return nil, ErrSyntax
	}
	return &Glob{text, match}, nil
}

// escaped escapes unescaped brackets, which the library would treat as character classes.
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

// Match reports whether the glob matches the whole text.
func (g *Glob) Match(text string) bool { return g == nil || text == g.text || g.match.Match(text) }

// String returns the glob as written, empty for nil.
func (g *Glob) String() string {
	if g == nil {
		return ""
	}
	return g.text
}

// Wild reports whether the glob can match anything but its own text.
func Wild(text string) bool { return strings.ContainsAny(text, "*?{") }

// Bracket reports whether the text has an unescaped opening bracket.
func Bracket(text string) bool { return escaped(text) != text }

// Quote returns a glob that matches only the text.
func Quote(text string) string { return glob.QuoteMeta(text) }

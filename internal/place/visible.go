package place

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Visible returns a name, or another single-line text, with every character made visible: characters that control a
// terminal, change the text direction or have no width become escapes such as \x1b or \u202e, and so do line ends and
// tabs. The names of resources, files and values are chosen by the program's author, and a name must neither inject
// lines nor imitate another name. Letters of all languages, combining marks and emoji are kept.
func Visible(s string) string { return show(s, false) }

// VisibleLines is like [Visible], for a text of several lines. Line ends are kept, and a tab becomes two spaces.
func VisibleLines(s string) string { return show(s, true) }

func show(s string, lines bool) string {
	if plain(s, lines) {
		return s
	}
	if lines {
		s = strings.ReplaceAll(s, "\r\n", "\n")
	}
	var b strings.Builder
	before := rune(0)
	for rest := s; rest != ""; {
		c, n := utf8.DecodeRuneInString(rest)
		switch {
		case c == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, rest[0])
		case lines && c == '\t':
			b.WriteString("  ")
		case lines && c == '\n', !Hidden(c), joins(before, c, rest[n:]):
			b.WriteRune(c)
		default:
			b.WriteString(escape(c))
		}
		before, rest = c, rest[n:]
	}
	return b.String()
}

// plain reports whether the text needs no escaping: almost all texts are printable ASCII.
func plain(s string, lines bool) bool {
	for i := range len(s) {
		if c := s[i]; (c < ' ' || c >= 0x7f) && (!lines || c != '\n') {
			return false
		}
	}
	return true
}

// Hidden reports whether a terminal or a page would not show the character as itself.
func Hidden(c rune) bool {
	if c == variation || c == variation-1 { // an emoji as a picture, or as text
		return false
	}
	return !unicode.IsGraphic(c) ||
		unicode.In(c, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

const (
	nonJoiner = '\u200c'
	joiner    = '\u200d'
	variation = '\ufe0f'
)

// joins reports whether a joiner has its proper use: it combines two pictures into one, or shapes letters of a script
// with such forms. Anywhere else it only makes a name look like another one.
func joins(before, c rune, rest string) bool {
	if c != joiner && c != nonJoiner {
		return false
	}
	after, _ := utf8.DecodeRuneInString(rest)
	if c == joiner && (pictures(before) || before == variation) && pictures(after) {
		return true
	}
	return shaped(before) && shaped(after)
}

func pictures(c rune) bool { return unicode.In(c, unicode.So, unicode.Sk) && c > 0xff }

func shaped(c rune) bool {
	return unicode.In(c, unicode.Arabic, unicode.Syriac, unicode.Mongolian, unicode.Devanagari, unicode.Bengali,
		unicode.Gurmukhi, unicode.Gujarati, unicode.Oriya, unicode.Tamil, unicode.Telugu, unicode.Kannada,
		unicode.Malayalam, unicode.Sinhala,
		unicode.Khmer, unicode.Myanmar)
}

func escape(c rune) string {
	switch {
	case c == '\n':
		return `\n`
	case c == '\r':
		return `\r`
	case c == '\t':
		return `\t`
	case c > 0xffff:
		return fmt.Sprintf(`\U%08x`, c)
	case c > 0xff:
		return fmt.Sprintf(`\u%04x`, c)
	default:
		return fmt.Sprintf(`\x%02x`, c)
	}
}

package file

import (
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/ascii"
	"github.com/progression-labs-development/policypack/internal/dialect"
)

// Name is a name in a file.
type Name struct {
	Key      string
	From, to int
	quote    byte // behind it, or 0
	escaped  bool // the quote is
	after    int  // the first byte behind it that is no quote, bracket or blank
}

// Value is the span of a literal.
type Value struct{ From, To int }

// InCommand reports whether there is no literal because the name is an argument of a command, whose line must be read
// as a whole.
func (v Value) InCommand() bool { return v.To < 0 }

// Value finds the literal that the syntax of the file assigns to the name. Without one, the span may be inCommand.
func (f *Source) Value(n Name) (v Value, ok bool) {
	t := f.Text
	w := n.after
	next := t[w+1]
	if n.From > 1 && t[n.From-2:n.From] == "${" && n.quote == 0 {
		return f.defaulted(n)
	}
	if n.quote != 0 && t[n.to+1] == ')' { // get("password") ?? "…"
		return v, false
	}
	switch c := t[w]; c {
	case ':':
		switch {
		case next == '=':
			return f.literal(n, w+2, false)
		case next == ':' || next == '/':
			return v, false
		case (n.quote == 0 || n.escaped) && f.dialect&(dialect.Bare|dialect.Colon|dialect.Prose) == 0:
			if x, ok := annotated(t, w+1); ok { // password: string = "…"
				return f.literal(n, x, false)
			}
		}
		return f.literal(n, w+1, true)
	case '=':
		switch next {
		case '=', '~':
			return v, false
		case '>':
			return f.literal(n, w+2, true)
		}
		return f.literal(n, w+1, false)
	case '?', '|':
		if next != '=' && next != c && next != ':' {
			return v, false
		}
		f.Fallback = next != '='
		return f.literal(n, w+2, next == ':')
	case ',':
		if v, ok := f.argument(n); ok {
			return v, true
		}
		f.Fallback = false
	case '(':
		if n.quote == 0 {
			v, ok = f.literal(n, w+1, false)
			// setPassword(event.target.value) in a text that is looked into hands on no literal
			return v, ok && v.From > 0 && strings.IndexByte("\"'`", t[v.From-1]) >= 0
		}
		return v, false
	case '[':
		if j := ascii.Run(t, w+1, ascii.Digit, 8); n.quote == 0 && j < len(t) && t[j] == ']' { // char password[] = "…"
			for j++; j < len(t) && t[j] == ' '; j++ {
			}
			if j+1 < len(t) && t[j] == '=' && t[j+1] != '=' {
				return f.literal(n, j+1, false)
			}
		}
		return v, false
	case '>':
		if f.dialect.Has(dialect.Markup) && n.quote == 0 && n.From > 0 && (t[n.From-1] == '<' || t[n.From-1] == ':') {
			return f.text(w + 1)
		}
	case '{':
		if strings.HasPrefix(t[w:], "{ get") { // a property of C#
			if j := strings.Index(t[w:min(len(t), w+48)], "} ="); j > 0 {
				return f.literal(n, w+j+len("} ="), false)
			}
			return v, false
		}
		return f.inputVariable(n)
	case '"', '\'':
		switch {
		case n.quote != 0:
		case lineStarts(t, n.From, "#define"), f.spaced(n),
			// password 'x' in Ruby and Groovy
			!f.dialect.Has(dialect.Prose|dialect.Commands|dialect.Colon) && begins(t, n.From):
			return f.literal(n, w, false)
		case f.dialect.Has(dialect.Commands):
			return Value{To: -1}, false
		}
		return v, false
	default:
		switch {
		case n.quote != 0, c == '\n', c == '\r', c == '<', c == '}':
		case ascii.IsLetter(c) && strings.HasPrefix(t[w:], "string "): // var password string = "…"
			if j := w + len("string "); j+1 < len(t) && t[j] == '=' && t[j+1] != '=' {
				return f.literal(n, j+1, false)
			}
			return v, false
		case f.spaced(n):
			return f.bare(w)
		case f.dialect.Has(dialect.Commands):
			return Value{To: -1}, false
		}
	}
	return f.beside(n)
}

// spaced reports whether a blank separates the name from its value: ENV NAME VALUE in a Dockerfile, setx NAME VALUE on
// Windows, or a keyword of .netrc.
func (f *Source) spaced(n Name) bool {
	return f.dialect == dialect.Spaced || f.dialect.Has(dialect.Spaced) && lineStarts(f.Text, n.From, "ENV") ||
		f.dialect.Has(dialect.Commands) && lineStarts(f.Text, n.From, "setx")
}

// annotated skips a type after a colon: string =, &'static str =, Optional[str] =.
func annotated(t string, i int) (int, bool) {
	j := i
	for j < len(t) && j-i < 4 && t[j] == ' ' {
		j++
	}
	for _, p := range [...]string{"&", "'static ", "const "} {
		if strings.HasPrefix(t[j:], p) {
			j += len(p)
		}
	}
	from := j
	for j < len(t) && j-from < 40 && (ascii.IsWord(t[j]) || strings.IndexByte("&'?[]<>|._", t[j]) >= 0) {
		j++
	}
	if j-from < 2 {
		return 0, false
	}
	for j < len(t) && t[j] == ' ' && j-from < 48 {
		j++
	}
	if j+1 < len(t) && t[j] == '=' && t[j+1] != '=' && t[j+1] != '>' {
		return j + 1, true
	}
	return 0, false
}

// lineStarts reports whether the text before i on its line is the word and blanks.
func lineStarts(t string, i int, word string) bool {
	j := i
	for j > 0 && i-j < 32 && (t[j-1] == ' ' || t[j-1] == '\t') {
		j--
	}
	return j < i && strings.HasSuffix(t[:j], word) && (j == len(word) || ascii.IsSpace(t[j-len(word)-1]))
}

// setter returns what a method sets by its name: setPassword, withApiKey, .password. It is empty for any other.
func setter(name string) string {
	i := strings.LastIndexByte(name, '.')
	last := name[i+1:]
	switch {
	case i >= 0 && strings.EqualFold(last, "password"):
		return last
	case ascii.PrefixFold(last, "set"):
		return strings.TrimLeft(last[3:], "_")
	case ascii.PrefixFold(last, "with"):
		return strings.TrimLeft(last[4:], "_")
	}
	return ""
}

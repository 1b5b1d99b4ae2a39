package repository

import "strings"

// lexeme is a word, a string or an operator of a program's source. Comments are dropped.
type lexeme struct {
	kind   byte // 'w' for a word, 's' for a text, else the sign itself
	text   string
	offset int
}

// is reports whether the lexeme is the given word or operator.
func (l lexeme) is(text string) bool { return l.kind != 's' && l.text == text }

// lexemes splits the source of a program in a language of the C family, or of Python if hash makes # begin a comment.
// It supports what these languages have in common, which is enough to distinguish code from comments and strings. An
// unclosed quote ends with its line, so an unsupported construct (a regular expression with a quote, say) affects one
// line at most.
func lexemes(src string, hash bool) []lexeme {
	var all []lexeme
	for i := 0; i < len(src); {
		c := src[i]
		switch {
		case c == ' ' || c == '\t' || c == '\r' || c == '\n':
			i++
		case hash && c == '#', !hash && strings.HasPrefix(src[i:], "//"):
			i = behind(src, i, "\n")
		case !hash && strings.HasPrefix(src[i:], "/*"):
			i = behind(src, i+2, "*/")
		case c == '"' || c == '\'' || c == '`':
			text, end := textAt(src, i)
			all = append(all, lexeme{'s', text, i})
			i = end
		case wordByte(c):
			end := i
			for end < len(src) && wordByte(src[end]) {
				end++
			}
			// A letter right before a quote is a string prefix: r"", f"", b"".
			if hash && end-i <= 2 && end < len(src) && (src[end] == '"' || src[end] == '\'') {
				i = end
				continue
			}
			all = append(all, lexeme{'w', src[i:end], i})
			i = end
		default:
			all = append(all, lexeme{c, src[i : i+1], i})
			i++
		}
	}
	return all
}

// behind returns the offset after the next mark, or the end if there is none.
func behind(src string, from int, mark string) int {
	if i := strings.Index(src[from:], mark); i >= 0 {
		return from + i + len(mark)
	}
	return len(src)
}

// textAt returns the string that begins with the quote at an offset, as written, and the offset after it.
func textAt(src string, at int) (text string, end int) {
	quote := src[at : at+1]
	if triple := strings.Repeat(quote, 3); quote != "`" && strings.HasPrefix(src[at:], triple) {
		end = behind(src, at+3, triple)
		return strings.TrimSpace(strings.TrimSuffix(src[at+3:end], triple)), end
	}
	for end = at + 1; end < len(src); end++ {
		switch {
		case src[end] == '\\':
			end++
		case src[end:end+1] == quote:
			return src[at+1 : end], end + 1
		case src[end] == '\n' && quote != "`":
			return src[at+1 : end], end
		}
	}
	return src[at+1:], len(src)
}

func wordByte(c byte) bool {
	return c == '_' || c == '$' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}

package repository

import (
	"strings"

	"github.com/progression-labs-development/policypack/internal/command"
)

// text returns the string at an index, with strings joined to it by +, and the offsets of its bytes. An interpolated
// expression becomes a shell variable if it is a variable's name, and a mark otherwise.
func (g *groovy) text(i int) (text string, offsets []int) {
	b := &groovyText{}
	b.add(g.src.Text, g.code[i])
	for g.at(i+1).is("+") && i+2 < len(g.code) {
		if next := g.at(i + 2); next.kind == 's' {
			b.add(g.src.Text, next)
		} else {
			b.put(command.Unknown, next.offset)
			for g.at(i + 3).is(".") {
				i += 2
			}
		}
		i += 2
	}
	b.offsets = append(b.offsets, b.end)
	return string(b.text), b.offsets
}

// groovyText is a Groovy string as the program sees it.
type groovyText struct {
	text    []byte
	offsets []int // of the bytes in the source
	end     int
}

func (b *groovyText) put(s string, offset int) {
	for i := range len(s) {
		b.text, b.offsets = append(b.text, s[i]), append(b.offsets, offset)
	}
}

// add adds a string from the source.
func (b *groovyText) add(src string, l lexeme) {
	quote := src[l.offset]
	from := l.offset + 1
	if strings.HasPrefix(src[l.offset:], strings.Repeat(string(quote), 3)) {
		from = l.offset + 3
		for from < len(src) && isBlank(src[from]) { // as the lexer leaves them out
			from++
		}
	}
	raw := l.text
	for i := 0; i < len(raw); i++ {
		at := from + i
		switch {
		case raw[i] == '\\' && i+1 < len(raw):
			i++
			switch raw[i] {
			case 'n':
				b.put("\n", at)
			case 't', 'r', 'f', 'b':
				b.put(" ", at)
			case '\n': // goes on in the next line
			default:
				b.put(raw[i:i+1], at)
			}
		case raw[i] == '$' && quote == '"':
			n, as := filledIn(raw[i:])
			b.put(as, at)
			i += n - 1
		default:
			b.put(raw[i:i+1], at)
		}
	}
	b.end = from + len(raw)
}

// filledIn returns the length of the interpolation at the beginning of a text, and its replacement.
func filledIn(text string) (n int, as string) {
	if !strings.HasPrefix(text, "${") {
		for n = 1; n < len(text); n++ {
			member := text[n] == '.' && n+1 < len(text) && letter(text[n+1])
			if text[n] == '$' || !wordByte(text[n]) && !member {
				break
			}
		}
		if n == 1 {
			return 1, "$"
		}
		return n, groovyValue(text[1:n])
	}
	depth := 0
	for n = 1; n < len(text); n++ {
		switch text[n] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return n + 1, groovyValue(strings.TrimSpace(text[2:n]))
			}
		}
	}
	return len(text), command.Unknown
}

func letter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' }

// groovyValue returns the replacement for an expression.
func groovyValue(expression string) string {
	name := strings.TrimPrefix(expression, "env.")
	switch {
	case strings.HasPrefix(expression, "params."):
		return command.Given
	case isName(name) && strings.ToUpper(name) == name:
		return "${" + name + "}"
	}
	return command.Unknown
}

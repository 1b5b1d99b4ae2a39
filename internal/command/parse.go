package command

import (
	"errors"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// read follows a text in its language. The input is that of the text's commands.
func (m *machine) read(text string, lang Language, in stream) string {
	if lang != Shell {
		m.windows(text, lang)
		return Unknown
	}
	if m.depth >= maxDepth || len(text) > maxText && !m.literal {
		m.fail(ErrTooComplex)
		return Unknown
	}
	m.depth++
	defer func() { m.depth-- }()
	out := Unknown
	if m.literal {
		m.sweep(text)
	} else if f, err := parse(text); err == nil {
		out = m.statements(f.Stmts, in)
	} else {
		if e := (*SyntaxError)(nil); errors.As(err, &e) {
			at := m.place.of(e.Line, e.Col)
			e.Line, e.Col = at.line, at.col
		}
		if m.depth == 1 || GaveUp(err) || !strings.Contains(text, Unknown) { // else it is not known before it runs
			m.fail(err)
		}
		m.lines(text)
	}
	if m.depth == 1 {
		m.finish()
	}
	return out
}

// parse parses a text as the first shell that accepts it, with its templates masked if it is not valid otherwise.
func parse(text string) (*syntax.File, error) {
	if steep(text) {
		return nil, ErrTooComplex
	}
	text = strings.ReplaceAll(text, "\r\n", " \n") // the same columns
	masked := mask(text, false)
	first := error(nil)
	for _, give := range [...]string{masked, mask(masked, true)} {
		for _, lang := range [...]syntax.LangVariant{
			syntax.LangBash, syntax.LangPOSIX, syntax.LangMirBSDKorn,
			syntax.LangZsh,
		} {
			f, err := syntax.NewParser(syntax.Variant(lang)).Parse(strings.NewReader(give), "")
			if err == nil {
				return f, nil
			}
			if first == nil {
				first = err
			}
		}
	}
	at := syntax.Pos{}
	if e := (syntax.ParseError{}); errors.As(first, &e) {
		at = e.Pos
	} else if e := (syntax.LangError{}); errors.As(first, &e) {
		at = e.Pos
	}
	return nil, &SyntaxError{Line: int(at.Line()), Col: int(at.Col())}
}

// lines parses each line of a text that is not valid shell separately; its uses are not certain.
func (m *machine) lines(text string) {
	m.doubt++
	defer func() { m.doubt-- }()
	number := 0
	for line := range strings.SplitSeq(text, "\n") {
		number++
		if rest := strings.TrimLeft(line, "- \t"); len(rest) < len(line) { // items of lists; columns stay
			line = strings.Repeat(" ", len(line)-len(rest)) + rest
		}
		if !concerns(line) || !m.more(len(line)) {
			continue
		}
		saved := m.place
		if !m.place.fixed {
			m.place.line += number - 1
		}
		if f, err := parse(strings.TrimSuffix(strings.TrimRight(line, " \r"), "\\")); err == nil {
			if m.literal {
				m.walk(f)
			} else {
				m.statements(f.Stmts, stream{text: Unknown})
			}
		} else {
			m.at = m.place.of(1, 1)
			m.windows(line, Batch)
		}
		m.place = saved
	}
}

// mask replaces templates by Unknown, byte by byte, so that columns stay the same: ${{ … }} of workflows, {{ … }} of
// most others and, with all, anything that is not valid shell: ${var.x}, ${fn(x)}, %{ if … }.
func mask(text string, all bool) string {
	if !strings.Contains(text, "{{") && !all {
		return text
	}
	b := []byte(nil)
	for i := 0; i < len(text); i++ {
		n := template(text[i:], all)
		if n == 0 {
			continue
		}
		if b == nil {
			b = []byte(text)
		}
		for j := i; j < i+n; j++ {
			b[j] = Unknown[0]
		}
		i += n - 1
	}
	if b == nil {
		return text
	}
	return string(b)
}

// template returns the length of the template at the start of a text.
func template(text string, all bool) int {
	var closed, stops string
	var skip int
	switch {
	case strings.HasPrefix(text, "${{"):
		closed, stops, skip = "}}", "\n", 3
	case strings.HasPrefix(text, "{{"):
		closed, stops, skip = "}}", "\n;`", 2
	case all && (strings.HasPrefix(text, "${") || strings.HasPrefix(text, "%{")):
		closed, stops, skip = "}", "\n;", 2
	default:
		return 0
	}
	end := strings.Index(text, closed)
	if end < 0 || strings.ContainsAny(text[skip:end], stops) || strings.Contains(text[skip:end], "$(") {
		return 0
	}
	if inside := text[skip:end]; all && closed == "}" && text[0] == '$' && !strings.ContainsAny(inside, ".(") {
		return 0
	}
	return end + len(closed)
}

// steep reports whether a text is nested so deeply that the recursive parser would need too much stack.
func steep(text string) bool {
	const brackets, signs = 2000, 20_000
	open, marks := 0, 0
	for i := range len(text) {
		switch text[i] {
		case '(', '{', '`', '[':
			if open++; open > brackets {
				return true
			}
		case ')', '}', ']':
			open = max(0, open-1)
		case '?', '=', '!':
			marks++
		case 'f', 'e', 'o', 'l', 'c', 'n': // the last letters of if, while, time, for, until, function
			if (i+1 == len(text) || text[i+1] <= ' ') && opens(text[:i+1]) {
				marks++
			}
		}
	}
	return marks > signs
}

func opens(text string) bool {
	for _, w := range [...]string{"if", "while", "until", "time", "case", "coproc", "function", "do", "then", "else"} {
		if strings.HasSuffix(text, w) {
			return true
		}
	}
	return false
}

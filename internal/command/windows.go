package command

import "strings"

// windows parses PowerShell and Batch word by word: the text between separators, including brackets and braces, is a
// command. Variables set to a constant are expanded.
func (m *machine) windows(text string, lang Language) {
	if m.depth >= maxDepth || len(text) > maxText && !m.literal {
		m.fail(ErrTooComplex)
		return
	}
	m.depth++
	defer func() { m.depth-- }()
	r := reader{m: m, text: mask(text, false), lang: lang, line: 1}
	for r.i < len(r.text) && (m.literal || !m.spent()) {
		r.statement()
	}
}

// reader splits a text into statements and words.
type reader struct {
	m    *machine
	text string
	lang Language
	i    int
	line int
	from int // where the line begins

	words []string
	raw   []string
}

func (r *reader) statement() {
	r.words, r.raw = nil, nil
	at := spot{}
	for r.i < len(r.text) {
		c := r.text[r.i]
		switch {
		case c == r.escape() && strings.HasPrefix(strings.TrimPrefix(r.text[r.i+1:], "\r"), "\n"): // continuation
			r.i += strings.IndexByte(r.text[r.i:], '\n')
			r.newline()
			continue
		case c == '\n':
			r.newline()
			r.run(at)
			return
		case r.separates(c):
			r.i++
			r.run(at)
			return
		case c == ' ' || c == '\t' || c == '\r' || c == '@' && r.lang == Batch && len(r.words) == 0:
			r.i++
			continue
		case r.comment():
			if n := strings.IndexByte(r.text[r.i:], '\n'); n >= 0 {
				r.i += n
			} else {
				r.i = len(r.text)
			}
			continue
		}
		if len(r.words) == 0 {
			at = r.m.place.of(r.line, r.i-r.from+1)
		}
		start := r.i
		w := r.word()
		if r.i == start {
			r.i++ // a sign that begins no word
			continue
		}
		r.words, r.raw = append(r.words, w), append(r.raw, r.text[start:r.i])
	}
	r.run(at)
}

func (r *reader) newline() {
	r.i++
	r.line++
	r.from = r.i
}

func (r *reader) escape() byte {
	if r.lang == PowerShell {
		return '`'
	}
	return '^'
}

func (r *reader) separates(c byte) bool {
	return strings.IndexByte(";|&(){}", c) >= 0 && (c != ';' && c != '{' && c != '}' || r.lang == PowerShell)
}

func (r *reader) comment() bool {
	rest := r.text[r.i:]
	if r.lang == PowerShell {
		return rest[0] == '#'
	}
	return len(r.words) == 0 && (strings.HasPrefix(rest, "::") || len(rest) > 3 && strings.EqualFold(rest[:4], "rem "))
}

// word parses one word, without its quotes and with its variables expanded.
func (r *reader) word() string {
	var b strings.Builder
	quote := byte(0)
	for ; r.i < len(r.text); r.i++ {
		c := r.text[r.i]
		switch {
		case c == '\n' || quote == 0 && (c == ' ' || c == '\t' || c == '\r' || r.separates(c)):
			return b.String()
		case quote == 0 && c == '>':
			if b.Len() > 0 {
				return b.String()
			}
			b.WriteByte(c)
			r.i++
			if r.i < len(r.text) && r.text[r.i] == '>' {
				r.i++
			}
			return b.String()
		case quote == 0 && (c == '"' || c == '\'' && r.lang == PowerShell):
			quote = c
		case c == quote:
			quote = 0
		case c == r.escape() && quote != '\'' && r.i+1 < len(r.text) && r.text[r.i+1] != '\n':
			r.i++
			b.WriteByte(r.text[r.i])
		case c == '$' && r.lang == PowerShell && quote != '\'', (c == '%' || c == '!') && r.lang == Batch:
			b.WriteString(r.variable(c))
		default:
			b.WriteByte(c)
		}
		if b.Len() > maxValue {
			return Unknown
		}
	}
	return b.String()
}

// variable returns the value of the variable that begins here, and leaves the reader at its last byte.
func (r *reader) variable(c byte) string {
	rest := r.text[r.i+1:]
	if c == '$' && strings.HasPrefix(rest, "{") { // ${env:NAME}
		if end := strings.IndexAny(rest, "}\n"); end > 0 && rest[end] == '}' {
			r.i += end + 1
			if values := r.m.vars[key(rest[1:end])]; len(values) == 1 && len(values[0].fields) == 1 {
				return values[0].fields[0]
			}
			return Unknown
		}
	}
	n := 0
	for n < len(rest) && (wordy(rest[n]) && rest[n] != '-' || rest[n] == ':' && c == '$') {
		n++
	}
	if n == 0 {
		if c == '$' {
			return Unknown
		}
		return string(c)
	}
	r.i += n
	if c != '$' {
		if n == len(rest) || rest[n] != c {
			r.i -= n
			return string(c)
		}
		r.i++
	}
	values := r.m.vars[key(rest[:n])]
	if len(values) != 1 || len(values[0].fields) != 1 {
		return Unknown
	}
	r.m.work += len(values[0].fields[0])
	return values[0].fields[0]
}

// key returns the name of a case-insensitive variable, distinct from those of the shell.
func key(name string) string { return "$" + strings.ToLower(name) }

// run follows the words of a statement.
func (r *reader) run(at spot) {
	words, raw := r.words, r.raw
	if len(words) == 0 {
		return
	}
	m := r.m
	m.at = at
	if m.literal {
		size := 0
		for _, w := range words {
			size += len(w)
		}
		m.more(size)
	}
	for i, w := range words {
		if (w == ">" || w == ">>") && i+1 < len(words) && Dotenv(words[i+1]) {
			m.found("shell", "redirect to .env", WriteDotenv, true)
		}
	}
	r.hands(words, raw)
	if len(words) > 2 && words[1] == "=" && raw[0][0] == '$' {
		if len(words) == 3 {
			m.set(key(raw[0][1:]), []value{{fields: words[2:]}}, true)
		}
		words = words[2:]
	} else if k, v, ok := strings.Cut(strings.Join(words[1:], " "), "="); ok && strings.EqualFold(words[0], "set") {
		m.set(key(k), []value{{fields: []string{v}}}, true)
		return
	}
	program := strings.ToLower(base(words[0]))
	switch program {
	case "iex", "invoke-expression":
		m.nestedAs(strings.Join(words[1:], " "), PowerShell, stream{}, stream{text: Unknown})
		return
	}
	fields := append([]string{program}, words[1:]...)
	if words[0] != "" && strings.Contains(words[0], " ") && len(words) == 1 {
		fields = strings.Fields(words[0]) // %CMD%, and what a variable holds
	}
	m.exec(fields, stream{text: Unknown})
}

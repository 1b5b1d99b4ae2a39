package detect

import (
	"encoding/json"
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/ascii"
	"github.com/progression-labs-development/policypack/internal/detect/names"
)

// Span is a range of a text.
type Span struct{ Start, End int }

// Extents returns the span to mask for each match of the text. A match is what was recognised, and may end at a
// character that is part of the secret. The span to mask extends to the end of the value: to its closing quote, to the
// end of the JSON string that contains it or, without quotes, to the end of the line, including continuation lines. A
// token, whose format has no blanks, extends to the end of its word and, before a host, to the last @ of it. The
// matches are those of Find for the same text, in order.
func Extents(text string, matches []Match) []Span {
	e := extents{text: text, open: -1, close: -1}
	if c := ascii.FirstByte(text); (c == '{' || c == '[') && json.Valid([]byte(text)) {
		e.json = true
	}
	spans := make([]Span, len(matches))
	for i := range matches {
		m := &matches[i]
		spans[i] = Span{m.Start, max(m.End, e.end(m))}
	}
	return spans
}

// extents processes the matches of a text.
type extents struct {
	text        string
	json        bool
	open, close int // the quotes of the newest string of JSON
}

// end returns the end of the value that the match begins.
func (e *extents) end(m *Match) int {
	limit := len(e.text)
	if e.json {
		if limit = e.string(m.Start); limit < 0 {
			return m.End
		}
		if e.open+1 == m.Start {
			return limit
		}
	}
	if end := e.quoted(m, limit); end >= 0 {
		return end
	}
	switch {
	case strings.HasPrefix(e.text[m.End:limit], "</") && m.Start > 0 && e.text[m.Start-1] == '>':
		return m.End // the text of an element
	case m.Reason == ReasonKeyName, m.Detector == "authorization-header", e.named(m.Start):
		return e.line(m, limit)
	default:
		return e.word(m.End, limit)
	}
}

// string advances to the JSON string that contains the offset, and returns its end; -1 if there is none.
func (e *extents) string(at int) int {
	for e.close < at {
		i := strings.IndexByte(e.text[e.close+1:], '"')
		if i < 0 {
			return -1
		}
		e.open = e.close + 1 + i
		e.close = e.open + 1
		for e.close < len(e.text) && e.text[e.close] != '"' {
			if e.text[e.close] == '\\' {
				e.close++
			}
			e.close++
		}
	}
	if at <= e.open {
		return -1
	}
	return min(e.close, len(e.text))
}

// maxQuoted is the maximum distance that is searched for a closing quote.
const maxQuoted = 64 << 10

// quoted returns the position of the closing quote of the value, -1 if it is not quoted.
func (e *extents) quoted(m *Match, limit int) int {
	t := e.text
	if m.Start == 0 || !quote(t[m.Start-1]) {
		return -1
	}
	escaped := m.Start > 1 && t[m.Start-2] == '\\'
	for i := m.End; i < min(limit, m.End+maxQuoted); i++ {
		if t[i] != t[m.Start-1] || backslashes(t, m.Start, i)%2 == 1 != escaped || !endsValue(t, i, limit) {
			continue
		}
		if escaped {
			return max(m.End, i-1)
		}
		return i
	}
	return -1
}

func quote(c byte) bool { return c == '"' || c == '\'' || c == '`' }

// backslashes counts the backslashes before the byte at i.
func backslashes(t string, start, i int) int {
	n := 0
	for i-n > start && t[i-n-1] == '\\' {
		n++
	}
	return n
}

// endsValue reports whether a value can end at the quote at i, because the text after it begins something else. A
// doubled quote is an escape.
func endsValue(t string, i, limit int) bool {
	if i+1 == limit {
		return true
	}
	c := t[i+1]
	return ascii.IsSpace(c) || strings.IndexByte(",;:)]}>|\\", c) >= 0 || c != t[i] && quote(c) ||
		strings.HasPrefix(t[i+1:limit], "/>") ||
		strings.HasPrefix(t[i+1:limit], "?>")
}

// named reports whether a name that suggests a secret, with its separator, precedes the offset.
func (e *extents) named(at int) bool {
	t := e.text
	i := at
	if i > 0 && quote(t[i-1]) {
		i--
	}
	for i > 0 && at-i < 4 && t[i-1] == ' ' {
		i--
	}
	if i == 0 || t[i-1] != '=' && t[i-1] != ':' {
		return false
	}
	from, to, _, _ := nameBefore(t, max(0, i-80), i-1)
	return from < to && names.TierOf(t[from:to]) != names.None
}

// maxWrapped is the maximum number of continuation lines of a value.
const maxWrapped = 64

// line returns the end of the line on which the value ends, including continuation lines: those after a backslash that
// belongs to the value and not to a command, and, for a value on its own line, those indented deeper than its name.
func (e *extents) line(m *Match, limit int) int {
	t := e.text
	end := lineEnd(t, m.End, limit)
	begin := strings.LastIndexByte(t[:m.Start], '\n') + 1
	column := indent(t[begin:m.Start])
	for strings.HasPrefix(t[begin+column:m.Start], "- ") {
		column += 2
	}
	name, rest := t[begin+column:m.Start], ""
	if i := strings.IndexAny(name, ":="); i >= 0 {
		name, rest = name[:i], name[i+1:]
	}
	own := name != "" && strings.IndexByte(strings.TrimSpace(name), ' ') < 0 && strings.TrimSpace(rest) == ""
	for n := 0; n < maxWrapped && end < limit; n++ {
		body := strings.TrimRight(t[m.Start:end], "\r")
		next := t[end+1 : lineEnd(t, end+1, limit)]
		wrapped := backslashes(body, 0, len(body))%2 == 1 && len(body) > 1 && (own || !ascii.IsSpace(body[len(body)-2]))
		deeper := own && strings.TrimSpace(next) != "" && indent(next) > column
		if !wrapped && !deeper {
			break
		}
		end += 1 + len(next)
	}
	return end
}

func lineEnd(t string, at, limit int) int {
	if i := strings.IndexByte(t[at:limit], '\n'); i >= 0 {
		return at + i
	}
	return limit
}

// endsWord reports whether a word ends before the text, which is not empty.
func endsWord(rest string) bool {
	switch c := rest[0]; {
	case quote(c):
		return endsValue(rest, 0, len(rest))
	case c == '\\' && len(rest) > 1:
		return quote(rest[1]) || rest[1] == 'n'
	default:
		return ascii.IsSpace(c) || strings.HasPrefix(rest, "</")
	}
}

// word returns the end of the word that continues at the offset.
func (e *extents) word(at, limit int) int {
	t := e.text
	end := at
	for end < limit && !endsWord(t[end:limit]) {
		end++
	}
	if at < end && t[at] == '@' {
		return at + strings.LastIndexByte(t[at:end], '@')
	}
	return end
}

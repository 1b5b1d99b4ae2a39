package repository

import (
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/progression-labs-development/policypack/internal/place"
)

// at returns where a node stands.
func (d *document) at(n *yaml.Node) place.Position {
	if n == nil {
		return place.Position{}
	}
	return d.position(d.offset(n))
}

// offset returns where a node begins: its column counts characters.
func (d *document) offset(n *yaml.Node) int {
	at, column := d.lineStart(n.Line), 1
	if d.last.line == n.Line && d.last.column <= n.Column {
		at, column = d.last.offset, d.last.column
	}
	for ; column < n.Column && at < len(d.text) && d.text[at] != '\n'; column++ {
		_, size := utf8.DecodeRuneInString(d.text[at:])
		at += size
	}
	d.last.line, d.last.column, d.last.offset = n.Line, column, at
	return at
}

// begin returns where the value of a scalar begins: after its anchor, tag and quote, or on the line below the sign of a
// block.
func (d *document) begin(n *yaml.Node) int {
	at := d.offset(n)
	for at < len(d.text) && (d.text[at] == '&' || d.text[at] == '!') {
		end := strings.IndexAny(d.text[at:], " \t\r\n")
		if end < 0 {
			return at
		}
		at += end
		at += len(d.text[at:]) - len(strings.TrimLeft(d.text[at:], " \t\r\n"))
	}
	switch {
	case at >= len(d.text):
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		if i := strings.IndexByte(d.text[at:], '\n'); i >= 0 {
			return at + i + 1
		}
	case n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0:
		return at + 1
	}
	return at
}

// inside returns a function that tells where the byte at an offset of a scalar's value stands. A value and its source
// differ in blanks, and in the escapes of quotes: behind one of those it is the beginning of the value. Offsets that grow
// are found in one pass.
func (d *document) inside(n *yaml.Node) func(offset int) place.Position {
	begin := d.begin(n)
	from, at, ok := 0, begin, true
	return func(offset int) place.Position {
		if offset = min(offset, len(n.Value)); offset < from {
			from, at, ok = 0, begin, true
		}
		if ok {
			at, ok = d.follow(n.Value[from:offset], at)
			from = offset
		}
		here := at
		if !ok {
			here = begin
		}
		for here < len(d.text) && isBlank(d.text[here]) {
			here++
		}
		return d.position(here)
	}
}

// span returns the bytes of the text in which a scalar's value stands.
func (d *document) span(n *yaml.Node) (from, to int) {
	from = d.begin(n)
	to, ok := d.follow(n.Value, from)
	if ok {
		return from, to
	}
	quote := byte('"')
	if n.Style&yaml.SingleQuotedStyle != 0 {
		quote = '\''
	}
	for to = from; to < len(d.text); to++ {
		switch {
		case d.text[to] == '\\' && quote == '"':
			to++
		case d.text[to] == quote && quote == '\'' && strings.HasPrefix(d.text[to+1:], "'"):
			to++
		case d.text[to] == quote:
			return from, to
		}
	}
	return from, len(d.text)
}

// follow walks over the source of a value from an offset, blanks aside, and reports whether they are the same.
func (d *document) follow(value string, at int) (int, bool) {
	for i := range len(value) {
		if isBlank(value[i]) {
			continue
		}
		for at < len(d.text) && isBlank(d.text[at]) {
			at++
		}
		if at == len(d.text) || d.text[at] != value[i] {
			return at, false
		}
		at++
	}
	return at, true
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// source is a text whose offsets can be turned into positions.
type source struct {
	text  string
	lines []int // where each begins; made when it is needed
}

func (s *source) lineStart(line int) int {
	s.split()
	return s.lines[max(0, min(line, len(s.lines))-1)]
}

func (s *source) split() {
	if s.lines != nil {
		return
	}
	s.lines = append(make([]int, 0, 64), 0)
	for i := 0; ; {
		j := strings.IndexByte(s.text[i:], '\n')
		if j < 0 {
			return
		}
		i += j + 1
		s.lines = append(s.lines, i)
	}
}

// position turns an offset into a line and a column.
func (s *source) position(offset int) place.Position {
	s.split()
	low, high := 0, len(s.lines)
	for high-low > 1 {
		if mid := (low + high) / 2; s.lines[mid] <= offset {
			low = mid
		} else {
			high = mid
		}
	}
	return place.Position{Line: low + 1, Column: offset - s.lines[low] + 1}
}

// offsetOf returns the offset of a line and column.
func (s *source) offsetOf(line, col int) int {
	return min(s.lineStart(max(line, 1))+max(col, 1)-1, len(s.text))
}

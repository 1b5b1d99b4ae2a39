package repository

import (
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/progression-labs-development/policypack/internal/place"
)

// at returns the position of a node.
func (d *document) at(n *yaml.Node) place.Position {
	if n == nil {
		return place.Position{}
	}
	return d.Position(d.offset(n))
}

// offset returns the offset of a node. A node's column counts characters.
func (d *document) offset(n *yaml.Node) int {
	at, column := d.Start(n.Line), 1
	if d.last.line == n.Line && d.last.column <= n.Column {
		at, column = d.last.offset, d.last.column
	}
	for ; column < n.Column && at < len(d.Text) && d.Text[at] != '\n'; column++ {
		_, size := utf8.DecodeRuneInString(d.Text[at:])
		at += size
	}
	d.last.line, d.last.column, d.last.offset = n.Line, column, at
	return at
}

// begin returns the offset of a scalar's value: after its anchor, tag and quote, or on the line below a block
// indicator.
func (d *document) begin(n *yaml.Node) int {
	at := d.offset(n)
	for at < len(d.Text) && (d.Text[at] == '&' || d.Text[at] == '!') {
		end := strings.IndexAny(d.Text[at:], " \t\r\n")
		if end < 0 {
			return at
		}
		at += end
		at += len(d.Text[at:]) - len(strings.TrimLeft(d.Text[at:], " \t\r\n"))
	}
	switch {
	case at >= len(d.Text):
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		if i := strings.IndexByte(d.Text[at:], '\n'); i >= 0 {
			return at + i + 1
		}
	case n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0:
		return at + 1
	}
	return at
}

// inside returns a function that maps an offset of a scalar's value to a position. A value and its source differ in
// blanks, and in the escapes of quoted scalars, after which the position is that of the beginning of the value.
// Ascending offsets are resolved in one pass.
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
		for here < len(d.Text) && isBlank(d.Text[here]) {
			here++
		}
		return d.Position(here)
	}
}

// span returns the range of bytes of a scalar's value in the text.
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
	for to = from; to < len(d.Text); to++ {
		switch {
		case d.Text[to] == '\\' && quote == '"':
			to++
		case d.Text[to] == quote && quote == '\'' && strings.HasPrefix(d.Text[to+1:], "'"):
			to++
		case d.Text[to] == quote:
			return from, to
		}
	}
	return from, len(d.Text)
}

// follow compares the source with a value from an offset on, ignoring blanks, and reports whether they are the same.
func (d *document) follow(value string, at int) (int, bool) {
	for i := range len(value) {
		if isBlank(value[i]) {
			continue
		}
		for at < len(d.Text) && isBlank(d.Text[at]) {
			at++
		}
		if at == len(d.Text) || d.Text[at] != value[i] {
			return at, false
		}
		at++
	}
	return at, true
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// Package place names places, as every part of policypack writes them: the path of a property ([Path]), a line and a
// column of a text ([Position], [Lines]), a resource ([URN]) and names that anybody made up ([Visible]). Whatever
// prints or parses one of them does it here, so that what a report prints is what an exemption, a baseline and a rule
// name.
//
// It is a leaf: it imports no other package of policypack.
package place

import "fmt"

// Position is a place in a text: line and column count from 1, the column in bytes. The zero value stands for the
// text as a whole, and a position without a column for the line.
type Position struct{ Line, Column int }

// String returns LINE:COLUMN, LINE where there is no column, and nothing for the text as a whole.
func (p Position) String() string {
	switch {
	case p.Line == 0:
		return ""
	case p.Column == 0:
		return fmt.Sprint(p.Line)
	default:
		return fmt.Sprintf("%d:%d", p.Line, p.Column)
	}
}

// Compare orders positions as they come in a text.
func (p Position) Compare(q Position) int {
	if p.Line != q.Line {
		return p.Line - q.Line
	}
	return p.Column - q.Column
}

// Package place defines how every part of policypack writes locations and names: the path of a property ([Path]), a
// line and a column of a text ([Position], [Lines]), a resource ([URN]) and arbitrary names ([Visible]). Everything
// that prints or parses one of them uses this package, so that a path printed in a report can be used as is in an
// exemption, a baseline and a rule.
//
// It is a leaf: it imports no other package of policypack.
package place

import "fmt"

// Position is a position in a text. Line and column are 1-based, the column in bytes. The zero value is the whole text,
// and a position without a column is the whole line.
type Position struct{ Line, Column int }

// String returns LINE:COLUMN, only LINE if the column is 0, and an empty string for the whole text.
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

// Compare orders positions as they occur in a text.
func (p Position) Compare(q Position) int {
	if p.Line != q.Line {
		return p.Line - q.Line
	}
	return p.Column - q.Column
}

package repository

import (
	"sort"

	"github.com/progression-labs-development/policypack/internal/place"
)

// joined is a text composed of parts of a file.
type joined struct {
	text  []byte
	parts []piece
	whole *place.Lines // the text, once it is asked for positions
}

// String returns the text.
func (t *joined) String() string { return string(t.text) }

// piece maps the bytes from an offset on to a position in the file.
type piece struct {
	offset int
	at     place.Position
}

// add appends a text that begins at a position of the file, on one line.
func (t *joined) add(text string, at place.Position) {
	t.parts = append(t.parts, piece{len(t.text), at})
	t.text = append(t.text, text...)
}

// fill appends a text that is not in the file: the value of a variable. Its position is the end of the part before it.
func (t *joined) fill(text string, at place.Position) {
	t.add(text, place.Position{Line: -at.Line, Column: at.Column})
}

// at returns the position in the file of a line and column of the text.
func (t *joined) at(line, col int) place.Position {
	if len(t.parts) == 0 {
		return place.Position{}
	}
	if t.whole == nil || len(t.whole.Text) != len(t.text) {
		t.whole = &place.Lines{Text: t.String()}
	}
	offset := t.whole.Offset(place.Position{Line: line, Column: col})
	i := max(0, sort.Search(len(t.parts), func(i int) bool { return t.parts[i].offset > offset })-1)
	p := t.parts[i]
	if p.at.Line < 0 {
		return place.Position{Line: -p.at.Line, Column: p.at.Column}
	}
	return place.Position{Line: p.at.Line, Column: p.at.Column + max(0, offset-p.offset)}
}

// from returns the text from an offset on.
func (t *joined) from(offset int) joined {
	var rest joined
	rest.append(t, offset)
	return rest
}

// append appends another text, from an offset on.
func (t *joined) append(more *joined, offset int) {
	for i, p := range more.parts {
		end := len(more.text)
		if i+1 < len(more.parts) {
			end = more.parts[i+1].offset
		}
		if start := max(offset, p.offset); start < end {
			p.at.Column += start - p.offset
			t.add(string(more.text[start:end]), p.at)
		}
	}
}

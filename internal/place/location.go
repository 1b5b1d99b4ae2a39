package place

// Location is a line that somebody wrote. Line and column count from 1, the column in bytes; they are 0 where only the
// file, or only the line, is known.
type Location struct {
	File     string `json:"file"` // slash-separated, from the root of the repository
	Line     int    `json:"line,omitempty"`
	Column   int    `json:"column,omitempty"`
	Column16 int    `json:"utf16Column,omitempty"` // the column in UTF-16 code units; 0 where that is the same
}

// String writes FILE:LINE:COLUMN, as terminals and editors know places.
func (l Location) String() string {
	if l.Line == 0 {
		return l.File
	}
	return l.File + ":" + Position{Line: l.Line, Column: l.Column}.String()
}

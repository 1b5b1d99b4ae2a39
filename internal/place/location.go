package place

// Location is a position in a source file. Line and column are 1-based, the column in bytes. Line and column, or only
// the column, are 0 if unknown.
type Location struct {
	File     string `json:"file"` // slash-separated, from the root of the repository
	Line     int    `json:"line,omitempty"`
	Column   int    `json:"column,omitempty"`
	Column16 int    `json:"utf16Column,omitempty"` // the column in UTF-16 code units; 0 if it equals Column
}

// String returns FILE:LINE:COLUMN, the form that terminals and editors recognise.
func (l Location) String() string {
	if l.Line == 0 {
		return l.File
	}
	return l.File + ":" + Position{Line: l.Line, Column: l.Column}.String()
}

package repository

import (
	"unicode/utf8"

	"github.com/progression-labs-development/policypack/internal/place"
)

// columns16 returns the columns of positions in UTF-16 code units, for those that differ from the column in bytes.
func columns16(data []byte, places ...place.Position) map[place.Position]int {
	if len(places) == 0 || ascii(data) {
		return nil
	}
	text := place.Lines{Text: string(data)}
	found := map[place.Position]int{}
	for _, at := range places {
		if column := text.Column16(at); column != at.Column {
			found[at] = column
		}
	}
	return found
}

func ascii(data []byte) bool {
	for _, c := range data {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

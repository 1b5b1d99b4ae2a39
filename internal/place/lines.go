package place

import (
	"strings"
	"unicode/utf8"
)

// mark is the byte order mark of UTF-8. It precedes the first line and does not count as a column.
const mark = "\ufeff"

// At returns the position of an offset, which may be beyond the end of the text. For several offsets use [Lines].
func At[T ~string | ~[]byte](text T, offset int) Position {
	offset = max(0, min(offset, len(text)))
	line, begin := 1, markOf(text)
	for i := range offset {
		if text[i] == '\n' {
			line, begin = line+1, i+1
		}
	}
	return Position{line, max(offset-begin, 0) + 1}
}

func markOf[T ~string | ~[]byte](text T) int {
	if len(text) >= len(mark) && string(text[:len(mark)]) == mark {
		return len(mark)
	}
	return 0
}

// Lines converts offsets of a text to positions and back. It scans the text once, and only as far as needed.
type Lines struct {
	Text string // must not change after the first call

	starts []int // offsets of the lines found so far
	read   int   // offset up to which line ends have been found
}

// until scans for line ends up to an offset or a number of lines.
func (l *Lines) until(offset, lines int) {
	if l.starts == nil {
		l.starts = append(make([]int, 0, 64), markOf(l.Text))
	}
	for l.read < offset && len(l.starts) < lines {
		n := strings.IndexByte(l.Text[l.read:offset], '\n')
		if n < 0 {
			l.read = offset
			return
		}
		l.read += n + 1
		l.starts = append(l.starts, l.read)
	}
}

// Position returns the position of an offset, which may be beyond the end of the text.
func (l *Lines) Position(offset int) Position {
	offset = max(0, min(offset, len(l.Text)))
	l.until(offset, len(l.Text)+2)
	low, high := 0, len(l.starts)
	for high-low > 1 {
		if middle := (low + high) / 2; l.starts[middle] <= offset {
			low = middle
		} else {
			high = middle
		}
	}
	return Position{low + 1, max(offset-l.starts[low], 0) + 1}
}

// Start returns the offset of the start of a line, clamped to the lines of the text.
func (l *Lines) Start(line int) int {
	l.until(len(l.Text), line)
	return l.starts[max(1, min(line, len(l.starts)))-1]
}

// Offset is the inverse of [Lines.Position].
func (l *Lines) Offset(p Position) int {
	return min(l.Start(p.Line)+max(p.Column, 1)-1, len(l.Text))
}

// Column16 returns the column of a position in UTF-16 code units, as SARIF and many editors count, or 0 if the position
// has no column.
func (l *Lines) Column16(p Position) int {
	if p.Column == 0 {
		return 0
	}
	start := l.Start(p.Line)
	column := 1
	for _, c := range l.Text[start:max(start, l.Offset(p))] {
		column += utf16Len(c)
	}
	return column
}

// utf16Len returns the number of code units of a character; invalid UTF-8 counts as one character.
func utf16Len(c rune) int {
	if c > 0xffff && c <= utf8.MaxRune {
		return 2
	}
	return 1
}

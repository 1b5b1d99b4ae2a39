package place

import (
	"strings"
	"unicode/utf8"
)

// mark is the byte order mark of UTF-8. It stands before the first line and is no column of it.
const mark = "\ufeff"

// At returns the position of an offset, which may be beyond the end of the text. For several of one text use [Lines].
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

// Lines turns offsets of a text into positions and back. It reads the text once, and only as far as it is asked.
type Lines struct {
	Text string // not to be changed once it has been asked for

	starts []int // where each line begins that has been read
	read   int   // up to where line ends have been looked for
}

// until looks for line ends up to an offset, or for so many lines.
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

// Start returns the offset at which a line begins: the first or last one for a line that the text does not have.
func (l *Lines) Start(line int) int {
	l.until(len(l.Text), line)
	return l.starts[max(1, min(line, len(l.starts)))-1]
}

// Offset is the inverse of [Lines.Position].
func (l *Lines) Offset(p Position) int {
	return min(l.Start(p.Line)+max(p.Column, 1)-1, len(l.Text))
}

// Column16 returns the column of a position in UTF-16 code units, as SARIF and many editors count them, and 0 where
// it has none.
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

// utf16Len returns how many code units a character takes; what is no UTF-8 is shown as one character.
func utf16Len(c rune) int {
	if c > 0xffff && c <= utf8.MaxRune {
		return 2
	}
	return 1
}

package taint

import (
	"sort"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// maxEscapes is the number of layers of one kind of escapes that are decoded, such as JSON strings nested in JSON
// strings.
const maxEscapes = 3

// view is a text, or the text with its escapes decoded.
type view struct {
	text    string
	kind    form // formJSON, formURL, or 0 for the text itself
	parent  *view
	escapes []escape
}

// escape is a decoded escape.
type escape struct {
	to, from uint32 // its offsets in this text and in the parent's
	size     uint8  // its bytes in this text
	length   uint8  // its bytes in the parent's
}

// start returns the offset in the original text of the start of the byte at i.
func (v *view) start(i int) int {
	if v.parent == nil {
		return i
	}
	return v.parent.start(v.offset(i, false))
}

// end returns the offset in the original text of the end of the bytes before i.
func (v *view) end(i int) int {
	if v.parent == nil {
		return i
	}
	return v.parent.end(v.offset(i, true))
}

func (v *view) offset(i int, after bool) int {
	k := sort.Search(len(v.escapes), func(k int) bool { return int(v.escapes[k].to) > i }) - 1
	if k < 0 {
		return i
	}
	e := v.escapes[k]
	into := i - int(e.to)
	switch {
	case into == 0:
		return int(e.from)
	case into < int(e.size) && after:
		return int(e.from) + int(e.length)
	case into < int(e.size):
		return int(e.from)
	}
	return int(e.from) + int(e.length) + into - int(e.size)
}

// jsonView decodes one layer of JSON escapes, including those that shells and YAML share with it. It returns nil if
// there are none.
func jsonView(parent *view) *view {
	return decode(parent, formJSON, '\\', func(rest string, buf []byte) ([]byte, int) {
		if len(rest) < 2 {
			return buf, 0
		}
		switch c := rest[1]; c {
		case 'n':
			return append(buf, '\n'), 2
		case 'r':
			return append(buf, '\r'), 2
		case 't':
			return append(buf, '\t'), 2
		case 'b':
			return append(buf, '\b'), 2
		case 'f':
			return append(buf, '\f'), 2
		case 'u':
			r, ok := hex4(rest)
			if !ok {
				return buf, 0
			}
			if utf16.IsSurrogate(r) && len(rest) > 6 {
				if low, ok := hex4(rest[6:]); ok {
					if r := utf16.DecodeRune(r, low); r != utf8.RuneError {
						return utf8.AppendRune(buf, r), 12
					}
				}
			}
			return utf8.AppendRune(buf, r), 6
		default:
			if c >= utf8.RuneSelf || hexDigits[c] < 16 || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' {
				return buf, 0
			}
			return append(buf, c), 2
		}
	})
}

// urlView decodes one layer of percent escapes.
func urlView(parent *view) *view {
	return decode(parent, formURL, '%', func(rest string, buf []byte) ([]byte, int) {
		if len(rest) < 3 || hexDigits[rest[1]] > 15 || hexDigits[rest[2]] > 15 {
			return buf, 0
		}
		return append(buf, hexDigits[rest[1]]<<4|hexDigits[rest[2]]), 3
	})
}

// decode calls replace at each mark. replace appends the decoded bytes and returns the length of the escape, or 0 if
// there is none.
func decode(parent *view, kind form, mark byte, replace func(rest string, buf []byte) ([]byte, int)) *view {
	text := parent.text
	i := strings.IndexByte(text, mark)
	if i < 0 {
		return nil
	}
	v := &view{kind: kind, parent: parent}
	buf := append(make([]byte, 0, len(text)), text[:i]...)
	for i < len(text) {
		before := len(buf)
		var n int
		if buf, n = replace(text[i:], buf); n == 0 {
			buf, n = append(buf, text[i]), 1
		} else {
			v.escapes = append(v.escapes, escape{
				to: uint32(before), from: uint32(i), //nolint:gosec // a message of the engine is at most 400 MB
				size: uint8(len(buf) - before), length: uint8(n), //nolint:gosec // at most 4 and 12
			})
		}
		i += n
		next := strings.IndexByte(text[i:], mark)
		if next < 0 {
			next = len(text) - i
		}
		buf = append(buf, text[i:i+next]...)
		i += next
	}
	if len(v.escapes) == 0 {
		return nil
	}
	v.text = string(buf)
	return v
}

// hex4 parses an escape of the form \uXXXX.
func hex4(s string) (r rune, ok bool) {
	if len(s) < 6 || s[0] != '\\' || s[1] != 'u' {
		return 0, false
	}
	for _, c := range []byte(s[2:6]) {
		d := hexDigits[c]
		if d > 15 {
			return 0, false
		}
		r = r<<4 | rune(d)
	}
	return r, true
}

package detect

import (
	"strings"
	"unicode/utf16"
	"unsafe"
)

// FileMatch is a secret found in a file. Its span is that of the bytes of the file; Inner is always nil.
type FileMatch struct {
	Match
	Line, Column int // of Start, counted from 1; the column in bytes, those of UTF-8 where the file is in UTF-16
	// More is true of the last match where the search ended with it: there may be more.
	More bool
}

// File returns the secrets in a file of a repository, ordered by Start, with disjoint spans: no more than 256, and the last says so. The name,
// slash-separated and from the root of the repository, says how the file is to be read and how much a name in it promises;
// see the package's description. The data must not change before File returns; nothing of it is kept.
func (d *Detector) File(name string, data []byte) []FileMatch {
	if len(data) < 8 {
		return nil
	}
	if text, wide, ok := decodeUTF16(data); ok {
		found := d.file(name, text, false)
		wide.locate(found, text)
		return found
	}
	text := unsafe.String(unsafe.SliceData(data), len(data)) //nolint:gosec // a copy of every file would cost more than the search; see above
	return d.file(name, text, false)
}

// FileFormats is File for a file that is no text, or that nobody has written by hand: it returns what has a known format, or fits
// a pattern of the options. Neither a name beside a value counts nor what is encoded.
func (d *Detector) FileFormats(name string, data []byte) []FileMatch {
	if len(data) < 8 {
		return nil
	}
	text := unsafe.String(unsafe.SliceData(data), len(data)) //nolint:gosec // as in File
	return d.file(name, text, true)
}

// Binary reports whether a file that begins with head holds a zero byte and is not in UTF-16.
func Binary(head []byte) bool {
	if len(head) >= 4 && (head[0] == 0xff && head[1] == 0xfe && (head[2] != 0 || head[3] != 0) || head[0] == 0xfe && head[1] == 0xff) {
		return false
	}
	for _, c := range head {
		if c == 0 {
			return true
		}
	}
	return false
}

func (d *Detector) file(name, text string, only bool) []FileMatch {
	s := d.scan(text)
	defer d.done(s)
	f := newFileScan(s, name)
	f.only = only
	s.file = &f
	s.extras()
	f.look()
	s.formatsFirst()
	full := len(s.found) >= maxFound
	matches := s.result()
	if len(matches) == 0 {
		return nil
	}
	found := make([]FileMatch, 0, len(matches))
	line, begin, at, end := 1, 0, 0, 0
	if strings.HasPrefix(text, "\ufeff") {
		begin = len("\ufeff")
	}
	for _, m := range matches {
		if m.Start < end {
			continue // a second secret in the same encoded run
		}
		end = m.End
		for i := strings.IndexByte(text[at:m.Start], '\n'); i >= 0; i = strings.IndexByte(text[at:m.Start], '\n') {
			line++
			at += i + 1
			begin = at
		}
		at = m.Start
		m.Key, m.Inner = strings.Clone(m.Key), nil
		found = append(found, FileMatch{Match: m, Line: line, Column: max(m.Start-begin, 0) + 1})
	}
	found[len(found)-1].More = full
	return found
}

// wideText says where the characters of a decoded text stand in the original.
type wideText struct{ size int }

// decodeUTF16 decodes a text that begins with the byte order mark of UTF-16. The mark stays, as that of UTF-8.
func decodeUTF16(data []byte) (string, wideText, bool) {
	high, low := 0, 1
	switch {
	case Binary(data[:min(len(data), 4)]):
		return "", wideText{}, false
	case data[0] == 0xff && data[1] == 0xfe:
		high, low = 1, 0
	case data[0] == 0xfe && data[1] == 0xff:
	default:
		return "", wideText{}, false
	}
	var b strings.Builder
	b.Grow(len(data))
	for i := 0; i+1 < len(data); i += 2 {
		r := rune(data[i+high])<<8 | rune(data[i+low])
		if utf16.IsSurrogate(r) && i+3 < len(data) {
			if p := utf16.DecodeRune(r, rune(data[i+2+high])<<8|rune(data[i+2+low])); p != '\ufffd' {
				r = p
				i += 2
			}
		}
		b.WriteRune(r)
	}
	return b.String(), wideText{size: len(data)}, true
}

// locate turns spans of the decoded text into those of the original.
func (w wideText) locate(found []FileMatch, text string) {
	at, to := 0, 0
	move := func(target int) int {
		for _, r := range text[at:target] {
			to += 2
			if r > 0xffff {
				to += 2
			}
		}
		at = target
		return min(to, w.size)
	}
	for i := range found {
		found[i].Start = move(found[i].Start)
		found[i].End = move(found[i].End)
	}
}

package repository

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/progression-labs-development/policypack/internal/dialect"
	"github.com/progression-labs-development/policypack/internal/lazy"
)

// content is the content of a version of a file, from the work tree or from git.
type content struct {
	data []byte // of a file above MaxSize its beginning
	size int64
	link bool   // data is where a symbolic link leads
	path string // of the file that holds all of it, where data does not
	id   string // by which git knows it, empty where that has to be found out
}

// how is the way a content is read.
type how uint8

const (
	asText     how = iota
	forFormats     // no text, or written by nobody: searched for known formats
	listed         // not searched, since it is what its ending says: an image, a font, an archive
	unread         // could not be read, or is not what it says that it is
)

// reading describes how a content is read. Text in an unread file is searched too: it can be executed all the same.
type reading struct {
	how     how
	reason  string   // empty where all of it is text, or a link
	texts   [][]byte // what is read as text: views of the same content
	formats []byte   // what is searched for formats
}

// headSize is the number of bytes read to determine the type of a file, the same as git's.
const headSize = 8000

// readingOf decides how a content is read. Managed is the reason, from its name, that the file is not written by
// people, or empty. A content cannot exempt itself from the search: it is skipped only if its extension and signature
// belong to a family, or if it is larger than MaxSize.
func readingOf(name, managed string, c content, kinds []kind) reading {
	head := c.data[:min(len(c.data), headSize)]
	f := familyOf(name)
	switch {
	case c.size == 0:
		return reading{}
	case c.link:
		return reading{formats: c.data}
	case lfsPointer(c):
		return reading{how: forFormats, reason: skipLFS, formats: c.data}
	case f != nil && f.holds(head):
		return reading{how: listed, reason: f.what}
	case c.size > MaxSize:
		return reading{how: unread, reason: skipLarge}
	case managed != "":
		return reading{how: forFormats, reason: managed, formats: PlainText(c.data)}
	}
	pdf, nul := portable(name, c.data), bytes.IndexByte(c.data, 0) >= 0
	sign := !pdf && signed(head)
	wide, valid := wideText(c.data)
	if wide != nil {
		head = head[2:]
	}
	like := (nul || pdf || sign || wide != nil || f != nil) && textual(head) // asked of few files
	switch {
	case wide != nil && (valid || like):
		r := reading{texts: [][]byte{wide}}
		if plain := withoutNUL(c.data[2:]); !bytes.Equal(plain, wide) {
			r.texts = append(r.texts, plain)
		}
		if !valid || like && !nul {
			r.how, r.reason = unread, skipEncoding
		}
		return r
	case (nul || sign) && !like && !written(name, head, kinds) && (sign || !firstLine(head)), !like && pdf:
		return reading{how: forFormats, reason: skipBinary, formats: c.data}
	}
	r := reading{texts: [][]byte{PlainText(c.data)}}
	if nul {
		r.texts[0] = bytes.TrimPrefix(withoutNUL(r.texts[0]), []byte("\xfe\xff")) // of UTF-32
		r.formats = c.data                                                        // a zero ends a word too
	}
	switch {
	case sign, like && f != nil:
		r.how, r.reason = unread, skipContradicting
	case encoded(head):
		r.how, r.reason = unread, skipEncoding
	}
	return r
}

// written reports whether the name or the first line shows that a program reads the file as text, whatever else it
// contains.
func written(name string, head []byte, kinds []kind) bool {
	f := namedBy(name, head)
	return of(kinds, f) != nil || !f.dialect.Values.Has(dialect.Prose)
}

// textual reports whether the bytes are text, ignoring zeros: interpreters skip them, and UTF-16 and UTF-32 have them
// between letters.
func textual(head []byte) bool {
	all, odd := 0, 0
	for i := 0; i < len(head); {
		c := head[i]
		switch {
		case c == 0:
			i++
			continue
		case c >= utf8.RuneSelf:
			if r, size := utf8.DecodeRune(head[i:]); r != utf8.RuneError || size > 1 {
				i += size
				all += size
				continue
			}
			odd++
		case c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != '\x1b', c == 0x7f:
			odd++
		}
		i++
		all++
	}
	return all > 0 && odd*20 <= all
}

// firstLine reports whether the content begins with a line of text. A shell runs such a file, whatever follows.
func firstLine(head []byte) bool {
	i := bytes.IndexByte(head, '\n')
	if i <= 0 || !utf8.Valid(head[:i]) {
		return false
	}
	return bytes.IndexFunc(head[:i], func(r rune) bool { return r < ' ' && r != '\t' && r != '\r' || r == 0x7f }) < 0
}

// withoutNUL returns a text without zero bytes, as a shell reads it.
func withoutNUL(data []byte) []byte { return bytes.ReplaceAll(data, []byte{0}, nil) }

// wideText decodes a text that begins with the byte order mark of UTF-16, nil for any other. Valid reports whether it
// is well-formed.
func wideText(data []byte) (text []byte, valid bool) {
	high, low := 0, 1
	switch {
	case len(data) < 4, data[0] == 0xff && data[1] == 0xfe && data[2] == 0 && data[3] == 0: // UTF-32
		return nil, false
	case data[0] == 0xff && data[1] == 0xfe:
		high, low = 1, 0
	case data[0] == 0xfe && data[1] == 0xff:
	default:
		return nil, false
	}
	units := wide(data[2:], high, low)
	text = []byte(string(utf16.Decode(units)))
	valid = len(data)%2 == 0 && !slices.Contains(units, 0) && !slices.Contains(units, 0xfffe) &&
		(!bytes.Contains(text, []byte(string(utf8.RuneError))) || slices.Contains(units, uint16(utf8.RuneError)))
	return text, valid
}

// claim matches the encoding that a file declares on its first two lines, for Python, Ruby and editors, or as XML.
var claim = lazy.Regexp(`(?i)(?:^|[^-\w])(?:file)?(?:en)?coding[ \t]*[:=][ \t]*["']?([-\w.]+)`)

// disguises are the encodings in which ASCII letters can represent others, if the reader supports them.
var disguises = lazy.Regexp(
	`^(?:utf7|u7|unicode11utf7|(?:raw)?unicodeescape|punycode|idna|rot13|ebcdic\w*|(?:cp|ibm|ccsid)?(?:037|273|277|278|280|284|285|297|424|500|875|1026|1047|11[34]\d))$`)

// encoded reports whether the text declares an encoding that is not supported.
func encoded(head []byte) bool {
	if head = head[:min(len(head), 512)]; !bytes.Contains(head, []byte("oding")) {
		return false
	}
	lines := bytes.SplitN(head, []byte("\n"), 3)
	for _, m := range claim().FindAllSubmatch(bytes.Join(lines[:min(len(lines), 2)], []byte("\n")), -1) {
		if disguises().MatchString(
			strings.NewReplacer("-", "", "_", "", ".", "").Replace(strings.ToLower(string(m[1])))) {
			return true
		}
	}
	return false
}

// pointer matches the whole content of a Git LFS pointer.
var pointer = lazy.Regexp(
	`^version https://git-lfs\.github\.com/spec/v1\n(?:ext-\d-\w+ sha256:[0-9a-f]{64}\n)*oid sha256:[0-9a-f]{64}\nsize \d{1,19}\n?$`)

func lfsPointer(c content) bool {
	return c.size < 1024 && bytes.HasPrefix(c.data, []byte("version https://git-lfs")) && pointer().Match(c.data)
}

package document

import (
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/progression-labs-development/policypack/internal/detect/ascii"
	"github.com/progression-labs-development/policypack/internal/model"
)

// jsonReader parses JSON leniently: it accepts comments, trailing commas, line breaks in strings, and several
// concatenated documents.
type jsonReader struct {
	*builder
	i int
}

func (b *builder) json() error {
	r := jsonReader{builder: b}
	if strings.HasPrefix(b.text, "\ufeff") {
		r.i = len("\ufeff")
	}
	for {
		if r.space(); r.i == len(b.text) && len(b.roots) > 0 {
			return nil
		}
		n, ok := r.value(0)
		if !ok || n.kind == model.String && len(b.roots) == 0 {
			return errBroken
		}
		b.roots = append(b.roots, n)
	}
}

// space skips white space and comments.
func (r *jsonReader) space() {
	t := r.text
	for r.i < len(t) {
		switch {
		case ascii.IsSpace(t[r.i]):
			r.i++
		case strings.HasPrefix(t[r.i:], "//"):
			if j := strings.IndexByte(t[r.i:], '\n'); j >= 0 {
				r.i += j
			} else {
				r.i = len(t)
			}
		case strings.HasPrefix(t[r.i:], "/*"):
			j := strings.Index(t[r.i+2:], "*/")
			if j < 0 {
				return
			}
			r.i += j + 4
		default:
			return
		}
	}
}

func (r *jsonReader) next(c byte) bool {
	if r.space(); r.i < len(r.text) && r.text[r.i] == c {
		r.i++
		return true
	}
	return false
}

func (r *jsonReader) value(depth int) (*Node, bool) {
	t := r.text
	if r.i >= len(t) || depth > maxDepth {
		return nil, false
	}
	from := r.i
	switch t[from] {
	case '{':
		return r.members(depth)
	case '[':
		return r.list(depth)
	case '"':
		return r.literal()
	}
	for r.i < len(t) && (ascii.IsWord(t[r.i]) || t[r.i] == '-' || t[r.i] == '+' || t[r.i] == '.') {
		r.i++
	}
	switch word := t[from:r.i]; {
	case word == "null":
		return r.node(model.Null, from, r.i), true
	case word == "true" || word == "false" || word != "" && (ascii.IsDigit(word[0]) || word[0] == '-'):
		return r.written(from, r.i), true
	}
	return nil, false
}

func (r *jsonReader) list(depth int) (*Node, bool) {
	n, first := r.node(model.List, r.i, 0), len(r.items)
	for r.i++; !r.next(']'); {
		if len(r.items) > first && !r.next(',') {
			return nil, false
		}
		if r.next(']') {
			break
		}
		item, ok := r.value(depth + 1)
		if !ok {
			return nil, false
		}
		r.items = append(r.items, item)
	}
	n.To = r.i
	n.items = append(n.items, r.items[first:]...)
	r.items = r.items[:first]
	return n, true
}

func (r *jsonReader) members(depth int) (*Node, bool) {
	n, first := r.node(model.Object, r.i, 0), len(r.builder.members)
	for r.i++; !r.next('}'); {
		if len(r.builder.members) > first && !r.next(',') {
			return nil, false
		}
		if r.next('}') {
			break
		}
		key, ok := r.key()
		if !ok || !r.next(':') {
			return nil, false
		}
		r.space()
		if key.Value, ok = r.value(depth + 1); !ok {
			return nil, false
		}
		r.builder.members = append(r.builder.members, key)
	}
	n.To = r.i
	r.object(n, slices.Clone(r.builder.members[first:]))
	r.builder.members = r.builder.members[:first]
	return n, true
}

// key parses the key of a member.
func (r *jsonReader) key() (m Member, ok bool) {
	from, to, escaped, ok := r.quoted()
	if !ok {
		return m, false
	}
	m = Member{Key: r.text[from:to], From: from, To: to}
	if escaped {
		m.Key = Unescape(m.Key)
	}
	return m, true
}

func (r *jsonReader) literal() (*Node, bool) {
	from, to, escaped, ok := r.quoted()
	switch {
	case !ok:
		return nil, false
	case escaped:
		return r.decoded(Unescape(r.text[from:to]), from, to, Encoded), true
	}
	return r.written(from, to), true
}

// quoted parses a string and returns the range between its quotes.
func (r *jsonReader) quoted() (from, to int, escaped, ok bool) {
	t := r.text
	if r.i >= len(t) || t[r.i] != '"' {
		return 0, 0, false, false
	}
	from = r.i + 1
	for i := from; i < len(t); i++ {
		switch c := t[i]; {
		case c == '"':
			r.i = i + 1
			return from, i, escaped, true
		case c == '\\':
			escaped = true
			i++
		// line breaks are invalid in JSON strings, but common in hand-written files
		case c < ' ' && c != '\t' && c != '\n' && c != '\r':
			return 0, 0, false, false
		}
	}
	return 0, 0, false, false
}

// Unescape decodes JSON escapes and leaves invalid ones as they are.
func Unescape(t string) string {
	var b strings.Builder
	b.Grow(len(t))
	for i := 0; i < len(t); i++ {
		c := t[i]
		if c != '\\' || i+1 == len(t) {
			b.WriteByte(c)
			continue
		}
		i++
		switch t[i] {
		case 'n':
			b.WriteByte('\n')
		case 't':
			b.WriteByte('\t')
		case 'r':
			b.WriteByte('\r')
		case 'b', 'f':
			b.WriteByte(' ')
		case 'u':
			r, ok := code(t, i+1)
			if !ok {
				b.WriteString(`\u`)
				continue
			}
			i += 4
			if utf16.IsSurrogate(r) && i+2 < len(t) && t[i+1] == '\\' && t[i+2] == 'u' {
				if low, ok := code(t, i+3); ok {
					r = utf16.DecodeRune(r, low)
					i += 6
				}
			}
			b.WriteRune(r)
		default:
			b.WriteByte(t[i])
		}
	}
	return b.String()
}

// Escaped converts an offset in the unescaped text to the offset in the text with JSON escapes.
func Escaped(t string, offset int) int {
	i := 0
	for n := 0; n < offset && i < len(t); {
		size := 1
		if t[i] == '\\' {
			size = 2
			if r, ok := code(t, i+2); ok && t[i+1] == 'u' {
				size = 6
				if utf16.IsSurrogate(r) && strings.HasPrefix(t[i+6:], `\u`) {
					size = 12
				}
			}
		}
		size = min(size, len(t)-i)
		n += len(Unescape(t[i : i+size]))
		i += size
	}
	return i
}

func code(t string, i int) (rune, bool) {
	if i+4 > len(t) {
		return utf8.RuneError, false
	}
	var r rune
	for _, c := range []byte(t[i : i+4]) {
		if !ascii.IsHex(c) {
			return utf8.RuneError, false
		}
		d := rune(c - '0')
		if !ascii.IsDigit(c) {
			d = rune(c|0x20-'a') + 10
		}
		r = r<<4 | d
	}
	return r, true
}

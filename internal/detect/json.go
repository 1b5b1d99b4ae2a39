package detect

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/progression-labs-development/policypack/internal/detect/ascii"
	"github.com/progression-labs-development/policypack/internal/detect/names"
)

// maxNesting bounds the arrays and objects inside each other that are followed.
const maxNesting = 100

// parser walks JSON in place, so that spans stay those of the text, and without a tree.
type parser struct {
	s *scan
	i int
}

// json looks into the current text and reports whether it is JSON. If it is not, nothing is recorded.
func (s *scan) json() bool {
	found, height, decoded := len(s.found), s.height, s.decoded
	p := parser{s: s}
	p.space()
	if p.value("", 0) {
		p.space()
		if p.i == len(s.Text) {
			return true
		}
	}
	s.Work += p.i
	s.found, s.height, s.decoded = s.found[:found], height, decoded
	return false
}

func (p *parser) space() {
	for p.i < len(p.s.Text) && ascii.IsSpace(p.s.Text[p.i]) {
		p.i++
	}
}

func (p *parser) next(c byte) bool {
	p.space()
	if p.i < len(p.s.Text) && p.s.Text[p.i] == c {
		p.i++
		return true
	}
	return false
}

func (p *parser) value(key string, depth int) bool {
	t := p.s.Text
	if p.i >= len(t) || depth > maxNesting {
		return false
	}
	switch t[p.i] {
	case '{':
		p.i++
		return p.object(depth)
	case '[':
		p.i++
		return p.array(key, depth)
	case '"':
		l, ok := p.literal()
		if ok {
			p.s.leaf(key, l)
		}
		return ok
	}
	end := p.i
	for end < len(t) && (ascii.IsWord(t[end]) || t[end] == '-' || t[end] == '+' || t[end] == '.') {
		end++
	}
	word := t[p.i:end]
	p.i = end
	return word == "true" || word == "false" || word == "null" || word != "" &&
		(ascii.IsDigit(word[0]) || word[0] == '-')
}

func (p *parser) array(key string, depth int) bool {
	if p.next(']') {
		return true
	}
	for n := 0; ; n++ {
		p.space()
		p.s.push("", n)
		ok := p.value(key, depth+1)
		p.s.height--
		if !ok {
			return false
		}
		if p.next(']') {
			return true
		}
		if !p.next(',') {
			return false
		}
	}
}

// object walks the members. A value beside a name, as in [{"name": "DB_PASSWORD", "value": "…"}], is checked by that
// name.
func (p *parser) object(depth int) bool {
	found := len(p.s.found)
	var named, valued literal
	account := false
	for first := true; ; first = false {
		if p.next('}') {
			break
		}
		if !first && !p.next(',') {
			return false
		}
		p.space()
		k, ok := p.literal()
		if !ok || !p.next(':') {
			return false
		}
		p.space()
		text := p.i < len(p.s.Text) && p.s.Text[p.i] == '"'
		at := p.i
		p.s.push(p.s.shown(k), -1)
		ok = p.value(k.text, depth+1)
		p.s.height--
		if !ok {
			return false
		}
		if text {
			v, _ := (&parser{s: p.s, i: at}).literal()
			switch {
			case names.IsName(k.text):
				named = v
			case names.IsValue(k.text):
				valued, valued.key = v, k.text
			case k.text == "type" && v.text == "service_account":
				account = true
			}
		}
	}
	if named.text != "" && valued.text != "" && len(named.text) <= 128 {
		p.s.push(valued.key, -1)
		p.s.weighSpan(named.text, valued.text, valued.start, valued.end)
		p.s.height--
	}
	if account {
		for i := range p.s.found[found:] {
			if m := &p.s.found[found+i]; m.Detector == "private-key" {
				info := p.s.d.info("gcp-service-account")
				m.Detector, m.Title, m.CloudKey = info.ID, info.Title, info.Cloud
			}
		}
	}
	return true
}

// literal is a string of a document: its text, and the bytes between its quotes.
type literal struct {
	text       string
	start, end int
	exact      bool // text is what stands there, without escapes
	key        string
}

// literal reads a string. Escapes are decoded up to the bound of decoded bytes.
func (p *parser) literal() (literal, bool) {
	t := p.s.Text
	if p.i >= len(t) || t[p.i] != '"' {
		return literal{}, false
	}
	start, escaped := p.i+1, false
	for i := start; i < len(t); i++ {
		switch c := t[i]; {
		case c == '"':
			p.i = i + 1
			l := literal{text: t[start:i], start: start, end: i, exact: !escaped}
			if escaped {
				l.text = unescape(l.text)
			}
			return l, true
		case c == '\\':
			escaped = true
			i++
		// real breaks are wrong in JSON, and common in what people write
		case c < ' ' && c != '\t' && c != '\n' && c != '\r':
			return literal{}, false
		}
	}
	return literal{}, false
}

// leaf looks into a value of a document and decides about it by its key.
func (s *scan) leaf(key string, l literal) {
	before, structured := len(s.found), false
	if len(l.text) >= 4 && !s.d.quiet(l.text) {
		if outer, ok := s.enter(l.text, l.start, l.end, l.exact); ok {
			structured = s.document()
			s.leave(outer)
		}
	}
	if len(s.found) == before && key != "" && !structured {
		s.weighSpan(key, l.text, l.start, l.end)
	}
}

// shown returns the key as paths show it: hidden where the key itself holds a secret, which is recorded.
func (s *scan) shown(k literal) string {
	if len(k.text) < 16 || len(k.text) <= 256 && s.d.quiet(k.text) {
		return k.text
	}
	before := len(s.found)
	if outer, ok := s.enter(k.text, k.start, k.end, k.exact); ok {
		s.formats()
		s.leave(outer)
	}
	if len(s.found) > before || len(k.text) > 256 {
		return Hidden
	}
	return k.text
}

// unescape decodes the escapes of JSON, and leaves wrong ones as they are.
func unescape(t string) string {
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

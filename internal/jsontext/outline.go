package jsontext

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/progression-labs-development/policypack/internal/place"
)

// Rule says which values of a document an [Outline] leaves out. Keys are matched like the names of fields by
// encoding/json, so that no spelling of a key that it would decode escapes a rule. A nil Rule keeps everything.
type Rule struct {
	// Fields are the rules for the fields of an object, by key; "*" is that for all others.
	Fields map[string]*Rule
	// Items is the rule for the items of a list.
	Items *Rule
	// Part replaces a list, an object, a string or a number by a [Part].
	Part bool
	// Drop leaves out a field; an item becomes null.
	Drop bool
	// Only, if not empty, makes an item null that does not contain this text after the rules have been applied.
	Only string
}

func (r *Rule) field(key []byte) *Rule {
	if sub, ok := r.Fields[string(key)]; ok && string(key) != "*" {
		return sub
	}
	for _, c := range key {
		if c >= 0x80 || c >= 'A' && c <= 'Z' {
			for name, sub := range r.Fields {
				if strings.EqualFold(name, string(key)) {
					return sub
				}
			}
			break
		}
	}
	return r.Fields["*"]
}

// Outline is a document without the values that its rules leave out. Those that are parts stay in the source, where
// they are read one by one.
type Outline struct {
	// Text is the document, compact. Each part is replaced by a value of the same kind that identifies it.
	Text []byte

	src   Source
	rule  *Rule
	parts []span
	odd   map[int]bool // parts that are nested deeply, or have unusual numbers
}

// span is where a part is in the source.
type span struct{ start, end int64 }

// Part is a value that has been left out of an outline, or one of true, false and null, which never are.
type Part struct {
	n    int // from 1; 0 for none
	kind byte
}

// Kind returns the first byte of an object, a list, a string, true, false or null. It is 0 for a number, and where
// there is no value.
func (p Part) Kind() byte { return p.kind }

// None reports whether there is no value, or null.
func (p Part) None() bool { return p.kind == 'n' || p == Part{} }

// UnmarshalJSON decodes the text in an outline.
func (p *Part) UnmarshalJSON(text []byte) error {
	*p = Part{kind: text[0]}
	switch p.kind {
	case 't', 'f', 'n':
		return nil
	case '{', '[', '"':
	default:
		p.kind = 0
	}
	n, err := strconv.Atoi(strings.Trim(string(text), `{}[]":`))
	p.n = n
	return err
}

// ObjectPart is a part that must be an object or null.
type ObjectPart struct{ Part }

// UnmarshalJSON decodes the text in an outline. Its error is that of encoding/json for a map.
func (p *ObjectPart) UnmarshalJSON(text []byte) error {
	if err := p.Part.UnmarshalJSON(text); err != nil || p.kind == '{' || p.kind == 'n' {
		return err
	}
	got := map[byte]string{'[': "array", '"': "string", 't': "bool", 'f': "bool", 0: "number"}[p.kind]
	return &json.UnmarshalTypeError{Value: got, Type: reflect.TypeFor[map[string]any](), Offset: -int64(p.n)}
}

// refer writes the text for a part.
func (p Part) refer(out []byte) []byte {
	n := strconv.Itoa(p.n)
	switch p.kind {
	case '{':
		return append(out, `{"":`+n+`}`...)
	case '[':
		return append(out, `[`+n+`]`...)
	case '"':
		return append(out, `"`+n+`"`...)
	}
	return append(out, n...)
}

// Scan checks the syntax of a document and returns its outline. Its errors are of type [*Error], or those of the
// source; want is what is expected instead of something that is not JSON.
func Scan(src Source, rule *Rule, want string) (*Outline, error) {
	return scan(window{src: src}, rule, want)
}

// ScanUnlessRefused is Scan with a better error for documents of another kind: refused returns that of a text or an
// outline. Of a source that is not JSON it is given the beginning, at most so many bytes.
func ScanUnlessRefused(src Source, rule *Rule, want string, refused func(text []byte) error, most int64) (*Outline,
	error,
) {
	o, err := Scan(src, rule, want)
	if err == nil {
		return o, refused(o.Text)
	}
	head, failed := Head(src, most)
	if failed != nil {
		return nil, failed
	}
	return nil, cmp.Or(refused(head), err)
}

func scan(w window, rule *Rule, want string) (*Outline, error) {
	src := w.src
	o := &Outline{src: src, rule: rule, odd: map[int]bool{}}
	s := scanner{window: w, out: make([]byte, 0, src.Size()/5)} // as a rule that is enough
	err := o.scan(&s, true)
	o.Text = s.out
	var wrong *syntaxError
	switch {
	case err == nil || !errors.As(err, &wrong):
		return o, err
	case wrong.end || wrong.at+1 >= src.Size(): // a string that is cut off may end in a line break
		end, err := lastOf(src)
		switch {
		case err != nil:
			return nil, err
		case end == 0:
			return nil, &Error{Message: "it is empty; expected " + want}
		}
		return nil, &Error{
			Message:  "the JSON ends too early, so the file is truncated; expected " + want,
			Position: positionIn(src, end),
		}
	}
	return nil, &Error{Message: "this is not JSON; expected " + want, Position: positionIn(src, wrong.at)}
}

// scan scans the document, and whether it is the only one.
func (o *Outline) scan(s *scanner, only bool) error {
	if err := o.value(s, o.rule); err != nil {
		return err
	}
	if s.peek(); only && (s.pos < len(s.buf) || s.err != nil) {
		return s.wrong()
	}
	return nil
}

// lastOf returns the end of a text without the white space at its end, 0 if there is nothing else.
func lastOf(src Source) (end int64, err error) {
	w := newWindow(src, 0)
	for ; w.fill(); w.pos = len(w.buf) {
		if text := bytes.TrimRight(w.buf, " \t\r\n"); len(bytes.TrimSpace(text)) > 0 || end > 0 && len(text) > 0 {
			end = w.base + int64(len(text))
		}
	}
	return end, w.err
}

// value scans a value by a rule.
func (o *Outline) value(s *scanner, rule *Rule) error {
	c := s.peek()
	switch {
	case rule == nil:
		return s.value()
	case rule.Part:
		return o.part(s, c)
	case c == '{' && rule.Fields != nil:
		return o.object(s, rule)
	case c == '[' && rule.Items != nil:
		return o.list(s, rule.Items)
	}
	return s.value()
}

// part scans a value that is a part, which starts with a byte.
func (o *Outline) part(s *scanner, c byte) error {
	switch c {
	case 't', 'f', 'n':
		return s.value()
	}
	start, depth := s.at(), s.depth
	s.deepest, s.unusual, s.depth = 0, false, 0
	if err := s.skip(); err != nil {
		return err
	}
	if s.depth = depth; s.silent > 0 {
		return nil
	}
	o.parts = append(o.parts, span{start, s.at()})
	p := Part{len(o.parts), c}
	if s.deepest > maxPart || s.unusual {
		o.odd[p.n] = true
	}
	if c != '{' && c != '[' && c != '"' {
		p.kind = 0
	}
	var buf [24]byte
	s.emit(p.refer(buf[:0]), start)
	return nil
}

// maxPart is how deeply a part may be nested without being odd.
const maxPart = 100

// skip scans a value without copying it.
func (s *scanner) skip() error {
	s.silent++
	err := s.value()
	s.silent--
	return err
}

func (o *Outline) object(s *scanner, rule *Rule) error {
	if err := s.enter(); err != nil {
		return err
	}
	if s.peek() == '}' {
		s.leave()
		return nil
	}
	var twice [8]*Rule // the first of the parts seen
	seen := twice[:0]
	for empty := true; ; {
		before := len(s.out)
		if !empty {
			s.emit([]byte(","), s.at())
		}
		if s.peek() != '"' {
			return s.wrong()
		}
		at := s.at()
		key, err := s.key()
		if err != nil {
			return err
		}
		sub := rule.field(key)
		if sub != nil && sub.Part && sub != rule.Fields["*"] {
			if slices.Contains(seen, sub) {
				return &Error{
					Message: fmt.Sprintf("the key %q occurs twice in an object", key), Position: positionIn(o.src, at),
				}
			}
			seen = append(seen, sub)
		}
		if s.peek() != ':' {
			return s.wrong()
		}
		s.note()
		if sub != nil && sub.Drop {
			err, s.out = s.skip(), s.out[:before]
		} else {
			err, empty = o.value(s, sub), false
		}
		if err != nil {
			return err
		}
		switch s.peek() {
		case ',':
			s.pos++
		case '}':
			s.leave()
			return nil
		default:
			return s.wrong()
		}
	}
}

func (o *Outline) list(s *scanner, rule *Rule) error {
	if err := s.enter(); err != nil {
		return err
	}
	if s.peek() == ']' {
		s.leave()
		return nil
	}
	for {
		s.peek()
		at, before, parts := s.at(), len(s.out), len(o.parts)
		var err error
		if rule.Drop {
			err = s.skip()
		} else {
			err = o.value(s, rule)
		}
		if err != nil {
			return err
		}
		if rule.Drop || rule.Only != "" && !bytes.Contains(s.out[before:], []byte(rule.Only)) {
			s.out, o.parts = s.out[:before], o.parts[:parts]
			s.emit([]byte("null"), at)
		}
		switch s.peek() {
		case ',':
			s.note()
		case ']':
			s.leave()
			return nil
		default:
			return s.wrong()
		}
	}
}

// Unmarshal decodes the text of the outline. Its errors are of type [*Error]; want is what is expected instead of
// another document.
func (o *Outline) Unmarshal(v any, want string) error {
	err := json.Unmarshal(o.Text, v)
	if err == nil {
		return nil
	}
	e := Wrong(o.Text, err, want)
	e.Position = place.Position{}
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) {
		var at int64
		if kind.Offset > 0 {
			at = o.locate(kind.Offset - 1)
		} else {
			at, _ = o.Span(Part{n: int(-kind.Offset)}) // of an [ObjectPart]
		}
		e.Position = positionIn(o.src, at)
	}
	return e
}

// locate returns where in the source the byte at an offset of the text is.
func (o *Outline) locate(offset int64) int64 {
	again := Outline{src: o.src, rule: o.rule, odd: map[int]bool{}}
	s := scanner{window: window{src: o.src}, locating: true, wanted: offset}
	_ = again.scan(&s, false) // it has been scanned before
	return s.found
}

// Odd reports whether a part is nested more deeply than values usually are, or has a number that may not fit into a
// float64, so that decoding it can fail.
func (o *Outline) Odd(p Part) bool { return o.odd[p.n] }

// Span returns where the part is in the source; both are 0 where it is not there.
func (o *Outline) Span(p Part) (start, end int64) {
	if p.n < 1 || p.n > len(o.parts) {
		return 0, 0
	}
	at := o.parts[p.n-1]
	return at.start, at.end
}

// Fail returns an error about the value at the path of keys and indices of the document, or about the whole document
// for an empty path.
func (o *Outline) Fail(path []any, format string, args ...any) *Error {
	return Fail(o.src, path, format, args...)
}

// FailIn returns an error about the value at a path in a part.
func (o *Outline) FailIn(p Part, path []any, format string, args ...any) *Error {
	start, end := o.Span(p)
	inner := offset(io.NewSectionReader(o.src, start, end-start), path)
	return &Error{Message: fmt.Sprintf(format, args...), Position: positionIn(o.src, start+inner)}
}

// Forget frees the text, once it has been decoded.
func (o *Outline) Forget() { o.Text, o.odd = nil, nil }

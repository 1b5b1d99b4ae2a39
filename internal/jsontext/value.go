package jsontext

import (
	"encoding/json"
	"errors"
	"iter"
	"strconv"
)

// Decoder decodes values as encoding/json decodes them into an any, but faster: the syntax of the text must have been
// checked before. It remembers keys, which repeat. The zero value is ready to use. It is not safe for concurrent use.
type Decoder struct {
	keys map[string]string

	text  []byte
	pos   int
	depth int
}

// ErrChanged is the error for a text that is not the one that was checked.
var ErrChanged = errors.New("the file changed while it was read; check it again")

// Decode decodes a value.
func (d *Decoder) Decode(text []byte) (any, error) {
	d.text, d.pos, d.depth = text, 0, 0
	v, err := d.value()
	if d.space(); err == nil && d.pos < len(d.text) {
		err = ErrChanged
	}
	d.text = nil
	return v, err
}

func (d *Decoder) space() byte {
	for d.pos < len(d.text) {
		switch c := d.text[d.pos]; c {
		case ' ', '\t', '\r', '\n':
			d.pos++
		default:
			return c
		}
	}
	return 0
}

func (d *Decoder) value() (any, error) {
	switch c := d.space(); c {
	case '{':
		return d.object()
	case '[':
		return d.list()
	case '"':
		text, plain, err := d.string()
		if err != nil || plain {
			return string(text), err
		}
		return unquoted(text)
	case 't':
		return true, d.word("true")
	case 'f':
		return false, d.word("false")
	case 'n':
		return nil, d.word("null")
	default:
		return d.number()
	}
}

func (d *Decoder) word(word string) error {
	if end := d.pos + len(word); end <= len(d.text) && string(d.text[d.pos:end]) == word {
		d.pos = end
		return nil
	}
	return ErrChanged
}

func (d *Decoder) enter() error {
	d.pos++
	if d.depth++; d.depth > maxNesting {
		return ErrChanged
	}
	return nil
}

func (d *Decoder) object() (any, error) {
	if err := d.enter(); err != nil {
		return nil, err
	}
	m := map[string]any{}
	if d.space() == '}' {
		d.pos++
		d.depth--
		return m, nil
	}
	for {
		if d.space() != '"' {
			return nil, ErrChanged
		}
		text, plain, err := d.string()
		if err != nil {
			return nil, err
		}
		var key string
		if plain {
			key = d.intern(text)
		} else if key, err = unquoted(text); err != nil {
			return nil, err
		}
		if d.space() != ':' {
			return nil, ErrChanged
		}
		d.pos++
		if m[key], err = d.value(); err != nil {
			return nil, err
		}
		switch d.space() {
		case ',':
			d.pos++
		case '}':
			d.pos++
			d.depth--
			return m, nil
		default:
			return nil, ErrChanged
		}
	}
}

func (d *Decoder) list() (any, error) {
	if err := d.enter(); err != nil {
		return nil, err
	}
	items := []any{}
	if d.space() == ']' {
		d.pos++
		d.depth--
		return items, nil
	}
	for {
		v, err := d.value()
		if err != nil {
			return nil, err
		}
		items = append(items, v)
		switch d.space() {
		case ',':
			d.pos++
		case ']':
			d.pos++
			d.depth--
			return items, nil
		default:
			return nil, ErrChanged
		}
	}
}

// string returns the content of a string in plain ASCII without escapes or, if it is not plain, the string with its
// quotes.
func (d *Decoder) string() (text []byte, plain bool, err error) {
	start := d.pos
	for i := start + 1; i < len(d.text); i++ {
		c := d.text[i]
		if ordinary[c] && c < 0x80 {
			continue
		}
		if c == '"' {
			d.pos = i + 1
			return d.text[start+1 : i], true, nil
		}
		break
	}
	end := textEnd(d.text, start+1)
	if end < 0 {
		return nil, false, ErrChanged
	}
	d.pos = end + 1
	return d.text[start : end+1], false, nil
}

func unquoted(text []byte) (s string, err error) {
	err = json.Unmarshal(text, &s)
	return s, err
}

// The keys that a decoder remembers: how many, and how long they may be.
const (
	maxKeys   = 4096
	maxKeyLen = 64
)

func (d *Decoder) intern(text []byte) string {
	if key, ok := d.keys[string(text)]; ok {
		return key
	}
	key := string(text)
	if len(key) <= maxKeyLen && len(d.keys) < maxKeys {
		if d.keys == nil {
			d.keys = map[string]string{}
		}
		d.keys[key] = key
	}
	return key
}

func (d *Decoder) number() (any, error) {
	start := d.pos
	for d.pos < len(d.text) {
		c := d.text[d.pos]
		if (c < '0' || c > '9') && c != '-' && c != '+' && c != '.' && c != 'e' && c != 'E' {
			break
		}
		d.pos++
	}
	n, err := strconv.ParseFloat(string(d.text[start:d.pos]), 64)
	switch {
	case errors.Is(err, strconv.ErrRange):
		return nil, errors.New("a number is too large")
	case err != nil:
		return nil, ErrChanged
	}
	return n, nil
}

// Fields yields the fields of an object whose syntax has been checked before: each key with the text of its value. It
// yields nothing for any other value.
func Fields(text []byte) iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		d := Decoder{text: text}
		if d.space() != '{' {
			return
		}
		d.pos++
		for d.space() == '"' {
			key, plain, err := d.string()
			if err != nil {
				return
			}
			name := string(key)
			if !plain {
				if name, err = unquoted(key); err != nil {
					return
				}
			}
			if d.space() != ':' {
				return
			}
			d.pos++
			if d.space(); !yield(name, d.skip()) {
				return
			}
			if d.space() == ',' {
				d.pos++
				d.space()
			}
		}
	}
}

// Items yields the texts of the items of a list whose syntax has been checked before. It yields nothing for any other
// value.
func Items(text []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		d := Decoder{text: text}
		if d.space() != '[' {
			return
		}
		d.pos++
		for c := d.space(); c != 0 && c != ']'; c = d.space() {
			if !yield(d.skip()) {
				return
			}
			if d.space() == ',' {
				d.pos++
			}
		}
	}
}

// skip returns the text of the value that begins here.
func (d *Decoder) skip() []byte {
	start, depth := d.pos, 0
	for d.pos < len(d.text) {
		switch c := d.text[d.pos]; c {
		case '"':
			end := textEnd(d.text, d.pos+1)
			if end < 0 {
				end = len(d.text) - 1
			}
			d.pos = end
			if depth == 0 {
				d.pos++
				return d.text[start:d.pos]
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return d.text[start:d.pos]
			}
			if depth--; depth == 0 {
				d.pos++
				return d.text[start:d.pos]
			}
		case ',', ' ', '\t', '\r', '\n':
			if depth == 0 {
				return d.text[start:d.pos]
			}
		}
		d.pos++
	}
	return d.text[start:]
}

package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/facts"
)

// document is a JSON value that knows the rows on which its parts stand.
type document struct {
	row    int
	value  any // as encoding/json decodes it
	fields []field
	items  []*document
}

type field struct {
	row   int
	key   string
	value *document
}

// parseDocument reads JSON. Where it is none, the row of the mistake comes with the error.
func parseDocument(data []byte) (d *document, row int, err error) {
	rowAt := func(offset int64) int { return 1 + bytes.Count(data[:min(offset, int64(len(data)))], []byte("\n")) }
	var value any
	if err := json.Unmarshal(data, &value); err != nil {
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			return nil, rowAt(syntax.Offset), err
		}
		return nil, 1, err
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	d, err = walkDocument(dec, value, func() int { return rowAt(dec.InputOffset()) })
	return d, 1, err
}

// walkDocument reads the next value of the decoder. The JSON is known to be well-formed. A key that is there twice counts
// the last time, as in encoding/json, and both are kept.
func walkDocument(dec *json.Decoder, value any, row func() int) (*document, error) {
	token, err := dec.Token()
	if err != nil {
		return nil, err
	}
	d := &document{row: row(), value: value}
	switch token {
	case json.Delim('{'):
		m, _ := value.(map[string]any)
		for dec.More() {
			token, err := dec.Token()
			if err != nil {
				return nil, err
			}
			key, _ := token.(string)
			f := field{row: row(), key: key}
			if f.value, err = walkDocument(dec, m[key], row); err != nil {
				return nil, err
			}
			d.fields = append(d.fields, f)
		}
		_, err = dec.Token()
	case json.Delim('['):
		list, _ := value.([]any)
		for i := 0; dec.More(); i++ {
			var v any
			if i < len(list) {
				v = list[i]
			}
			item, err := walkDocument(dec, v, row)
			if err != nil {
				return nil, err
			}
			d.items = append(d.items, item)
		}
		_, err = dec.Token()
	}
	return d, err
}

// field returns the field of that key, nil if there is none.
func (d *document) field(key string) *field {
	if d == nil {
		return nil
	}
	for i := len(d.fields) - 1; i >= 0; i-- {
		if d.fields[i].key == key {
			return &d.fields[i]
		}
	}
	return nil
}

// twice calls f for every key that stands twice in one object.
func (d *document) twice(f func(row int, key string)) {
	seen := map[string]bool{}
	for _, c := range d.fields {
		if seen[c.key] {
			f(c.row, c.key)
		}
		seen[c.key] = true
		c.value.twice(f)
	}
	for _, item := range d.items {
		item.twice(f)
	}
}

// locate finds the place in the document that a text of the form `PATH: message` or `PATH: FIELD: message` is about, PATH
// being written as [facts.Path] does it, and the keys that lead there. It is the document's own where the text names none.
func (d *document) locate(text string) (row int, keys []string) {
	row = d.row
	best := 0
	var visit func(d *document, path []any)
	try := func(at int, path []any) {
		for _, name := range []string{facts.Path(path), dotted(path)} {
			if strings.HasPrefix(text, name+": ") && len(name) > best {
				best, row = len(name), at
				keys = words(path)
			}
		}
	}
	visit = func(d *document, path []any) {
		for _, f := range d.fields {
			below := append(slices.Clip(path), f.key)
			try(f.row, below)
			visit(f.value, below)
		}
		for i, item := range d.items {
			below := append(slices.Clip(path), i)
			try(item.row, below)
			visit(item, below)
		}
	}
	visit(d, nil)
	rest, at := text, d
	if best > 0 {
		rest = text[best+2:]
		for _, key := range keys {
			at = at.step(key)
		}
	}
	if name, ok := strings.CutPrefix(rest, "unknown "); ok {
		for _, f := range at.fields {
			if name == f.key || strings.HasPrefix(name, f.key+";") || strings.HasPrefix(name, f.key+",") {
				return f.row, append(keys, f.key)
			}
		}
	}
	for _, f := range at.fields {
		if best > 0 && strings.Contains(rest, fmt.Sprintf("%q", f.key)) {
			return f.row, append(keys, f.key)
		}
	}
	if name, _, ok := strings.Cut(rest, ": "); ok {
		if f := at.field(name); f != nil && best > 0 {
			return f.row, append(keys, name)
		}
	}
	return row, keys
}

// step returns the part below a key or an index.
func (d *document) step(key string) *document {
	if f := d.field(key); f != nil {
		return f.value
	}
	for i, item := range d.items {
		if fmt.Sprint(i) == key {
			return item
		}
	}
	return &document{}
}

func words(path []any) []string {
	list := make([]string, len(path))
	for i, step := range path {
		list[i] = fmt.Sprint(step)
	}
	return list
}

func dotted(path []any) string { return strings.Join(words(path), ".") }

// texts calls f for every text in the document that is a value.
func (d *document) texts(f func(string)) {
	if s, ok := d.value.(string); ok {
		f(s)
	}
	for _, c := range d.fields {
		c.value.texts(f)
	}
	for _, item := range d.items {
		item.texts(f)
	}
}

// shape names what the document is, for messages.
func (d *document) shape() string {
	switch d.value.(type) {
	case map[string]any:
		return "an object"
	case []any:
		return "a list"
	case string:
		return "a text"
	case float64:
		return "a number"
	case bool:
		return "true or false"
	default:
		return "null"
	}
}

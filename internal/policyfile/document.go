package policyfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/place"
)

// Document is a JSON value that knows the rows on which its parts stand, and the bytes that they are.
type Document struct {
	Row    int
	from   int // of the text, up to to
	to     int
	Value  any // as encoding/json decodes it
	Fields []Field
	Items  []*Document
}

// Field is a key of an object and its value.
type Field struct {
	Row   int
	from  int // of its key
	Key   string
	Value *Document
}

// ParseDocument reads JSON. Where it is none, the row of the mistake comes with the error.
func ParseDocument(data []byte) (d *Document, row int, err error) {
	text := place.Lines{Text: string(data)}
	rowAt := func(offset int64) int { return text.Position(int(offset)).Line }
	var value any
	if err := json.Unmarshal(data, &value); err != nil {
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			return nil, rowAt(syntax.Offset), err
		}
		return nil, 1, err
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	d, err = (&walker{dec, data, func() int { return rowAt(dec.InputOffset()) }}).walk(value)
	return d, 1, err
}

// walker reads a document token by token.
type walker struct {
	*json.Decoder
	data []byte
	row  func() int
}

// next returns where the next token begins.
func (w *walker) next() int {
	i := int(w.InputOffset())
	for i < len(w.data) && strings.IndexByte(" \t\r\n:,", w.data[i]) >= 0 {
		i++
	}
	return i
}

// walk reads the next value. The JSON is known to be well-formed. A key that is there twice counts the last time, as in
// encoding/json, and both are kept.
func (w *walker) walk(value any) (*Document, error) {
	from := w.next()
	token, err := w.Token()
	if err != nil {
		return nil, err
	}
	d := &Document{Row: w.row(), Value: value, from: from}
	switch token {
	case json.Delim('{'):
		m, _ := value.(map[string]any)
		for w.More() {
			f := Field{from: w.next()}
			token, err := w.Token()
			if err != nil {
				return nil, err
			}
			f.Row = w.row()
			f.Key, _ = token.(string)
			if f.Value, err = w.walk(m[f.Key]); err != nil {
				return nil, err
			}
			d.Fields = append(d.Fields, f)
		}
		_, err = w.Token()
	case json.Delim('['):
		list, _ := value.([]any)
		for i := 0; w.More(); i++ {
			var v any
			if i < len(list) {
				v = list[i]
			}
			item, err := w.walk(v)
			if err != nil {
				return nil, err
			}
			d.Items = append(d.Items, item)
		}
		_, err = w.Token()
	}
	d.to = int(w.InputOffset())
	return d, err
}

// Field returns the field of that key, nil if there is none.
func (d *Document) Field(key string) *Field {
	if d == nil {
		return nil
	}
	for i := len(d.Fields) - 1; i >= 0; i-- {
		if d.Fields[i].Key == key {
			return &d.Fields[i]
		}
	}
	return nil
}

// Twice calls f for every key that stands twice in one object.
func (d *Document) Twice(f func(row int, key string)) {
	seen := map[string]bool{}
	for _, c := range d.Fields {
		if seen[c.Key] {
			f(c.Row, c.Key)
		}
		seen[c.Key] = true
		c.Value.Twice(f)
	}
	for _, item := range d.Items {
		item.Twice(f)
	}
}

// Locate finds the place in the document that a text of the form `PATH: message` or `PATH: FIELD: message` is about,
// PATH being written as [place.Path] does it, and the keys that lead there. It is the document's own where the text
// names none.
func (d *Document) Locate(text string) (row int, keys []string) {
	row = d.Row
	best := 0
	var visit func(d *Document, path place.Path)
	try := func(at int, path place.Path) {
		for _, name := range []string{path.String(), dotted(path)} {
			if strings.HasPrefix(text, name+": ") && len(name) > best {
				best, row = len(name), at
				keys = words(path)
			}
		}
	}
	visit = func(d *Document, path place.Path) {
		for _, f := range d.Fields {
			below := append(slices.Clip(path), f.Key)
			try(f.Row, below)
			visit(f.Value, below)
		}
		for i, item := range d.Items {
			below := append(slices.Clip(path), i)
			try(item.Row, below)
			visit(item, below)
		}
	}
	visit(d, nil)
	rest, at := text, d
	if best > 0 {
		rest = text[best+2:]
		for _, key := range keys {
			at = at.Step(key)
		}
	}
	if name, ok := strings.CutPrefix(rest, "unknown "); ok {
		for _, f := range at.Fields {
			if name == f.Key || strings.HasPrefix(name, f.Key+";") || strings.HasPrefix(name, f.Key+",") {
				return f.Row, append(keys, f.Key)
			}
		}
	}
	for _, f := range at.Fields {
		if best > 0 && strings.Contains(rest, fmt.Sprintf("%q", f.Key)) {
			return f.Row, append(keys, f.Key)
		}
	}
	if name, _, ok := strings.Cut(rest, ": "); ok {
		if f := at.Field(name); f != nil && best > 0 {
			return f.Row, append(keys, name)
		}
	}
	return row, keys
}

// Step returns the part below a key or an index.
func (d *Document) Step(key string) *Document {
	if f := d.Field(key); f != nil {
		return f.Value
	}
	for i, item := range d.Items {
		if fmt.Sprint(i) == key {
			return item
		}
	}
	return &Document{}
}

func words(path place.Path) []string {
	list := make([]string, len(path))
	for i, step := range path {
		list[i] = fmt.Sprint(step)
	}
	return list
}

func dotted(path place.Path) string { return strings.Join(words(path), ".") }

// Texts calls f for every text in the document that is a value.
func (d *Document) Texts(f func(string)) {
	if s, ok := d.Value.(string); ok {
		f(s)
	}
	for _, c := range d.Fields {
		c.Value.Texts(f)
	}
	for _, item := range d.Items {
		item.Texts(f)
	}
}

// Shape names what the document is, for messages.
func (d *Document) Shape() string {
	switch d.Value.(type) {
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

package policyfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"

	"github.com/progression-labs-development/policypack/internal/place"
)

// Document is a JSON value with the line numbers and byte ranges of its parts.
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

// ParseDocument parses JSON. If it is invalid, the line of the mistake is returned with the error.
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

// has reports whether the document has something at a path.
func (d *Document) has(path place.Path) bool {
	for _, step := range path {
		key, _ := step.(string)
		f := d.Field(key)
		if f == nil {
			return false
		}
		d = f.Value
	}
	return true
}

// RowAt returns the row of what lies at a path, or of the nearest thing around it that is there.
func (d *Document) RowAt(path place.Path) int {
	row := d.Row
	for _, step := range path {
		var next *Document
		switch s := step.(type) {
		case string:
			if f := d.Field(s); f != nil {
				next, row = f.Value, f.Row
			}
		case int:
			if s < len(d.Items) {
				next, row = d.Items[s], d.Items[s].Row
			}
		}
		if next == nil {
			break
		}
		d = next
	}
	return row
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

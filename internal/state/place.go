package state

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"strings"
)

// want says what Read reads.
const want = "what `pulumi stack export` writes"

// Error says what is wrong with a file, and where. It repeats nothing that stands in the file but a version.
type Error struct {
	Line, Column int // from 1, the column in bytes; 0 where the file as a whole is meant
	Message      string
}

// Error returns the message, with the place before it where there is one.
func (e *Error) Error() string {
	if e.Line == 0 {
		return e.Message
	}
	return fmt.Sprintf("%d:%d: %s", e.Line, e.Column, e.Message)
}

// Position returns the place, zeros where the file as a whole is meant.
func (e *Error) Position() (line, column int) { return e.Line, e.Column }

// fail makes the error about what lies under the path, and about the whole file without one.
func fail(data []byte, path []any, format string, args ...any) *Error {
	e := &Error{Message: fmt.Sprintf(format, args...)}
	if len(path) > 0 {
		e.Line, e.Column = place(data, offset(data, path))
	}
	return e
}

// wrongJSON turns an error of encoding/json, which may repeat a number or a letter of the file, into one of ours.
func wrongJSON(data []byte, err error) *Error {
	e := &Error{Message: "this is not JSON; want " + want}
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case len(bytes.TrimSpace(data)) == 0:
		e.Message = "it is empty; want " + want
	case errors.As(err, &syntax) && syntax.Offset >= int64(len(data)):
		e.Message = "the JSON ends too early, the file is cut off; want " + want
		e.Line, e.Column = place(data, len(bytes.TrimRight(data, " \t\r\n")))
	case errors.As(err, &syntax):
		e.Line, e.Column = place(data, int(syntax.Offset)-1)
	case errors.As(err, &kind):
		got, _, _ := strings.Cut(kind.Value, " ")
		e.Message = fmt.Sprintf("%s: want %s, got %s", kind.Field, shape(kind.Type), shapes[got])
		if kind.Field == "" {
			e.Message = fmt.Sprintf("this is %s; want %s", shapes[got], want)
		}
		e.Line, e.Column = place(data, int(kind.Offset)-1)
	}
	return e
}

// shapes are the words of encoding/json for what it finds.
var shapes = map[string]string{
	"object": "an object", "array": "a list", "string": "a text", "number": "a number", "bool": "true or false", "null": "null",
}

func shape(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Slice, reflect.Array:
		return "a list"
	case reflect.Struct, reflect.Map, reflect.Pointer:
		return "an object"
	case reflect.String:
		return "a text"
	case reflect.Bool:
		return "true or false"
	default:
		return "a whole number"
	}
}

// place turns an offset into a line and a column.
func place(data []byte, offset int) (line, column int) {
	before := data[:max(0, min(offset, len(data)))]
	return 1 + bytes.Count(before, []byte("\n")), len(before) - bytes.LastIndexByte(before, '\n')
}

// offset returns where the value under a path of keys and indices begins, or as much of the path as there is. The JSON is
// known to be well-formed.
func offset(data []byte, path []any) int {
	dec := json.NewDecoder(bytes.NewReader(data))
	at := valueAt(data, 0)
	for _, step := range path {
		if _, err := dec.Token(); err != nil {
			return at
		}
		found := false
		for i := 0; dec.More() && !found; i++ {
			found = step == i
			if key, ok := step.(string); ok {
				t, err := dec.Token()
				if err != nil {
					return at
				}
				found = t == key
			}
			if found {
				at = valueAt(data, int(dec.InputOffset()))
				continue
			}
			var skipped json.RawMessage
			if err := dec.Decode(&skipped); err != nil {
				return at
			}
		}
		if !found {
			return at
		}
	}
	return at
}

// valueAt skips what may stand before a value.
func valueAt(data []byte, i int) int {
	for i < len(data) && strings.IndexByte(" \t\r\n:,", data[i]) >= 0 {
		i++
	}
	return i
}

// topKeys returns the keys of a JSON object up to where it is broken, without parsing what lies below them.
func topKeys(data []byte) iter.Seq[string] {
	return func(yield func(string) bool) {
		depth, key := 0, true
		for i := 0; i < len(data); i++ {
			switch c := data[i]; c {
			case '{', '[':
				if depth == 0 && c == '[' {
					return
				}
				depth++
			case '}', ']':
				if depth--; depth == 0 {
					return
				}
			case ',':
				key = key || depth == 1
			case '"':
				end := textEnd(data, i+1)
				if end < 0 {
					return
				}
				if depth == 1 && key && !yield(string(data[i+1:end])) {
					return
				}
				key = key && depth != 1
				i = end
			case ' ', '\t', '\r', '\n':
			default:
				if depth == 0 {
					return
				}
			}
		}
	}
}

// textEnd returns where the quote is that ends a text, -1 where there is none.
func textEnd(data []byte, i int) int {
	for ; i < len(data); i++ {
		switch data[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return -1
}

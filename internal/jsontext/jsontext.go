// Package jsontext locates keys, values and errors in the text of a JSON document. Its errors quote nothing of the
// text, because the documents are plans and states, which contain secrets.
package jsontext

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"strings"

	"github.com/progression-labs-development/policypack/internal/place"
)

// Error is an error in a document, with its position.
type Error struct {
	place.Position // zero for the whole document
	Message        string
}

// Error returns the message, preceded by the position if there is one.
func (e *Error) Error() string {
	if e.Line == 0 {
		return e.Message
	}
	return e.String() + ": " + e.Message
}

// Behind adjusts the position of an error to a text in which the document is preceded by before.
func (e *Error) Behind(before []byte) *Error {
	moved := *e
	if e.Line > 0 {
		end := place.At(before, len(before))
		if e.Line == 1 {
			moved.Column += end.Column - 1
		}
		moved.Line += end.Line - 1
	}
	return &moved
}

// Fail returns an error about the value at the path of keys and indices, or about the whole document for an empty path.
func Fail(data []byte, path []any, format string, args ...any) *Error {
	e := &Error{Message: fmt.Sprintf(format, args...)}
	if len(path) > 0 {
		e.Position = place.At(data, offset(data, path))
	}
	return e
}

// Wrong converts an error of encoding/json, which may quote a number or a letter of the document, into one that states
// the expected type: want, for the document as a whole.
func Wrong(data []byte, err error, want string) *Error {
	e := &Error{Message: "this is not JSON; expected " + want}
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case len(bytes.TrimSpace(data)) == 0:
		e.Message = "it is empty; expected " + want
	case errors.As(err, &syntax) && syntax.Offset >= int64(len(data)):
		e.Message = "the JSON ends too early, so the file is truncated; expected " + want
		e.Position = place.At(data, len(bytes.TrimRight(data, " \t\r\n")))
	case errors.As(err, &syntax):
		e.Position = place.At(data, int(syntax.Offset)-1)
	case errors.As(err, &kind):
		got, _, _ := strings.Cut(kind.Value, " ")
		e.Message = fmt.Sprintf("%s: expected %s, got %s", kind.Field, shape(kind.Type), shapes[got])
		if kind.Field == "" {
			e.Message = fmt.Sprintf("this is %s; expected %s", shapes[got], want)
		}
		e.Position = place.At(data, int(kind.Offset)-1)
	}
	return e
}

// shapes maps the terms of encoding/json to those of messages.
var shapes = map[string]string{
	"object": "an object", "array": "a list", "string": "a string", "number": "a number", "bool": "true or false",
	"null": "null",
}

func shape(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Slice, reflect.Array:
		return "a list"
	case reflect.Struct, reflect.Map, reflect.Pointer:
		return "an object"
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "true or false"
	default:
		return "a whole number"
	}
}

// offset returns where the value at a path of keys and indices begins, following the path as far as it exists. The JSON
// must be well-formed.
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

// valueAt skips the characters that may precede a value.
func valueAt(data []byte, i int) int {
	for i < len(data) && strings.IndexByte(" \t\r\n:,", data[i]) >= 0 {
		i++
	}
	return i
}

// Keys yields the keys of the object at the start of the text, up to the first syntax error or truncation, without
// parsing the values.
func Keys(data []byte) iter.Seq[string] {
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
				if depth--; depth <= 0 {
					return
				}
			case ',':
				key = key || depth == 1
			case '"':
				end := textEnd(data, i+1)
				if end < 0 || depth == 0 {
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

// Documents splits a text into its concatenated JSON documents. Text after the last one is part of it, and a text
// without an object is a single document, so that the caller reports the error.
func Documents(data []byte) [][]byte {
	var all [][]byte
	for start := 0; start < len(data); {
		end := start + objectEnd(data[start:])
		if len(bytes.TrimSpace(data[end:])) == 0 {
			end = len(data)
		}
		all, start = append(all, data[start:end]), end
	}
	return all
}

// objectEnd returns the end of the object or list at the start of the text, or the length of the text if it is not
// closed.
func objectEnd(data []byte) int {
	depth := 0
	for i := 0; i < len(data); i++ {
		switch data[i] {
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth <= 0 {
				return i + 1
			}
		case '"':
			end := textEnd(data, i+1)
			if end < 0 {
				return len(data)
			}
			i = end
		case ' ', '\t', '\r', '\n':
		default:
			if depth == 0 {
				return len(data)
			}
		}
	}
	return len(data)
}

// textEnd returns the index of the closing quote of a string, or -1.
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

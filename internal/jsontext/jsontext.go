// Package jsontext says where things are in the text of a JSON document: keys, values, and what is wrong with it. Its
// errors repeat nothing of the text, since the documents are plans and states, which hold secrets.
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

// Error says what is wrong with a document, and where.
type Error struct {
	place.Position // zero where the document as a whole is meant
	Message        string
}

// Error returns the message, with the place before it where there is one.
func (e *Error) Error() string {
	if e.Line == 0 {
		return e.Message
	}
	return e.String() + ": " + e.Message
}

// Behind moves the place of an error of one document to where it is in a text that has the other one before it.
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

// Fail makes the error about what lies under the path of keys and indices, and about the whole document without one.
func Fail(data []byte, path []any, format string, args ...any) *Error {
	e := &Error{Message: fmt.Sprintf(format, args...)}
	if len(path) > 0 {
		e.Position = place.At(data, offset(data, path))
	}
	return e
}

// Wrong turns an error of encoding/json, which may repeat a number or a letter of the document, into one that says what
// is wanted there: want for the document as a whole.
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

// shapes are the words of encoding/json for what it finds.
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

// offset returns where the value under a path of keys and indices begins, or as much of the path as there is. The JSON
// is known to be well-formed.
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

// Keys returns the keys of the object that the text begins with, up to where it is broken or cut off, without parsing
// what lies below them.
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

// Documents cuts a text where one JSON document ends and the next begins, as programs write them one behind the other.
// What is behind the last one belongs to it, and a text without an object is one document: who reads it says what is
// wrong.
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

// objectEnd returns where the object or list that a text begins with ends, and the length of the text where none does.
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

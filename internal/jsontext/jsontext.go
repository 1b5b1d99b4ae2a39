// Package jsontext locates keys, values and errors in the text of a JSON document. Its errors quote nothing of the
// text, because the documents are plans and states, which contain secrets.
package jsontext

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
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

// Behind adjusts the position of an error in a document to a text in which the document begins at a position.
func (e *Error) Behind(begin place.Position) *Error {
	moved := *e
	if e.Line > 0 {
		if e.Line == 1 {
			moved.Column += begin.Column - 1
		}
		moved.Line += begin.Line - 1
	}
	return &moved
}

// Fail returns an error about the value at the path of keys and indices, or about the whole document for an empty path.
func Fail(src Source, path []any, format string, args ...any) *Error {
	e := &Error{Message: fmt.Sprintf(format, args...)}
	if len(path) > 0 {
		e.Position = positionIn(src, offset(src, path))
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
func Documents(src Source) ([]*io.SectionReader, error) {
	var all []*io.SectionReader
	w := newWindow(src, 0)
	for start := int64(0); start < src.Size(); {
		end := w.objectEnd()
		if end < src.Size() && w.blank() {
			end = src.Size()
		}
		if w.err != nil {
			return nil, w.err
		}
		all = append(all, io.NewSectionReader(src, start, end-start))
		if start = end; w.at() != end {
			w = newWindow(src, end)
		}
	}
	return all, nil
}

// objectEnd returns the end of the object or list that follows, or of the text if it is not closed.
func (w *window) objectEnd() int64 {
	depth, quoted, escaped := 0, false, false
	for w.pos < len(w.buf) || w.fill() {
		for w.pos < len(w.buf) {
			c := w.buf[w.pos]
			w.pos++
			switch {
			case escaped:
				escaped = false
			case quoted:
				escaped, quoted = c == '\\', c != '"'
			case c == '"':
				quoted = true
			case c == '{' || c == '[':
				depth++
			case c == '}' || c == ']':
				if depth--; depth <= 0 {
					return w.at()
				}
			case depth == 0 && c != ' ' && c != '\t' && c != '\r' && c != '\n':
				return w.src.Size()
			}
		}
	}
	return w.src.Size()
}

// blank reports whether only white space follows.
func (w *window) blank() bool {
	for w.pos < len(w.buf) || w.fill() {
		if len(bytes.TrimLeft(w.buf[w.pos:], " \t\r\n\v\f\u0085\u00a0")) > 0 {
			return false
		}
		w.pos = len(w.buf)
	}
	return true
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

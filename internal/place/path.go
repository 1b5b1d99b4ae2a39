package place

import (
	"strconv"
	"strings"
)

// Path is the path to a value within a resource's properties, a stack's configuration or a document: keys (string) and
// indices (int). An empty path is the whole.
type Path []any

// String returns the path in its readable form: environment.variables.DB_PASSWORD, items[0].value, data["odd key"].
func (p Path) String() string {
	switch len(p) {
	case 0:
		return ""
	case 1:
		if key, ok := p[0].(string); ok && plainKey(key) {
			return key
		}
	}
	var b []byte
	for _, step := range p {
		b = appendStep(b, step)
	}
	return string(b)
}

// Keys returns the path as text without its indices, so that all items of a list have the same one.
func (p Path) Keys() string {
	var b []byte
	for _, step := range p {
		if key, ok := step.(string); ok {
			b = appendStep(b, key)
		} else {
			b = append(b, "[]"...)
		}
	}
	return string(b)
}

// Key returns the last key of the path, ignoring trailing indices, or an empty string.
func (p Path) Key() string {
	for i := len(p) - 1; i >= 0; i-- {
		if key, ok := p[i].(string); ok {
			return key
		}
	}
	return ""
}

// Below returns the printed path of the value at a key or an index below a printed path.
func Below(path string, step any) string { return string(appendStep([]byte(path), step)) }

func appendStep(b []byte, step any) []byte {
	switch s := step.(type) {
	case int:
		return append(strconv.AppendInt(append(b, '['), int64(s), 10), ']')
	case string:
		if !plainKey(s) {
			return append(strconv.AppendQuote(append(b, '['), s), ']')
		}
		if len(b) > 0 {
			b = append(b, '.')
		}
		return append(b, s...)
	}
	return b
}

// plainKey reports whether a key needs no quotes: a name, or a configuration key such as shop:dbPassword.
func plainKey(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '_', c == '$':
		case i > 0 && (c >= '0' && c <= '9' || c == '-' || c == ':'):
		default:
			return false
		}
	}
	return s != ""
}

// ParsePath is the inverse of [Path.String]. It also accepts a leading dot, and unquoted keys that should be quoted. A
// text that is not a path becomes a single key.
func ParsePath(text string) Path {
	var path Path
	for rest := text; rest != ""; {
		var step any
		var ok bool
		if step, rest, ok = cutStep(rest); !ok {
			return Path{text}
		}
		path = append(path, step)
	}
	return path
}

func cutStep(text string) (step any, rest string, ok bool) {
	if inside, brackets := strings.CutPrefix(text, "["); brackets {
		if quoted, err := strconv.QuotedPrefix(inside); err == nil {
			key, _ := strconv.Unquote(quoted)
			rest, ok = strings.CutPrefix(inside[len(quoted):], "]")
			return key, rest, ok
		}
		digits, rest, ok := strings.Cut(inside, "]")
		index, err := strconv.Atoi(digits)
		return index, rest, ok && err == nil
	}
	text = strings.TrimPrefix(text, ".")
	end := strings.IndexAny(text, ".[")
	if end < 0 {
		end = len(text)
	}
	return text[:end], text[end:], end > 0
}

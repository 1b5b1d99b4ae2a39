package pack

import (
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// shapes are the types of JSON schema in words.
var shapes = map[string]string{
	"array": "a list", "boolean": "true or false", "integer": "a whole number", "null": "null", "number": "a number",
	"object": "an object", "string": "a text",
}

// mistyped returns which types were expected and which the value has, empty if it has one of them or if there are none.
func mistyped(want []string, v any) string {
	got, n := shape(v), rational(v)
	whole := n != nil && n.IsInt() && slices.Contains(want, "integer")
	if got != "" && (len(want) == 0 || whole || slices.Contains(want, got)) {
		return ""
	}
	expected, found := make([]string, len(want)), shapes[got]
	for i, w := range want {
		expected[i] = shapes[w]
	}
	if got == "number" && slices.Contains(want, "integer") {
		found = "a fraction"
	}
	return fmt.Sprintf("expected %s, got %s", strings.Join(expected, " or "), found)
}

// shape returns the type of a decoded value, empty if it is none of JSON.
func shape(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case json.Number, float64, int, int64:
		return "number"
	case string:
		return "string"
	case []any:
		return "array"
	case map[string]any:
		return "object"
	}
	return ""
}

// rational returns a number exactly as it is written, nil for anything else.
func rational(v any) *big.Rat {
	if shape(v) != "number" {
		return nil
	}
	r, _ := new(big.Rat).SetString(fmt.Sprint(v))
	return r
}

// whole returns a number that counts something.
func whole(v any) (int, bool) {
	r := rational(v)
	if r == nil || !r.IsInt() || r.Sign() < 0 || !r.Num().IsInt64() {
		return 0, false
	}
	return int(r.Num().Int64()), true
}

// listed returns the strings of a list, or the only one.
func listed(v any) (out []string) {
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	for _, one := range list {
		if s, ok := one.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// equal reports whether two values are equal in JSON: 1 equals 1.0, but not "1".
func equal(a, b any) bool { return duplicates([]any{a, b}) }

// duplicates reports whether two of the values are equal.
func duplicates(list []any) bool {
	values := make([]ast.Value, len(list))
	for i, v := range list {
		var err error
		if values[i], err = ast.InterfaceToValue(v); err != nil {
			return false
		}
	}
	slices.SortFunc(values, ast.Value.Compare)
	different := slices.CompactFunc(values, func(a, b ast.Value) bool { return a.Compare(b) == 0 })
	return len(different) < len(list)
}

func plural(n int, noun string) string {
	switch {
	case n == 1:
		return "1 " + noun
	case strings.HasSuffix(noun, "y"):
		return fmt.Sprintf("%d %sies", n, strings.TrimSuffix(noun, "y"))
	default:
		return fmt.Sprintf("%d %ss", n, noun)
	}
}

// decimal formats a bound of a schema.
func decimal(r *big.Rat) string {
	f, _ := r.Float64()
	return strconv.FormatFloat(f, 'f', -1, 64)
}

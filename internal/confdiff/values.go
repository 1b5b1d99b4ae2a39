package confdiff

import (
	"cmp"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/progression-labs-development/policypack/internal/pack"
)

// The values of the keyword that are not lists.
const (
	more       = "more"
	less       = "less"
	moreOrNone = "more-or-none"
)

// shown is the number of list entries that are shown.
const shown = 3

func same(a, b any) bool {
	if reflect.DeepEqual(a, b) {
		return true
	}
	x, err1 := json.Marshal(a)
	y, err2 := json.Marshal(b)
	return err1 == nil && err2 == nil && string(x) == string(y)
}

// values compares two values of a parameter by its schema.
func (c *comparison) values(where string, schema map[string]any, a, b any) {
	switch relaxes := schema[pack.Relaxes].(type) {
	case []any:
		c.words(where, relaxes, cmp.Or(a, schema[pack.Unset]), cmp.Or(b, schema[pack.Unset]))
	case string:
		listA, okA := list(a)
		listB, okB := list(b)
		switch {
		case okA && okB:
			c.lists(where, schema, relaxes, listA, listB)
		case reflect.ValueOf(a).Kind() == reflect.Map || reflect.ValueOf(b).Kind() == reflect.Map:
			c.maps(where, schema, object(a), object(b))
		default:
			c.numbers(where, schema, relaxes, a, b)
		}
	default:
		c.add(Different, where, "%s", changed(a, b))
	}
}

func changed(a, b any) string {
	switch {
	case a == nil:
		return "is now set"
	case b == nil:
		return "is no longer set"
	default:
		return "has changed"
	}
}

// list returns a list; nil is an empty one.
func list(v any) ([]any, bool) {
	if v == nil {
		return nil, true
	}
	l, ok := v.([]any)
	return l, ok
}

func (c *comparison) words(where string, order []any, a, b any) {
	index := func(v any) int { return slices.IndexFunc(order, func(w any) bool { return same(w, v) }) }
	i, j := index(a), index(b)
	if i < 0 || j < 0 {
		c.add(Different, where, "%s", changed(a, b))
		return
	}
	c.add(ordered(i, j), where, "%v, was %v", b, a)
}

// number returns the least and the greatest number that a value can mean.
func number(schema map[string]any, v any) (low, high float64, ok bool) {
	if f, ok := toFloat(v); ok {
		return f, f, true
	}
	bounds, _ := schema[pack.Unset].([]any)
	if v != nil || len(bounds) != 2 {
		return 0, 0, false
	}
	low, ok1 := toFloat(bounds[0])
	high, ok2 := toFloat(bounds[1])
	return low, high, ok1 && ok2
}

func toFloat(v any) (float64, bool) {
	switch v := v.(type) {
	case float64:
		return v, true
	case json.Number:
		f, err := v.Float64()
		return f, err == nil
	case int:
		return float64(v), true
	default:
		return 0, false
	}
}

func (c *comparison) numbers(where string, schema map[string]any, relaxes string, a, b any) {
	lowA, highA, ok1 := number(schema, a)
	lowB, highB, ok2 := number(schema, b)
	kind := Different
	switch {
	case !ok1 || !ok2:
	case highA < lowB:
		kind = Milder
	case highB < lowA:
		kind = Stricter
	}
	if relaxes == less {
		kind = kind.flip()
	}
	text := func(v any) string {
		if f, ok := toFloat(v); ok {
			return strconv.FormatFloat(f, 'f', -1, 64)
		}
		return "not set"
	}
	c.add(kind, where, "%s, was %s", text(b), text(a))
}

// maps compares objects whose values have the order that the schema declares, key by key.
func (c *comparison) maps(where string, schema map[string]any, a, b map[string]any) {
	inner := map[string]any{pack.Relaxes: schema[pack.Relaxes]}
	for _, key := range union(a, b) {
		at := fmt.Sprintf("%s.%s", where, c.show(key))
		x, inA := a[key]
		y, inB := b[key]
		switch {
		case !inA:
			c.add(Different, at, "is new, and replaces the value that applies elsewhere")
		case !inB:
			c.add(Different, at, "was removed: the value that applies elsewhere applies there too")
		case !same(x, y):
			c.values(at, inner, x, y)
		}
	}
}

// lists compares lists as sets. Entries with ordered fields are identified by the first of their required fields.
func (c *comparison) lists(where string, schema map[string]any, relaxes string, a, b []any) {
	if relaxes == moreOrNone && (len(a) == 0) != (len(b) == 0) {
		if len(b) == 0 {
			c.add(Milder, where, "is empty, which means everything")
		} else {
			c.add(Stricter, where, "lists what is allowed, and did not before")
		}
		return
	}
	items := object(schema["items"])
	moved := !same(a, b)
	if key := keyOf(items); key != "" {
		moved = !same(keys(a, key), keys(b, key))
		a, b = c.entries(where, items, key, a, b)
	}
	added, removed := without(b, a), without(a, b)
	kind := Milder
	if relaxes == less {
		kind = Stricter
	}
	if len(added) > 0 {
		c.add(kind, where, "%s more%s", entries(len(added)), c.names(relaxes, added))
	}
	if len(removed) > 0 {
		c.add(kind.flip(), where, "%s fewer%s", entries(len(removed)), c.names(relaxes, removed))
	}
	if moved && len(added)+len(removed) == 0 {
		c.add(Different, where, "has a different order")
	}
}

func keys(list []any, key string) (out []any) {
	for _, v := range list {
		out = append(out, object(v)[key])
	}
	return out
}

func entries(n int) string {
	if n == 1 {
		return "1 entry"
	}
	return fmt.Sprintf("%d entries", n)
}

// names lists the entries of a list of exceptions. Those of a list of patterns may be secrets.
func (c *comparison) names(relaxes string, list []any) string {
	if relaxes == less {
		return ""
	}
	var texts []string
	for _, v := range list[:min(shown, len(list))] {
		text, ok := v.(string)
		if !ok {
			raw, err := json.Marshal(v)
			if err != nil {
				return ""
			}
			text = string(raw)
		}
		texts = append(texts, "`"+c.show(text)+"`")
	}
	if len(list) > shown {
		texts = append(texts, "…")
	}
	return ": " + strings.Join(texts, ", ")
}

// keyOf returns the field that identifies entries with ordered fields, empty if they have none.
func keyOf(items map[string]any) string {
	required, _ := items["required"].([]any)
	for _, v := range object(items["properties"]) {
		if _, ok := object(v)[pack.Relaxes]; ok && len(required) > 0 {
			key, _ := required[0].(string)
			return key
		}
	}
	return ""
}

// entries compares the entries that both lists have by their key, and returns those that only one of them has. Entries
// with the same key are not compared.
func (c *comparison) entries(where string, items map[string]any, key string, a, b []any) (restA, restB []any) {
	find := func(list []any, v any) (found map[string]any, n int) {
		for _, e := range list {
			if same(object(e)[key], object(v)[key]) {
				found, n = object(e), n+1
			}
		}
		return found, n
	}
	properties := object(items["properties"])
	both := map[string]bool{}
	for _, v := range a {
		x, n := find(a, v)
		y, k := find(b, v)
		if n != 1 || k != 1 {
			continue
		}
		id, _ := x[key].(string)
		both[id] = true
		for _, name := range union(x, y) {
			if !same(x[name], y[name]) {
				c.values(fmt.Sprintf("%s `%s` %s", where, c.show(id), name), object(properties[name]), x[name], y[name])
			}
		}
	}
	rest := func(list []any) []any {
		return slices.DeleteFunc(slices.Clone(list), func(v any) bool {
			id, _ := object(v)[key].(string)
			return both[id]
		})
	}
	return rest(a), rest(b)
}

// without returns the entries of a that are not in b.
func without(a, b []any) []any {
	var out []any
	for _, v := range a {
		if !slices.ContainsFunc(b, func(w any) bool { return same(v, w) }) {
			out = append(out, v)
		}
	}
	return out
}

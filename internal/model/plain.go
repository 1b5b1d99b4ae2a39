package model

import (
	"maps"
	"slices"
)

// Of returns the view of a Go value as decoded by encoding/json: nil, bool, float64, string, []any or map[string]any. A
// Value is kept as is at any depth. Any other value is Foreign.
func Of(v any) Value {
	if view, ok := v.(Value); ok {
		return view
	}
	return plain{v}
}

// Plain is the inverse of Of. It unwraps secrets, returns the text of an asset, and uses unknown for unknown values. It
// is for code that extracts structure from a marked text; nothing it returns may leave the process.
func Plain(v Value, unknown any) any { return plainOf(v, unknown, 0) }

func plainOf(v Value, unknown any, depth int) any {
	if depth > MaxDepth {
		return nil
	}
	switch v.Kind() {
	case Null, Foreign:
		return nil
	case Bool:
		return v.Bool()
	case Number:
		return v.Number()
	case String:
		return v.Text()
	case Unknown:
		return unknown
	case Secret:
		return plainOf(v.Inner(), unknown, depth+1)
	case Asset:
		return Text(v, "text")
	case List:
		items := make([]any, v.Len())
		for i := range items {
			items[i] = plainOf(v.Item(i), unknown, depth+1)
		}
		return items
	case Object, Archive, Reference:
		keys := v.Keys()
		m := make(map[string]any, len(keys))
		for _, key := range keys {
			m[key] = plainOf(v.Field(key), unknown, depth+1)
		}
		return m
	}
	return nil
}

// Unset is a Value whose methods all return zero values, for views to embed.
type Unset struct{}

// Kind returns Null.
func (Unset) Kind() Kind { return Null }

// Bool returns false.
func (Unset) Bool() bool { return false }

// Number returns 0.
func (Unset) Number() float64 { return 0 }

// Text returns an empty string.
func (Unset) Text() string { return "" }

// Len returns 0.
func (Unset) Len() int { return 0 }

// Item returns Null.
func (Unset) Item(int) Value { return Unset{} }

// Keys returns nil.
func (Unset) Keys() []string { return nil }

// Field returns nil.
func (Unset) Field(string) Value { return nil }

// Inner returns Null.
func (Unset) Inner() Value { return Unset{} }

// Unseen is an unknown value.
type Unseen struct{ Unset }

// Kind returns Unknown.
func (Unseen) Kind() Kind { return Unknown }

// Marked is a value that is marked secret.
type Marked struct {
	Unset
	Value Value
}

// Kind returns Secret.
func (Marked) Kind() Kind { return Secret }

// Inner returns the value.
func (m Marked) Inner() Value { return m.Value }

// As is an object of a different kind: Asset, Archive, Reference or Foreign.
type As struct {
	Value
	Of Kind
}

// Kind returns that kind.
func (a As) Kind() Kind { return a.Of }

// plain is a view of a value decoded by encoding/json.
type plain struct{ v any }

func (p plain) Kind() Kind {
	switch p.v.(type) {
	case nil:
		return Null
	case bool:
		return Bool
	case float64:
		return Number
	case string:
		return String
	case []any:
		return List
	case map[string]any:
		return Object
	}
	return Foreign
}

func (p plain) Bool() bool {
	v, _ := p.v.(bool)
	return v
}

func (p plain) Number() float64 {
	v, _ := p.v.(float64)
	return v
}

func (p plain) Text() string {
	v, _ := p.v.(string)
	return v
}

func (p plain) Len() int {
	list, _ := p.v.([]any)
	return len(list)
}

func (p plain) Item(i int) Value {
	list, _ := p.v.([]any)
	return Of(list[i])
}

func (p plain) Keys() []string {
	object, _ := p.v.(map[string]any)
	return slices.Sorted(maps.Keys(object))
}

func (p plain) Field(key string) Value {
	object, _ := p.v.(map[string]any)
	v, ok := object[key]
	if !ok {
		return nil
	}
	return Of(v)
}

func (plain) Inner() Value { return Unset{} }

// Package model is what all sources of resources have in common: the engine's calls, plans, states and examples are
// each seen as a [Stack] and its [Resource]s, whose properties are [Value]s.
//
// A Value is a view. It walks what its source holds, such as a message of the engine's protocol or the JSON of a plan,
// and makes no tree of its own: a stack is held in memory once. What a source writes as a signature, a sentinel or a
// tree of marks beside the values is here a [Kind]: [Secret] for what is marked, [Unknown] for what is not known yet.
//
// The model holds values in plaintext, those of secrets included. Nothing of it may leave the process; package facts is
// where secrets end.
package model

// Kind says what a value is.
type Kind uint8

// The kinds. Of a value that is not known yet but marked, the kind is Secret, and its Inner is Unknown.
const (
	Null Kind = iota
	Bool
	Number
	String
	List
	Object
	Unknown   // not known before the deployment
	Secret    // marked secret (Pulumi), sensitive (Terraform): Inner is the value
	Asset     // an Object of which one of text, path and uri is set
	Archive   // an Object of which one of assets, path and uri is set
	Reference // an Object with the urn and the id of a resource
	Foreign   // wrapped in a way that this version of the pack does not know
)

// MaxDepth bounds how deeply values may be nested. No provider's schema comes near it; what does is a mistake or an
// attack, and is refused with an error rather than passed over.
const MaxDepth = 200

// Value is one value, as its source holds it. A method that does not suit the kind returns the zero value. Values are
// never nil but where a method says so.
type Value interface {
	// Kind returns what the value is.
	Kind() Kind
	// Bool returns a Bool.
	Bool() bool
	// Number returns a Number.
	Number() float64
	// Text returns a String.
	Text() string
	// Len returns the number of entries of a List.
	Len() int
	// Item returns an entry of a List.
	Item(i int) Value
	// Keys returns the keys of an Object, sorted. The caller may not change it.
	Keys() []string
	// Field returns an entry of an Object, an Asset, an Archive or a Reference, nil where there is none.
	Field(key string) Value
	// Inner returns what a Secret holds.
	Inner() Value
}

// Text returns the text at a key of an object, empty where none is known there.
func Text(object Value, key string) string {
	if v := object.Field(key); v != nil {
		return v.Text()
	}
	return ""
}

// Fields returns the object at a key of an object, and an empty one where there is none.
func Fields(object Value, key string) Value {
	if v := object.Field(key); v != nil && v.Kind() == Object {
		return v
	}
	return Of(nil)
}

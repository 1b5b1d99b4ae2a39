// Package model is the common form of all sources of resources: the engine's calls, plans, states and examples are each
// seen as a [Stack] and its [Resource]s, whose properties are [Value]s.
//
// A Value is a view. It walks the source's own data, such as a message of the engine's protocol or the JSON of a plan,
// and does not build a tree, so that a stack is in memory only once. Whatever a source uses to mark values (a
// signature, a sentinel, a parallel tree of marks) becomes a [Kind]: [Secret] for a value that is marked secret,
// [Unknown] for one that is not known yet.
//
// The model contains plaintext values, including secrets. None of it may leave the process; package facts is where
// secrets are redacted.
package model

// Kind is the kind of a value.
type Kind uint8

// Kinds of values. A value that is both unknown and marked is a Secret whose Inner is Unknown.
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

// MaxDepth is how deeply values may be nested. No provider's schema comes near it. Deeper values are a mistake or an
// attack, and are rejected with an error rather than skipped.
const MaxDepth = 200

// Value is a view of one value in its source. A method that does not apply to the kind returns the zero value. Values
// are never nil unless a method says so.
type Value interface {
	// Kind returns the kind of the value.
	Kind() Kind
	// Bool returns the value of a Bool.
	Bool() bool
	// Number returns the value of a Number.
	Number() float64
	// Text returns the value of a String.
	Text() string
	// Len returns the number of entries of a List.
	Len() int
	// Item returns an entry of a List.
	Item(i int) Value
	// Keys returns the keys of an Object, sorted. The caller must not modify the slice.
	Keys() []string
	// Field returns an entry of an Object, an Asset, an Archive or a Reference, or nil.
	Field(key string) Value
	// Inner returns the value inside a Secret.
	Inner() Value
}

// Text returns the string at a key of an object, empty if it is missing or unknown.
func Text(object Value, key string) string {
	if v := object.Field(key); v != nil {
		return v.Text()
	}
	return ""
}

// Fields returns the object at a key of an object, or an empty one.
func Fields(object Value, key string) Value {
	if v := object.Field(key); v != nil && v.Kind() == Object {
		return v
	}
	return Of(nil)
}

package model

import (
	"maps"
	"slices"
)

// OriginKind says where a value, or a part of it, comes from.
type OriginKind uint8

// The kinds of origins. A value has several where it is built from parts.
const (
	NotKnown  OriginKind = iota
	Literal              // it is written in the program
	Config               // the stack's configuration; From is the key
	Variable             // an input variable; From is its name
	OutputOf             // an output of a resource; From is its URN
	LookedUp             // something that exists already is asked for it: a data source, a get function
	Generated            // made up during the deployment, by no resource
)

// Origin is one thing that a value is built from.
type Origin struct {
	Kind OriginKind
	From string
}

// Origins says where the properties of a resource come from.
type Origins interface {
	// Properties returns the names of the properties that have an origin, sorted.
	Properties() []string
	// Of returns the origins of a property.
	Of(property string) []Origin
}

// Sources are origins by the names of properties.
type Sources map[string][]Origin

// Properties returns the names of the properties that have an origin, sorted.
func (s Sources) Properties() []string { return slices.Sorted(maps.Keys(s)) }

// Of returns the origins of a property.
func (s Sources) Of(property string) []Origin { return s[property] }

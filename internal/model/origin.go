package model

import (
	"maps"
	"slices"

	"github.com/progression-labs-development/policypack/internal/place"
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
	// Partly is set where the value is a part of what is built from it, such as a member of an object of which another
	// member may be meant.
	Partly bool
	// By is what writes a Literal down, zero where the source does not say.
	By Writer
}

// Writer is what writes a value down: an argument of a block in the files of a module.
type Writer struct {
	Kind WriterKind
	// Module is the address of the module whose files have the block, without the keys of instances: module.a.module.b;
	// empty for the root.
	Module string
	// Block is the address of the block in that module: aws_db_instance.main, var.password, module.db, output.url.
	Block string
	// Name is the argument of the block: password, default, value, for_each. Inner is the place in its value, as
	// [place.Path] writes it.
	Name, Inner string
	// URN and Path are the same place as findings name it.
	URN, Path string
}

// WriterKind is what sort of an argument it is that writes a value down.
type WriterKind string

// The kinds of writers.
const (
	Attribute WriterKind = "attribute" // of a resource
	Default   WriterKind = "default"   // of a variable
	Argument  WriterKind = "argument"  // of a call of a module
	Output    WriterKind = "output"    // of a module
)

// Origins says where the properties of a resource come from.
type Origins interface {
	// Properties returns the names of the properties that have an origin, sorted.
	Properties() []string
	// Of returns the origins of a property.
	Of(property string) []Origin
}

// Leaves are Origins that tell of single values where they come from. It takes time, so it is asked for few.
type Leaves interface {
	Origins
	// Leaf returns the origin of the value at a path of the resource's inputs. A Literal is proven to be one; NotKnown
	// proves nothing.
	Leaf(path place.Path) Origin
}

// Sources are origins by the names of properties.
type Sources map[string][]Origin

// Properties returns the names of the properties that have an origin, sorted.
func (s Sources) Properties() []string { return slices.Sorted(maps.Keys(s)) }

// Of returns the origins of a property.
func (s Sources) Of(property string) []Origin { return s[property] }

package model

import (
	"maps"
	"slices"

	"github.com/progression-labs-development/policypack/internal/place"
)

// OriginKind is the kind of origin of a value or of a part of it.
type OriginKind uint8

// Kinds of origins. A value built from parts has several.
const (
	NotKnown  OriginKind = iota
	Literal              // hard-coded in the program
	Config               // the stack's configuration; From is the key
	Variable             // an input variable; From is its name
	OutputOf             // an output of a resource; From is its URN
	LookedUp             // read from an existing object by a data source or a get function
	Generated            // generated during the deployment, but not by a resource
)

// Origin is one source that a value is built from.
type Origin struct {
	Kind OriginKind
	From string
	// Partly is set if the value is a part of an object built from several origins, so that this one may be that of
	// another member.
	Partly bool
	// By is the location of a Literal, zero if the source does not report it.
	By Writer
}

// Writer is the argument of a block in a module's files that contains a hard-coded value.
type Writer struct {
	Kind WriterKind
	// Module is the address of the module with the block, without instance keys, such as module.a.module.b. It is empty
	// for the root module.
	Module string
	// Block is the address of the block in that module: aws_db_instance.main, var.password, module.db, output.url.
	Block string
	// Name is the argument of the block: password, default, value, for_each. Inner is the path within its value,
	// formatted like [place.Path].
	Name, Inner string
	// URN and Path are the same location as findings report it.
	URN, Path string
}

// WriterKind is the kind of argument that contains a hard-coded value.
type WriterKind string

// Kinds of writers.
const (
	Attribute WriterKind = "attribute" // of a resource
	Default   WriterKind = "default"   // of a variable
	Argument  WriterKind = "argument"  // of a module call
	Output    WriterKind = "output"    // of a module
)

// Origins are the origins of the properties of a resource.
type Origins interface {
	// Properties returns the names of the properties with a known origin, sorted.
	Properties() []string
	// Of returns the origins of a property.
	Of(property string) []Origin
}

// Leaves are Origins that can also trace individual values. Tracing is slow, so it is done only for a few.
type Leaves interface {
	Origins
	// Leaf returns the origin of the value at a path of the resource's inputs. Literal is proof that the value is
	// hard-coded; NotKnown proves nothing.
	Leaf(path place.Path) Origin
}

// Sources are origins by property name.
type Sources map[string][]Origin

// Properties returns the names of the properties with a known origin, sorted.
func (s Sources) Properties() []string { return slices.Sorted(maps.Keys(s)) }

// Of returns the origins of a property.
func (s Sources) Of(property string) []Origin { return s[property] }

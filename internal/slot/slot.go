// Package slot says what the place of a value says about it: what the value is called, and what the place is for.
//
// It is the same for the properties of a resource, for documents inside them and for files: all of them are walked as
// a [model.Value], by a [Walker], which visits each [Leaf] with what stands around it. What a place is for is said by a
// table, rego/catalogue/slots.jsonl, whose rows [Leaf.Meaning] looks up, and whether it is handed to what runs there by
// another, workloads.jsonl, for [Leaf.Workload]; the README beside them describes both.
package slot

import (
	"github.com/progression-labs-development/policypack/internal/detect/names"
	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/place"
)

// Meaning is what a place is for.
type Meaning uint8

// The meanings.
const (
	// Open is a place that does not say it: the name of the value and its looks decide.
	Open Meaning = iota
	// Names is a place for the name of a secret that is kept elsewhere.
	Names
	// Holds is a place for a secret, whatever it is called.
	Holds
	// Mixed is a place for secrets among other settings: what could be a secret is one.
	Mixed
	// Content is a place for data that may hold secrets: what stands there is looked into.
	Content
	// Identifier is a place for the name of a key, a user, a file or a resource, or for what is encrypted.
	Identifier
)

var meanings = [...]string{"", "names", "holds", "mixed", "content", "identifier"}

// String returns the meaning as the table writes it, empty for Open.
func (m Meaning) String() string { return meanings[m] }

// Reference reports whether a value of the place says where something is, so that neither its name nor its looks make
// it a secret.
func (m Meaning) Reference() bool { return m == Names || m == Identifier }

// Leaf is a value that holds no others, as a walk meets it.
type Leaf struct {
	// Type is the token of the resource, empty where the value is not of one.
	Type string
	// Path is where the value stands. It is shared with the walk: copy it to keep it.
	Path place.Path
	// Above are the objects and lists that the steps of Path go through, the outermost first. They are shared with the
	// walk.
	Above []model.Value
	// Name is what the value is called: its key, or where that says nothing what the values around it say.
	Name string
	// Value is a String, a Number or Unknown.
	Value model.Value
	// Marked reports whether the value, or one that it stands in, is marked secret.
	Marked bool
	// Whole reports whether it is an object or a list around the value that is marked secret, and so whatever is in it.
	Whole bool
	// MarkedAt is how many steps of Path lead to the outermost value that is marked secret, where Marked is true.
	MarkedAt int
}

// Walker visits the leaves of a value in the order of their paths. It makes no trees and copies no paths, as it runs
// over every property of every resource.
type Walker struct {
	// Type is the token of the resource, empty where the value is not of one.
	Type string
	// Hide returns a key as it may be shown; nil shows them as they are.
	Hide  func(key string) string
	Visit func(*Leaf)

	leaf Leaf
}

// Walk visits every string, every number and every value that is not known, with the marks of the values around it.
func (w *Walker) Walk(v model.Value) {
	w.leaf = Leaf{Type: w.Type}
	w.value("", v, unmarked)
}

// mark says what is marked secret.
type mark uint8

const (
	unmarked mark = iota
	itself        // the value
	around        // an object or a list around it
)

func (w *Walker) shown(key string) string {
	if w.Hide == nil {
		return key
	}
	return w.Hide(key)
}

// fields visits the fields of an object of that name.
func (w *Walker) fields(name string, object model.Value, m mark) {
	keys := object.Keys()
	if pair := pairName(object, keys); pair != "" {
		name = w.shown(pair)
	}
	w.leaf.Above = append(w.leaf.Above, object)
	for _, k := range keys {
		step := w.shown(k)
		called := step
		if name != "" && names.IsValue(k) {
			called = name
		}
		w.at(step, called, object.Field(k), m)
	}
	w.leaf.Above = w.leaf.Above[:len(w.leaf.Above)-1]
}

func (w *Walker) at(step any, name string, v model.Value, m mark) {
	if len(w.leaf.Path) > model.MaxDepth {
		return
	}
	w.leaf.Path = append(w.leaf.Path, step)
	w.value(name, v, m)
	w.leaf.Path = w.leaf.Path[:len(w.leaf.Path)-1]
}

func (w *Walker) value(name string, v model.Value, m mark) {
	switch v.Kind() {
	case model.String, model.Number, model.Unknown:
		w.leaf.Name, w.leaf.Value, w.leaf.Marked, w.leaf.Whole = name, v, m != unmarked, m == around
		w.Visit(&w.leaf)
	case model.List:
		w.leaf.Above = append(w.leaf.Above, v)
		for i := range v.Len() {
			w.at(i, name, v.Item(i), m)
		}
		w.leaf.Above = w.leaf.Above[:len(w.leaf.Above)-1]
	case model.Object:
		w.fields(name, v, m)
	case model.Secret:
		inner, outermost := v.Inner(), m == unmarked
		if k := inner.Kind(); k == model.Object || k == model.List {
			m = around
		} else if m == unmarked {
			m = itself
		}
		if outermost {
			w.leaf.MarkedAt = len(w.leaf.Path)
		}
		w.value(name, inner, m)
	case model.Asset:
		if text := v.Field("text"); text != nil {
			w.value(name, text, m)
		}
	case model.Archive:
		if assets := v.Field("assets"); assets != nil {
			w.leaf.Above = append(w.leaf.Above, v)
			w.at("assets", "assets", assets, m)
			w.leaf.Above = w.leaf.Above[:len(w.leaf.Above)-1]
		}
	case model.Null, model.Bool, model.Reference, model.Foreign:
	}
}

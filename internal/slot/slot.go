// Package slot says what the place of a value says about it: what the value is called, and what the place is for.
//
// It is the same for the properties of a resource, for documents inside them and for files: all of them are walked as
// a [model.Value], by a [Walker], which visits each [Leaf] with what stands around it.
package slot

import (
	"strings"

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
	// Content is a place for data that may hold secrets: what stands there is looked into.
	Content
	// Identifier is a place for the name of a key, a user, a file or a resource.
	Identifier
)

// Leaf is a value that holds no others, as a walk meets it.
type Leaf struct {
	// Type is the token of the resource, empty where the value is not of one.
	Type string
	// Path is where the value stands. It is shared with the walk: copy it to keep it.
	Path place.Path
	// Above are the objects and lists on the way to the value, the outermost first. They are shared with the walk.
	Above []model.Value
	// Name is what the value is called: its key, or where that says nothing what the values around it say.
	Name string
	// Value is a String, a Number or Unknown.
	Value model.Value
	// Marked reports whether the value, or one that it stands in, is marked secret.
	Marked bool
}

// Meaning returns what the place is for.
func (l *Leaf) Meaning() Meaning { return Open }

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
	w.value("", v, false)
}

func (w *Walker) shown(key string) string {
	if w.Hide == nil {
		return key
	}
	return w.Hide(key)
}

func (w *Walker) fields(object model.Value, marked bool) {
	keys := object.Keys()
	pair := pairName(object, len(keys))
	w.leaf.Above = append(w.leaf.Above, object)
	for _, k := range keys {
		step := w.shown(k)
		key := step
		if pair != "" && isValue(k) {
			key = w.shown(pair)
		}
		w.at(step, key, object.Field(k), marked)
	}
	w.leaf.Above = w.leaf.Above[:len(w.leaf.Above)-1]
}

// pairName is the name of a {name, value} pair: there the sibling tells what the value is.
func pairName(object model.Value, n int) string {
	if n < 2 {
		return ""
	}
	for _, k := range [...]string{"name", "Name", "key", "Key"} {
		if s := model.Text(object, k); s != "" {
			return s
		}
	}
	return ""
}

// isValue reports whether a field of a pair is its value: value, Value, secretValue, stringValue.
func isValue(key string) bool { return key == "value" || strings.HasSuffix(key, "Value") }

func (w *Walker) at(step any, key string, v model.Value, marked bool) {
	if len(w.leaf.Path) > model.MaxDepth {
		return
	}
	w.leaf.Path = append(w.leaf.Path, step)
	w.value(key, v, marked)
	w.leaf.Path = w.leaf.Path[:len(w.leaf.Path)-1]
}

func (w *Walker) value(key string, v model.Value, marked bool) {
	switch v.Kind() {
	case model.String, model.Number, model.Unknown:
		w.leaf.Name, w.leaf.Value, w.leaf.Marked = key, v, marked
		w.Visit(&w.leaf)
	case model.List:
		w.leaf.Above = append(w.leaf.Above, v)
		for i := range v.Len() {
			w.at(i, key, v.Item(i), marked)
		}
		w.leaf.Above = w.leaf.Above[:len(w.leaf.Above)-1]
	case model.Object:
		w.fields(v, marked)
	case model.Secret:
		w.value(key, v.Inner(), true)
	case model.Asset:
		if text := v.Field("text"); text != nil {
			w.value(key, text, marked)
		}
	case model.Archive:
		if assets := v.Field("assets"); assets != nil {
			w.at("assets", "assets", assets, marked)
		}
	case model.Null, model.Bool, model.Reference, model.Foreign:
	}
}

// Package slot derives what a value is from where it is: what the value is called, and what its path is for.
//
// Properties of a resource, documents inside them and files are handled alike: each is walked as a [model.Value] by a
// [Walker], which visits every [Leaf] together with its surroundings. Two tables describe known paths:
// rego/catalogue/slots.jsonl, queried by [Leaf.Meaning], says what a path is for, and workloads.jsonl, queried by
// [Leaf.Workload], says which paths pass their value to a running workload. The README beside them describes both.
package slot

import (
	"strings"
	"sync"

	"github.com/progression-labs-development/policypack/internal/detect/names"
	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/place"
)

// Meaning is what a path is for.
type Meaning uint8

// Meanings of a path.
const (
	// Open is a path without a meaning of its own: the name and the format of the value decide.
	Open Meaning = iota
	// Names is a path for the name of a secret that is stored elsewhere.
	Names
	// Holds is a path for a secret, whatever its name.
	Holds
	// Mixed is a path for secrets among other settings: every value that could be a secret is one.
	Mixed
	// Content is a path for data that may contain secrets: the content is scanned.
	Content
	// Identifier is a path for the name of a key, a user, a file or a resource, or for encrypted data.
	Identifier
)

var meanings = [...]string{"", "names", "holds", "mixed", "content", "identifier"}

// String returns the meaning as written in the table, empty for Open.
func (m Meaning) String() string { return meanings[m] }

// Reference reports whether a value at the path is a reference, so that neither its name nor its format makes it a
// secret.
func (m Meaning) Reference() bool { return m == Names || m == Identifier }

// Leaf is a scalar value, as visited by a walk.
type Leaf struct {
	// Type is the type token of the resource, empty if the value is not part of one.
	Type string
	// Path is the path of the value. It is shared with the walk: copy it to keep it.
	Path place.Path
	// Above are the objects and lists that contain the value, outermost first. They are shared with the walk.
	Above []model.Value
	// Name is the name of the value: its key or, if the key is generic, a name taken from the surrounding values.
	Name string
	// Value is a String, a Number or Unknown.
	Value model.Value
	// Marked reports whether the value, or an object or list around it, is marked secret.
	Marked bool
	// Whole reports whether an object or list around the value is marked secret, and with it everything inside.
	Whole bool
	// MarkedAt is the number of steps of Path to the outermost value that is marked secret, if Marked is true.
	MarkedAt int
}

// Walker visits the leaves of a value in the order of their paths. It builds no trees and copies no paths, because it
// runs over every property of every resource.
type Walker struct {
	// Type is the type token of the resource, empty if the value is not part of one.
	Type string
	// Hide returns a key in a form that is safe to show. If it is nil, keys are shown as they are.
	Hide  func(key string) string
	Visit func(*Leaf)

	*scratch
}

// Walk visits every string, number and unknown value, with the secret marks of the values around it.
func (w *Walker) Walk(v model.Value) {
	w.scratch, _ = scratches.Get().(*scratch)
	if w.scratch == nil {
		w.scratch = &scratch{steps: map[string]any{}}
	}
	w.leaf = Leaf{Type: w.Type, Path: w.leaf.Path[:0], Above: w.leaf.Above[:0]}
	w.value("", v, unmarked)
	w.leaf = Leaf{Path: w.leaf.Path[:0], Above: w.leaf.Above[:0]}
	clear(w.leaf.Path[:cap(w.leaf.Path)])
	clear(w.leaf.Above[:cap(w.leaf.Above)])
	scratches.Put(w.scratch)
}

// scratch is what a walk needs and leaves to the next one.
type scratch struct {
	leaf Leaf
	// steps has keys as steps of paths. The same few thousand keys make up most paths, and a step that is kept shares
	// no memory with the message that its key came in.
	steps map[string]any
}

// maxSteps is the number of keys in scratch.steps.
const maxSteps = 2048

var scratches sync.Pool

// step returns the key as a step of a path.
func (s *scratch) step(key string) any {
	step, ok := s.steps[key]
	if !ok {
		if len(s.steps) == maxSteps {
			clear(s.steps)
		}
		key = strings.Clone(key)
		step = key
		s.steps[key] = step
	}
	return step
}

// mark records which value is marked secret.
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

// fields visits the fields of an object with the given name.
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
		w.at(w.step(step), called, object.Field(k), m)
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

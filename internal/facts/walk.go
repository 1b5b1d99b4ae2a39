package facts

import (
	"strconv"

	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/slot"
)

// leaf is a string or a number in a property map, as visited by a walk.
type leaf struct {
	*slot.Leaf
	path    place.Path // shared with the walk: copy it to keep it
	key     string
	text    string
	number  bool
	marked  bool
	unknown bool
}

// walk visits every string, number and unknown leaf, with the marks of the maps around it. A known secret in a key is
// hidden, as it is in the document.
func (r *Resource) walk(visit func(leaf)) {
	w := slot.Walker{Type: r.Type, Hide: r.hide, Visit: func(at *slot.Leaf) {
		l := leaf{Leaf: at, path: at.Path, key: at.Name, marked: at.Marked}
		switch v := at.Value; v.Kind() {
		case model.String:
			l.text = v.Text()
		case model.Number:
			l.text, l.number = decimal(v.Number()), true
		default:
			l.unknown = true
		}
		visit(l)
	}}
	w.Walk(r.properties)
}

// traits is what a property map has anywhere.
type traits struct {
	marks  bool // values that are marked secret
	assets bool // assets or archives
}

// look returns what a value has. It is much cheaper than a walk, and most resources have nothing that needs more.
func look(v model.Value, depth int) (t traits) {
	if depth > MaxDepth {
		return t
	}
	with := func(inner model.Value, depth int) {
		in := look(inner, depth)
		t.marks, t.assets = t.marks || in.marks, t.assets || in.assets
	}
	switch v.Kind() {
	case model.Secret:
		t.marks = true
		with(v.Inner(), depth)
	case model.List:
		for i := range v.Len() {
			with(v.Item(i), depth+1)
		}
	case model.Object:
		for _, key := range v.Keys() {
			with(v.Field(key), depth+1)
		}
	case model.Asset, model.Archive:
		t.assets = true
		for _, key := range [...]string{"text", "assets"} {
			if inner := v.Field(key); inner != nil {
				with(inner, depth)
			}
		}
	case model.Null, model.Bool, model.Number, model.String, model.Unknown, model.Reference, model.Foreign:
	}
	return t
}

// decimal formats a number as its source would.
func decimal(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

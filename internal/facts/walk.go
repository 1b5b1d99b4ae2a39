package facts

import (
	"strconv"
	"strings"

	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/place"
)

// leaf is a string (or number) in a property map, as a walk meets it.
type leaf struct {
	path    place.Path // shared with the walk: copy it to keep it
	key     string
	text    string
	number  bool
	marked  bool
	unknown bool
}

// walker visits the leaves of a property map in the order of their paths. It makes no trees and copies no paths, as it
// runs over every property of every resource.
type walker struct {
	path  place.Path
	hide  func(string) string
	visit func(leaf)
}

// walk visits every string, number and unknown leaf, with the marks of the maps around it. A key that holds a known
// secret is shown without it, here and in the document.
func (r *Resource) walk(visit func(leaf)) {
	w := &walker{visit: visit, hide: r.hide}
	w.fields(r.properties, false)
}

func (w *walker) fields(object model.Value, marked bool) {
	keys := object.Keys()
	pair := pairName(object, len(keys))
	for _, k := range keys {
		step := w.hide(k)
		key := step
		if pair != "" && isValue(k) {
			key = w.hide(pair)
		}
		w.at(step, key, object.Field(k), marked)
	}
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

func (w *walker) at(step any, key string, v model.Value, marked bool) {
	if len(w.path) > MaxDepth {
		return // decode refuses what is nested deeper
	}
	w.path = append(w.path, step)
	w.value(key, v, marked)
	w.path = w.path[:len(w.path)-1]
}

func (w *walker) value(key string, v model.Value, marked bool) {
	switch v.Kind() {
	case model.String:
		w.visit(leaf{path: w.path, key: key, text: v.Text(), marked: marked})
	case model.Unknown:
		w.visit(leaf{path: w.path, key: key, marked: marked, unknown: true})
	case model.Number:
		w.visit(leaf{path: w.path, key: key, text: decimal(v.Number()), number: true, marked: marked})
	case model.List:
		for i := range v.Len() {
			w.at(i, key, v.Item(i), marked)
		}
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

// decimal writes a number as its source would.
func decimal(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

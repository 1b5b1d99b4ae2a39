package facts

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/protobuf/types/known/structpb"

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
	w.fields(r.properties.GetFields(), false)
}

func (w *walker) fields(fields map[string]*structpb.Value, marked bool) {
	keys := slices.Sorted(maps.Keys(fields))
	pair := pairName(fields)
	for _, k := range keys {
		step := w.hide(k)
		key := step
		if pair != "" && isValue(k) {
			key = w.hide(pair)
		}
		w.at(step, key, fields[k], marked)
	}
}

// pairName is the name of a {name, value} pair: there the sibling tells what the value is.
func pairName(fields map[string]*structpb.Value) string {
	if len(fields) < 2 {
		return ""
	}
	for _, k := range [...]string{"name", "Name", "key", "Key"} {
		if s := fields[k].GetStringValue(); s != "" && !isUnknown(s) {
			return s
		}
	}
	return ""
}

// isValue tells whether a field of a pair is its value: value, Value, secretValue, stringValue.
func isValue(key string) bool { return key == "value" || strings.HasSuffix(key, "Value") }

func (w *walker) at(step any, key string, v *structpb.Value, marked bool) {
	if len(w.path) > MaxDepth {
		return // decode refuses what is nested deeper
	}
	w.path = append(w.path, step)
	w.value(key, v, marked)
	w.path = w.path[:len(w.path)-1]
}

func (w *walker) value(key string, v *structpb.Value, marked bool) {
	switch k := v.GetKind().(type) {
	case *structpb.Value_StringValue:
		w.visit(leaf{path: w.path, key: key, text: k.StringValue, marked: marked, unknown: isUnknown(k.StringValue)})
	case *structpb.Value_NumberValue:
		text := strconv.FormatFloat(k.NumberValue, 'f', -1, 64)
		w.visit(leaf{path: w.path, key: key, text: text, number: true, marked: marked})
	case *structpb.Value_ListValue:
		for i, item := range k.ListValue.GetValues() {
			w.at(i, key, item, marked)
		}
	case *structpb.Value_StructValue:
		fields := k.StructValue.GetFields()
		sig, signed := fields[sigKey]
		if !signed {
			w.fields(fields, marked)
			return
		}
		switch sig.GetStringValue() {
		case sigSecret:
			w.value(key, fields["value"], true)
		case sigOutput:
			value, known := fields["value"]
			if !known {
				value = structpb.NewStringValue(unknownString)
			}
			w.value(key, value, marked || fields["secret"].GetBoolValue())
		case sigAsset:
			if text := fields["text"]; text != nil {
				w.value(key, text, marked)
			}
		case sigArchive:
			if assets := fields["assets"]; assets != nil {
				w.at("assets", "assets", assets, marked)
			}
		case sigBytes:
			w.value(key, fields["value"], marked)
		}
	}
}

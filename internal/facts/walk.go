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

// decimal formats a number as its source would.
func decimal(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

package facts

import (
	"slices"

	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/dialect"
	"github.com/progression-labs-development/policypack/internal/document"
	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/slot"
)

// keeping says whether the documents that a resource stores hold a secret.
type keeping string

const (
	keepsSecret keeping = "holds"
	keepsNone   keeping = "fails"
	keepsOpen   keeping = "undecided"
)

// keeps says whether an environment of Pulumi ESC holds a secret: one that only opens logins and secrets managers, and
// sets plain configuration, keeps none. It is empty for any other resource. A document that is marked secret is read
// too, as only the answer leaves here.
func (r *Resource) keeps() keeping {
	if r.Kind == nil || r.Kind.Content == "" || r.detector == nil {
		return ""
	}
	if r.kept == "" {
		r.kept = keepsNone
		seen := false
		r.walk(func(l leaf) {
			if !covers(r.Kind.Values, l.path) || r.kept == keepsSecret {
				return
			}
			seen = true
			switch {
			case l.unknown:
				r.kept = keepsOpen
			case environmentHolds(r.detector, l.text):
				r.kept = keepsSecret
			}
		})
		if !seen && r.gives() {
			r.kept = keepsOpen // a file, whose text is not sent
		}
	}
	return r.kept
}

// gives reports whether the resource has one of the properties of its kind's values.
func (r *Resource) gives() bool {
	for _, path := range r.Kind.Values {
		if v := r.properties.Field(path[0]); v != nil && v.Kind() != model.Null {
			return true
		}
	}
	return false
}

// environmentHolds reports whether a secret stands in the document. One that cannot be read may hold any.
func environmentHolds(d *detect.Detector, text string) bool {
	roots, err := document.Parse(dialect.YAML, text)
	if err != nil {
		return true
	}
	holds := false
	w := slot.Walker{Visit: func(l *slot.Leaf) {
		text := l.Value.Text()
		holds = holds || slices.Contains(l.Path, any("fn::secret")) && text != "" && !detect.Reference(text) ||
			len(d.Find(text, detect.Evidence{Name: l.Name, Meaning: l.Meaning()})) > 0
	}}
	for _, root := range roots {
		w.Walk(root)
	}
	return holds
}

package facts

import (
	"slices"

	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/dialect"
	"github.com/progression-labs-development/policypack/internal/document"
	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/slot"
)

// keeping is whether the documents stored by a resource contain a secret.
type keeping string

const (
	keepsSecret keeping = "holds"
	keepsNone   keeping = "fails"
	keepsOpen   keeping = "undecided"
)

// keeps returns whether a Pulumi ESC environment contains a secret: an environment that only opens logins and secrets
// managers and sets plain configuration does not. It is empty for any other resource. Documents that are marked secret
// are scanned too, because only the answer is kept.
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
			r.kept = keepsOpen // a file, whose content the engine does not send
		}
	}
	return r.kept
}

// gives reports whether the resource sets one of its kind's value properties.
func (r *Resource) gives() bool {
	for _, path := range r.Kind.Values {
		if v := r.properties.Field(path[0]); v != nil && v.Kind() != model.Null {
			return true
		}
	}
	return false
}

// environmentHolds reports whether the document contains a secret. An unreadable one may.
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

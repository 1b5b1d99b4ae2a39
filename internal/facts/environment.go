package facts

import (
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/progression-labs-development/policypack/internal/detect"
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
	tree, err := decoded(text)
	if err != nil {
		return true
	}
	holds := false
	w := slot.Walker{Visit: func(l *slot.Leaf) {
		text := l.Value.Text()
		if l.Value.Kind() == model.Number {
			text = decimal(l.Value.Number())
		}
		holds = holds || slices.Contains(l.Path, any("fn::secret")) && text != "" && !detect.Reference(text) ||
			len(d.Find(text, detect.Evidence{Name: l.Name, Meaning: l.Meaning()})) > 0
	}}
	w.Walk(model.Of(tree))
	return holds
}

// decoded reads YAML into what encoding/json would make of it. The parser answers some broken texts with a panic of its
// own.
func decoded(text string) (tree any, err error) {
	defer func() {
		if problem := recover(); problem != nil {
			err = fmt.Errorf("yaml: %v", problem)
		}
	}()
	err = yaml.Unmarshal([]byte(text), &tree)
	return plainer(tree), err
}

func plainer(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for key := range v {
			v[key] = plainer(v[key])
		}
	case map[any]any:
		object := make(map[string]any, len(v))
		for key, value := range v {
			object[fmt.Sprint(key)] = plainer(value)
		}
		return object
	case []any:
		for i := range v {
			v[i] = plainer(v[i])
		}
	case int:
		return float64(v)
	}
	return v
}

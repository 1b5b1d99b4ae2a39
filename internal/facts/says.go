package facts

import (
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/detect/looks"
	"github.com/progression-labs-development/policypack/internal/detect/names"
	"github.com/progression-labs-development/policypack/internal/dialect"
	"github.com/progression-labs-development/policypack/internal/document"
	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/slot"
	"github.com/progression-labs-development/policypack/internal/taint"
)

// says returns what the path of a marked value says about it: [taint.Secret] if its own name or slot is that of a
// secret. A value that is marked only along with others must also have the name of a secret and not look like a
// setting.
func says(l *slot.Leaf, m slot.Meaning, text string) taint.Says {
	tier := names.TierOf(l.Name)
	_, listed := l.Path[len(l.Path)-1].(int)
	switch {
	case m.Reference():
		return taint.Nothing
	case m == slot.Holds:
		// A pair with a generic name may contain any setting, as parameters do.
		if looks.Ordinary(l.Name, text) || tier == names.None && l.Name != l.Path.Key() && looks.Slug(text) {
			return taint.Nothing
		}
	case tier == names.None, l.Whole && (tier == names.Strong || looks.Ordinary(l.Name, text) ||
		tier != names.Password && (looks.SameAsName(text) || listed && looks.Slug(text))): // the name of a secret
		return taint.Nothing
	}
	return taint.Secret
}

// tells reports whether the name is that of a secret.
func tells(name string) bool { return names.TierOf(name) != names.None }

// word reports whether a configuration value is an ordinary word of the run: the name of a region or a host, or letters
// that a text may contain by chance. In a secret object, the key must also be that of a setting or a label.
func word(secret bool, name, text string) bool {
	switch {
	case secret:
		return (names.Setting(name) || names.Label(name)) && taint.Letters(text)
	case tells(name):
		return false
	}
	return taint.Letters(text) || situated(name, text)
}

// situated reports whether the value is the name of a region, a zone or a host. It is called for every value of every
// resource.
func situated(name, text string) bool {
	if len(name) < 4 || len(text) < 6 || len(text) > 64 {
		return false
	}
	for _, suffix := range [...]string{"region", "location", "zone", "host", "hostname", "endpoint"} {
		if i := len(name) - len(suffix); i >= 0 && name[len(name)-1]|0x20 == suffix[len(suffix)-1] &&
			strings.EqualFold(name[i:], suffix) {
			return strings.Trim(text, "abcdefghijklmnopqrstuvwxyz0123456789-.") == ""
		}
	}
	return false
}

// walkConfig visits the values of a configuration key, which has several only if it is JSON, with their paths.
func walkConfig(key, value string, visit func(path string, l *slot.Leaf)) {
	tree := model.Of(value)
	if structured(value) {
		if roots, err := document.Parse(dialect.JSON, value); err == nil && len(roots) == 1 {
			tree = model.Marked{Value: roots[0]} // marked as a whole, if at all
		}
	}
	w := slot.Walker{Visit: func(l *slot.Leaf) {
		path := key
		for _, step := range l.Path[1:] {
			path = place.Below(path, step)
		}
		if l.Value.Kind() != model.Unknown {
			visit(path, l)
		}
	}}
	w.Walk(model.Of(map[string]any{lastKey(key): tree}))
}

func structured(value string) bool {
	return strings.HasPrefix(value, "{") || strings.HasPrefix(value, "[")
}

// parts returns the secrets inside a marked text: the password of a connection string, and values with the name of a
// secret in a script or a document.
func parts(d *detect.Detector, text string) []string {
	var all []string
	for _, m := range d.Find(text, detect.Evidence{}) {
		if part := text[m.Start:m.End]; part != text {
			all = append(append(all, part), decodings(part)...)
		}
	}
	return all
}

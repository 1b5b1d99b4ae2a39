package facts

import (
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/progression-labs-development/policypack/internal/catalogue"
	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/slot"
)

// aSecret reports whether a hard-coded marked value is a secret. If its path is one for secrets, it is, whatever its
// format. Under a generic name, at a path for mixed values and in a document, the format decides.
func (r *Resource) aSecret(d *detect.Detector, l leaf) bool {
	m := r.meaning(l)
	configuration := r.unconditioned(m, l)
	switch {
	case l.text == "", detect.Reference(l.text), m.Reference():
		return false
	case !configuration && d.KeyTier(l.key) == detect.Password:
		return true
	case m != slot.Open, configuration, l.Whole, detect.Neutral(l.path.Key()):
		return r.secretly(d, l)
	case holdsOthers(l.text):
		return len(d.Find(l.text, detect.Evidence{Name: l.key})) > 0
	}
	return true
}

// holdsOthers reports whether a text may contain a secret among other content: a script, JSON, a URL, a connection
// string.
func holdsOthers(text string) bool {
	return strings.Contains(text, "\n") || structured(text) || strings.Contains(text, "://") ||
		strings.Count(text, "=") > 1 && strings.Contains(text, ";")
}

// literal returns the finding for a hard-coded marked value, or nil if the value is allowed.
func (r *Resource) literal(m *markedLeaf, by model.Writer) *Finding {
	if !m.secret {
		return nil
	}
	path, key := m.shown()
	f := Finding{
		Place: PlaceProperty, Path: r.hidePath(path), Key: key, Detector: ReasonHardcoded,
		Title: "a secret value", Reason: ReasonHardcoded, Marked: true, Literal: &by,
	}
	r.place(&f)
	if f.Ignored && detect.Placeholder(m.text) {
		return nil // the value was set manually
	}
	return &f
}

// lookedUp drops the findings based on a value's name or path if the value was read by a data source or an ephemeral
// resource, since the program does not contain it. Data sources that only build strings from the program's own values
// do not count.
func (r *Resource) lookedUp(found []Finding, path place.Path) []Finding {
	byName := func(f Finding) bool {
		return f.Inner == "" && (f.Reason == detect.ReasonKeyName || f.Reason == detect.ReasonPlace)
	}
	if !r.origins.leaves() || !slices.ContainsFunc(found, byName) {
		return found
	}
	o := r.origins.leaf(path)
	if o.Kind != model.LookedUp || o.Partly || slices.ContainsFunc(local[:], func(typ string) bool {
		return strings.HasPrefix(o.From, "data."+typ+".")
	}) {
		return found
	}
	return slices.DeleteFunc(found, byName)
}

// local are the data sources that only build texts from local data.
var local = [...]string{
	"template_file", "template_cloudinit_config", "cloudinit_config", "null_data_source", "aws_iam_policy_document",
	"local_file",
}

// isText reports whether the marked value is a script or a document of a command resource, or the resource's name:
// secrets inside it have their own findings.
func (r *Resource) isText(path place.Path) bool {
	k := r.Kind
	return k != nil &&
		(k.Class == catalogue.Command && covers(k.Values, path) || len(k.Name) > 0 && k.Name.Covers(path))
}

// writer returns the location of a literal for the document of a finding. Its names may contain secrets, which are
// hidden.
func (r *Resource) writer(run *Run, w *model.Writer) *ast.Term {
	o := new(object)
	o.str("kind", string(w.Kind))
	for _, part := range [...]struct{ name, text string }{
		{"module", w.Module}, {"block", w.Block}, {"name", w.Name}, {"inner", w.Inner},
	} {
		o.optional(part.name, place.Visible(r.hide(part.text)))
	}
	path := r.hidePath(place.ParsePath(w.Path))
	o.str("urn", w.URN)
	o.add("path", pathTerm(path))
	o.str("shown", run.Spell(w.URN, path).String())
	return o.term()
}

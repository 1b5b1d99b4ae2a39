package facts

import (
	"encoding/json"
	"slices"

	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/place"
)

// Providers copy a resource's inputs to its outputs, where Pulumi does not encrypt them along with the inputs: native
// providers to __inputs, the Kubernetes provider also to an annotation, as JSON.
// https://github.com/pulumi/pulumi-kubernetes/issues/734
const (
	copiedInputs = "__inputs"
	lastApplied  = "kubectl.kubernetes.io/last-applied-configuration"
)

// encryptedSecret is the value of a secret that is still encrypted in an export.
const encryptedSecret = "[secret]"

// seal records that an input is marked.
func (r *Run) seal(urn string, path place.Path) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.sealed == nil {
		r.sealed = map[string][]place.Path{}
	}
	r.sealed[urn] = append(r.sealed[urn], slices.Clone(path))
}

// scanStored adds findings for marked inputs of a resource with an unmarked copy in its outputs.
func (r *Resource) scanStored(run *Run) {
	sealed := run.sealed[r.URN]
	if len(sealed) == 0 || r.Type == model.RootType {
		return
	}
	if inputs := r.properties.Field(copiedInputs); inputs != nil && inputs.Kind() == model.Object {
		for _, c := range plainCopies(inputs, sealed) {
			r.stored(run, append(place.Path{copiedInputs}, c.path...), nil, c.text)
		}
	}
	annotations := model.Fields(model.Fields(r.properties, "metadata"), "annotations")
	if text := annotations.Field(lastApplied); text != nil && text.Kind() == model.String {
		var object map[string]any
		if json.Unmarshal([]byte(text.Text()), &object) != nil {
			return
		}
		if copies := plainCopies(model.Of(object), sealed); len(copies) > 0 {
			r.stored(run, place.Path{"metadata", "annotations", lastApplied}, copies[0].path, text.Text())
		}
	}
}

// stored adds the finding for a text that contains a copy, unless the corresponding input has one. A resource with such
// outputs is not a component, so a finding of a component output at the path is removed.
func (r *Resource) stored(run *Run, path, inner place.Path, text string) {
	path, inner = r.hidePath(path), r.hidePath(inner)
	same := func(f Finding) bool { return slices.Equal(f.Path, path) }
	r.Findings = slices.DeleteFunc(r.Findings, func(f Finding) bool { return f.Component && same(f) })
	if run.reported[[2]string{r.URN, path.String()}] || slices.ContainsFunc(r.Findings, same) {
		return
	}
	f := Finding{
		Place: PlaceProperty, Path: path, Inner: inner.String(), Key: append(slices.Clip(path), inner...).Key(),
		Detector: ReasonStored, Title: "a copy of an encrypted input", Reason: ReasonStored,
		spans: []span{{0, len(text), len(text)}},
	}
	r.Findings = append(r.Findings, f)
}

// plainCopy is an unmarked string in a copy of the inputs, with its path there.
type plainCopy struct {
	path place.Path
	text string
}

// plainCopies returns the strings of a copy at the paths of marked inputs, each once. Kubernetes copies stringData to
// data.
func plainCopies(inputs model.Value, sealed []place.Path) []plainCopy {
	var found []plainCopy
	var below func(v model.Value, path place.Path)
	below = func(v model.Value, path place.Path) {
		if len(path) > MaxDepth {
			return
		}
		switch v.Kind() {
		case model.String:
			text := v.Text()
			known := func(c plainCopy) bool { return slices.Equal(c.path, path) }
			if text != "" && text != encryptedSecret && !detect.Placeholder(text) && !detect.Reference(text) &&
				!slices.ContainsFunc(found, known) {
				found = append(found, plainCopy{slices.Clone(path), text})
			}
		case model.List:
			for i := range v.Len() {
				below(v.Item(i), append(slices.Clip(path), i))
			}
		case model.Object:
			for _, key := range v.Keys() {
				below(v.Field(key), append(slices.Clip(path), key))
			}
		default: // marked there too, or not a string
		}
	}
	for _, path := range sealed {
		at := []place.Path{path}
		if len(path) > 0 && path[0] == "stringData" {
			at = append(at, append(place.Path{"data"}, path[1:]...))
		}
		for _, path := range at {
			if v := valueAt(inputs, path); v != nil {
				below(v, path)
			}
		}
	}
	return found
}

// valueAt returns the value at a path, or nil if there is none or a value on the path is marked.
func valueAt(v model.Value, path place.Path) model.Value {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			if v == nil || v.Kind() != model.Object {
				return nil
			}
			v = v.Field(step)
		case int:
			if v == nil || v.Kind() != model.List || step >= v.Len() {
				return nil
			}
			v = v.Item(step)
		}
	}
	return v
}

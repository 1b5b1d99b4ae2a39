// Package state reads the output of `pulumi stack export` into the model of a stack, with the same resources that a
// preview of it would show.
//
// An encrypted secret is a secret with the value `[secret]`, as in `pulumi policy analyze`. Secrets of an export with
// --show-secrets keep their values; the model is as sensitive as the export.
package state

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/progression-labs-development/policypack/internal/jsontext"
	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/place"
)

// want is the input that Read expects.
const want = "the output of `pulumi stack export`"

// State is the state of one stack. The properties of its resources stay in the source, and are read when they are asked
// for.
type State struct {
	organization, project, stack string
	pending, recorded            int
	updated, changed             time.Time
	resources                    []*resource
	providers                    map[string]*model.Provider // by URN
	values                       *loader
}

// resource is a resource of a deployment of version 3 or 4; see ResourceV3 in sdk/v3/go/common/apitype/core.go.
type resource struct {
	URN                     string              `json:"urn"`
	Type                    string              `json:"type"`
	Custom                  bool                `json:"custom"`
	Delete                  bool                `json:"delete"`
	External                bool                `json:"external"`
	Inputs                  jsontext.Part       `json:"inputs"`
	Outputs                 jsontext.Part       `json:"outputs"`
	Parent                  string              `json:"parent"`
	Protect                 bool                `json:"protect"`
	RetainOnDelete          bool                `json:"retainOnDelete"`
	Provider                string              `json:"provider"`
	PropertyDependencies    jsontext.ObjectPart `json:"propertyDependencies"`
	AdditionalSecretOutputs []string            `json:"additionalSecretOutputs"`
	Aliases                 []string            `json:"aliases"`
	IgnoreChanges           []string            `json:"ignoreChanges"`
	Created                 moment              `json:"created"`
	Modified                moment              `json:"modified"`
	SourcePosition          string              `json:"sourcePosition"`
	StackTrace              []struct {
		SourcePosition string `json:"sourcePosition"`
	} `json:"stackTrace"`

	name string // the logical name
}

// moment is a time in a state. An invalid time is zero, because policies can do without it.
type moment struct{ time.Time }

// UnmarshalJSON decodes a time in Pulumi's format.
func (m *moment) UnmarshalJSON(data []byte) error {
	var text string
	if json.Unmarshal(data, &text) == nil {
		m.Time, _ = time.Parse(time.RFC3339, text)
	}
	return nil
}

// manifest is the manifest of a deployment. An invalid one is ignored, because policies can do without it.
type manifest struct{ time moment }

// UnmarshalJSON decodes the time of a manifest.
func (m *manifest) UnmarshalJSON(data []byte) error {
	var fields struct{ Time moment }
	if json.Unmarshal(data, &fields) == nil {
		m.time = fields.Time
	}
	return nil
}

type deployment struct {
	Manifest  manifest          `json:"manifest"`
	Resources []*resource       `json:"resources"`
	Pending   []json.RawMessage `json:"pending_operations"`
}

// outlined are the rules for states of all forms: the properties of resources, and what those depend on, are parts.
func outlined() *jsontext.Rule {
	type fields = map[string]*jsontext.Rule
	deployment := &jsontext.Rule{Fields: fields{
		"resources": {Items: &jsontext.Rule{Fields: fields{
			"inputs": {Part: true}, "outputs": {Part: true}, "propertyDependencies": {Part: true},
		}}},
		// Resources that an unfinished operation was to create are only counted.
		"pending_operations": {Items: &jsontext.Rule{Drop: true}},
	}}
	all := fields{"deployment": deployment, "checkpoint": {Fields: fields{"latest": deployment}}}
	for key, rule := range deployment.Fields {
		all[key] = rule
	}
	return &jsontext.Rule{Fields: all}
}

// file is an export, the deployment object of one, or a stack file of Pulumi's local backend.
type file struct {
	deployment

	Version    *int        `json:"version"`
	Deployment *deployment `json:"deployment"`
	Checkpoint *struct {
		Stack  string      `json:"stack"` // ORGANIZATION/PROJECT/STACK, in old files only a part of it
		Latest *deployment `json:"latest"`
	} `json:"checkpoint"`
}

// Is reports whether the data looks like a state, even a malformed one, or like another output of Pulumi, for which
// Read explains what to export instead. It reads only as much as necessary.
func Is(data []byte) bool { return formOf(data) != other }

// form is the kind of Pulumi file, based on the keys of its object.
type form int

const (
	other   form = iota // not from Pulumi
	stack               // an export, or a file of the local backend
	bare                // the deployment object of an export
	preview             // of `pulumi preview`: its result, its events or its update plan
)

func formOf(data []byte) form {
	has, foreign := map[string]bool{}, false
	for key := range jsontext.Keys(data) {
		has[key] = true
		switch key {
		case "deployment", "checkpoint":
			if !foreign {
				return stack
			}
		case "version", "features":
		default:
			foreign = true
		}
		switch {
		case has["resources"] && (has["manifest"] || has["secrets_providers"] || has["pending_operations"]):
			return bare
		case has["steps"] && has["changeSummary"], has["resourcePlans"] && has["manifest"],
			has["sequence"] && has["timestamp"] && strings.HasSuffix(key, "Event"):
			return preview
		}
	}
	if has["version"] && !foreign && len(data) < 1<<10 {
		return stack // without a deployment
	}
	return other
}

// Refused returns an error for a file that Read does not support, and nil for one that it may.
func Refused(data []byte) error {
	if formOf(data) == preview {
		return &jsontext.Error{Message: "this is the output of `pulumi preview`, which does not contain the planned " +
			"resources; check them during the preview (`pulumi preview --policy-pack DIR`), or check the current " +
			"state (`pulumi stack export`)"}
	}
	return nil
}

// maxRefused is how much of a file that is not JSON is read to say what it is.
const maxRefused = 1 << 20

// Read reads a state in memory; see [ReadFrom].
func Read(data []byte) (*State, error) { return ReadFrom(jsontext.Bytes(data)) }

// ReadFrom reads an export, the deployment object of one, or a stack file of Pulumi's local backend. The source must
// stay open, and must not change, as long as the state is used; see [State.Err]. Its errors are of type
// [*jsontext.Error] and quote nothing of the file, or they are those of the source.
func ReadFrom(src jsontext.Source) (*State, error) {
	o, err := jsontext.ScanUnlessRefused(src, outlined(), want, Refused, maxRefused)
	if err != nil {
		return nil, err
	}
	var f file
	if err := o.Unmarshal(&f, want); err != nil {
		return nil, err
	}
	s := &State{providers: map[string]*model.Provider{}, values: &loader{read: o.Parts()}}
	d, path := f.Deployment, []any{"deployment"}
	if d == nil && f.Checkpoint != nil {
		d, path = f.Checkpoint.Latest, []any{"checkpoint", "latest"}
		s.named(f.Checkpoint.Stack)
		if d == nil && f.Checkpoint.Stack != "" {
			d = &deployment{} // a stack that was never updated
		}
	}
	switch {
	case d == nil && f.Resources != nil:
		d, path = &f.deployment, nil
	case d == nil:
		return nil, o.Fail(nil, "it contains no deployment; expected %s", want)
	case f.Version == nil:
		return nil, o.Fail(nil, "it has no version; expected %s", want)
	case *f.Version != 3 && *f.Version != 4:
		return nil, o.Fail([]any{"version"}, "version: expected 3 or 4, got %d; export the stack again with a current "+
			"Pulumi", *f.Version)
	}
	s.pending, s.recorded, s.updated = len(d.Pending), len(d.Resources), d.Manifest.time.Time
	for i, r := range d.Resources {
		if r == nil {
			r = &resource{}
		}
		wrong, err := s.add(r, o)
		if err != nil {
			return nil, err
		}
		if wrong != nil {
			return nil, o.Fail(append(append(slices.Clone(path), "resources", i), wrong.path...), "%s", wrong.message)
		}
	}
	o.Forget()
	return s, nil
}

// add adds a resource unless the engine would not analyse it: resources pending deletion, and external ones.
func (s *State) add(r *resource, o *jsontext.Outline) (*mistake, error) {
	u, ok := place.ParseURN(r.URN)
	if !ok {
		return &mistake{[]any{"urn"}, "urn: expected " + place.URNForm}, nil
	}
	r.name = u.Name
	if r.Type == "" {
		return &mistake{nil, "the resource has no type"}, nil
	}
	if s.stack == "" || s.project == "" {
		s.stack, s.project = u.Stack, u.Project
	}
	for _, m := range [...]moment{r.Created, r.Modified} {
		if m.After(s.changed) {
			s.changed = m.Time
		}
	}
	if wrong, err := s.values.checkDependencies(r.PropertyDependencies.Part); wrong != nil || err != nil {
		return wrong, err
	}
	if r.Delete || r.External {
		return nil, nil
	}
	for _, p := range []struct {
		name string
		part jsontext.Part
	}{{"inputs", r.Inputs}, {"outputs", r.Outputs}} {
		wrong, err := s.values.check(p.part, o)
		if err != nil {
			return nil, err
		}
		if wrong != nil {
			return &mistake{append([]any{p.name}, wrong.path...), p.name + ": " + wrong.message}, nil
		}
	}
	if strings.HasPrefix(r.Type, "pulumi:providers:") {
		s.providers[r.URN] = &model.Provider{
			URN: r.URN, Type: r.Type, Name: r.name, Properties: lazy{l: s.values, part: r.Inputs},
		}
	}
	s.resources = append(s.resources, r)
	return nil, nil
}

// named sets the stack's names from ORGANIZATION/PROJECT/STACK. The local backend always uses "organization".
func (s *State) named(full string) {
	parts := strings.Split(full, "/")
	if len(parts) != 3 {
		return
	}
	s.project, s.stack = parts[1], parts[2]
	if parts[0] != "organization" {
		s.organization = parts[0]
	}
}

// Organization returns the stack's organization, empty if the file does not contain it, as in exports.
func (s *State) Organization() string { return s.organization }

// Project returns the project's name, empty if the file does not contain it.
func (s *State) Project() string { return s.project }

// Stack returns the stack's name, empty if the file does not contain it.
func (s *State) Stack() string { return s.stack }

// Pending returns the number of unfinished operations. Resources that they were to create are not analysed.
func (s *State) Pending() int { return s.pending }

// Recorded returns the number of resources in the state, including those that are not analysed.
func (s *State) Recorded() int { return s.recorded }

// Updated returns the time of the last update, refresh, import or destroy, zero if the file does not contain it.
// `pulumi state` edits and `pulumi stack import` do not change it.
func (s *State) Updated() time.Time { return s.updated }

// Changed returns when a resource was last created or modified, zero if the file does not contain it.
func (s *State) Changed() time.Time { return s.changed }

// Len returns the number of resources that are analysed.
func (s *State) Len() int { return len(s.resources) }

// Err returns the error because of which properties could not be read after [ReadFrom]: the source has changed, or
// cannot be read any more. Everything that was derived from the state is wrong then.
func (s *State) Err() error { return s.values.err() }

// Resources returns the resources with their inputs, in registration order.
func (s *State) Resources() []*model.Resource {
	all, held := make([]*model.Resource, len(s.resources)), make([]model.Resource, len(s.resources))
	for i, r := range s.resources {
		held[i] = model.Resource{
			URN: r.URN, Type: r.Type, Name: r.name, Parent: r.Parent, Properties: lazy{l: s.values, part: r.Inputs},
			Provider: s.provider(r),
			Options: model.Options{
				Protect: r.Protect, RetainOnDelete: r.RetainOnDelete, IgnoreChanges: r.IgnoreChanges,
				Aliases: r.Aliases, AdditionalSecretOutputs: r.AdditionalSecretOutputs,
			},
		}
		all[i] = &held[i]
	}
	return all
}

// Whole returns the resources with their outputs and with the dependencies of their properties.
func (s *State) Whole() []*model.Resource {
	all := s.Resources()
	for i, r := range all {
		of := s.resources[i]
		r.Origins = dependencies{s.values, of.PropertyDependencies.Part}
		if !of.Outputs.None() {
			r.Properties = lazy{l: s.values, part: of.Outputs}
		}
	}
	return all
}

// Frames returns where the program registered each resource, by URN, as Pulumi positions, innermost first. Resources
// whose SDK does not report positions are missing.
func (s *State) Frames() map[string][]string {
	all := map[string][]string{}
	for _, r := range s.resources {
		if r.SourcePosition != "" {
			all[r.URN] = append(all[r.URN], r.SourcePosition)
		}
		for _, f := range r.StackTrace {
			all[r.URN] = append(all[r.URN], f.SourcePosition)
		}
	}
	return all
}

// provider returns the provider of a resource, nil for a component. A resource refers to it as URN::ID. For a provider
// that is not in the state, only the package is known.
func (s *State) provider(r *resource) *model.Provider {
	urn, _ := place.CutProvider(r.Provider)
	if known := s.providers[urn]; known != nil || !r.Custom || strings.HasPrefix(r.Type, "pulumi:") {
		return known
	}
	pkg, _, _ := strings.Cut(r.Type, ":")
	p := &model.Provider{
		URN: urn, Type: "pulumi:providers:" + pkg, Name: "default", Properties: model.Of(map[string]any(nil)),
	}
	if u, ok := place.ParseURN(urn); ok {
		p.Name = u.Name
	} else {
		p.URN = place.URN{Stack: s.stack, Project: s.project, Types: p.Type, Name: p.Name}.String()
	}
	return p
}

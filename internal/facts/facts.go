// Package facts turns the model of a resource into the input document of the rules.
//
// A [Resource] is cheap to create: it parses the URN and keeps a view of the properties. The document, an [ast.Object]
// described by rego/schemas/input.json, is built only when a policy needs it. Secrets do not get past this step: a leaf
// that is marked secret is replaced by [SecretMarker] and listed in resource.secret; an unknown leaf is omitted and
// listed in resource.unknown. No rule sees the value of either.
package facts

import (
	"fmt"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/progression-labs-development/policypack/internal/catalogue"
	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/taint"
)

// Resource is one resource and the facts about it.
type Resource struct {
	URN, Type, Name string
	// Project and Stack are those of the URN, because `policy analyze` sends no stack configuration.
	Project, Stack string
	// Parent is the URN of the direct parent, empty if the engine does not report it.
	Parent string
	// Ancestors are the type tokens of the ancestors, nearest first, without the root stack.
	Ancestors []string
	// Kind is the catalogue's entry for the type, nil if there is none.
	Kind *catalogue.Kind

	// Findings are the plaintext secrets in the resource, Written the values that it writes into a manager. Scan and
	// ScanStack set them.
	Findings []Finding
	Written  []Written

	logins   []providerLogin
	harmless []place.Path // inputs of a provider that contain no key
	commands []commandUse
	files    []file
	ci       []ciKey

	hidden []Finding           // hidden from documents in addition to the findings
	hide   func(string) string // removes secrets from a name
	values *taint.Secrets      // the values found in it, nil if none
	secret *bool               // cached result of isSecret
	kept   keeping             // cached result of keeps

	detector *detect.Detector // set by Scan or ScanStack

	catalogue  *catalogue.Catalogue
	provider   *model.Provider // not nil
	options    *model.Options
	properties model.Value
	origins    origins
}

// New returns the resource with the facts from its URN. It does not scan the resource.
func New(m *model.Resource, c *catalogue.Catalogue) (*Resource, error) {
	r := &Resource{
		URN: m.URN, Type: m.Type, Name: m.Name, Parent: m.Parent, options: &m.Options,
		properties: m.Properties, origins: origins{of: m.Origins}, provider: m.Provider,
	}
	if r.provider == nil {
		r.provider = &model.Provider{}
	}
	return r, r.locate(c)
}

// locate sets the fields that derive from the URN.
func (r *Resource) locate(c *catalogue.Catalogue) error {
	r.URN = strings.Clone(r.URN) // a run keeps it, and must not keep the message that it is a part of
	u, ok := place.ParseURN(r.URN)
	if !ok {
		return fmt.Errorf("resource %q: expected a URN of the form %s", r.URN, place.URNForm)
	}
	r.Stack, r.Project, r.Ancestors = u.Stack, u.Project, u.Ancestors()
	if r.Name == "" {
		r.Name = u.Name
	}
	if r.Type != "" && r.Type != u.Type() {
		return fmt.Errorf("resource %q: its URN does not match its type %q", r.URN, r.Type)
	}
	r.Type = u.Type()
	r.Kind, r.catalogue, r.hide = c.Kind(r.Type), c, func(name string) string { return name }
	return nil
}

// Carries reports whether the resource may contain templates that describe other resources.
func (r *Resource) Carries() bool { return r.catalogue.Carries(r.Type) }

// String returns the string at a path of property names, and whether it is known and not marked secret.
func (r *Resource) String(path ...string) (string, bool) {
	v := r.properties
	for _, key := range path {
		if v.Kind() != model.Object {
			return "", false
		}
		if v = v.Field(key); v == nil {
			return "", false
		}
	}
	return v.Text(), v.Kind() == model.String
}

// document returns the resource part of the input document.
func (r *Resource) document(run *Run) (*ast.Term, error) {
	d := &decoder{redact: r.redactions(), copies: r.copies(), hide: r.hide}
	if r.Kind != nil && len(r.Kind.Name) > 0 {
		d.name = r.Kind.Name
	}
	props, marks, err := d.decode(r.properties)
	if err != nil {
		return nil, fmt.Errorf("resource %q: properties: %w", r.URN, err)
	}
	o := new(object)
	o.str("urn", r.shown(r.URN))
	o.str("type", r.Type)
	o.str("name", r.shown(r.Name))
	if r.Parent != "" {
		o.str("parent", r.Parent)
	}
	o.strs("ancestors", r.Ancestors)
	if p := r.provider; p.URN != "" {
		provider := new(object)
		provider.str("urn", hideURN(p.URN, r.hide))
		provider.str("type", p.Type)
		provider.str("name", place.Visible(r.hide(p.Name)))
		o.add("provider", provider.term())
	}
	o.add("options", r.shownOptions())
	o.add("properties", props)
	o.add("unknown", paths(marks.unknown))
	o.add("secret", paths(marks.secret))
	if run.spells() && r.Kind != nil && len(r.Kind.Name) > 0 {
		name := make(place.Path, len(r.Kind.Name))
		for i, step := range r.Kind.Name {
			name[i] = step
		}
		o.str("nameShown", run.Spell(r.URN, name).String())
	}
	if s, ok := run.suggestion(r); ok {
		o.str("suggestion", s)
	}
	if stores := run.storesOf(r); stores != nil {
		o.add("stores", stores)
	}
	if k := r.keeps(); k != "" {
		o.str("keeps", string(k))
	}
	if in := run.firstIn(r); len(in) > 0 {
		o.strs("firstIn", in)
	}
	if len(r.Written) > 0 {
		terms := make([]*ast.Term, len(r.Written))
		for i := range r.Written {
			terms[i] = r.Written[i].term(run, r.URN).term()
		}
		o.add("written", ast.ArrayTerm(terms...))
	}
	if len(r.logins) > 0 {
		o.add("logins", terms(run, r.URN, r.logins))
	}
	if len(r.commands) > 0 {
		o.add("commands", terms(run, r.URN, r.commands))
	}
	if len(r.files) > 0 {
		o.add("files", terms(run, r.URN, r.files))
	}
	if len(r.ci) > 0 {
		keys := make([]*ast.Term, len(r.ci))
		for i := range r.ci {
			keys[i] = r.ci[i].term(run, r.URN).term()
		}
		o.add("ci", ast.ArrayTerm(keys...))
	}
	declares, err := r.declares(run)
	if err != nil {
		return nil, err
	}
	if declares != nil {
		o.add("declares", declares)
	}
	return o.term(), nil
}

func (r *Resource) shownOptions() *ast.Term {
	shown := func(texts []string) []string {
		texts = slices.Clone(texts)
		for i := range texts {
			texts[i] = r.hide(texts[i])
		}
		return texts
	}
	o := new(object)
	o.add("protect", ast.InternedTerm(r.options.Protect))
	o.add("retainOnDelete", ast.InternedTerm(r.options.RetainOnDelete))
	o.strs("ignoreChanges", shown(r.options.IgnoreChanges))
	o.strs("aliases", shown(r.options.Aliases))
	o.strs("additionalSecretOutputs", shown(r.options.AdditionalSecretOutputs))
	return o.term()
}

// declares lists the secrets described by a template inside the resource. The template is parsed before redaction, so
// that marking it secret hides nothing; only types and paths are kept.
func (r *Resource) declares(run *Run) (*ast.Term, error) {
	if !r.Carries() {
		return nil, nil
	}
	found, err := r.catalogue.Declares(r.Type, plain(r.properties))
	if err != nil {
		return nil, fmt.Errorf("resource %q: %w", r.URN, err)
	}
	if len(found) == 0 {
		return nil, nil
	}
	terms := make([]*ast.Term, 0, len(found))
	for _, d := range found {
		o := new(object)
		if d.Unreadable {
			o.add("unreadable", ast.InternedTerm(true))
		} else {
			o.str("type", r.hide(d.Type))
			o.str("class", d.Class)
			o.str("manager", d.Manager)
		}
		o.place(run, r.URN, r.hidePath(d.Path))
		terms = append(terms, o.term())
	}
	return ast.ArrayTerm(terms...), nil
}

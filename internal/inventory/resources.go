package inventory

import (
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/catalogue"
	"github.com/progression-labs-development/policypack/internal/lazy"
	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/state"
	"github.com/progression-labs-development/policypack/internal/terraform"
)

// AddState takes in an exported state.
func (inv *Inventory) AddState(s *state.State) {
	name := inv.shown(s.Project() + "/" + s.Stack())
	inv.states.add(name)
	inv.projects.add(s.Project())
	of := inv.stackOf(s.Stack(), s.Project())
	if of != nil {
		of.from.state(name)
	}
	inv.resources(s.Whole(), s.Project(), of, func(e *evidence) { e.state(name) })
}

// AddTerraform takes in a plan or a state of Terraform, by the name of its file.
func (inv *Inventory) AddTerraform(name string, d *terraform.Document) {
	inv.plans++
	whole := d.Whole(d.Stack("terraform", "default"))
	inv.resources(whole, "", nil, func(e *evidence) { e.plan(inv.shown(name)) })
}

// resources takes in the resources of a project's stack, whose name may be none that the settings can hold.
func (inv *Inventory) resources(all []*model.Resource, project string, of *stack, note func(*evidence)) {
	byURN := make(map[string]*model.Resource, len(all))
	for _, r := range all {
		byURN[r.URN] = r
	}
	for _, r := range all {
		if r.Provider != nil {
			inv.use(r.Provider.Type, note)
		}
		if r.Provider == nil && inv.isHolder(r) {
			if h := inv.seen(r.Type, project); h != nil {
				note(&h.seen)
			}
			continue
		}
		kind := inv.catalogue.Kind(r.Type)
		if kind == nil || !kind.Own || kind.Class != catalogue.Store && kind.Class != catalogue.Version {
			continue
		}
		inv.named(kind, r, of)
		note(found(inv.managers, kind.Manager))
		around := inv.nearest(r, byURN)
		if around == nil {
			continue
		}
		h := inv.seen(around.Type, project)
		if h == nil {
			continue
		}
		note(&h.seen)
		h.generated = h.generated || inv.writesGenerated(kind, r)
		if !h.module && !calledAfter(r.Name, around.Name) {
			note(&h.strangers)
			h.strange.add(familyOf(kind.Token))
			continue
		}
		note(&h.holds)
		h.families.add(familyOf(kind.Token))
	}
}

// calledAfter reports whether a secret is called after the component that it is in, as what a component makes is. Any
// program can give a secret any component as its parent, which shows nothing.
func calledAfter(name, component string) bool {
	plain := func(s string) string { return odd().ReplaceAllString(strings.ToLower(s), "") }
	return strings.Contains(plain(name), plain(component))
}

var odd = lazy.Regexp(`[^a-z0-9]`)

// use notes the cloud of a provider, such as pulumi:providers:aws.
func (inv *Inventory) use(provider string, note func(*evidence)) {
	name := provider[strings.LastIndexByte(provider, ':')+1:]
	if e := inv.provider(name); e != nil {
		note(e)
	}
}

// isHolder reports whether a resource may be a component or a module: something that is of no provider that the
// catalogue knows. What else has no provider, in a state that somebody has cut down, is no component for that.
func (inv *Inventory) isHolder(r *model.Resource) bool {
	if _, module := terraform.ModuleSource(r.Type); module {
		return true
	}
	pkg := packageOf(r.Type)
	return pkg != "pulumi" && pkg != "terraform" && !inv.ofProvider(pkg)
}

// nearest returns the component or module around a resource, nil where there is none.
func (inv *Inventory) nearest(r *model.Resource, byURN map[string]*model.Resource) *model.Resource {
	for range len(byURN) {
		if r = byURN[r.Parent]; r == nil || inv.isHolder(r) {
			return r
		}
	}
	return nil
}

// seen returns what is known of a component or module by its type, nil where the settings cannot hold its name.
func (inv *Inventory) seen(token, project string) *holder {
	name, form := token, typeToken()
	source, module := terraform.ModuleSource(token)
	if module {
		if name, form = source, sourceName(); source == "" {
			return nil // a state does not say it
		}
	}
	if !inv.plain(form, name) {
		inv.odd++
		return nil
	}
	h := inv.holder(name, module)
	if project != "" {
		h.projects.add(project)
	}
	return h
}

var ofFamily = lazy.Regexp(`/[^:]*:[^:]*$`)

// familyOf is a glob over the types of a manager's secrets and their versions.
func familyOf(token string) string { return ofFamily().ReplaceAllString(token, "/*:*") }

// writesGenerated reports whether a resource writes a value that a generator made.
func (inv *Inventory) writesGenerated(kind *catalogue.Kind, r *model.Resource) bool {
	if r.Origins == nil {
		return false
	}
	for _, value := range kind.Values {
		for _, o := range r.Origins.Of(value[0]) {
			if o.Kind == model.Generated {
				return true
			}
			from := inv.catalogue.Kind(place.TypeOf(o.From))
			if o.Kind == model.OutputOf && from != nil && from.Class == catalogue.Generator {
				return true
			}
		}
	}
	return false
}

// named notes how the name of a secret ends, where that may be an environment.
func (inv *Inventory) named(kind *catalogue.Kind, r *model.Resource, of *stack) {
	if kind.Class != catalogue.Store || kind.Naming == nil {
		return
	}
	name := textAt(r.Properties, kind.Name)
	parts := strings.Split(strings.TrimPrefix(name, kind.Naming.Prefix), kind.Naming.Separator)
	last := parts[len(parts)-1]
	if len(parts) < 2 || !inv.plain(kebab(), last) {
		return
	}
	if groupOf(last) != "" {
		inv.spelled[last]++
	}
	if of != nil {
		of.names[last]++
	}
}

// textAt returns the text at a path, empty where there is none that is known.
func textAt(v model.Value, at catalogue.Path) string {
	if len(at) == 0 || slices.Contains(at, "[]") || slices.Contains(at, "*") {
		return ""
	}
	for _, step := range at[:len(at)-1] {
		if v == nil || v.Kind() != model.Object {
			return ""
		}
		v = v.Field(step)
	}
	if v == nil || v.Kind() != model.Object {
		return ""
	}
	return model.Text(v, at[len(at)-1])
}

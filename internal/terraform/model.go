package terraform

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/progression-labs-development/policypack/internal/model"

	"github.com/progression-labs-development/policypack/internal/place"
)

// The namespaces of the configuration, which contains the variables of the root module: var:NAME is a variable's value,
// and default:NAME the default of a sensitive variable. The sensitive mark does not hide the default, since it is a
// literal in the program.
const (
	variableSpace = "var"
	defaultSpace  = "default"
)

// Stack returns the stack that the run checks. Neither name may contain a double colon.
func (d *Document) Stack(project, name string) *model.Stack {
	s := &model.Stack{
		Project: project, Name: name, Preview: d.Plan(), Config: map[string]string{},
		Program: &model.Program{Name: "terraform", Spell: d.Spell},
	}
	declared := (&configModule{}).Variables
	if d.file.Configuration != nil && d.file.Configuration.RootModule != nil {
		declared = d.file.Configuration.RootModule.Variables
	}
	for _, name := range sortedKeys(d.file.Variables) {
		given := d.file.Variables[name]
		if given == nil || given.Value == nil {
			continue
		}
		key := variableSpace + ":" + name
		s.Config[key] = text(given.Value)
		if v := declared[name]; v != nil && v.Sensitive {
			s.Secret = append(s.Secret, key)
			if v.Default != nil {
				s.Config[defaultSpace+":"+name] = text(v.Default)
			}
		}
	}
	return s
}

// text formats a value as the engine passes configuration: a string as it is, anything else as JSON.
func text(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	b, err := json.Marshal(value)
	if err != nil {
		return "" // it was made from JSON
	}
	return string(b)
}

// Resources returns the resources of a stack with their inputs, the stack itself first. The origins of properties are
// known for these and for those of Whole.
func (d *Document) Resources(stack *model.Stack) []*model.Resource {
	return d.all(stack, model.Of(map[string]any(nil)), false)
}

// Whole returns the resources of a stack in their planned state, with outputs.
func (d *Document) Whole(stack *model.Stack) []*model.Resource {
	return d.all(stack, d.rootProperties(), true)
}

func (d *Document) all(stack *model.Stack, outputs model.Value, planned bool) []*model.Resource {
	n := namer{stack.Project, stack.Name}
	root := n.root()
	all, held := make([]*model.Resource, 0, len(d.rows)+1), make([]model.Resource, len(d.rows))
	all = append(all, &model.Resource{URN: root, Type: model.RootType, Name: n.rootName(), Properties: outputs})
	parents, providers := map[string]string{}, map[string]*model.Provider{}
	for i, r := range d.rows {
		held[i] = model.Resource{
			URN: n.row(r), Type: r.token, Name: r.name, Parent: root,
			Properties: lazy{l: d.values, r: r, planned: planned},
			Options:    model.Options{IgnoreChanges: r.ignore}, Provider: d.provider(n, r, providers),
			Origins: &traces{d: d, n: n, r: r},
		}
		all = append(all, &held[i])
		if len(r.module) > 0 {
			id := address(r.module)
			if parents[id] == "" {
				parents[id] = n.row(d.byID[id])
			}
			held[i].Parent = parents[id]
		}
	}
	return all
}

// rootProperties returns the outputs of the root module as a view. Their names are chosen by the program.
func (d *Document) rootProperties() model.Value {
	if v := d.outputs.view(nil, false); v != nil {
		return v
	}
	return model.Of(map[string]any(nil))
}

// rootOutputs returns the outputs of the root module.
func (d *Document) rootOutputs() tree {
	values, missing, sensitive := map[string]any{}, map[string]any{}, map[string]any{}
	for name, c := range d.file.OutputChanges {
		if c == nil || !stays(c.Actions) {
			continue
		}
		values[name], missing[name], sensitive[name] = c.Value, c.Unknown, c.Sensitive
		if conf := d.file.Configuration; conf != nil && conf.RootModule != nil {
			if out := conf.RootModule.Outputs[name]; out != nil && out.Sensitive {
				sensitive[name] = true
			}
		}
	}
	if d.file.Values != nil {
		for name, out := range d.file.Values.Outputs {
			if out != nil {
				values[name], sensitive[name] = out.Value, out.Sensitive
			}
		}
	}
	return tree{values, missing, sensitive}
}

// namer builds URNs.
type namer struct{ project, stack string }

func (n namer) urn(types, name string) string {
	return place.URN{Stack: n.stack, Project: n.project, Types: types, Name: name}.String()
}

func (n namer) rootName() string { return n.project + "-" + n.stack }
func (n namer) root() string     { return n.urn(model.RootType, n.rootName()) }

func (n namer) row(r *row) string { return n.urn(r.types, r.id) }

// provider returns the provider of a resource, with its configuration, which identifies the account; known are those
// returned before. A resource without a provider is a component.
func (d *Document) provider(n namer, r *row, known map[string]*model.Provider) *model.Provider {
	if !r.custom || r.providerToken == "" {
		return nil
	}
	var urn string
	if r.provider != nil {
		urn = n.row(r.provider)
	} else {
		urn = n.urn(r.providerToken, "provider")
	}
	p := known[urn]
	switch {
	case p != nil:
	case r.provider != nil:
		p = &model.Provider{
			URN: urn, Type: r.provider.token, Name: r.provider.name, Properties: d.values.given(r.provider),
		}
	default:
		p = &model.Provider{
			URN: urn, Type: r.providerToken, Name: "provider", Properties: model.Of(map[string]any(nil)),
		}
	}
	known[urn] = p
	return p
}

// sources returns the origins of the properties of a resource.
func (n namer) sources(d *Document, r *row) model.Sources {
	if d.Plan() {
		return n.planned(d, r)
	}
	from := []model.Origin{n.hidden()}
	for _, on := range r.dependsOn {
		for _, at := range d.byStateAddress(on) {
			from = append(from, model.Origin{Kind: model.OutputOf, From: n.row(at)})
		}
	}
	all := model.Sources{}
	for _, name := range d.values.given(r).Keys() {
		all[name] = from
	}
	return all
}

// hidden returns an origin for a value that the document does not show. It refers to a missing resource, which facts
// treat as undecided.
func (n namer) hidden() model.Origin {
	return model.Origin{Kind: model.NotKnown, From: n.urn("terraform:local:Value", "not-shown")}
}

func (n namer) planned(d *Document, r *row) model.Sources {
	all := model.Sources{}
	if strings.HasPrefix(r.token, actionPrefix) { // a plan holds no expressions of actions
		for _, name := range d.values.given(r).Keys() {
			all[name] = []model.Origin{n.hidden()}
		}
	}
	if r.config == nil || len(r.prefix) > 0 {
		return all
	}
	e := d.values.expressions(r.config)
	for _, key := range sortedKeys(e.of) {
		o := d.origins(r, e.of[key])
		from := slices.Clip(o.more)
		for _, at := range o.sorted() {
			from = append(from, model.Origin{Kind: model.OutputOf, From: n.row(at)})
		}
		if o.open {
			from = append(from, n.hidden())
		}
		if len(from) > 0 {
			name, _ := r.spelling.field(key)
			all[name] = from
		}
	}
	return all
}

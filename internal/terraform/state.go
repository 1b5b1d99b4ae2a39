package terraform

import (
	"maps"
	"slices"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/progression-labs-development/policypack/internal/catalogue"
)

// addModule adds the resources of a module of a state and of its submodules.
func (d *Document) addModule(m *stateModule, depth int) {
	if m == nil || depth > maxDepth {
		return
	}
	for _, s := range m.Resources {
		switch {
		case s == nil:
			continue
		case s.DeposedKey != "":
			d.counts.deposed++
			continue
		case s.Mode == tfjson.DataResourceMode:
			d.stateLookup(s, m.Address)
			continue
		case s.Mode != tfjson.ManagedResourceMode:
			continue
		}
		r := d.newResource(s.Address, m.Address, s.Type, s.Name, s.Index, s.ProviderName)
		r.dependsOn = s.DependsOn
		r.parts, r.instance = s.parts(), s.instance
		d.addResource(r, s.Type+"."+s.Name)
	}
	for _, child := range m.ChildModules {
		d.addModule(child, depth+1)
	}
}

// computed are attributes that repeat inputs without their sensitive marks, by type token.
var computed = map[string]string{"terraform:index/data:Data": "output"}

// likelyInputs removes computed attributes, as far as they are known, from those of a state, which does not distinguish
// them from inputs.
func (d *Document) likelyInputs(r *row, t tree) tree {
	if r.kind != nil && r.kind.Class == catalogue.Generator {
		return tree{}
	}
	values, _ := t.value.(map[string]any)
	inputs := maps.Clone(values)
	maps.DeleteFunc(inputs, func(key string, _ any) bool {
		name, _ := r.spelling.field(key)
		return key == "id" || key == computed[r.token] || r.kind != nil && slices.Contains(r.kind.Outputs, name) &&
			!d.writes(r, key)
	})
	return tree{value: inputs, sensitive: t.sensitive}
}

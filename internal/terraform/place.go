package terraform

import (
	"fmt"
	"strings"

	"github.com/progression-labs-development/policypack/internal/facts"
)

// Program is Terraform as facts want to know it.
func (d *Document) Program() *facts.Program {
	return &facts.Program{Name: "terraform", Spell: d.Spell}
}

// Place returns where a resource of the calls, or a property of one, is in Terraform: its address, and the attribute as
// messages write it, empty where the resource as a whole is meant. Variables and outputs have addresses of their own.
func (d *Document) Place(urn string, path []any) (address, attribute string) {
	spelled := d.Spell(urn, path)
	if d.isRoot(urn) {
		if len(path) == 0 {
			return "", ""
		}
		if isConfig(path) {
			return facts.Path(spelled[:2]), facts.Path(spelled[2:])
		}
		if name, _ := path[0].(string); d.outputsWire.GetFields()[name] != nil {
			return facts.Path([]any{"output", name}), facts.Path(path[1:])
		}
		return "", facts.Path(path) // of the settings
	}
	if r := d.byID[idOf(urn)]; r != nil {
		return r.address, facts.Path(spelled)
	}
	return idOf(urn), facts.Path(spelled)
}

// Conceal takes secrets out of the addresses of resources: the key of an instance may be one. Two resources never get the
// same address.
func (d *Document) Conceal(hide func(string) string) {
	for _, r := range d.rows {
		id := hide(r.id)
		if id == r.id {
			continue
		}
		free := id
		for n := 2; d.byID[free] != nil; n++ {
			free = fmt.Sprintf("%s (%d)", id, n)
		}
		r.id, r.address, r.name = free, hide(r.address)+free[len(id):], hide(r.name)
		d.byID[free] = r
	}
}

// Spell returns the path of a property as Terraform writes it: its names in snake case, with the index of a block that
// Pulumi has without its list.
func (d *Document) Spell(urn string, path []any) []any {
	if len(path) == 0 {
		return path
	}
	if d.isRoot(urn) {
		if first, _ := path[0].(string); isConfig(path) {
			space, name, _ := strings.Cut(first, ":")
			spelled := []any{variableSpace, name}
			if space == defaultSpace {
				spelled = append(spelled, "default")
			}
			return append(spelled, path[1:]...)
		}
		return path
	}
	r := d.byID[idOf(urn)]
	if r == nil {
		return path
	}
	t := r.inputs
	if first, _ := path[0].(string); r.inputsWire.GetFields()[first] == nil && r.outputsWire.GetFields()[first] != nil {
		t = r.outputs
	}
	return append(append([]any{}, r.prefix...), t.spell(r.spelling, path)...)
}

// isConfig tells whether a path of the stack's is that of a variable.
func isConfig(path []any) bool {
	first, _ := path[0].(string)
	return strings.HasPrefix(first, variableSpace+":") || strings.HasPrefix(first, defaultSpace+":")
}

// isRoot tells whether the URN is that of the stack.
func (d *Document) isRoot(urn string) bool {
	parts := strings.SplitN(urn, "::", 4)
	return len(parts) == 4 && parts[2] == rootType
}

// idOf is the last part of a URN. It may hold double colons itself.
func idOf(urn string) string {
	parts := strings.SplitN(urn, "::", 4)
	return parts[len(parts)-1]
}

// byStateAddress returns the resources that a state's depends_on means: an address without keys of instances.
func (d *Document) byStateAddress(on string) []*row {
	steps := parseModule(on)
	names := make([]string, len(steps))
	for i, s := range steps {
		names[i] = s.name
	}
	return d.byConfig[strings.Join(names, ".")+" "+strings.TrimPrefix(strings.TrimPrefix(on, address(steps)), ".")]
}

package terraform

import (
	"fmt"
	"strings"

	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/place"
)

// Place returns the location of a resource or property in Terraform: its address and the attribute as messages print
// it, empty for the resource as a whole. Variables and outputs have their own addresses.
func (d *Document) Place(urn string, path place.Path) (address, attribute string) {
	spelled := d.Spell(urn, path)
	if d.isRoot(urn) {
		if len(path) == 0 {
			return "", ""
		}
		if isConfig(path) {
			return spelled[:2].String(), spelled[2:].String()
		}
		if name, _ := path[0].(string); d.outputs.at(name).view(nil, false) != nil {
			return place.Path{"output", name}.String(), path[1:].String()
		}
		return "", path.String() // of the settings
	}
	at := place.NameOf(urn)
	r := d.byID[at]
	if r != nil {
		at = r.address
	}
	if (r == nil || !r.custom) && isConfig(path) {
		return at + "." + spelled[:2].String(), spelled[2:].String()
	}
	return at, spelled.String()
}

// Conceal removes secrets from the addresses of resources: an instance key may be one. The addresses stay unique.
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

// Spell returns the path of a property in Terraform's spelling: its names in snake case, with an index for a block that
// Pulumi represents without its list.
func (d *Document) Spell(urn string, path place.Path) place.Path {
	if len(path) == 0 {
		return path
	}
	r := d.byID[place.NameOf(urn)]
	if r == nil || !r.custom { // the root, or a module
		if first, _ := path[0].(string); isConfig(path) {
			space, name, _ := strings.Cut(first, ":")
			spelled := place.Path{variableSpace, name}
			if space == defaultSpace {
				spelled = append(spelled, "default")
			}
			return append(spelled, path[1:]...)
		}
		return path
	}
	v := d.values.load(r)
	t := v.inputs
	if first, _ := path[0].(string); !v.inputs.gives(r.spelling, first) && v.outputs.gives(r.spelling, first) {
		t = v.outputs
	}
	return append(append(place.Path{}, r.prefix...), t.spell(r.spelling, path)...)
}

// isConfig reports whether a path of the stack or of a module is that of a variable.
func isConfig(path place.Path) bool {
	if len(path) == 0 {
		return false
	}
	first, _ := path[0].(string)
	return strings.HasPrefix(first, variableSpace+":") || strings.HasPrefix(first, defaultSpace+":")
}

// isRoot reports whether the URN is that of the stack.
func (d *Document) isRoot(urn string) bool {
	u, ok := place.ParseURN(urn)
	return ok && u.Types == model.RootType
}

// byStateAddress returns the resources for an entry of a state's depends_on: an address without instance keys.
func (d *Document) byStateAddress(on string) []*row {
	steps := parseModule(on)
	names := make([]string, len(steps))
	for i, s := range steps {
		names[i] = s.name
	}
	return d.byConfig[strings.Join(names, ".")+" "+strings.TrimPrefix(strings.TrimPrefix(on, address(steps)), ".")]
}

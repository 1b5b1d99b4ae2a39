package facts

import (
	"slices"

	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/place"
)

// origins are the resources on whose outputs the properties of a resource depend, by the URNs that are shown.
type origins struct {
	of    model.Origins
	shown func(urn string) string // nil if all are shown as is
}

// properties returns the names of the properties with a known origin.
func (o origins) properties() []string {
	if o.of == nil {
		return nil
	}
	return o.of.Properties()
}

// leaves reports whether the origins of individual values are known.
func (o origins) leaves() bool {
	_, ok := o.of.(model.Leaves)
	return ok
}

// leaf returns the origin of an individual value.
func (o origins) leaf(path place.Path) model.Origin {
	leaves, ok := o.of.(model.Leaves)
	if !ok {
		return model.Origin{}
	}
	origin := leaves.Leaf(path)
	if o.shown != nil && origin.By.URN != "" {
		origin.By.URN = o.shown(origin.By.URN)
	}
	return origin
}

// from returns the URNs of the resources on whose outputs a property depends, sorted. An origin that the source does
// not report appears as a resource that does not exist.
func (o origins) from(property string) []string {
	if o.of == nil {
		return nil
	}
	var urns []string
	for _, origin := range o.of.Of(property) {
		if origin.Kind != model.OutputOf && (origin.Kind != model.NotKnown || origin.From == "") {
			continue
		}
		urn := origin.From
		if o.shown != nil {
			urn = o.shown(urn)
		}
		urns = append(urns, urn)
	}
	slices.Sort(urns)
	return urns
}

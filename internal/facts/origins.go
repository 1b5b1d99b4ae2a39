package facts

import (
	"slices"

	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/place"
)

// origins are the resources on whose outputs the properties of a resource depend, under the URNs that are shown.
type origins struct {
	of    model.Origins
	shown func(urn string) string // nil where each is shown as it is
}

// properties are those that have an origin.
func (o origins) properties() []string {
	if o.of == nil {
		return nil
	}
	return o.of.Properties()
}

// leaves reports whether it is known of single values where they come from.
func (o origins) leaves() bool {
	_, ok := o.of.(model.Leaves)
	return ok
}

// leaf returns where a single value comes from.
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

// from returns the URNs of the resources on whose outputs a property depends, sorted. What the source does not show is
// among them as a resource that is not there.
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

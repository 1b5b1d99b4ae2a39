package facts

import (
	"slices"

	"github.com/progression-labs-development/policypack/internal/model"
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

// Package wire converts the messages of the Pulumi engine's analyzer protocol to the model. Only this package and
// package analyzer use the protocol's types.
//
// The messages with resources are decoded from their bytes into the model, not into the protocol's types: those are
// decoded by reflection into maps of pointers, which took longer than most policies.
package wire

import (
	"maps"
	"slices"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/progression-labs-development/policypack/internal/model"
)

// Stack converts the call that describes the run; nil if the engine has made none (`policy analyze`).
func Stack(req *pulumirpc.AnalyzerStackConfigureRequest) *model.Stack {
	if req == nil {
		return nil
	}
	return &model.Stack{
		Organization: req.GetOrganization(), Project: req.GetProject(), Name: req.GetStack(), Tags: req.GetTags(),
		Preview: req.GetDryRun(), Config: req.GetConfig(), Secret: req.GetConfigSecretKeys(),
	}
}

// Resource decodes an AnalyzeRequest, whose properties are inputs after the provider's Check. Texts of the result are
// parts of the message: whoever keeps one for long should copy it.
func Resource(text string) (*model.Resource, error) {
	d, all := whole(text)
	r, err := d.resource(all)
	if err != nil {
		return nil, malformed("Analyze", err)
	}
	return r, nil
}

// Resources decodes an AnalyzeStackRequest, whose properties are outputs, or inputs if the outputs are not known yet.
func Resources(text string) ([]*model.Resource, error) {
	d, all := whole(text)
	var resources []*model.Resource
	err := d.fields(all, func(f field) error {
		if f.number != 1 {
			return nil
		}
		var row span
		if err := message(f, &row); err != nil {
			return err
		}
		r, err := d.resource(row)
		resources = append(resources, r)
		return err
	})
	if err != nil {
		return nil, malformed("AnalyzeStack", err)
	}
	return resources, nil
}

// dependencies are the resources on whose outputs a property depends, which is all the engine provides about origins.
type dependencies map[string][]string

// Properties returns the names of the properties that depend on others.
func (d dependencies) Properties() []string { return slices.Sorted(maps.Keys(d)) }

// Of returns the dependencies of a property.
func (d dependencies) Of(property string) []model.Origin {
	urns := d[property]
	if len(urns) == 0 {
		return nil
	}
	all := make([]model.Origin, len(urns))
	for i, urn := range urns {
		all[i] = model.Origin{Kind: model.OutputOf, From: urn}
	}
	return all
}

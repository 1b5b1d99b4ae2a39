// Package wire converts the messages of the Pulumi engine's analyzer protocol to the model. Only this package and
// package analyzer use the protocol's types.
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

// Resource converts an Analyze call, whose properties are inputs after the provider's Check.
func Resource(req *pulumirpc.AnalyzeRequest) *model.Resource {
	return &model.Resource{
		URN: req.GetUrn(), Type: req.GetType(), Name: req.GetName(), Parent: req.GetOptions().GetParent(),
		Properties: Properties(req.GetProperties()), Options: options(req.GetOptions()),
		Provider: provider(req.GetProvider()),
	}
}

// Resources converts an AnalyzeStack call, whose properties are outputs, or inputs if the outputs are not known yet.
func Resources(req *pulumirpc.AnalyzeStackRequest) []*model.Resource {
	all := make([]*model.Resource, len(req.GetResources()))
	for i, row := range req.GetResources() {
		all[i] = &model.Resource{
			URN: row.GetUrn(), Type: row.GetType(), Name: row.GetName(), Parent: row.GetParent(),
			Properties: Properties(row.GetProperties()), Options: options(row.GetOptions()),
			Provider: provider(row.GetProvider()),
			Origins:  dependencies(row.GetPropertyDependencies()),
		}
		if all[i].Parent == "" {
			all[i].Parent = row.GetOptions().GetParent()
		}
	}
	return all
}

func options(o *pulumirpc.AnalyzerResourceOptions) model.Options {
	return model.Options{
		Protect: o.GetProtect(), IgnoreChanges: o.GetIgnoreChanges(), Aliases: o.GetAliases(),
		AdditionalSecretOutputs: o.GetAdditionalSecretOutputs(),
	}
}

// provider is nil for a component, and for a resource whose provider the engine does not know.
func provider(p *pulumirpc.AnalyzerProviderResource) *model.Provider {
	if p == nil {
		return nil
	}
	return &model.Provider{
		URN: p.GetUrn(), Type: p.GetType(), Name: p.GetName(),
		Properties: Properties(p.GetProperties()),
	}
}

// dependencies are the resources on whose outputs a property depends, which is all the engine provides about origins.
type dependencies map[string]*pulumirpc.AnalyzerPropertyDependencies

// Properties returns the names of the properties that depend on others.
func (d dependencies) Properties() []string { return slices.Sorted(maps.Keys(d)) }

// Of returns the dependencies of a property.
func (d dependencies) Of(property string) []model.Origin {
	urns := d[property].GetUrns()
	if len(urns) == 0 {
		return nil
	}
	all := make([]model.Origin, len(urns))
	for i, urn := range urns {
		all[i] = model.Origin{Kind: model.OutputOf, From: urn}
	}
	return all
}

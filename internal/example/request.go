package example

import (
	"slices"
	"strings"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/progression-labs-development/policypack/internal/place"
)

// stackType is the type of the root resource of every stack.
const stackType = "pulumi:pulumi:Stack"

// ConfigureStack is the call that tells the analyzer which stack the case runs on.
func (c Case) ConfigureStack() *pulumirpc.AnalyzerStackConfigureRequest {
	return &pulumirpc.AnalyzerStackConfigureRequest{
		Stack:            c.Run.Stack,
		Project:          c.Run.Project,
		Organization:     c.Run.Organization,
		DryRun:           c.Run.DryRun,
		Config:           c.Run.Config,
		ConfigSecretKeys: c.Run.SecretConfig,
		Tags:             c.Run.Tags,
	}
}

// Analyze are the calls for the resources of the case, in their order.
func (c Case) Analyze() []*pulumirpc.AnalyzeRequest {
	var all []*pulumirpc.AnalyzeRequest
	for _, r := range c.Resources {
		all = append(all, &pulumirpc.AnalyzeRequest{
			Type:       r.Type,
			Name:       r.Name,
			Urn:        c.URN(r),
			Properties: c.inputs(r),
			Options:    c.options(r),
			Provider:   c.provider(r),
		})
	}
	return all
}

// AnalyzeStack is the call for all resources of the case together.
func (c Case) AnalyzeStack() *pulumirpc.AnalyzeStackRequest {
	req := &pulumirpc.AnalyzeStackRequest{}
	for _, r := range c.Resources {
		req.Resources = append(req.Resources, &pulumirpc.AnalyzerResource{
			Type:       r.Type,
			Name:       r.Name,
			Urn:        c.URN(r),
			Properties: r.Outputs,
			Options:    c.options(r),
			Provider:   c.provider(r),
			Parent:     c.parent(r),

			PropertyDependencies: c.dependencies(r),
		})
	}
	return req
}

func (c Case) dependencies(r Resource) map[string]*pulumirpc.AnalyzerPropertyDependencies {
	all := map[string]*pulumirpc.AnalyzerPropertyDependencies{}
	for property, names := range r.DependsOn {
		d := &pulumirpc.AnalyzerPropertyDependencies{}
		for _, other := range c.Resources {
			if slices.Contains(names, other.Name) && other.Name != r.Name {
				d.Urns = append(d.Urns, c.URN(other))
			}
		}
		all[property] = d
	}
	return all
}

// URN is the resource's URN.
func (c Case) URN(r Resource) string {
	types := append([]string{r.Type}, r.Ancestors...)
	slices.Reverse(types)
	return c.urn(place.Types(types...), r.Name)
}

func (c Case) urn(types, name string) string {
	return place.URN{Stack: c.Run.Stack, Project: c.Run.Project, Types: types, Name: name}.String()
}

// inputs are the properties as Analyze sees them: the root stack has none yet.
func (c Case) inputs(r Resource) *structpb.Struct {
	if r.Type == stackType {
		return &structpb.Struct{}
	}
	return r.Properties
}

// parent is the URN of the direct parent: a resource of the case if it has the same place, else a component with the
// resource's own name, and the root stack for a resource without ancestors.
func (c Case) parent(r Resource) string {
	if r.Type == stackType {
		return ""
	}
	if len(r.Ancestors) == 0 {
		return c.urn(stackType, c.Run.Project+"-"+c.Run.Stack)
	}
	for _, other := range c.Resources {
		if other.Type == r.Ancestors[0] && slices.Equal(other.Ancestors, r.Ancestors[1:]) {
			return c.URN(other)
		}
	}
	return c.URN(Resource{Type: r.Ancestors[0], Ancestors: r.Ancestors[1:], Name: r.Name})
}

func (c Case) options(r Resource) *pulumirpc.AnalyzerResourceOptions {
	return &pulumirpc.AnalyzerResourceOptions{
		Protect:                 r.Options.Protect,
		IgnoreChanges:           r.Options.IgnoreChanges,
		Aliases:                 r.Options.Aliases,
		AdditionalSecretOutputs: r.Options.AdditionalSecretOutputs,
		Parent:                  c.parent(r),
	}
}

// provider is the default provider of the resource's package; components, providers and the root stack have none.
func (c Case) provider(r Resource) *pulumirpc.AnalyzerProviderResource {
	if r.Component || strings.HasPrefix(r.Type, "pulumi:") {
		return nil
	}
	pkg, _, _ := strings.Cut(r.Type, ":")
	properties := r.Provider
	if properties == nil {
		properties = &structpb.Struct{}
	}
	return &pulumirpc.AnalyzerProviderResource{
		Type:       "pulumi:providers:" + pkg,
		Name:       "default",
		Urn:        c.urn("pulumi:providers:"+pkg, "default"),
		Properties: properties,
	}
}

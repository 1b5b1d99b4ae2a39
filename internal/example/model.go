package example

import (
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/model"

	"github.com/progression-labs-development/policypack/internal/place"
)

// About returns the stack that the case runs on.
func (c Case) About() *model.Stack {
	return &model.Stack{
		Organization: c.Run.Organization, Project: c.Run.Project, Name: c.Run.Stack, Preview: c.Run.DryRun,
		Tags:   c.Run.Tags,
		Config: c.Run.Config, Secret: c.Run.SecretConfig,
	}
}

// Registered returns the resources of the case with their inputs, in their order. The root stack has none yet.
func (c Case) Registered() []*model.Resource {
	return c.resources(func(r Resource) map[string]any {
		if r.Type == model.RootType {
			return nil
		}
		return r.Properties
	})
}

// Whole returns the resources of the case with their outputs, and with what their properties depend on.
func (c Case) Whole() []*model.Resource {
	all := c.resources(func(r Resource) map[string]any { return r.Outputs })
	for i, r := range c.Resources {
		all[i].Origins = c.sources(r)
	}
	return all
}

func (c Case) resources(properties func(Resource) map[string]any) []*model.Resource {
	var all []*model.Resource
	for _, r := range c.Resources {
		all = append(all, &model.Resource{
			URN: c.URN(r), Type: r.Type, Name: r.Name, Parent: c.parent(r), Properties: model.Of(properties(r)),
			Options: r.Options, Provider: c.provider(r),
		})
	}
	return all
}

func (c Case) sources(r Resource) model.Sources {
	all := model.Sources{}
	for property, names := range r.DependsOn {
		for _, other := range c.Resources {
			if slices.Contains(names, other.Name) && other.Name != r.Name {
				all[property] = append(all[property], model.Origin{Kind: model.OutputOf, From: c.URN(other)})
			}
		}
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

// parent is the URN of the direct parent: a resource of the case if it has the same place, else a component with the
// resource's own name, and the root stack for a resource without ancestors.
func (c Case) parent(r Resource) string {
	if r.Type == model.RootType {
		return ""
	}
	if len(r.Ancestors) == 0 {
		return c.urn(model.RootType, c.Run.Project+"-"+c.Run.Stack)
	}
	for _, other := range c.Resources {
		if other.Type == r.Ancestors[0] && slices.Equal(other.Ancestors, r.Ancestors[1:]) {
			return c.URN(other)
		}
	}
	return c.URN(Resource{Type: r.Ancestors[0], Ancestors: r.Ancestors[1:], Name: r.Name})
}

// provider is the default provider of the resource's package; components, providers and the root stack have none.
func (c Case) provider(r Resource) *model.Provider {
	if r.Component || strings.HasPrefix(r.Type, "pulumi:") {
		return nil
	}
	pkg, _, _ := strings.Cut(r.Type, ":")
	typ := "pulumi:providers:" + pkg
	return &model.Provider{URN: c.urn(typ, "default"), Type: typ, Name: "default", Properties: model.Of(r.Provider)}
}

package model

import "github.com/progression-labs-development/policypack/internal/place"

// RootType is the type token of the resource that stands for the stack itself.
const RootType = "pulumi:pulumi:Stack"

// Resource is one resource of a stack.
type Resource struct {
	URN, Type, Name string
	// Parent is the URN of the direct parent, empty where the source does not say.
	Parent string
	// Properties is an Object: what the program gives the resource, or, where the stack is seen as a whole, its
	// outputs.
	Properties Value
	Options    Options
	// Provider is nil for a component.
	Provider *Provider
	// Origins says where its properties come from, nil where the source does not tell.
	Origins Origins
}

// Options are the options of a resource that count for policies.
type Options struct {
	Protect bool
	// RetainOnDelete reports whether the resource stays in the cloud when it is deleted. Only a state says it.
	RetainOnDelete                                  bool
	IgnoreChanges, Aliases, AdditionalSecretOutputs []string
}

// Provider is the provider of a resource. Its URN is empty where the source does not name it.
type Provider struct {
	URN, Type, Name string
	Properties      Value // an Object
}

// Stack is what a run is about. Its fields are empty where the source does not say them.
type Stack struct {
	Organization, Project, Name string
	Tags                        map[string]string
	// Preview reports whether the resources are those of a deployment to come.
	Preview bool
	// Config is the configuration by key with namespace; structured values are JSON. Secret are the keys whose values
	// are encrypted, as a whole or in part.
	Config map[string]string
	Secret []string
	// Program is what wrote the resources down, nil for Pulumi.
	Program *Program
}

// Program is what wrote the resources down where it is not Pulumi. Messages then use its words, and name properties as
// it spells them.
type Program struct {
	// Name is what rules see as run.program.
	Name string
	// Spell returns the place in a resource as the program writes it: secret_string for secretString. A place that the
	// resource does not have is spelled as well as can be.
	Spell func(urn string, path place.Path) place.Path
}

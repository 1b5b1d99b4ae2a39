package model

import "github.com/progression-labs-development/policypack/internal/place"

// RootType is the type token of the root resource, which represents the stack.
const RootType = "pulumi:pulumi:Stack"

// Resource is one resource of a stack.
type Resource struct {
	URN, Type, Name string
	// Parent is the URN of the direct parent, empty if the source does not report it.
	Parent string
	// Properties is an Object: the inputs of the resource or, in a view of the whole stack, its outputs.
	Properties Value
	Options    Options
	// Provider is nil for a component.
	Provider *Provider
	// Origins are the origins of the properties, nil if the source does not report them.
	Origins Origins
}

// Options are the resource options that policies use.
type Options struct {
	Protect bool
	// RetainOnDelete reports whether the resource stays in the cloud when it is deleted. Only a state reports it.
	RetainOnDelete                                  bool
	IgnoreChanges, Aliases, AdditionalSecretOutputs []string
}

// Provider is the provider of a resource. Its URN is empty if the source does not name it.
type Provider struct {
	URN, Type, Name string
	Properties      Value // an Object
}

// Stack is the stack that a run checks. Its fields are empty if the source does not report them.
type Stack struct {
	Organization, Project, Name string
	Tags                        map[string]string
	// Preview reports whether the resources are those of a planned deployment.
	Preview bool
	// Config is the configuration by namespaced key; structured values are JSON. Secret are the keys whose values are
	// encrypted, in whole or in part.
	Config map[string]string
	Secret []string
	// Program describes the tool that the resources were written for, nil for Pulumi.
	Program *Program
}

// Program is a tool other than Pulumi for which the resources were written. Messages use its terms and spell properties
// its way.
type Program struct {
	// Name is the value of run.program in rules.
	Name string
	// Spell returns the path in a resource as the program spells it: secret_string for secretString. For a path that
	// the resource does not have, it returns its best guess.
	Spell func(urn string, path place.Path) place.Path
}

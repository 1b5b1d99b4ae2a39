// Package state reads what `pulumi stack export` writes and turns it into the calls that the Pulumi engine would make in a
// preview of the same stack.
//
// A secret that is encrypted stands in the calls as a secret whose value is the text `[secret]`, as in `pulumi policy
// analyze`. Secrets of an export with --show-secrets keep their values; the calls are as sensitive as the export.
package state

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/structpb"
)

// State is the state of one stack.
type State struct {
	resources []resource
	providers map[string]*pulumirpc.AnalyzerProviderResource // by URN
}

// resource is a resource of a deployment of version 3 or 4; sdk/v3/go/common/apitype/core.go, ResourceV3.
type resource struct {
	URN                     string              `json:"urn"`
	Type                    string              `json:"type"`
	Delete                  bool                `json:"delete"`
	External                bool                `json:"external"`
	Inputs                  map[string]any      `json:"inputs"`
	Outputs                 map[string]any      `json:"outputs"`
	Parent                  string              `json:"parent"`
	Protect                 bool                `json:"protect"`
	Dependencies            []string            `json:"dependencies"`
	Provider                string              `json:"provider"`
	PropertyDependencies    map[string][]string `json:"propertyDependencies"`
	AdditionalSecretOutputs []string            `json:"additionalSecretOutputs"`
	Aliases                 []string            `json:"aliases"`
	IgnoreChanges           []string            `json:"ignoreChanges"`

	inputs, outputs *structpb.Struct
}

type deployment struct {
	Resources []resource `json:"resources"`
}

// Read reads an export, or the file in which Pulumi's local backend keeps a stack. Its errors repeat no value.
func Read(data []byte) (*State, error) {
	var file struct {
		Version    int         `json:"version"`
		Deployment *deployment `json:"deployment"`
		Checkpoint *struct {
			Latest *deployment `json:"latest"`
		} `json:"checkpoint"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		var wrong *json.UnmarshalTypeError
		if errors.As(err, &wrong) {
			return nil, fmt.Errorf("%s: want %s, got %s", wrong.Field, wrong.Type, wrong.Value)
		}
		return nil, errors.New("this is not JSON; want what `pulumi stack export` writes")
	}
	d := file.Deployment
	if d == nil && file.Checkpoint != nil {
		d = file.Checkpoint.Latest
	}
	switch {
	case d == nil:
		return nil, errors.New("there is no deployment in it; want what `pulumi stack export` writes")
	case file.Version != 3 && file.Version != 4:
		return nil, fmt.Errorf("version: want 3 or 4, got %d; export the stack again with a current pulumi", file.Version)
	}
	s := &State{providers: map[string]*pulumirpc.AnalyzerProviderResource{}}
	for _, r := range d.Resources {
		// The engine analyses neither what is to be deleted nor what is only read.
		if r.Delete || r.External {
			continue
		}
		var err error
		if r.inputs, err = properties(r.Inputs); err != nil {
			return nil, fmt.Errorf("resource %q: inputs: %w", r.URN, err)
		}
		if r.outputs, err = properties(r.Outputs); err != nil {
			return nil, fmt.Errorf("resource %q: outputs: %w", r.URN, err)
		}
		if r.Outputs == nil {
			r.outputs = r.inputs
		}
		if strings.HasPrefix(r.Type, "pulumi:providers:") {
			s.providers[r.URN] = &pulumirpc.AnalyzerProviderResource{
				Urn: r.URN, Type: r.Type, Name: name(r.URN), Properties: r.inputs,
			}
		}
		s.resources = append(s.resources, r)
	}
	return s, nil
}

// Len returns the number of resources that are analysed.
func (s *State) Len() int { return len(s.resources) }

// Analyze returns the calls for single resources, with their inputs, in the order in which they were registered.
func (s *State) Analyze() []*pulumirpc.AnalyzeRequest {
	var all []*pulumirpc.AnalyzeRequest
	for i := range s.resources {
		r := &s.resources[i]
		all = append(all, &pulumirpc.AnalyzeRequest{
			Urn: r.URN, Type: r.Type, Name: name(r.URN), Properties: r.inputs, Options: r.options(), Provider: s.provider(r),
		})
	}
	return all
}

// AnalyzeStack returns the call for all resources together, with their outputs.
func (s *State) AnalyzeStack() *pulumirpc.AnalyzeStackRequest {
	req := &pulumirpc.AnalyzeStackRequest{}
	for i := range s.resources {
		r := &s.resources[i]
		row := &pulumirpc.AnalyzerResource{
			Urn: r.URN, Type: r.Type, Name: name(r.URN), Properties: r.outputs, Options: r.options(), Provider: s.provider(r),
			Parent: r.Parent, Dependencies: r.Dependencies,
			PropertyDependencies: map[string]*pulumirpc.AnalyzerPropertyDependencies{},
		}
		for _, property := range slices.Sorted(maps.Keys(r.PropertyDependencies)) {
			row.PropertyDependencies[property] = &pulumirpc.AnalyzerPropertyDependencies{Urns: r.PropertyDependencies[property]}
		}
		req.Resources = append(req.Resources, row)
	}
	return req
}

func (r *resource) options() *pulumirpc.AnalyzerResourceOptions {
	return &pulumirpc.AnalyzerResourceOptions{
		Protect: r.Protect, IgnoreChanges: r.IgnoreChanges, Aliases: r.Aliases,
		AdditionalSecretOutputs: r.AdditionalSecretOutputs, Parent: r.Parent,
	}
}

// provider returns the provider of a resource. A resource refers to it as URN::ID.
func (s *State) provider(r *resource) *pulumirpc.AnalyzerProviderResource {
	urn := r.Provider
	if i := strings.LastIndex(urn, "::"); i >= 0 {
		urn = urn[:i]
	}
	return s.providers[urn]
}

// name returns the logical name, the last part of a URN. A name may hold :: itself.
func name(urn string) string {
	parts := strings.SplitN(urn, "::", 4)
	return parts[len(parts)-1]
}

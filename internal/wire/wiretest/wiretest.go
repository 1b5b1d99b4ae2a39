// Package wiretest converts the model to the engine's calls, with the engine's own marshaller, for tests of the
// protocol.
package wiretest

import (
	"fmt"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/archive"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/asset"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/wire"
)

// Stack returns the call that describes the run.
func Stack(s *model.Stack) *pulumirpc.AnalyzerStackConfigureRequest {
	return &pulumirpc.AnalyzerStackConfigureRequest{
		Organization: s.Organization, Project: s.Project, Stack: s.Name, Tags: s.Tags, DryRun: s.Preview,
		Config:           s.Config,
		ConfigSecretKeys: s.Secret,
	}
}

// Analyze returns the calls for single resources.
func Analyze(t testing.TB, all []*model.Resource) []*pulumirpc.AnalyzeRequest {
	t.Helper()
	calls := make([]*pulumirpc.AnalyzeRequest, len(all))
	for i, r := range all {
		calls[i] = &pulumirpc.AnalyzeRequest{
			Urn: r.URN, Type: r.Type, Name: r.Name, Properties: Properties(t, r.Properties), Options: options(r),
			Provider: provider(t, r),
		}
	}
	return calls
}

// AnalyzeStack returns the call for all resources together.
func AnalyzeStack(t testing.TB, all []*model.Resource) *pulumirpc.AnalyzeStackRequest {
	t.Helper()
	call := &pulumirpc.AnalyzeStackRequest{}
	for _, r := range all {
		row := &pulumirpc.AnalyzerResource{
			Urn: r.URN, Type: r.Type, Name: r.Name, Properties: Properties(t, r.Properties), Options: options(r),
			Provider: provider(t, r),
			Parent:   r.Parent, PropertyDependencies: map[string]*pulumirpc.AnalyzerPropertyDependencies{},
		}
		if r.Origins != nil {
			for _, property := range r.Origins.Properties() {
				on := &pulumirpc.AnalyzerPropertyDependencies{}
				for _, origin := range r.Origins.Of(property) {
					on.Urns = append(on.Urns, origin.From)
				}
				row.PropertyDependencies[property] = on
			}
		}
		call.Resources = append(call.Resources, row)
	}
	return call
}

func options(r *model.Resource) *pulumirpc.AnalyzerResourceOptions {
	return &pulumirpc.AnalyzerResourceOptions{
		Protect: r.Options.Protect, IgnoreChanges: r.Options.IgnoreChanges, Aliases: r.Options.Aliases,
		AdditionalSecretOutputs: r.Options.AdditionalSecretOutputs, Parent: r.Parent,
	}
}

func provider(t testing.TB, r *model.Resource) *pulumirpc.AnalyzerProviderResource {
	t.Helper()
	if r.Provider == nil {
		return nil
	}
	return &pulumirpc.AnalyzerProviderResource{
		Urn: r.Provider.URN, Type: r.Provider.Type, Name: r.Provider.Name,
		Properties: Properties(t, r.Provider.Properties),
	}
}

// Resource returns what the program decodes from a call for one resource.
func Resource(t testing.TB, req *pulumirpc.AnalyzeRequest) *model.Resource {
	t.Helper()
	r, err := wire.Resource(encoded(t, req))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Resources returns what the program decodes from a call for all resources together.
func Resources(t testing.TB, req *pulumirpc.AnalyzeStackRequest) []*model.Resource {
	t.Helper()
	all, err := wire.Resources(encoded(t, req))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// Value returns what the program decodes from a property map.
func Value(t testing.TB, s *structpb.Struct) model.Value {
	t.Helper()
	return Resource(t, &pulumirpc.AnalyzeRequest{Properties: s}).Properties
}

func encoded(t testing.TB, m proto.Message) string {
	t.Helper()
	text, err := proto.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Properties returns an Object as the engine marshals it.
func Properties(t testing.TB, v model.Value) *structpb.Struct {
	t.Helper()
	s, err := plugin.MarshalProperties(propertyMap(t, v), plugin.MarshalOptions{
		KeepUnknowns: true, KeepSecrets: true, KeepResources: true, KeepOutputValues: false,
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func propertyMap(t testing.TB, v model.Value) resource.PropertyMap {
	t.Helper()
	m := resource.PropertyMap{}
	for _, key := range v.Keys() {
		m[resource.PropertyKey(key)] = property(t, v.Field(key))
	}
	return m
}

func property(t testing.TB, v model.Value) resource.PropertyValue {
	t.Helper()
	switch v.Kind() {
	case model.Null:
		return resource.NewNullProperty()
	case model.Bool:
		return resource.NewProperty(v.Bool())
	case model.Number:
		return resource.NewProperty(v.Number())
	case model.String:
		return resource.NewProperty(v.Text())
	case model.Unknown:
		return resource.MakeComputed(resource.NewProperty(""))
	case model.Secret:
		return resource.MakeSecret(property(t, v.Inner()))
	case model.Object:
		return resource.NewProperty(propertyMap(t, v))
	case model.List:
		items := make([]resource.PropertyValue, v.Len())
		for i := range items {
			items[i] = property(t, v.Item(i))
		}
		return resource.NewProperty(items)
	case model.Asset:
		return resource.NewProperty(assetOf(v))
	case model.Archive:
		return resource.NewProperty(archiveOf(t, v))
	case model.Reference, model.Foreign:
	}
	t.Fatalf("a value of kind %v has no form here", v.Kind())
	return resource.PropertyValue{}
}

// assetOf does not use the SDK's constructors, which read the file.
func assetOf(v model.Value) *asset.Asset {
	return &asset.Asset{
		Sig: asset.AssetSig, Hash: fmt.Sprintf("%064d", 1), Text: model.Text(v, "text"), Path: model.Text(v, "path"),
		URI: model.Text(v, "uri"),
	}
}

func archiveOf(t testing.TB, v model.Value) *archive.Archive {
	t.Helper()
	a := &archive.Archive{
		Sig: archive.ArchiveSig, Hash: fmt.Sprintf("%064d", 1), Path: model.Text(v, "path"),
		URI: model.Text(v, "uri"),
	}
	members := model.Fields(v, "assets")
	for _, name := range members.Keys() {
		if a.Assets == nil {
			a.Assets = map[string]any{}
		}
		if member := members.Field(name); member.Kind() == model.Archive {
			a.Assets[name] = archiveOf(t, member)
		} else {
			a.Assets[name] = assetOf(member)
		}
	}
	return a
}

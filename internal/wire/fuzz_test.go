package wire_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/sig"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/progression-labs-development/policypack/internal/fuzzing"
	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/model/modeltest"
	"github.com/progression-labs-development/policypack/internal/wire"
)

// FuzzResource reads any bytes as each of the engine's messages, and everything in them. What both we and protobuf accept
// is the same. We refuse more, such as a field twice of which protobuf keeps the last, and may accept a message with
// malformed fields that nobody reads.
func FuzzResource(f *testing.F) {
	properties, err := structpb.NewStruct(map[string]any{
		"a": map[string]any{sig.Key: sig.Secret, "value": []any{"x", 1, true, nil}},
		"b": map[string]any{sig.Key: sig.OutputValue, "secret": true, "dependencies": []any{"urn"}},
		"c": map[string]any{sig.Key: sig.AssetSig, "text": "x"},
		"d": map[string]any{sig.Key: sig.ResourceReference, "urn": 1},
	})
	if err != nil {
		f.Fatal(err)
	}
	req := &pulumirpc.AnalyzeRequest{
		Type: "aws:s3/bucket:Bucket", Name: "n", Urn: "urn:pulumi:s::p::aws:s3/bucket:Bucket::n", Properties: properties,
		Provider: &pulumirpc.AnalyzerProviderResource{Type: "pulumi:providers:aws", Properties: properties},
	}
	for _, m := range []proto.Message{
		req, &pulumirpc.AnalyzerStackConfigureRequest{Stack: "s", Config: map[string]string{"p:a": "{\"b\": 1}"}},
		&pulumirpc.AnalyzeStackRequest{Resources: []*pulumirpc.AnalyzerResource{{
			Type: req.Type, Urn: req.Urn, Properties: properties,
			PropertyDependencies: map[string]*pulumirpc.AnalyzerPropertyDependencies{"a": {Urns: []string{"u"}}},
		}, nil}},
	} {
		data, err := proto.Marshal(m)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		defer fuzzing.Watch(t, len(data))()
		var one pulumirpc.AnalyzeRequest
		refused := proto.Unmarshal(data, &one)
		r, err := wire.Resource(string(data))
		if (r == nil) != (err != nil) {
			t.Fatalf("a resource, or an error: got %v and %v", r, err)
		}
		if err == nil {
			plain(r.Properties)
		}
		if err == nil && refused == nil {
			if r.URN != one.GetUrn() || r.Type != one.GetType() || r.Name != one.GetName() {
				t.Errorf("got %q, %q, %q of %v", r.URN, r.Type, r.Name, &one)
			}
			want := slices.Sorted(maps.Keys(one.GetProperties().GetFields()))
			if got := keys(r.Properties); !slices.Equal(got, want) {
				t.Errorf("got the properties %q, want %q", got, want)
			}
		}
		var all pulumirpc.AnalyzeStackRequest
		refused = proto.Unmarshal(data, &all)
		resources, err := wire.Resources(string(data))
		if err == nil && refused == nil && len(resources) != len(all.Resources) {
			t.Fatalf("protobuf has %d resources, and we have %d", len(all.Resources), len(resources))
		}
		for _, r := range resources {
			plain(r.Properties)
			if r.Origins != nil {
				for _, property := range r.Origins.Properties() {
					r.Origins.Of(property)
				}
			}
		}
		var stack pulumirpc.AnalyzerStackConfigureRequest
		if proto.Unmarshal(data, &stack) == nil {
			wire.Stack(&stack)
		}
	})
}

// plain reads everything in a view. A message without properties has none.
func plain(v model.Value) {
	if v != nil {
		modeltest.Plain(v)
	}
}

func keys(v model.Value) []string {
	if v == nil {
		return nil
	}
	return slices.Sorted(slices.Values(v.Keys()))
}

package wire_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/sig"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/progression-labs-development/policypack/internal/fuzzing"
	"github.com/progression-labs-development/policypack/internal/model/modeltest"
	"github.com/progression-labs-development/policypack/internal/wire"
)

// FuzzResource reads any bytes as each of the engine's messages, and everything in them.
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
		if proto.Unmarshal(data, &one) == nil {
			r := wire.Resource(&one)
			modeltest.Plain(r.Properties)
		}
		var all pulumirpc.AnalyzeStackRequest
		if proto.Unmarshal(data, &all) == nil {
			for _, r := range wire.Resources(&all) {
				modeltest.Plain(r.Properties)
				if r.Origins != nil {
					for _, property := range r.Origins.Properties() {
						r.Origins.Of(property)
					}
				}
			}
		}
		var stack pulumirpc.AnalyzerStackConfigureRequest
		if proto.Unmarshal(data, &stack) == nil {
			wire.Stack(&stack)
		}
	})
}

package wire_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/sig"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/model/modeltest"
	"github.com/progression-labs-development/policypack/internal/wire"
)

// want is the form in which modeltest.Plain shows what a value of the protocol represents, written from the protocol's
// types.
func want(v *structpb.Value) any {
	switch k := v.GetKind().(type) {
	case *structpb.Value_BoolValue:
		return k.BoolValue
	case *structpb.Value_NumberValue:
		return k.NumberValue
	case *structpb.Value_StringValue:
		if k.StringValue == plugin.UnknownStringValue {
			return modeltest.Unknown
		}
		return k.StringValue
	case *structpb.Value_ListValue:
		items := make([]any, len(k.ListValue.GetValues()))
		for i, item := range k.ListValue.GetValues() {
			items[i] = want(item)
		}
		return items
	case *structpb.Value_StructValue:
		fields := k.StructValue.GetFields()
		inner := func() any {
			if fields["value"] == nil {
				return modeltest.Unknown
			}
			return want(fields["value"])
		}
		object := wantFields(fields)
		signature, signed := fields[sig.Key]
		if !signed {
			return object
		}
		delete(object, sig.Key)
		switch signature.GetStringValue() {
		case sig.Secret:
			return map[string]any{"$secret": inner()}
		case sig.OutputValue:
			if fields["secret"].GetBoolValue() {
				return map[string]any{"$secret": inner()}
			}
			return inner()
		case sig.ByteString:
			return want(fields["value"])
		case sig.AssetSig:
			return map[string]any{"$asset": object}
		case sig.ArchiveSig:
			return map[string]any{"$archive": object}
		case sig.ResourceReference:
			return map[string]any{"$reference": object}
		}
		return map[string]any{"$foreign": object}
	}
	return nil
}

func wantFields(fields map[string]*structpb.Value) map[string]any {
	object := map[string]any{}
	for key, v := range fields {
		object[key] = want(v)
	}
	return object
}

// random returns a value of the protocol, with all signatures and sentinels.
func random(r *rand.Rand, depth int) *structpb.Value {
	texts := []string{"", "a", "naïve", plugin.UnknownStringValue, strings.Repeat("x", 300), sig.Secret}
	switch n := r.IntN(10); {
	case n == 0:
		return structpb.NewNullValue()
	case n == 1:
		return structpb.NewBoolValue(r.IntN(2) == 0)
	case n == 2:
		return structpb.NewNumberValue(r.NormFloat64())
	case n == 3:
		return &structpb.Value{}
	case n < 6 || depth > 5:
		return structpb.NewStringValue(texts[r.IntN(len(texts))])
	case n == 6:
		list := &structpb.ListValue{}
		for range r.IntN(4) {
			list.Values = append(list.Values, random(r, depth+1))
		}
		return structpb.NewListValue(list)
	}
	s := randomStruct(r, depth+1)
	if r.IntN(2) == 0 {
		all := []string{
			sig.Secret, sig.OutputValue, sig.ByteString, sig.AssetSig, sig.ArchiveSig, sig.ResourceReference, "another",
		}
		s.Fields[sig.Key] = structpb.NewStringValue(all[r.IntN(len(all))])
	}
	return structpb.NewStructValue(s)
}

func randomStruct(r *rand.Rand, depth int) *structpb.Struct {
	s := &structpb.Struct{Fields: map[string]*structpb.Value{}}
	keys := []string{"value", "secret", "a", "b", "B", "", "ключ", "z.y", sig.Key + "x"}
	for range r.IntN(6) {
		s.Fields[keys[r.IntN(len(keys))]] = random(r, depth)
	}
	return s
}

// TestDecodeIsTheProtocols compares what is decoded from messages with what the protocol's own library decodes.
func TestDecodeIsTheProtocols(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		row := &pulumirpc.AnalyzerResource{
			Urn: "urn", Type: "type", Name: "name", Parent: []string{"", "parent"}[r.IntN(2)],
			Properties: randomStruct(r, 0), Dependencies: []string{"nobody", "asks"},
			Options: &pulumirpc.AnalyzerResourceOptions{
				Protect: r.IntN(2) == 0, IgnoreChanges: []string{"i", "j"}, DeleteBeforeReplace: true,
				AdditionalSecretOutputs: []string{"s"}, Aliases: []string{"a", "b", "c"}, Parent: "other",
				CustomTimeouts: &pulumirpc.AnalyzerResourceOptions_CustomTimeouts{Create: 3},
			},
			PropertyDependencies: map[string]*pulumirpc.AnalyzerPropertyDependencies{
				"q": {}, "p": {Urns: []string{"one", "two"}},
			},
		}
		if r.IntN(2) == 0 {
			row.Provider = &pulumirpc.AnalyzerProviderResource{
				Type: "pt", Urn: "pu", Name: "pn", Properties: randomStruct(r, 3),
			}
		}
		all, err := wire.Resources(marshal(t, &pulumirpc.AnalyzeStackRequest{
			Resources: []*pulumirpc.AnalyzerResource{row, {}},
		}))
		if err != nil || len(all) != 2 {
			t.Fatal(len(all), err)
		}
		single, err := wire.Resource(marshal(t, &pulumirpc.AnalyzeRequest{
			Urn: "urn", Type: "type", Name: "name", Properties: row.GetProperties(), Options: row.GetOptions(),
			Provider: row.GetProvider(),
		}))
		if err != nil {
			t.Fatal(err)
		}
		if single.Parent != "other" || single.Origins != nil {
			t.Fatalf("parent %q, origins %v", single.Parent, single.Origins)
		}
		wantParent := row.GetParent()
		if wantParent == "" {
			wantParent = "other"
		}
		if all[0].Parent != wantParent {
			t.Fatalf("parent %q, want %q", all[0].Parent, wantParent)
		}
		origins := all[0].Origins
		if diff := cmp.Diff([]any{
			[]string{"p", "q"},
			[]model.Origin{{Kind: model.OutputOf, From: "one"}, {Kind: model.OutputOf, From: "two"}},
			[]model.Origin(nil),
		}, []any{origins.Properties(), origins.Of("p"), origins.Of("q")}); diff != "" {
			t.Fatalf("origins: mismatch (-want +got)\n%s", diff)
		}
		for _, got := range []*model.Resource{all[0], single} {
			if diff := cmp.Diff(wantFields(row.GetProperties().GetFields()), modeltest.Plain(got.Properties)); diff != "" {
				t.Fatalf("properties: mismatch (-want +got)\n%s", diff)
			}
			if diff := cmp.Diff(model.Options{
				Protect: row.GetOptions().GetProtect(), IgnoreChanges: []string{"i", "j"},
				Aliases: []string{"a", "b", "c"}, AdditionalSecretOutputs: []string{"s"},
			}, got.Options); diff != "" || got.URN != "urn" || got.Type != "type" || got.Name != "name" {
				t.Fatalf("%s %s %s: mismatch (-want +got)\n%s", got.URN, got.Type, got.Name, diff)
			}
			if (row.GetProvider() == nil) != (got.Provider == nil) {
				t.Fatalf("provider %v", got.Provider)
			}
			if p := got.Provider; p != nil {
				if p.URN != "pu" || p.Type != "pt" || p.Name != "pn" {
					t.Fatalf("provider %s %s %s", p.URN, p.Type, p.Name)
				}
				if diff := cmp.Diff(wantFields(row.GetProvider().GetProperties().GetFields()),
					modeltest.Plain(p.Properties)); diff != "" {
					t.Fatalf("properties of the provider: mismatch (-want +got)\n%s", diff)
				}
			}
		}
		if all[1].Provider != nil || all[1].Properties.Kind() != model.Object || len(all[1].Properties.Keys()) != 0 {
			t.Fatal("an empty resource has something")
		}
	}
}

// TestMalformedMessages cuts and changes messages: each is an error, or what the protocol's own library accepts too.
func TestMalformedMessages(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	req := &pulumirpc.AnalyzeRequest{Urn: "urn", Type: "type", Properties: &structpb.Struct{Fields: map[string]*structpb.Value{
		"a": structpb.NewStringValue("canary-8d1f"), "b": structpb.NewListValue(&structpb.ListValue{Values: []*structpb.Value{
			structpb.NewNumberValue(1), structpb.NewStructValue(randomStruct(r, 0)),
		}}),
	}}, Options: &pulumirpc.AnalyzerResourceOptions{Aliases: []string{"x"}}}
	text := marshal(t, req)
	accepted, refused := 0, 0
	for i := range 60_000 {
		b := []byte(text)
		if i < len(b) {
			b = b[:i]
		} else {
			for range 1 + r.IntN(3) {
				b[r.IntN(len(b))] = byte(r.IntN(256))
			}
		}
		theirs := proto.Unmarshal(b, &pulumirpc.AnalyzeRequest{})
		got, err := wire.Resource(string(b))
		switch {
		case err == nil && theirs != nil:
			// A part that is not read, such as an option that no policy uses, may be malformed.
			_ = modeltest.Plain(got.Properties)
			accepted++
		case err != nil:
			refused++
			if strings.Contains(err.Error(), "canary") {
				t.Fatalf("the error quotes the message: %v", err)
			}
		}
	}
	if refused < 10_000 || accepted > refused/20 {
		t.Errorf("%d refused, %d accepted that the protocol's library refuses", refused, accepted)
	}
}

func TestFieldsThatAreThereTwice(t *testing.T) {
	t.Parallel()
	properties := marshal(t, &pulumirpc.AnalyzeRequest{Properties: &structpb.Struct{Fields: map[string]*structpb.Value{
		"a": structpb.NewStringValue("x"),
	}}})
	if _, err := wire.Resource(properties + properties); err == nil {
		t.Error("of two property maps one would be dropped")
	}
	deep := []byte{}
	for range 10_050 {
		deep = protowire.AppendBytes(protowire.AppendTag(nil, 6, protowire.BytesType),
			protowire.AppendBytes(protowire.AppendTag(nil, 1, protowire.BytesType), deep))
	}
	entry := protowire.AppendBytes(protowire.AppendTag(nil, 2, protowire.BytesType), deep)
	object := protowire.AppendBytes(protowire.AppendTag(nil, 1, protowire.BytesType), entry)
	if _, err := wire.Resource(string(protowire.AppendBytes(protowire.AppendTag(nil, 2, protowire.BytesType),
		object))); err == nil || !strings.Contains(err.Error(), "nested too deeply") {
		t.Errorf("got %v", err)
	}
}

func marshal(t *testing.T, m proto.Message) string {
	t.Helper()
	b, err := proto.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

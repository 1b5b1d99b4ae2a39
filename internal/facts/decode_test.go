package facts

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/archive"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/asset"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/sig"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/progression-labs-development/policypack/internal/fuzzing"
	"github.com/progression-labs-development/policypack/internal/wire/wiretest"

	"github.com/progression-labs-development/policypack/internal/place"
)

// marshalled marshals properties as the engine does.
func marshalled(t *testing.T, props resource.PropertyMap) *structpb.Struct {
	t.Helper()
	s, err := plugin.MarshalProperties(props, plugin.MarshalOptions{
		KeepUnknowns: true, KeepSecrets: true, SkipInternalKeys: true, KeepResources: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// unhidden decodes properties in which there is nothing to hide.
func unhidden() *decoder { return &decoder{hide: strings.Clone} }

func TestDecode(t *testing.T) {
	t.Parallel()
	str := resource.NewProperty[string]
	secret := resource.MakeSecret
	unknown := resource.MakeComputed(str(""))
	text, err := asset.FromText("A=1")
	if err != nil {
		t.Fatal(err)
	}
	assets, err := archive.FromAssets(map[string]any{"a.txt": text})
	if err != nil {
		t.Fatal(err)
	}
	type obj = map[string]any
	for _, tt := range []struct {
		name    string
		give    resource.PropertyMap
		want    any
		unknown []string
		secret  []string
	}{
		{"nothing", nil, obj{}, nil, nil},
		{"scalars", resource.PropertyMap{
			"s": str("x"), "b": resource.NewProperty(true), "n": resource.NewProperty(3.0),
			"f": resource.NewProperty(0.5),
			"z": resource.NewNullProperty(),
		}, obj{"s": "x", "b": true, "n": 3, "f": 0.5, "z": nil}, nil, nil},
		{"secret leaf", resource.PropertyMap{"p": secret(str("canary"))}, obj{"p": SecretMarker}, nil, []string{"p"}},
		{
			"unknown leaf",
			resource.PropertyMap{"a": unknown, "b": str("x")},
			obj{"b": "x"},
			[]string{"a"},
			nil,
		},
		{
			"secret unknown",
			resource.PropertyMap{"a": secret(unknown)},
			obj{"a": SecretMarker},
			[]string{"a"},
			[]string{"a"},
		},
		{
			"secret nested in a list",
			resource.PropertyMap{
				"l": resource.NewProperty([]resource.PropertyValue{str("x"), secret(str("canary"))}),
			},
			obj{"l": []any{"x", SecretMarker}},
			nil,
			[]string{"l[1]"},
		},
		{
			"unknown in a list keeps the indexes",
			resource.PropertyMap{
				"l": resource.NewProperty([]resource.PropertyValue{unknown, str("x")}),
			},
			obj{"l": []any{nil, "x"}},
			[]string{"l[0]"},
			nil,
		},
		{
			"a marked map hides its keys",
			resource.PropertyMap{
				"m": secret(resource.NewProperty(resource.PropertyMap{"canary": str("canary")})),
			},
			obj{"m": SecretMarker},
			nil,
			[]string{"m"},
		},
		{
			"nothing is secret in an empty map or list",
			resource.PropertyMap{
				"m": secret(resource.NewProperty(resource.PropertyMap{})),
				"l": secret(resource.NewProperty([]resource.PropertyValue{})),
			},
			obj{"m": obj{}, "l": []any{}},
			nil, nil,
		},
		{
			"secret in a secret",
			resource.PropertyMap{"a": secret(secret(str("canary")))},
			obj{"a": SecretMarker},
			nil,
			[]string{"a"},
		},
		{
			"odd keys",
			resource.PropertyMap{"m": resource.NewProperty(resource.PropertyMap{"a.b c": secret(str("canary"))})},
			obj{"m": obj{"a.b c": SecretMarker}},
			nil,
			[]string{`m["a.b c"]`},
		},
		{
			"assets and archives",
			resource.PropertyMap{
				"t": resource.NewProperty(text), "a": resource.NewProperty(assets),
			},
			obj{
				"t": obj{"$asset": obj{"text": "A=1"}},
				"a": obj{"$archive": obj{"assets": obj{"a.txt": obj{"$asset": obj{"text": "A=1"}}}}},
			},
			nil, nil,
		},
		{
			"resource reference",
			resource.PropertyMap{
				"r": resource.MakeCustomResourceReference("urn:pulumi:s::p::t::n", "id-1", ""),
			},
			obj{"r": obj{"$resource": obj{"urn": "urn:pulumi:s::p::t::n", "id": "id-1"}}},
			nil, nil,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			term, marks, err := unhidden().decode(wiretest.Value(t, marshalled(t, tt.give)))
			if err != nil {
				t.Fatal(err)
			}
			want, err := ast.InterfaceToValue(tt.want)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want.String(), term.Value.String()); diff != "" {
				t.Errorf("properties: mismatch (-want +got)\n%s", diff)
			}
			if diff := cmp.Diff(tt.unknown, formatted(marks.unknown)); diff != "" {
				t.Errorf("unknown: mismatch (-want +got)\n%s", diff)
			}
			if diff := cmp.Diff(tt.secret, formatted(marks.secret)); diff != "" {
				t.Errorf("secret: mismatch (-want +got)\n%s", diff)
			}
		})
	}
}

func formatted(paths []place.Path) []string {
	var out []string
	for _, p := range paths {
		out = append(out, p.String())
	}
	return out
}

func TestDecodeOutputValues(t *testing.T) {
	t.Parallel()
	give, err := structpb.NewStruct(map[string]any{
		"known":   map[string]any{sig.Key: sig.OutputValue, "value": "x"},
		"unknown": map[string]any{sig.Key: sig.OutputValue},
		"secret":  map[string]any{sig.Key: sig.OutputValue, "value": "canary", "secret": true},
		"both":    map[string]any{sig.Key: sig.OutputValue, "secret": true},
	})
	if err != nil {
		t.Fatal(err)
	}
	term, marks, err := unhidden().decode(wiretest.Value(t, give))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := term.String(), `{"both": "[secret]", "known": "x", "secret": "[secret]"}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if diff := cmp.Diff([]string{"both", "unknown"}, formatted(marks.unknown)); diff != "" {
		t.Errorf("unknown: mismatch (-want +got)\n%s", diff)
	}
}

func TestDecodeRefusesWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	signed, err := structpb.NewStruct(
		map[string]any{"a": map[string]any{"b": map[string]any{sig.Key: "new", "value": "canary"}}})
	if err != nil {
		t.Fatal(err)
	}
	deep := structpb.NewStringValue("canary")
	for range MaxDepth + 1 {
		deep = structpb.NewStructValue(&structpb.Struct{Fields: map[string]*structpb.Value{"k": deep}})
	}
	for _, tt := range []struct {
		name string
		give *structpb.Struct
		want string
	}{
		{"unknown signature", signed, "a.b: a wrapped value with a signature"},
		{"too deep", deep.GetStructValue(), "k.k.k.k.k.k.k.k…: nested deeper than 200 levels"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, _, err := unhidden().decode(wiretest.Value(t, tt.give))
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) || strings.Contains(err.Error(), "canary") {
				t.Errorf("got %v, want an error that begins with %q", err, tt.want)
			}
		})
	}
}

// TestDecodeAgreesWithTheEngine compares with the engine's own unmarshalling over nested values.
func TestDecodeAgreesWithTheEngine(t *testing.T) {
	t.Parallel()
	props := resource.PropertyMap{}
	for i := range 40 {
		v := resource.NewProperty(fmt.Sprintf("v%d", i))
		if i%3 == 0 {
			v = resource.MakeSecret(v)
		}
		if i%7 == 0 {
			v = resource.MakeComputed(resource.NewProperty(""))
		}
		inner := resource.NewProperty(
			resource.PropertyMap{"x": v, "y": resource.NewProperty([]resource.PropertyValue{v})})
		props[resource.PropertyKey(fmt.Sprintf("p%d", i))] = inner
	}
	message := marshalled(t, props)
	theirs, err := plugin.UnmarshalProperties(message, plugin.MarshalOptions{KeepUnknowns: true, KeepSecrets: true})
	if err != nil {
		t.Fatal(err)
	}
	term, _, err := unhidden().decode(wiretest.Value(t, message))
	if err != nil {
		t.Fatal(err)
	}
	want := theirs.MapRepl(nil, func(v resource.PropertyValue) (any, bool) {
		switch {
		case v.IsSecret():
			return SecretMarker, true
		case v.IsComputed():
			return nil, true
		}
		return nil, false
	})
	for _, p := range want { // unknown leaves of maps are absent, those of lists stand as null
		if m := p.(map[string]any); m["x"] == nil {
			delete(m, "x")
		}
	}
	v, err := ast.InterfaceToValue(want)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(v.String(), term.Value.String()); diff != "" {
		t.Errorf("mismatch (-theirs +ours)\n%s", diff)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add("a", "b", sig.Secret, 3)
	f.Add("", plugin.UnknownStringValue, sig.OutputValue, 0)
	f.Add("value", "x", sig.ArchiveSig, 300)
	f.Fuzz(func(t *testing.T, key, text, signature string, depth int) {
		defer fuzzing.Watch(t, len(key)+len(text)+len(signature))()
		if !utf8.ValidString(key) || !utf8.ValidString(text) || !utf8.ValidString(signature) {
			return // no message has it
		}
		v := structpb.NewStringValue(text)
		for i := range min(max(depth, 0), 400) {
			fields := map[string]*structpb.Value{key: v, "value": v, "assets": v}
			if i%3 == 0 {
				fields[sig.Key] = structpb.NewStringValue(signature)
			}
			v = structpb.NewStructValue(&structpb.Struct{Fields: fields})
			if i > 5 { // three references a level: the message would grow exponentially
				v = structpb.NewStructValue(&structpb.Struct{Fields: map[string]*structpb.Value{key: v}})
				break
			}
		}
		s := &structpb.Struct{Fields: map[string]*structpb.Value{key: v}}
		view := wiretest.Value(t, s)
		_, _, _ = unhidden().decode(view)
		_ = plain(view)
	})
}

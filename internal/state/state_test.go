package state

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/structpb"
)

const prefix = "urn:pulumi:production::shop::"

// export is a state with one resource of each kind.
const export = `{"version": 3, "deployment": {"resources": [
  {"urn": "` + prefix + `pulumi:pulumi:Stack::shop-production", "type": "pulumi:pulumi:Stack", "outputs": {"url": "https://example.com"}},
  {"urn": "` + prefix + `pulumi:providers:aws::default", "type": "pulumi:providers:aws", "inputs": {"region": "eu"}, "outputs": {"region": "eu"}},
  {"urn": "` + prefix + `acme:infra:Secret$a:b:C::db::1", "type": "a:b:C", "inputs": {"name": "api"}, "outputs": {"name": "api", "arn": "x"},
   "parent": "` + prefix + `acme:infra:Secret::db", "provider": "` + prefix + `pulumi:providers:aws::default::id-1", "protect": true,
   "dependencies": ["` + prefix + `a:b:D::d"], "propertyDependencies": {"name": ["` + prefix + `a:b:D::d"]},
   "additionalSecretOutputs": ["arn"], "aliases": ["` + prefix + `a:b:C::old"], "ignoreChanges": ["name"]},
  {"urn": "` + prefix + `a:b:C::read", "type": "a:b:C", "external": true, "inputs": {"name": "read"}},
  {"urn": "` + prefix + `a:b:C::gone", "type": "a:b:C", "delete": true, "inputs": {"name": "gone"}}
]}}`

func TestCalls(t *testing.T) {
	t.Parallel()
	s, err := Read([]byte(export))
	if err != nil {
		t.Fatal(err)
	}
	provider := &pulumirpc.AnalyzerProviderResource{
		Urn: prefix + "pulumi:providers:aws::default", Type: "pulumi:providers:aws", Name: "default", Properties: object(t, `{"region": "eu"}`),
	}
	options := &pulumirpc.AnalyzerResourceOptions{
		Protect: true, IgnoreChanges: []string{"name"}, Aliases: []string{prefix + "a:b:C::old"},
		AdditionalSecretOutputs: []string{"arn"}, Parent: prefix + "acme:infra:Secret::db",
	}
	wantOne := &pulumirpc.AnalyzeRequest{
		Urn: prefix + "acme:infra:Secret$a:b:C::db::1", Type: "a:b:C", Name: "db::1", Properties: object(t, `{"name": "api"}`),
		Options: options, Provider: provider,
	}
	one := s.Analyze()
	if len(one) != 3 || s.Len() != 3 {
		t.Fatalf("got %d calls, want 3: what is deleted or only read is not analysed", len(one))
	}
	if diff := cmp.Diff(wantOne, one[2], protocmp.Transform()); diff != "" {
		t.Errorf("Analyze: mismatch (-want +got)\n%s", diff)
	}
	wantRow := &pulumirpc.AnalyzerResource{
		Urn: wantOne.Urn, Type: "a:b:C", Name: "db::1", Properties: object(t, `{"name": "api", "arn": "x"}`),
		Options: options, Provider: provider, Parent: options.Parent, Dependencies: []string{prefix + "a:b:D::d"},
		PropertyDependencies: map[string]*pulumirpc.AnalyzerPropertyDependencies{"name": {Urns: []string{prefix + "a:b:D::d"}}},
	}
	stack := s.AnalyzeStack().GetResources()
	if diff := cmp.Diff(wantRow, stack[2], protocmp.Transform()); diff != "" {
		t.Errorf("AnalyzeStack: mismatch (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff(object(t, `{"url": "https://example.com"}`), stack[0].Properties, protocmp.Transform()); diff != "" {
		t.Errorf("the stack's outputs: mismatch (-want +got)\n%s", diff)
	}
	if n := len(one[0].Properties.GetFields()); n != 0 {
		t.Errorf("the stack has %d inputs, want none", n)
	}
}

func TestProperties(t *testing.T) {
	t.Parallel()
	const secret = `"` + sigKey + `": "` + sigSecret + `"`
	const reference = `"` + sigKey + `": "` + sigReference + `"`
	for _, tt := range []struct{ name, give, want string }{
		{"plain values", `{"a": [1, true, null, "x", {"b": 2.5}]}`, `{"a": [1, true, null, "x", {"b": 2.5}]}`},
		{"an encrypted secret", `{"a": {` + secret + `, "ciphertext": "v1:canary"}}`, `{"a": {` + secret + `, "value": "[secret]"}}`},
		{"a secret in plaintext", `{"a": {` + secret + `, "plaintext": "{\"b\":[1]}"}}`, `{"a": {` + secret + `, "value": {"b": [1]}}}`},
		{
			"a secret in a secret", `{"a": {` + secret + `, "plaintext": "{` + strings.ReplaceAll(secret, `"`, `\"`) + `,\"ciphertext\":\"c\"}"}}`,
			`{"a": {` + secret + `, "value": {` + secret + `, "value": "[secret]"}}}`,
		},
		{"a reference to a resource", `{"a": {` + reference + `, "urn": "urn:x", "id": "i-1"}}`, `{"a": "i-1"}`},
		{"a reference to a component", `{"a": {` + reference + `, "urn": "urn:x"}}`, `{"a": "urn:x"}`},
		{"an asset", `{"a": {"` + sigKey + `": "c44067f5952c0a294b673a41bacd8c17", "path": ".env"}}`, `{"a": {"` + sigKey + `": "c44067f5952c0a294b673a41bacd8c17", "path": ".env"}}`},
		{"nothing", `{}`, `{}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, err := Read([]byte(`{"version": 4, "deployment": {"resources": [{"urn": "u", "type": "t", "inputs": ` + tt.give + `}]}}`))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(object(t, tt.want), s.Analyze()[0].Properties, protocmp.Transform()); diff != "" {
				t.Errorf("mismatch (-want +got)\n%s", diff)
			}
		})
	}
}

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	inputs := func(s string) string {
		return `{"version": 3, "deployment": {"resources": [{"urn": "urn:x", "type": "t", "inputs": ` + s + `}]}}`
	}
	for _, tt := range []struct{ name, give, want string }{
		{"text", `canary`, "this is not JSON; want what `pulumi stack export` writes"},
		{"another document", `{"canary": 1}`, "there is no deployment in it; want what `pulumi stack export` writes"},
		{"an old version", `{"version": 2, "deployment": {}}`, "version: want 3 or 4, got 2; export the stack again with a current pulumi"},
		{"a field of another type", `{"version": 3, "deployment": {"resources": "canary"}}`, "deployment.resources: want []state.resource, got string"},
		{"a secret without value", inputs(`{"a": [{"` + sigKey + `": "` + sigSecret + `"}]}`), `resource "urn:x": inputs: a: [0]: a secret has neither ciphertext nor plaintext`},
		{"a broken plaintext", inputs(`{"a": {"` + sigKey + `": "` + sigSecret + `", "plaintext": "canary"}}`), `resource "urn:x": inputs: a: the plaintext of a secret is not JSON`},
		{"a deep value", inputs(strings.Repeat(`{"a": `, 300) + "1" + strings.Repeat("}", 300)), "nested deeper than 200 levels"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := Read([]byte(tt.give))
			if err == nil || !strings.HasSuffix(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
			if err != nil && strings.Contains(err.Error(), "canary") {
				t.Errorf("the error repeats a value: %v", err)
			}
		})
	}
}

// A file of Pulumi's local backend holds the deployment elsewhere.
func TestReadCheckpoint(t *testing.T) {
	t.Parallel()
	s, err := Read([]byte(`{"version": 3, "checkpoint": {"stack": "s", "latest": {"resources": [{"urn": "u", "type": "t"}]}}}`))
	if err != nil || s.Len() != 1 {
		t.Errorf("got %v, %v, want one resource", s, err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(export))
	f.Fuzz(func(_ *testing.T, data []byte) {
		if s, err := Read(data); err == nil {
			s.Analyze()
			s.AnalyzeStack()
		}
	})
}

func object(t *testing.T, s string) *structpb.Struct {
	t.Helper()
	out := &structpb.Struct{}
	if err := protojson.Unmarshal([]byte(s), out); err != nil {
		t.Fatal(err)
	}
	return out
}

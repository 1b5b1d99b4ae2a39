package state

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/sig"

	"github.com/progression-labs-development/policypack/internal/fuzzing"
	"github.com/progression-labs-development/policypack/internal/jsontext"
	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/model/modeltest"
)

const prefix = "urn:pulumi:production::shop::"

// export is a state with one resource of each kind.
const export = `{"version": 3, "deployment": {"resources": [
  {"urn": "` + prefix + `pulumi:pulumi:Stack::shop-production", "type": "pulumi:pulumi:Stack", "outputs": {"url": "https://example.com"}},
  {"urn": "` + prefix + `pulumi:providers:aws::default", "type": "pulumi:providers:aws", "inputs": {"region": "eu"}, "outputs": {"region": "eu"}},
  {"urn": "` + prefix + `acme:infra:Secret$a:b:C::db::1", "type": "a:b:C", "inputs": {"name": "api"}, "outputs": {"name": "api", "arn": "x"},
   "parent": "` + prefix + `acme:infra:Secret::db", "provider": "` + prefix + `pulumi:providers:aws::default::id-1", "protect": true, "retainOnDelete": true,
   "dependencies": ["` + prefix + `a:b:D::d"], "propertyDependencies": {"name": ["` + prefix + `a:b:D::d"]},
   "additionalSecretOutputs": ["arn"], "aliases": ["` + prefix + `a:b:C::old"], "ignoreChanges": ["name"]},
  {"urn": "` + prefix + `a:b:C::read", "type": "a:b:C", "external": true, "inputs": {"name": "read"}},
  {"urn": "` + prefix + `a:b:C::gone", "type": "a:b:C", "delete": true, "inputs": {"name": "gone"}}
]}}`

// What was updated when is read from the manifest and from the resources, those that are not analysed included. A state
// whose times are none is checked as ever.
func TestTimes(t *testing.T) {
	t.Parallel()
	const resource = `{"urn": "` + prefix + `a:b:C::x", "type": "a:b:C"`
	tests := []struct {
		name, give, updated, changed string
		recorded                     int
	}{
		{
			"the latest of all", `"manifest": {"time": "2026-11-23T10:00:00.5+01:00"}, "resources": [` + resource +
				`, "created": "2026-11-20T00:00:00Z"},` +
				resource + `, "created": "2026-11-20T00:00:00Z", "modified": "2026-11-22T00:00:00Z"},` +
				resource + `, "external": true, "created": "2026-11-21T00:00:00Z"}]`,
			"2026-11-23T09:00:00.5Z", "2026-11-22T00:00:00Z", 3,
		},
		{
			"never updated", `"manifest": {"time": "2026-11-23T10:00:00Z"}`, "2026-11-23T10:00:00Z",
			"0001-01-01T00:00:00Z", 0,
		},
		{"none", `"resources": [` + resource + `}]`, "0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z", 1},
		{
			"other shapes", `"manifest": "canary", "resources": [` + resource +
				`, "created": 7, "modified": "canary"}]`,
			"0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z", 1,
		},
		{
			"another shape in the manifest", `"manifest": {"time": {}}`, "0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z",
			0,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, err := Read([]byte(`{"version": 3, "deployment": {` + tt.give + `}}`))
			if err != nil {
				t.Fatal(err)
			}
			got := []string{s.Updated().UTC().Format(time.RFC3339Nano), s.Changed().UTC().Format(time.RFC3339Nano)}
			if diff := cmp.Diff([]string{tt.updated, tt.changed}, got); diff != "" || s.Recorded() != tt.recorded {
				t.Errorf("%d recorded, want %d; mismatch (-want +got):\n%s", s.Recorded(), tt.recorded, diff)
			}
		})
	}
}

func TestResources(t *testing.T) {
	t.Parallel()
	s, err := Read([]byte(export))
	if err != nil {
		t.Fatal(err)
	}
	view := func(text string) model.Value { return model.Of(object(t, text)) }
	want := &model.Resource{
		URN: prefix + "acme:infra:Secret$a:b:C::db::1", Type: "a:b:C", Name: "db::1",
		Parent:     prefix + "acme:infra:Secret::db",
		Properties: view(`{"name": "api"}`),
		Options: model.Options{
			Protect: true, RetainOnDelete: true, IgnoreChanges: []string{"name"}, Aliases: []string{prefix + "a:b:C::old"},
			AdditionalSecretOutputs: []string{"arn"},
		},
		Provider: &model.Provider{
			URN: prefix + "pulumi:providers:aws::default", Type: "pulumi:providers:aws", Name: "default",
			Properties: view(`{"region": "eu"}`),
		},
	}
	all := s.Resources()
	if len(all) != 3 || s.Len() != 3 {
		t.Fatalf("got %d resources, want 3: what is deleted or only read is not analysed", len(all))
	}
	if diff := cmp.Diff(written([]*model.Resource{want}), written(all[2:])); diff != "" {
		t.Errorf("Resources: mismatch (-want +got)\n%s", diff)
	}
	whole := s.Whole()
	want.Properties = view(`{"name": "api", "arn": "x"}`)
	want.Origins = model.Sources{"name": {{Kind: model.OutputOf, From: prefix + "a:b:D::d"}}}
	if diff := cmp.Diff(written([]*model.Resource{want}), written(whole[2:])); diff != "" {
		t.Errorf("Whole: mismatch (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff(object(t, `{"url": "https://example.com"}`), modeltest.Plain(whole[0].Properties)); diff != "" {
		t.Errorf("the stack's outputs: mismatch (-want +got)\n%s", diff)
	}
	if n := len(all[0].Properties.Keys()); n != 0 {
		t.Errorf("the stack has %d inputs, want none", n)
	}
}

// What has a provider is no component, also where the state does not hold the provider.
func TestProvidersThatTheStateDoesNotHold(t *testing.T) {
	t.Parallel()
	s, err := Read([]byte(`{"version": 3, "deployment": {"resources": [
		{"urn": "` + prefix + `k:v1:A::named", "type": "k:v1:A", "custom": true, "provider": "` + prefix + `pulumi:providers:k::mine::1234"},
		{"urn": "` + prefix + `k:v1:A::none", "type": "k:v1:A", "custom": true},
		{"urn": "` + prefix + `k:v1:A::component", "type": "k:v1:A", "custom": false},
		{"urn": "` + prefix + `pulumi:pulumi:StackReference::other", "type": "pulumi:pulumi:StackReference", "custom": true}
	]}}`))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range s.Resources() {
		line := r.Name
		if r.Provider != nil {
			line += " " + r.Provider.URN + " " + r.Provider.Type + " " + r.Provider.Name
		}
		got = append(got, line)
	}
	want := []string{
		"named " + prefix + "pulumi:providers:k::mine pulumi:providers:k mine",
		"none " + prefix + "pulumi:providers:k::default pulumi:providers:k default",
		"component", "other",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
}

func TestProperties(t *testing.T) {
	t.Parallel()
	const secret = `"` + sig.Key + `": "` + sig.Secret + `"`
	const reference = `"` + sig.Key + `": "` + sig.ResourceReference + `"`
	for _, tt := range []struct{ name, give, want string }{
		{"plain values", `{"a": [1, true, null, "x", {"b": 2.5}]}`, `{"a": [1, true, null, "x", {"b": 2.5}]}`},
		{"an encrypted secret", `{"a": {` + secret + `, "ciphertext": "v1:canary"}}`, `{"a": {"$secret": "[secret]"}}`},
		{
			"a secret in plaintext", `{"a": {` + secret + `, "plaintext": "{\"b\":[1]}"}}`,
			`{"a": {"$secret": {"b": [1]}}}`,
		},
		{
			"a secret in a secret", `{"a": {` + secret + `, "plaintext": "{` + strings.ReplaceAll(secret, `"`, `\"`) +
				`,\"ciphertext\":\"c\"}"}}`,
			`{"a": {"$secret": {"$secret": "[secret]"}}}`,
		},
		{"a reference to a resource", `{"a": {` + reference + `, "urn": "urn:x", "id": "i-1"}}`, `{"a": "i-1"}`},
		{"a reference to a component", `{"a": {` + reference + `, "urn": "urn:x"}}`, `{"a": "urn:x"}`},
		{
			"an asset", `{"a": {"` + sig.Key + `": "c44067f5952c0a294b673a41bacd8c17", "path": ".env"}}`,
			`{"a": {"$asset": {"path": ".env"}}}`,
		},
		{"a list of bytes", `{"a": {"` + sig.Key + `": "` + sig.ByteString + `", "value": "eA=="}}`, `{"a": "eA=="}`},
		{"something new", `{"a": {"` + sig.Key + `": "x", "b": 1}}`, `{"a": {"$foreign": {"b": 1}}}`},
		{"nothing", `{}`, `{}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, err := Read([]byte(
				`{"version": 4, "deployment": {"resources": [{"urn": "urn:pulumi:s::p::t::n", "type": "t", "inputs": ` +
					tt.give + `}]}}`))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(object(t, tt.want), modeltest.Plain(s.Resources()[0].Properties)); diff != "" {
				t.Errorf("mismatch (-want +got)\n%s", diff)
			}
		})
	}
}

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	const one = `"urn": "urn:pulumi:s::p::t::n", "type": "t"`
	const secret = `"` + sig.Key + `": "` + sig.Secret + `"`
	inputs := func(s string) string {
		return `{"version": 3, "deployment": {"resources": [` + "\n" + `{` + one + `, "inputs": ` + s + `}]}}`
	}
	for _, tt := range []struct{ name, give, want string }{
		{"nothing", " \n", "it is empty; expected the output of `pulumi stack export`"},
		{"text", "\n  canary", "2:3: this is not JSON; expected the output of `pulumi stack export`"},
		{"a list", `["canary"]`, "1:1: this is a list; expected the output of `pulumi stack export`"},
		{
			"a file that is cut off", "{\"version\": 3, \"deployment\": {\n\"resources\": [{\"canary\": 1",
			"2:27: the JSON ends too early, so the file is truncated; expected the output of `pulumi stack export`",
		},
		{"another document", `{"canary": 1}`, "it contains no deployment; expected the output of `pulumi stack export`"},
		{"no version", `{"deployment": {}}`, "it has no version; expected the output of `pulumi stack export`"},
		{
			"an old version", `{"version": 2, "deployment": {}}`,
			"1:13: version: expected 3 or 4, got 2; export the stack again with a current Pulumi",
		},
		{
			"a version of another type", `{"version": "canary", "deployment": {}}`,
			"1:20: version: expected a whole number, got a string",
		},
		{"a broken number", `{"version": 3.14159, "deployment": {}}`, "1:19: version: expected a whole number, got a " +
			"number"},
		{
			"a field of another type", `{"version": 3, "deployment": {"resources": "canary"}}`,
			"1:51: deployment.resources: expected a list, got a string",
		},
		{
			"a resource without a URN", `{"version": 3, "deployment": {"resources": [{"type": "canary"}]}}`,
			"1:45: urn: expected urn:pulumi:STACK::PROJECT::TYPE::NAME",
		},
		{
			"a URN that is none", `{"version": 3, "deployment": {"resources": [{"urn": "canary", "type": "t"}]}}`,
			"1:53: urn: expected urn:pulumi:STACK::PROJECT::TYPE::NAME",
		},
		{
			"a resource without a type",
			`{"version": 3, "deployment": {"resources": [{"urn": "urn:pulumi:s::p::t::canary"}]}}`,
			"1:45: the resource has no type",
		},
		{"inputs that are a list", inputs(`["canary"]`), "2:57: inputs: expected an object"},
		{
			"a secret without value", inputs(`{"canary": [{` + secret + `}]}`),
			"2:69: inputs: a secret has neither ciphertext nor plaintext",
		},
		{
			"a broken plaintext", inputs(`{"canary": {` + secret + `, "plaintext": "canary"}}`),
			"2:68: inputs: the plaintext of a secret is not JSON",
		},
		{
			"a deep value", inputs(strings.Repeat(`{"canary": `, 300) + "1" + strings.Repeat("}", 300)),
			"2:2268: inputs: nested deeper than 200 levels",
		},
		{"no deployment", `{"version": 3, "deployment": null}`, "it contains no deployment; expected the output of `pulumi " +
			"stack export`"},
		{
			"a broken resource of a deployment alone", `{"manifest": {}, "resources": [{}]}`,
			"1:32: urn: expected urn:pulumi:STACK::PROJECT::TYPE::NAME",
		},
		{
			"the result of a preview", `{"config": {"canary": 1}, "steps": [], "changeSummary": {}}`,
			"this is the output of `pulumi preview`, which does not contain the planned resources; " +
				"check them during the preview (`pulumi preview --policy-pack DIR`), or check the current state (`pulumi " +
				"stack export`)",
		},
		{
			"a broken resource of a checkpoint", `{"version": 3, "checkpoint": {"latest": {"resources": [{}]}}}`,
			"1:56: urn: expected urn:pulumi:STACK::PROJECT::TYPE::NAME",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := Read([]byte(tt.give))
			if err == nil || err.Error() != tt.want {
				t.Errorf("got %v, want %s", err, tt.want)
			}
			if err != nil && strings.Contains(err.Error(), "canary") {
				t.Errorf("the error repeats a value: %v", err)
			}
		})
	}
}

// The deployment out of an export is read like the export.
func TestReadBare(t *testing.T) {
	t.Parallel()
	whole, err := Read([]byte(export))
	if err != nil {
		t.Fatal(err)
	}
	deployment := strings.TrimSuffix(strings.Replace(export, `{"version": 3, "deployment": {`, `{"manifest": {}, `, 1),
		"}")
	alone, err := Read([]byte(deployment))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(written(whole.Whole()), written(alone.Whole())); diff != "" || alone.Stack() != "production" {
		t.Errorf("stack %q, mismatch (-want +got)\n%s", alone.Stack(), diff)
	}
}

// A file of Pulumi's local backend holds the deployment elsewhere, and says how the stack is called.
func TestReadCheckpoint(t *testing.T) {
	t.Parallel()
	const latest = `, "latest": {"resources": [{"urn": "urn:pulumi:s::p::t::n", "type": "t"}], "pending_operations": [{"type": "creating"}]}`
	for _, tt := range []struct {
		name, give                   string
		organization, project, stack string
		resources, pending           int
	}{
		{"of a local backend", `"stack": "organization/shop/dev"` + latest, "", "shop", "dev", 1, 1},
		{"of a company", `"stack": "acme/shop/dev"` + latest, "acme", "shop", "dev", 1, 1},
		{"with a short name", `"stack": "dev"` + latest, "", "p", "s", 1, 1},
		{"of a stack that was never updated", `"stack": "organization/shop/dev"`, "", "shop", "dev", 0, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, err := Read([]byte(`{"version": 3, "checkpoint": {` + tt.give + `}}`))
			if err != nil {
				t.Fatal(err)
			}
			got := []any{s.Organization(), s.Project(), s.Stack(), s.Len(), s.Pending()}
			if diff := cmp.Diff([]any{tt.organization, tt.project, tt.stack, tt.resources, tt.pending},
				got); diff != "" {
				t.Errorf("mismatch (-want +got)\n%s", diff)
			}
		})
	}
}

func TestIs(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, give string
		want       bool
	}{
		{"an export", export, true},
		{"an export that is cut off", `{"version": 3, "deployment": {"resources": [{"urn`, true},
		{"features before the deployment", `{"version": 4, "features": ["x", {"y": 1}], "deployment": {`, true},
		{"a checkpoint", `{"version":3,"checkpoint":{`, true},
		{"an export of nothing", `{"version": 3}`, true},
		{"a deployment alone", `{"manifest": {"time": "x"}, "resources": [{"urn`, true},
		{"a deployment alone, sorted", `{"metadata": {}, "pending_operations": [], "resources": [{"urn`, true},
		{
			"the result of a preview",
			`{"config": {}, "steps": [{"op": "create"}], "duration": 1, "changeSummary": {"create": 1}}`, true,
		},
		{"events of a preview", `{"sequence":0,"timestamp":1700000000,"preludeEvent":{"config":{}}}`, true},
		{"an update plan", `{"resourcePlans":{"urn:pulumi:s::p::t::n":{}},"manifest":{}}`, true},
		{"a manifest of something else", `{"manifest": {}, "files": []}`, false},
		{"a workflow", `{"steps": [], "jobs": {}}`, false},
		{"a plan", `{"format_version": "1.2", "deployment": {}}`, false},
		{"a file of npm", `{"name": "x", "version": "1.0.0", "deployment": {}}`, false},
		{"a version below", `{"a": {"version": 3, "deployment": {}}}`, false},
		{"a list", `[{"version": 3, "deployment": {}}]`, false},
		{"text", `version deployment`, false},
		{"nothing", ``, false},
	} {
		if got := Is([]byte(tt.give)); got != tt.want {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(export))
	f.Add([]byte(`{"version": 3, "checkpoint": {"stack": "a/b/c", "latest": {"resources": [{"urn": 1}]}}}`))
	f.Add([]byte(`{"version": 3, "deployment": {"resources": [{"urn": "u", "inputs": "` + fuzzing.Canary + `"}]}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		defer fuzzing.Watch(t, len(data))()
		Is(data)
		s, err := Read(data)
		if err == nil {
			written(s.Resources())
			written(s.Whole())
			return
		}
		fuzzing.Error(t, err)
		var e *jsontext.Error
		if !errors.As(err, &e) || e.Line < 0 || e.Line > 1+bytes.Count(data, []byte("\n")) ||
			(e.Line > 0) != (e.Column > 0) {
			t.Errorf("got %v", err)
		}
	})
}

// object reads properties in JSON, as modeltest writes views.
func object(t *testing.T, text string) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// written returns resources with their properties written down.
func written(all []*model.Resource) (out []any) {
	for _, r := range all {
		one := *r
		out = append(out, modeltest.Plain(r.Properties))
		if d, ok := one.Origins.(dependencies); ok {
			sources := model.Sources{}
			for _, name := range d.Properties() {
				sources[name] = d.Of(name)
			}
			one.Origins = sources
		}
		if one.Properties = nil; one.Provider != nil {
			out = append(out, modeltest.Plain(r.Provider.Properties))
			one.Provider = &model.Provider{URN: r.Provider.URN, Type: r.Provider.Type, Name: r.Provider.Name}
		}
		out = append(out, one)
	}
	return out
}

package conformance

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/structpb"
)

// What stands in the properties of a conformance case beside plain values.
type (
	// marked is a value that is marked secret, in Terraform one that the provider's schema calls sensitive.
	marked struct{ value any }
	// later is a value that is not known yet.
	later struct{}
	// from is a value that is built from something: of a Pulumi resource named in urns, in Terraform by references.
	from struct {
		value any
		on    []string
	}
	// computed is a value that the provider makes.
	computed struct{ value any }
)

const (
	secretSignature  = "1b47061264138c4ac30d75fd1eb44270"
	signatureKey     = "4dabf18193072939515e22adb298388d"
	unknownSentinel  = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
	conformanceStack = "urn:pulumi:production::shop::"
)

// pulumiResource is a resource of a Pulumi program. A name such as db/version lies in the component db.
type pulumiResource struct {
	name, typ string
	props     map[string]any
	ignore    []string
}

func (r pulumiResource) component() bool { return strings.HasPrefix(r.typ, "acme:") }

// pulumiProgram is what the engine says of a program.
type pulumiProgram struct {
	resources []pulumiResource
	outputs   map[string]any
	config    map[string]any // a value, or marked
}

func (p pulumiProgram) urn(name string) string {
	if name == "" {
		return conformanceStack + "pulumi:pulumi:Stack::shop-production"
	}
	types := []string{}
	for i := range len(name) + 1 {
		if i < len(name) && name[i] != '/' {
			continue
		}
		for _, r := range p.resources {
			if r.name == name[:i] {
				types = append(types, r.typ)
			}
		}
	}
	return conformanceStack + strings.Join(types, "$") + "::" + strings.ReplaceAll(name, "/", "-")
}

func parentOf(name string) string {
	if i := strings.LastIndexByte(name, '/'); i >= 0 {
		return name[:i]
	}
	return ""
}

// provider is the default provider of a custom resource.
func (r pulumiResource) provider() *pulumirpc.AnalyzerProviderResource {
	if r.component() || strings.HasPrefix(r.typ, "pulumi:") {
		return nil
	}
	typ := "pulumi:providers:" + strings.Split(r.typ, ":")[0]
	return &pulumirpc.AnalyzerProviderResource{Urn: conformanceStack + typ + "::default", Type: typ, Name: "default"}
}

// wire is a property as the engine sends it.
func wire(v any) any {
	switch v := v.(type) {
	case marked:
		return map[string]any{signatureKey: secretSignature, "value": wire(v.value)}
	case later:
		return unknownSentinel
	case from:
		return wire(v.value)
	case computed:
		return wire(v.value)
	case map[string]any:
		m := map[string]any{}
		for key, inner := range v {
			m[key] = wire(inner)
		}
		return m
	case []any:
		list := make([]any, len(v))
		for i, inner := range v {
			list[i] = wire(inner)
		}
		return list
	}
	return v
}

func wires(t *testing.T, props map[string]any, outputs bool) *structpb.Struct {
	t.Helper()
	m := map[string]any{}
	for key, v := range props {
		if _, ok := v.(computed); !ok || outputs {
			m[key] = wire(v)
		}
	}
	s, err := structpb.NewStruct(m)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// calls are the calls of the engine.
func (p pulumiProgram) calls(t *testing.T) (*pulumirpc.AnalyzerStackConfigureRequest, []*pulumirpc.AnalyzeRequest,
	*pulumirpc.AnalyzeStackRequest,
) {
	t.Helper()
	stack := &pulumirpc.AnalyzerStackConfigureRequest{
		Organization: "acme", Project: "shop", Stack: "production",
		DryRun: true, Config: map[string]string{},
	}
	for _, key := range slices.Sorted(maps.Keys(p.config)) {
		v := p.config[key]
		if m, ok := v.(marked); ok {
			v = m.value
			stack.ConfigSecretKeys = append(stack.ConfigSecretKeys, key)
		}
		stack.Config[key] = v.(string)
	}
	root := p.urn("")
	requests := []*pulumirpc.AnalyzeRequest{
		{Urn: root, Type: "pulumi:pulumi:Stack", Name: "shop-production", Properties: &structpb.Struct{}},
	}
	whole := &pulumirpc.AnalyzeStackRequest{Resources: []*pulumirpc.AnalyzerResource{
		{Urn: root, Type: "pulumi:pulumi:Stack", Name: "shop-production", Properties: wires(t, p.outputs, true)},
	}}
	for _, r := range p.resources {
		urn, parent := p.urn(r.name), p.urn(parentOf(r.name))
		options := &pulumirpc.AnalyzerResourceOptions{Parent: parent, IgnoreChanges: r.ignore}
		name := strings.ReplaceAll(r.name, "/", "-")
		requests = append(requests, &pulumirpc.AnalyzeRequest{
			Urn: urn, Type: r.typ, Name: name, Properties: wires(t, r.props, false), Options: options,
			Provider: r.provider(),
		})
		row := &pulumirpc.AnalyzerResource{
			Urn: urn, Type: r.typ, Name: name, Properties: wires(t, r.props, true), Options: options,
			Provider: r.provider(), Parent: parent,
			PropertyDependencies: map[string]*pulumirpc.AnalyzerPropertyDependencies{},
		}
		for key, urns := range p.dependencies(r) {
			row.PropertyDependencies[key] = &pulumirpc.AnalyzerPropertyDependencies{Urns: urns}
		}
		whole.Resources = append(whole.Resources, row)
	}
	return stack, requests, whole
}

func (p pulumiProgram) dependencies(r pulumiResource) map[string][]string {
	all := map[string][]string{}
	for key, v := range r.props {
		if m, ok := v.(marked); ok {
			v = m.value
		}
		if f, ok := v.(from); ok {
			for _, name := range f.on {
				all[key] = append(all[key], p.urn(name))
			}
		}
	}
	return all
}

// export is the state of the same program after an update that made everything, as `pulumi stack export --show-secrets`
// writes it.
func (p pulumiProgram) export(t *testing.T) []byte {
	t.Helper()
	resources := []any{
		map[string]any{
			"urn": p.urn(""), "type": "pulumi:pulumi:Stack", "custom": false,
			"outputs": stated(t, p.outputs, true),
		},
	}
	providers := map[string]bool{}
	for _, r := range p.resources {
		row := map[string]any{
			"urn": p.urn(r.name), "type": r.typ, "custom": !r.component(), "parent": p.urn(parentOf(r.name)),
			"inputs": stated(t, r.props, false), "outputs": stated(t, r.props, true),
			"propertyDependencies": p.dependencies(r), "ignoreChanges": r.ignore,
		}
		if provider := r.provider(); provider != nil {
			row["provider"] = provider.Urn + "::id"
			if !providers[provider.Urn] {
				providers[provider.Urn] = true
				resources = append(resources,
					map[string]any{"urn": provider.Urn, "type": provider.Type, "custom": true, "id": "id"})
			}
		}
		resources = append(resources, row)
	}
	text, err := json.Marshal(
		map[string]any{
			"version":    3,
			"deployment": map[string]any{"manifest": map[string]any{}, "resources": resources},
		})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// stated are properties as a state has them. What was not known yet is by then.
func stated(t *testing.T, props map[string]any, outputs bool) map[string]any {
	t.Helper()
	m := map[string]any{}
	for key, v := range props {
		if _, ok := v.(computed); ok && !outputs {
			continue
		}
		m[key] = stateValue(t, v)
	}
	return m
}

func stateValue(t *testing.T, v any) any {
	t.Helper()
	switch v := v.(type) {
	case marked:
		text, err := json.Marshal(stateValue(t, v.value))
		if err != nil {
			t.Fatal(err)
		}
		return map[string]any{signatureKey: secretSignature, "plaintext": string(text)}
	case later:
		return "known-by-then"
	case from:
		return stateValue(t, v.value)
	case computed:
		return stateValue(t, v.value)
	case map[string]any:
		return stated(t, v, true)
	case []any:
		list := make([]any, len(v))
		for i, inner := range v {
			list[i] = stateValue(t, inner)
		}
		return list
	}
	return v
}

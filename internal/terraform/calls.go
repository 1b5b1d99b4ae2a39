package terraform

import (
	"encoding/json"
	"slices"
	"strconv"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/progression-labs-development/policypack/internal/place"
)

const rootType = "pulumi:pulumi:Stack"

// The namespaces of the configuration, which stands for the variables of the root module: var:NAME is a variable's value, and
// default:NAME the default of a sensitive one, which the mark does not hide, since it is a literal of the program.
const (
	variableSpace = "var"
	defaultSpace  = "default"
)

// ConfigureStack returns the call that says what the run is about. Neither name may hold a double colon.
func (d *Document) ConfigureStack(project, stack string) *pulumirpc.AnalyzerStackConfigureRequest {
	req := &pulumirpc.AnalyzerStackConfigureRequest{
		Project: project, Stack: stack, DryRun: d.Plan(), Config: map[string]string{},
	}
	declared := (&configModule{}).Variables
	if d.file.Configuration != nil && d.file.Configuration.RootModule != nil {
		declared = d.file.Configuration.RootModule.Variables
	}
	for _, name := range sortedKeys(d.file.Variables) {
		given := d.file.Variables[name]
		if given == nil || given.Value == nil {
			continue
		}
		key := variableSpace + ":" + name
		req.Config[key] = text(given.Value)
		if v := declared[name]; v != nil && v.Sensitive {
			req.ConfigSecretKeys = append(req.ConfigSecretKeys, key)
			if v.Default != nil {
				req.Config[defaultSpace+":"+name] = text(v.Default)
			}
		}
	}
	return req
}

// text writes a value as the engine hands on configuration: a string as it is, anything else as JSON.
func text(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	b, err := json.Marshal(value)
	if err != nil {
		return "" // it was made from JSON
	}
	return string(b)
}

// Analyze returns the calls for single resources, with what the program gives them, the stack first.
func (d *Document) Analyze(project, stack string) []*pulumirpc.AnalyzeRequest {
	c := caller{project: project, stack: stack}
	all := make([]*pulumirpc.AnalyzeRequest, 0, len(d.rows)+1)
	all = append(all, &pulumirpc.AnalyzeRequest{
		Urn: c.root(), Type: rootType, Name: c.rootName(), Properties: &structpb.Struct{}, Options: &pulumirpc.AnalyzerResourceOptions{},
	})
	for _, r := range d.rows {
		all = append(all, &pulumirpc.AnalyzeRequest{
			Urn: c.row(r), Type: r.token, Name: r.name, Properties: r.inputsWire, Options: c.options(d, r), Provider: c.provider(r),
		})
	}
	return all
}

// AnalyzeStack returns the call for all resources together, with their outputs and with what their properties are built from.
func (d *Document) AnalyzeStack(project, stack string) *pulumirpc.AnalyzeStackRequest {
	c := caller{project: project, stack: stack}
	req := &pulumirpc.AnalyzeStackRequest{Resources: []*pulumirpc.AnalyzerResource{{
		Urn: c.root(), Type: rootType, Name: c.rootName(), Properties: d.outputsWire, Options: &pulumirpc.AnalyzerResourceOptions{},
	}}}
	for _, r := range d.rows {
		options := c.options(d, r)
		row := &pulumirpc.AnalyzerResource{
			Urn: c.row(r), Type: r.token, Name: r.name, Properties: r.outputsWire, Options: options, Provider: c.provider(r),
			Parent: options.Parent, PropertyDependencies: c.dependencies(d, r),
		}
		for _, name := range sortedKeys(row.PropertyDependencies) {
			row.Dependencies = append(row.Dependencies, row.PropertyDependencies[name].Urns...)
		}
		slices.Sort(row.Dependencies)
		row.Dependencies = slices.Compact(row.Dependencies)
		req.Resources = append(req.Resources, row)
	}
	return req
}

// outputs are the outputs of the root module.
func (d *Document) outputs() (*structpb.Struct, error) {
	values, missing, sensitive := map[string]any{}, map[string]any{}, map[string]any{}
	for name, c := range d.file.OutputChanges {
		if c == nil || !stays(c.Actions) {
			continue
		}
		values[name], missing[name], sensitive[name] = c.After, c.AfterUnknown, c.AfterSensitive
		if conf := d.file.Configuration; conf != nil && conf.RootModule != nil {
			if out := conf.RootModule.Outputs[name]; out != nil && out.Sensitive {
				sensitive[name] = true
			}
		}
	}
	if d.file.Values != nil {
		for name, out := range d.file.Values.Outputs {
			if out != nil {
				values[name], sensitive[name] = out.Value, out.Sensitive
			}
		}
	}
	v, err := tree{values, missing, sensitive}.wire(nil, false, 0)
	if v.GetStructValue() == nil {
		return &structpb.Struct{}, err
	}
	return v.GetStructValue(), err
}

// caller makes the parts of calls that hold URNs.
type caller struct{ project, stack string }

func (c caller) urn(types, name string) string {
	return place.URN{Stack: c.stack, Project: c.project, Types: types, Name: name}.String()
}

func (c caller) rootName() string { return c.project + "-" + c.stack }
func (c caller) root() string     { return c.urn(rootType, c.rootName()) }

func (c caller) row(r *row) string { return c.urn(r.types, r.id) }

func (c caller) options(d *Document, r *row) *pulumirpc.AnalyzerResourceOptions {
	o := &pulumirpc.AnalyzerResourceOptions{Parent: c.root(), IgnoreChanges: r.ignore}
	if len(r.module) > 0 {
		o.Parent = c.row(d.byID[address(r.module)])
	}
	return o
}

// provider names the provider of a resource, with its configuration, by which the account is known. A resource without a
// provider is a component.
func (c caller) provider(r *row) *pulumirpc.AnalyzerProviderResource {
	switch {
	case !r.custom || r.providerToken == "":
		return nil
	case r.provider != nil:
		return &pulumirpc.AnalyzerProviderResource{Urn: c.row(r.provider), Type: r.provider.token, Name: r.provider.name, Properties: r.provider.inputsWire}
	}
	return &pulumirpc.AnalyzerProviderResource{
		Urn: c.urn(r.providerToken, "provider"), Type: r.providerToken, Name: "provider",
	}
}

// dependencies tells what the properties are built from. Something that the plan does not show is a resource that is not
// there, by which facts know that the answer is open.
func (c caller) dependencies(d *Document, r *row) map[string]*pulumirpc.AnalyzerPropertyDependencies {
	all := map[string]*pulumirpc.AnalyzerPropertyDependencies{}
	hidden := c.urn("terraform:local:Value", "not-shown")
	if !d.Plan() {
		urns := []string{hidden}
		for _, on := range r.dependsOn {
			for _, at := range d.byStateAddress(on) {
				urns = append(urns, c.row(at))
			}
		}
		for name := range r.inputsWire.GetFields() {
			all[name] = &pulumirpc.AnalyzerPropertyDependencies{Urns: urns}
		}
		return all
	}
	if r.config == nil || len(r.prefix) > 0 {
		return all
	}
	for _, key := range sortedKeys(r.config.Expressions) {
		o := d.origins(r, r.config.Expressions[key])
		var urns []string
		for _, from := range o.sorted() {
			urns = append(urns, c.row(from))
		}
		if o.open {
			urns = append(urns, hidden)
		}
		if len(urns) > 0 {
			name, _ := r.spelling.field(key)
			all[name] = &pulumirpc.AnalyzerPropertyDependencies{Urns: urns}
		}
	}
	return all
}

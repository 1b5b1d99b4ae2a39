package terraform

import (
	"encoding/json"
	"slices"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/progression-labs-development/policypack/internal/jsontext"
)

// file is the outline of the output of `terraform show -json` for a plan or a state, as far as it is checked.
type file struct {
	FormatVersion    string `json:"format_version"`
	TerraformVersion string `json:"terraform_version"`

	// Fields of a plan.
	Variables       map[string]*tfjson.PlanVariable `json:"variables"`
	ResourceChanges []*resourceChange               `json:"resource_changes"`
	DeferredChanges []*struct {
		ResourceChange *resourceChange `json:"resource_change"`
	} `json:"deferred_changes"`
	// Actions are the actions that the plan runs, and DeferredActions those that it defers.
	Actions         []*invocation `json:"action_invocations"`
	DeferredActions []*struct {
		Invocation *invocation `json:"action_invocation"`
	} `json:"deferred_action_invocations"`
	OutputChanges map[string]*outputChange `json:"output_changes"`
	PlannedValues *plannedValues           `json:"planned_values"`
	Configuration *struct {
		ProviderConfigs map[string]*providerConfig `json:"provider_config"`
		RootModule      *configModule              `json:"root_module"`
	} `json:"configuration"`
	ResourceDrift []present `json:"resource_drift"` // they are counted
	PriorState    *struct {
		Values *struct {
			RootModule *priorModule `json:"root_module"`
		} `json:"values"`
	} `json:"prior_state"`
	Errored   bool  `json:"errored"`
	Applyable *bool `json:"applyable"`
	Complete  *bool `json:"complete"`

	// Fields of a state.
	Values *stateValues `json:"values"`

	// Fields of both.
	Checks    []*checkResult `json:"checks"`
	rawChecks []*rawCheck    // of a stored state

	isPlan bool

	// raw reports whether the file is a stored state, which lacks information from the provider's schema.
	raw bool
}

// present reports whether a part exists. The part is not decoded.
type present bool

// UnmarshalJSON skips a value and records that it exists.
func (p *present) UnmarshalJSON(text []byte) error {
	*p = string(text) != "null"
	return nil
}

// plannedValues are the resources of a plan. resource_changes has more information about them.
type plannedValues struct {
	RootModule plannedModule `json:"root_module"`
}

type plannedModule struct {
	Resources []*struct {
		Mode tfjson.ResourceMode `json:"mode"`
	} `json:"resources"`
	ChildModules []*plannedModule `json:"child_modules"`
}

// managed reports whether there are managed resources, not only data sources.
func (p *plannedValues) managed() bool { return p != nil && p.RootModule.managed() }

func (m *plannedModule) managed() bool {
	for _, r := range m.Resources {
		if r != nil && r.Mode == tfjson.ManagedResourceMode {
			return true
		}
	}
	return slices.ContainsFunc(m.ChildModules,
		func(child *plannedModule) bool { return child != nil && child.managed() })
}

type resourceChange struct {
	Address       string              `json:"address"`
	ModuleAddress string              `json:"module_address"`
	Mode          tfjson.ResourceMode `json:"mode"`
	Type          string              `json:"type"`
	Name          string              `json:"name"`
	Index         any                 `json:"index"`
	ProviderName  string              `json:"provider_name"`
	DeposedKey    string              `json:"deposed"`
	Change        *change             `json:"change"`
}

type change struct {
	Actions tfjson.Actions `json:"actions"`
	parts
}

// parts are what a [tree] is made of.
type parts struct {
	Value     jsontext.Part `json:"after"`
	Unknown   jsontext.Part `json:"after_unknown"`
	Sensitive jsontext.Part `json:"after_sensitive"`
}

type outputChange struct {
	Actions   tfjson.Actions `json:"actions"`
	Value     any            `json:"after"`
	Unknown   any            `json:"after_unknown"`
	Sensitive any            `json:"after_sensitive"`
}

type stateValues struct {
	Outputs    map[string]*stateOutput `json:"outputs"`
	RootModule *stateModule            `json:"root_module"`
}

type stateModule struct {
	Address      string           `json:"address"`
	Resources    []*stateResource `json:"resources"`
	ChildModules []*stateModule   `json:"child_modules"`
}

type stateResource struct {
	Address      string              `json:"address"`
	Mode         tfjson.ResourceMode `json:"mode"`
	Type         string              `json:"type"`
	Name         string              `json:"name"`
	Index        any                 `json:"index"`
	ProviderName string              `json:"provider_name"`
	DependsOn    []string            `json:"depends_on"`
	DeposedKey   string              `json:"deposed_key"`
	Values       jsontext.ObjectPart `json:"values"`
	Sensitive    jsontext.Part       `json:"sensitive_values"`

	instance *rawInstance // of a stored state
}

func (s *stateResource) parts() parts { return parts{Value: s.Values.Part, Sensitive: s.Sensitive} }

type stateOutput struct {
	Sensitive bool `json:"sensitive"`
	Value     any  `json:"value"`
}

type providerConfig struct {
	tfjson.ProviderConfig
	Expressions map[string]json.RawMessage `json:"expressions"`
}

type configModule struct {
	Outputs map[string]*struct {
		Sensitive  bool            `json:"sensitive"`
		Expression json.RawMessage `json:"expression"`
	} `json:"outputs"`
	Resources   []*configResource                 `json:"resources"`
	ModuleCalls map[string]*moduleCall            `json:"module_calls"`
	Variables   map[string]*tfjson.ConfigVariable `json:"variables"`
	Actions     []*struct {
		Type string `json:"type"`
		Name string `json:"name"`
	} `json:"actions"`

	byAddress map[string]*configResource
}

type configResource struct {
	Address           string              `json:"address"`
	Mode              tfjson.ResourceMode `json:"mode"`
	Type              string              `json:"type"`
	Name              string              `json:"name"`
	ProviderConfigKey string              `json:"provider_config_key"`
	Provisioners      []*struct {
		Type        string                     `json:"type"`
		Expressions map[string]json.RawMessage `json:"expressions"`
	} `json:"provisioners"`
	Expressions       jsontext.ObjectPart `json:"expressions"`
	ForEachExpression json.RawMessage     `json:"for_each_expression"`
}

type moduleCall struct {
	tfjson.ModuleCall
	Expressions       map[string]json.RawMessage `json:"expressions"`
	CountExpression   present                    `json:"count_expression"`
	ForEachExpression json.RawMessage            `json:"for_each_expression"`
	Module            *configModule              `json:"module"`
}

// The formats that Read accepts, and one with a required part missing.
const (
	wanted = "the output of `terraform show -json` for a plan or a state"
	entire = "the complete output of `terraform show -json` for a plan or a state"
)

// outlined are the rules for plans and states of both forms: the values of resources and the expressions of the
// configuration are parts, and what is not checked is left out.
func outlined() *jsontext.Rule {
	type fields = map[string]*jsontext.Rule
	object := func(f fields) *jsontext.Rule { return &jsontext.Rule{Fields: f} }
	list := func(item *jsontext.Rule) *jsontext.Rule { return &jsontext.Rule{Items: item} }
	// modules returns the rule for a module and its submodules, by that for a resource.
	modules := func(resource *jsontext.Rule) *jsontext.Rule {
		module := object(fields{"resources": list(resource)})
		module.Fields["child_modules"] = list(module)
		return module
	}
	part, drop, keep := &jsontext.Rule{Part: true}, &jsontext.Rule{Drop: true}, &jsontext.Rule{}
	change := object(fields{"change": object(fields{
		"after": {Part: true}, "after_unknown": {Part: true}, "after_sensitive": {Part: true},
		"before": drop, "before_sensitive": drop, "before_identity": drop, "after_identity": drop,
		"replace_paths": drop, "importing": drop, "generated_config": drop,
	})})
	recorded := func() fields {
		return fields{"values": {Part: true}, "sensitive_values": {Part: true}, "identity": drop}
	}
	prior := object(recorded())
	prior.Only = `"data"`
	configured := object(fields{"resources": list(object(fields{"expressions": part, "count_expression": drop}))})
	configured.Fields["module_calls"] = object(fields{"*": object(fields{"module": configured})})
	return object(fields{
		"resource_changes":    list(change),
		"deferred_changes":    list(object(fields{"resource_change": change})),
		"resource_drift":      list(drop),
		"relevant_attributes": drop,
		"output_changes":      object(fields{"*": object(fields{"before": drop, "before_sensitive": drop})}),
		"planned_values": object(fields{
			"outputs": drop, "root_module": modules(object(fields{"mode": keep, "*": drop})),
		}),
		"prior_state":   object(fields{"values": object(fields{"outputs": drop, "root_module": modules(prior)})}),
		"configuration": object(fields{"root_module": configured}),
		"values":        object(fields{"root_module": modules(object(recorded()))}),
		"resources": list(object(fields{"instances": list(object(fields{
			"attributes": part, "private": drop, "identity": drop,
		}))})),
	})
}

// maxRefused is how much of a file that is not JSON is read to say what it is.
const maxRefused = 16 << 20

// decode decodes the JSON. Its errors contain a path and what is expected there, and quote nothing from the file.
func decode(o *jsontext.Outline) (*file, error) {
	form := formOf(o.Text)
	if form == raw {
		return decodeRaw(o)
	}
	f := &file{}
	if err := o.Unmarshal(f, wanted); err != nil {
		return nil, err
	}
	if f.FormatVersion == "" {
		want := wanted
		if form == partial {
			want = entire
		}
		return nil, o.Fail(nil, "it has no format_version; expected %s", want)
	}
	f.isPlan = f.plan()
	if err := f.supported(o); err != nil {
		return nil, err
	}
	return f, f.whole(o)
}

// whole rejects a file with parts removed. An empty state consists of a format_version only, and a plan lists a change,
// even a no-op, for each resource that it plans.
func (f *file) whole(o *jsontext.Outline) error {
	keys := 0
	for range jsontext.Keys(o.Text) {
		keys++
	}
	switch {
	case !f.isPlan && f.Values == nil && keys > 1:
		return o.Fail(nil, "it has neither planned_values nor values; expected %s", entire)
	case f.ResourceChanges == nil && f.PlannedValues.managed():
		return o.Fail(nil, "it has no resource_changes for the resources in planned_values; expected %s", entire)
	}
	if prior := f.PriorState; prior != nil && prior.Values != nil {
		path := []any{"prior_state", "values", "root_module"}
		if at := prior.Values.RootModule.wrong(path, 0); at != nil {
			return o.Fail(at, "this is not a data source in the form that `terraform show -json` writes")
		}
	}
	return nil
}

// supported checks the version of the format. A later 1.x version only adds to it.
func (f *file) supported(o *jsontext.Outline) error {
	err := (&tfjson.Plan{FormatVersion: f.FormatVersion}).Validate()
	if !f.isPlan {
		err = (&tfjson.State{FormatVersion: f.FormatVersion}).Validate()
	}
	if err == nil {
		return nil
	}
	version := f.FormatVersion
	if strings.Trim(version, "0123456789.") != "" || len(version) > 20 {
		version = "another string"
	}
	return o.Fail([]any{"format_version"}, "format_version: expected 0.1 to 1.x, got %s; update "+
		"policypack, or use a Terraform version that writes one of these", version)
}

// plan reports whether the file is a plan. An empty state consists of a format_version only.
func (f *file) plan() bool {
	return f.PlannedValues != nil || f.Configuration != nil || f.ResourceChanges != nil || f.OutputChanges != nil
}

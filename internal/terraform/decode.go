package terraform

import (
	"encoding/json"
	"slices"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/progression-labs-development/policypack/internal/jsontext"
)

// file is the part of the output of `terraform show -json` that is checked, for a plan or a state. Its types are
// terraform-json's without the large parts that are not used: decoding those would take most of the memory.
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
	OutputChanges map[string]*change `json:"output_changes"`
	PlannedValues *plannedValues     `json:"planned_values"`
	Configuration *struct {
		ProviderConfigs map[string]*providerConfig `json:"provider_config"`
		RootModule      *configModule              `json:"root_module"`
	} `json:"configuration"`
	ResourceDrift []ignored `json:"resource_drift"` // they are counted
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

	// raw reports whether the file is a stored state, which lacks information from the provider's schema.
	raw bool
}

// ignored is a part that is not decoded.
type ignored struct{}

// UnmarshalJSON skips a value.
func (*ignored) UnmarshalJSON([]byte) error { return nil }

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
	tfjson.ResourceChange
	Change *change `json:"change"`
}

type change struct {
	tfjson.Change
	Before          ignored `json:"before"`
	BeforeSensitive ignored `json:"before_sensitive"`
	BeforeIdentity  ignored `json:"before_identity"`
	AfterIdentity   ignored `json:"after_identity"`
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
	tfjson.StateResource
	Sensitive any     `json:"sensitive_values"`
	Identity  ignored `json:"identity"`
}

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
	tfjson.ConfigResource
	Provisioners []*struct {
		Type        string                     `json:"type"`
		Expressions map[string]json.RawMessage `json:"expressions"`
	} `json:"provisioners"`
	Expressions       map[string]json.RawMessage `json:"expressions"`
	CountExpression   ignored                    `json:"count_expression"`
	ForEachExpression json.RawMessage            `json:"for_each_expression"`
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

// decode decodes the JSON. Its errors contain a path and what is expected there, and quote nothing from the file.
func decode(data []byte) (*file, error) {
	if err := Refused(data); err != nil {
		return nil, err
	}
	if formOf(data) == raw {
		return decodeRaw(data)
	}
	f := &file{}
	if err := json.Unmarshal(data, f); err != nil {
		return nil, jsontext.Wrong(data, err, wanted)
	}
	if f.FormatVersion == "" {
		want := wanted
		if formOf(data) == partial {
			want = entire
		}
		return nil, jsontext.Fail(data, nil, "it has no format_version; expected %s", want)
	}
	if err := f.supported(data); err != nil {
		return nil, err
	}
	return f, f.whole(data)
}

// whole rejects a file with parts removed. An empty state consists of a format_version only, and a plan lists a change,
// even a no-op, for each resource that it plans.
func (f *file) whole(data []byte) error {
	keys := 0
	for range jsontext.Keys(data) {
		keys++
	}
	switch {
	case !f.plan() && f.Values == nil && keys > 1:
		return jsontext.Fail(data, nil, "it has neither planned_values nor values; expected %s", entire)
	case f.ResourceChanges == nil && f.PlannedValues.managed():
		return jsontext.Fail(data, nil, "it has no resource_changes for the resources in planned_values; "+
			"expected %s", entire)
	}
	if prior := f.PriorState; prior != nil && prior.Values != nil {
		path := []any{"prior_state", "values", "root_module"}
		if at := prior.Values.RootModule.wrong(path, 0); at != nil {
			return jsontext.Fail(data, at, "this is not a data source in the form that `terraform show -json` writes")
		}
	}
	return nil
}

// supported checks the version of the format. A later 1.x version only adds to it.
func (f *file) supported(data []byte) error {
	err := (&tfjson.Plan{FormatVersion: f.FormatVersion}).Validate()
	if !f.plan() {
		err = (&tfjson.State{FormatVersion: f.FormatVersion}).Validate()
	}
	if err == nil {
		return nil
	}
	version := f.FormatVersion
	if strings.Trim(version, "0123456789.") != "" || len(version) > 20 {
		version = "another string"
	}
	return jsontext.Fail(data, []any{"format_version"}, "format_version: expected 0.1 to 1.x, got %s; update "+
		"policypack, or use a Terraform version that writes one of these", version)
}

// plan reports whether the file is a plan. An empty state consists of a format_version only.
func (f *file) plan() bool {
	return f.PlannedValues != nil || f.Configuration != nil || f.ResourceChanges != nil || f.OutputChanges != nil
}

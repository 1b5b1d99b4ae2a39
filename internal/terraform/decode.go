package terraform

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"
)

// file is what `terraform show -json` writes for a plan or a state, as far as it is judged. Its types are terraform-json's
// with the large parts that nobody looks at left out: decoding them would take most of the memory.
type file struct {
	FormatVersion    string `json:"format_version"`
	TerraformVersion string `json:"terraform_version"`

	// Of a plan.
	Variables       map[string]*tfjson.PlanVariable `json:"variables"`
	ResourceChanges []*resourceChange               `json:"resource_changes"`
	DeferredChanges []*struct {
		ResourceChange *resourceChange `json:"resource_change"`
	} `json:"deferred_changes"`
	OutputChanges map[string]*change `json:"output_changes"`
	PlannedValues *ignored           `json:"planned_values"`
	Configuration *struct {
		ProviderConfigs map[string]*providerConfig `json:"provider_config"`
		RootModule      *configModule              `json:"root_module"`
	} `json:"configuration"`
	Errored   bool  `json:"errored"`
	Applyable *bool `json:"applyable"`
	Complete  *bool `json:"complete"`

	// Of a state.
	Values *struct {
		Outputs    map[string]*stateOutput `json:"outputs"`
		RootModule *stateModule            `json:"root_module"`
	} `json:"values"`

	// Of a raw state, which is not read.
	Lineage string `json:"lineage"`
}

// ignored is a part that is not decoded.
type ignored struct{}

// UnmarshalJSON reads over a value.
func (*ignored) UnmarshalJSON([]byte) error { return nil }

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
	CountExpression   ignored                    `json:"count_expression"`
	ForEachExpression json.RawMessage            `json:"for_each_expression"`
	Module            *configModule              `json:"module"`
}

const wanted = "want what `terraform show -json` writes for a plan or a state"

// The commands that make what is read, for errors.
const (
	showPlan  = "terraform show -json FILE"
	showState = "terraform show -json terraform.tfstate"
)

// decode reads the JSON. Its errors name a place and what is wanted there; they repeat nothing of the file.
func decode(data []byte) (*file, error) {
	if bytes.HasPrefix(data, []byte(zip)) {
		return nil, errors.New("this is a binary plan: run " + showPlan)
	}
	f := &file{}
	if err := json.Unmarshal(data, f); err != nil {
		return nil, located(data, err)
	}
	switch {
	case f.FormatVersion == "" && f.Lineage != "":
		return nil, errors.New("this is a raw state, which does not tell which attributes are sensitive: run " + showState)
	case f.FormatVersion == "":
		return nil, errors.New("there is no format_version in it; " + wanted)
	}
	return f, f.supported()
}

// supported checks the version of the format. A later 1.x only adds to it.
func (f *file) supported() error {
	err := (&tfjson.Plan{FormatVersion: f.FormatVersion}).Validate()
	if !f.plan() {
		err = (&tfjson.State{FormatVersion: f.FormatVersion}).Validate()
	}
	if err == nil {
		return nil
	}
	version := f.FormatVersion
	if strings.Trim(version, "0123456789.") != "" || len(version) > 20 {
		version = "another text"
	}
	return fmt.Errorf("format_version: want 0.1 to 1.x, got %s: update policypack, or use a Terraform that writes such a version", version)
}

// plan tells whether it is a plan. An empty state is a format_version alone.
func (f *file) plan() bool {
	return f.PlannedValues != nil || f.Configuration != nil || f.ResourceChanges != nil || f.OutputChanges != nil
}

// located turns an error of the JSON decoder into one with line and column and without content.
func located(data []byte, err error) error {
	var syntax *json.SyntaxError
	var mismatch *json.UnmarshalTypeError
	switch {
	case errors.As(err, &mismatch):
		got, _, _ := strings.Cut(mismatch.Value, " ")
		return fmt.Errorf("%s: %s: want %s, got %s; %s", position(data, mismatch.Offset), mismatch.Field, shape(mismatch.Type.Kind().String()), got, wanted)
	case errors.As(err, &syntax) && syntax.Offset >= int64(len(data)):
		return fmt.Errorf("%s: the file ends in the middle of a value, it is truncated; %s", position(data, syntax.Offset), wanted)
	case errors.As(err, &syntax):
		return fmt.Errorf("%s: this is not JSON; %s", position(data, syntax.Offset), wanted)
	}
	return errors.New("this is not JSON; " + wanted)
}

// shape names a Go kind as JSON does.
func shape(kind string) string {
	switch kind {
	case "struct", "map", "ptr":
		return "an object"
	case "slice", "array":
		return "a list"
	case "bool":
		return "true or false"
	case "string":
		return "a string"
	}
	return "a number"
}

// position turns an offset into line and column, both from 1, the column in bytes.
func position(data []byte, offset int64) string {
	before := data[:max(0, min(offset-1, int64(len(data))))]
	line := 1 + bytes.Count(before, []byte("\n"))
	column := len(before) - bytes.LastIndexByte(before, '\n')
	return fmt.Sprintf("line %d, column %d", line, column)
}

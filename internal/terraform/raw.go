package terraform

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/progression-labs-development/policypack/internal/jsontext"
)

// rawState is a state in version 4 of the format that Terraform and OpenTofu store; see
// internal/states/statefile/version4.go in both.
type rawState struct {
	Version          *int                    `json:"version"`
	TerraformVersion string                  `json:"terraform_version"`
	Outputs          map[string]*stateOutput `json:"outputs"`
	Resources        []*rawResource          `json:"resources"`
	Checks           []*rawCheck             `json:"check_results"`
}

type rawResource struct {
	Module    string              `json:"module"`
	Mode      tfjson.ResourceMode `json:"mode"`
	Type      string              `json:"type"`
	Name      string              `json:"name"`
	Provider  string              `json:"provider"`
	Instances []*rawInstance      `json:"instances"`
}

type rawInstance struct {
	IndexKey     any                 `json:"index_key"`
	Deposed      string              `json:"deposed"`
	Attributes   jsontext.ObjectPart `json:"attributes"`
	Flat         map[string]string   `json:"attributes_flat"` // not yet upgraded from version 3
	Sensitive    [][]rawStep         `json:"sensitive_attributes"`
	Dependencies []string            `json:"dependencies"`
}

// rawStep is a step of the path to a sensitive attribute: {"type": "get_attr", "value": NAME}, or {"type": "index",
// "value": {"value": KEY, "type": …}}.
type rawStep struct {
	Type  string `json:"type"`
	Value any    `json:"value"`
}

// rawVersion is the supported version of stored states.
const rawVersion = 4

// decodeRaw decodes a stored state into the form that `terraform show -json` would write. Information from the
// providers' schemas, such as which attributes are sensitive, is included only as far as its writer has stored it; see
// Document.marked.
func decodeRaw(o *jsontext.Outline) (*file, error) {
	s := &rawState{}
	err := o.Unmarshal(s, wanted) // of another version it has another shape, and the version all the same
	switch v := s.Version; {
	case v != nil && *v < rawVersion:
		return nil, o.Fail([]any{"version"}, "this is a state of version %d, of Terraform before 0.12, "+
			"which does not record what is sensitive and stores all values as strings; apply the project with a "+
			"current Terraform, which writes version %d, and check the output of terraform state pull", *v, rawVersion)
	case v != nil && *v > rawVersion:
		return nil, o.Fail([]any{"version"}, "version: expected %d, got %d; update policypack, or check "+
			"the output of terraform show -json", rawVersion, *v)
	case err != nil:
		return nil, err
	case v == nil:
		return nil,
			o.Fail(nil, "it has no version; expected a state of version %d, or %s", rawVersion, wanted)
	}
	if s.Resources == nil {
		return nil, o.Fail(nil, "it has no list of resources, not even an empty one; expected a complete "+
			"state of version %d", rawVersion)
	}
	read := o.Parts()
	modules := map[string]*stateModule{"": {}}
	seen := map[string]bool{}
	for i, r := range s.Resources {
		switch {
		case r == nil:
			continue
		case r.Mode != tfjson.ManagedResourceMode && r.Mode != tfjson.DataResourceMode:
			return nil, o.Fail([]any{"resources", i, "mode"}, `mode: expected "managed" or "data"`)
		}
		module := modules[r.Module]
		if module == nil {
			module = &stateModule{Address: r.Module}
			modules[r.Module] = module
		}
		for n, instance := range r.Instances {
			if instance == nil {
				continue
			}
			at := []any{"resources", i, "instances", n}
			one, wrong := r.resource(instance)
			if wrong == nil {
				if wrong, err = instance.check(read); err != nil {
					return nil, err
				}
			}
			if wrong != nil {
				return nil, o.Fail(append(at, wrong.path...), "%s", wrong.message)
			}
			if one.DeposedKey == "" && seen[one.Address] {
				return nil, o.Fail(at, "this resource instance is in the state twice")
			}
			seen[one.Address] = seen[one.Address] || one.DeposedKey == ""
			module.Resources = append(module.Resources, one)
		}
	}
	root := modules[""]
	for _, name := range slices.Sorted(maps.Keys(modules)) {
		m := modules[name]
		slices.SortFunc(m.Resources, func(a, b *stateResource) int { return cmp.Compare(a.Address, b.Address) })
		if name != "" {
			root.ChildModules = append(root.ChildModules, m)
		}
	}
	f := &file{
		TerraformVersion: s.TerraformVersion, Values: &stateValues{Outputs: s.Outputs, RootModule: root},
		raw: true, rawChecks: s.Checks,
	}
	return f, nil
}

// mistake is an error in a part of the file, with its path below the part.
type mistake struct {
	path    []any
	message string
}

// resource converts an instance to the resource that `terraform show -json` writes.
func (r *rawResource) resource(instance *rawInstance) (*stateResource, *mistake) {
	switch instance.IndexKey.(type) {
	case nil, string, float64:
	default:
		return nil, &mistake{[]any{"index_key"}, "index_key: expected a string or a number"}
	}
	local := r.Type + "." + r.Name
	if r.Mode == tfjson.DataResourceMode {
		local = "data." + local
	}
	return &stateResource{
		Address: strings.TrimPrefix(r.Module+"."+local, ".") + keyText(instance.IndexKey), Mode: r.Mode, Type: r.Type,
		Name: r.Name, Index: instance.IndexKey, ProviderName: rawProvider(r.Provider),
		DependsOn: instance.Dependencies, DeposedKey: instance.Deposed, Values: instance.Attributes, instance: instance,
	}, nil
}

// check returns the mistake in the marks of an instance, which are only read with its attributes.
func (i *rawInstance) check(read *jsontext.Parts) (*mistake, error) {
	if len(i.Sensitive) == 0 {
		return nil, nil
	}
	attributes, err := read.Value(i.Attributes.Part)
	if err != nil {
		return nil, err
	}
	_, wrong := i.values(attributes)
	return wrong, nil
}

// values returns the values and the marks that `terraform show -json` writes, by the attributes as stored, which it
// changes.
func (i *rawInstance) values(attributes any) (tree, *mistake) {
	values, _ := attributes.(map[string]any)
	for key, value := range values {
		values[key] = dynamic(value, true)
	}
	if values == nil {
		values = unflatten(i.Flat)
	}
	t := tree{value: values}
	for n, path := range i.Sensitive {
		var ok bool
		if t.sensitive, ok = markPath(values, t.sensitive, path); !ok {
			return tree{}, &mistake{
				[]any{"sensitive_attributes", n},
				`sensitive_attributes: expected a list of steps, {"type": "get_attr", "value": …} or {"type": "index", "value": …}`,
			}
		}
	}
	return t, nil
}

// rawProvider extracts the provider's name from a reference to its configuration:
// module.m.provider["HOST/NAMESPACE/NAME"].ALIAS, or provider.NAME.ALIAS as Terraform 0.12 writes it.
func rawProvider(reference string) string {
	if _, rest, ok := strings.Cut(reference, `provider["`); ok {
		name, _, _ := strings.Cut(rest, `"`)
		return name
	}
	if i := strings.LastIndex("."+reference, ".provider."); i >= 0 {
		name, _, _ := strings.Cut(reference[i+len("provider."):], ".")
		return name
	}
	return reference
}

// dynamic unwraps values whose type the schema leaves open, which are stored in an object {"value": …, "type": …}. An
// item of a list with such keys is a block.
func dynamic(value any, attribute bool) any {
	switch v := value.(type) {
	case []any:
		for i, item := range v {
			v[i] = dynamic(item, false)
		}
	case map[string]any:
		if inner, ok := v["value"]; ok && attribute && len(v) == 2 && v["type"] != nil && ofType(inner, v["type"]) {
			return dynamic(inner, true)
		}
		for key, inner := range v {
			v[key] = dynamic(inner, true)
		}
	}
	return value
}

// ofType reports whether a value may be of a type in Terraform's notation: "string", or ["object", {NAME: TYPE, …}].
// Only a value stored as a string may be chosen by the program instead.
func ofType(value, typ any) bool {
	compound, _ := typ.([]any)
	ok := len(compound) > 0
	if ok {
		typ = compound[0]
	}
	switch typ {
	case "string":
		_, ok = value.(string)
	case "number":
		_, ok = value.(float64)
	case "bool":
		_, ok = value.(bool)
	case "list", "set", "tuple":
		_, is := value.([]any)
		ok = ok && is
	case "map", "object":
		_, is := value.(map[string]any)
		ok = ok && is
	default:
		return false
	}
	return ok || value == nil
}

// markPath marks the value at a path in a tree of the same shape. A path to a missing value marks nothing. A path into
// a set, or past the end of a list, cannot identify an item and marks all of it. It returns false for an invalid path.
func markPath(value, marks any, path []rawStep) (any, bool) {
	if marks == true {
		return true, true
	}
	if len(path) == 0 {
		return true, true
	}
	key, ok := path[0].key()
	if !ok {
		return marks, false
	}
	switch v := value.(type) {
	case map[string]any:
		name, _ := key.(string)
		inner, ok := markPath(v[name], field(marks, name), path[1:])
		return withMark(marks, name, inner), ok
	case []any:
		i, number := key.(float64)
		if !number || i < 0 || i >= float64(len(v)) {
			return true, true
		}
		inner, ok := markPath(v[int(i)], item(marks, int(i)), path[1:])
		return withItemMark(marks, len(v), int(i), inner), ok
	}
	return marks, true
}

// key returns the name or the index of a step.
func (s rawStep) key() (key any, ok bool) {
	switch s.Type {
	case "get_attr":
		_, ok = s.Value.(string)
		return s.Value, ok
	case "index":
		inner, _ := s.Value.(map[string]any)
		key, ok = inner["value"]
		return key, ok
	}
	return nil, false
}

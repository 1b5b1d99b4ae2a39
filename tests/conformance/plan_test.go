package conformance

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
)

// terraformResource is a resource of a Terraform configuration, by its address.
type terraformResource struct {
	address string
	values  map[string]any
	// constants replace in the configuration what the plan has: with ignore_changes the two differ.
	constants    map[string]any
	actions      []any
	provisioners []any
}

// terraformPlan is what `terraform show -json` writes.
type terraformPlan struct {
	resources []terraformResource
	outputs   map[string]any
	variables map[string]any            // a value, or marked for a sensitive one
	providers map[string]map[string]any // by name
	sources   map[string]string         // of modules, by name; ./modules/NAME if it is not here
}

// planned divides a value into what a plan says of it.
func planned(v any) (value, unknown, sensitive any) {
	switch v := v.(type) {
	case marked:
		value, unknown, _ = planned(v.value)
		return value, unknown, true
	case later:
		return nil, true, nil
	case from:
		return planned(v.value)
	case computed:
		return planned(v.value)
	case map[string]any:
		values, unknowns, marks := map[string]any{}, map[string]any{}, map[string]any{}
		for key, inner := range v {
			value, unknown, sensitive := planned(inner)
			if unknown != nil {
				unknowns[key] = unknown
			}
			if sensitive != nil {
				marks[key] = sensitive
			}
			if unknown != true {
				values[key] = value
			}
		}
		return values, unknowns, marks
	case []any:
		values, unknowns, marks := make([]any, len(v)), make([]any, len(v)), make([]any, len(v))
		for i, inner := range v {
			values[i], unknowns[i], marks[i] = planned(inner)
			for _, one := range []*any{&unknowns[i], &marks[i]} {
				if *one == nil {
					*one = false
				}
			}
		}
		return values, unknowns, marks
	}
	return v, nil, nil
}

// expressionOf is the value in the configuration.
func expressionOf(v any) any {
	if list, ok := v.([]any); ok && len(list) > 0 {
		if _, block := list[0].(map[string]any); block {
			blocks := make([]any, len(list))
			for i, item := range list {
				block := map[string]any{}
				for key, inner := range item.(map[string]any) {
					block[key] = expressionOf(inner)
				}
				blocks[i] = block
			}
			return blocks
		}
	}
	if refs := referencesOf(v); len(refs) > 0 {
		return map[string]any{"references": refs}
	}
	value, unknown, _ := planned(v)
	if unknown == true {
		return map[string]any{}
	}
	return map[string]any{"constant_value": value}
}

func referencesOf(v any) []any {
	switch v := v.(type) {
	case marked:
		return referencesOf(v.value)
	case from:
		var refs []any
		for _, on := range v.on {
			refs = append(refs, on)
			if parts := strings.Split(on, "."); len(parts) > 2 && parts[0] != "var" {
				refs = append(refs, strings.Join(parts[:2], "."))
			}
		}
		return refs
	case map[string]any:
		var refs []any
		for _, key := range slices.Sorted(maps.Keys(v)) {
			refs = append(refs, referencesOf(v[key])...)
		}
		return refs
	case []any:
		var refs []any
		for _, inner := range v {
			refs = append(refs, referencesOf(inner)...)
		}
		return refs
	}
	return nil
}

// json is the plan.
func (p terraformPlan) json(t *testing.T) []byte {
	t.Helper()
	root := map[string]any{
		"variables": map[string]any{}, "outputs": map[string]any{}, "module_calls": map[string]any{},
		"resources": []any{},
	}
	changes := []any{}
	for _, r := range p.resources {
		module, local := "", r.address
		in := root
		for strings.HasPrefix(local, "module.") {
			parts := strings.SplitN(local, ".", 3)
			call, _ := in["module_calls"].(map[string]any)[parts[1]].(map[string]any)
			if call == nil {
				source := p.sources[parts[1]]
				if source == "" {
					source = "./modules/" + parts[1]
				}
				call = map[string]any{
					"source": source,
					"module": map[string]any{"module_calls": map[string]any{}, "resources": []any{}},
				}
				in["module_calls"].(map[string]any)[parts[1]] = call
			}
			in, local = call["module"].(map[string]any), parts[2]
			module = strings.TrimSuffix(r.address, "."+local)
		}
		typ, name, _ := strings.Cut(local, ".")
		after, unknown, sensitive := planned(r.values)
		actions := r.actions
		if actions == nil {
			actions = []any{"create"}
		}
		provider := "registry.terraform.io/hashicorp/" + strings.Split(typ, "_")[0]
		changes = append(changes, map[string]any{
			"address": r.address, "module_address": module, "mode": "managed", "type": typ, "name": name,
			"provider_name": provider,
			"change": map[string]any{
				"actions": actions, "before": nil, "after": after, "after_unknown": unknown,
				"after_sensitive": sensitive,
			},
		})
		expressions := map[string]any{}
		for key, v := range r.values {
			if _, ok := v.(computed); !ok {
				expressions[key] = expressionOf(v)
			}
		}
		for key, v := range r.constants {
			expressions[key] = expressionOf(v)
		}
		in["resources"] = append(in["resources"].([]any), map[string]any{
			"address": local, "mode": "managed", "type": typ, "name": name, "expressions": expressions,
			"provisioners": r.provisioners, "schema_version": 0,
		})
	}
	variables := map[string]any{}
	for name, v := range p.variables {
		m, sensitive := v.(marked)
		if sensitive {
			v = m.value
		}
		variables[name] = map[string]any{"value": v}
		root["variables"].(map[string]any)[name] = map[string]any{"sensitive": sensitive}
	}
	outputs := map[string]any{}
	for name, v := range p.outputs {
		after, unknown, sensitive := planned(v)
		outputs[name] = map[string]any{
			"actions": []any{"create"}, "before": nil, "after": after,
			"after_unknown": unknown == true, "after_sensitive": sensitive == true,
		}
		root["outputs"].(map[string]any)[name] = map[string]any{
			"sensitive":  sensitive == true,
			"expression": expressionOf(v),
		}
	}
	providers := map[string]any{}
	for name, arguments := range p.providers {
		expressions := map[string]any{}
		for key, v := range arguments {
			expressions[key] = expressionOf(v)
		}
		providers[name] = map[string]any{
			"name": name, "full_name": "registry.terraform.io/hashicorp/" + name,
			"expressions": expressions,
		}
	}
	text, err := json.Marshal(map[string]any{
		"format_version": "1.2", "terraform_version": "1.11.4", "variables": variables,
		"planned_values":   map[string]any{},
		"resource_changes": changes, "output_changes": outputs,
		"configuration": map[string]any{"provider_config": providers, "root_module": root},
		"applyable":     true, "complete": true, "errored": false,
	})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

package cli

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/pack"
)

// parameter is one parameter of a policy, as pages and commands describe it.
type parameter struct {
	name     string
	kind     string // in a word or two
	fallback string // the default as JSON, empty if there is none
	meaning  string
	required bool
	schema   map[string]any
}

// id is the same for the same parameter of several policies.
func (p parameter) id() string {
	schema, _ := json.Marshal(p.schema) //nolint:errchkjson // it was read from YAML
	return p.name + " " + string(schema)
}

// parametersOf returns the parameters of a policy, sorted by name.
func parametersOf(p *pack.Policy) []parameter {
	var all []parameter
	for _, name := range slices.Sorted(maps.Keys(p.Parameters.Properties)) {
		schema, _ := p.Parameters.Properties[name].(map[string]any)
		meaning, _ := schema["description"].(string)
		all = append(all, parameter{
			name: name, kind: typeOf(schema), fallback: defaultOf(schema),
			meaning: strings.Join(strings.Fields(meaning), " "), required: slices.Contains(p.Parameters.Required, name),
			schema: schema,
		})
	}
	return all
}

// typeOf describes a JSON schema in a word or two.
func typeOf(schema map[string]any) string {
	if enum, ok := schema["enum"].([]any); ok {
		words := make([]string, len(enum))
		for i, e := range enum {
			words[i] = fmt.Sprint(e)
		}
		return strings.Join(words, " | ")
	}
	if types, ok := schema["type"].([]any); ok {
		words := make([]string, len(types))
		for i, t := range types {
			words[i] = fmt.Sprint(t)
		}
		return strings.Join(words, " | ")
	}
	t, _ := schema["type"].(string)
	switch t {
	case "array":
		if items, ok := schema["items"].(map[string]any); ok {
			return "list of " + many(items)
		}
		return "list"
	case "object":
		if values, ok := schema["additionalProperties"].(map[string]any); ok {
			return "map of " + many(values)
		}
	}
	return t
}

// many describes several values of a JSON schema.
func many(schema map[string]any) string {
	kind := typeOf(schema)
	first, rest, nested := strings.Cut(kind, " of ")
	switch {
	case schema["enum"] != nil:
		return kind
	case nested:
		return first + "s of " + rest
	}
	return strings.ReplaceAll(kind, " | ", "s | ") + "s"
}

func defaultOf(schema map[string]any) string {
	v, ok := schema["default"]
	if !ok {
		return ""
	}
	b, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(b)
}

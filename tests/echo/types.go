package main

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
)

// typesText lists the types, one per line: a token, its inputs, `->` and the outputs that are not inputs. A `*` behind
// a property marks it secret, a `~` says that the provider makes up a name where the program gives none. `id=` gives
// the shape of the resource's ID, with an input in braces. `is=component` is a component, and `child=` a resource that
// it makes, under its own name, the second under NAME-2, and with those of its inputs that the child's type has. `is=function` is a function; its
// outputs are paths of what it returns, `a.b[].c`.
//
//go:embed types.txt
var typesText string

type resourceType struct {
	inputs, outputs []property
	id              string // empty for id-NAME
	is              string // component, function, or empty for a resource
	children        []string
}

type property struct {
	name              string
	secret, autonamed bool
}

func parseTypes(text string) (map[string]resourceType, error) {
	types := map[string]resourceType{}
	for i, line := range strings.Split(text, "\n") {
		words := strings.Fields(line)
		if len(words) == 0 || strings.HasPrefix(line, "#") {
			continue
		}
		if _, ok := types[words[0]]; ok {
			return nil, fmt.Errorf("types.txt:%d: %s is there twice", i+1, words[0])
		}
		var t resourceType
		list := &t.inputs
		for _, word := range words[1:] {
			if word == "->" {
				list = &t.outputs
				continue
			}
			if key, value, ok := strings.Cut(word, "="); ok {
				switch key {
				case "id":
					t.id = value
				case "is":
					t.is = value
				case "child":
					t.children = append(t.children, value)
				default:
					return nil, fmt.Errorf("types.txt:%d: %s: want id=, is= or child=", i+1, word)
				}
				continue
			}
			name := strings.TrimRight(word, "*~")
			*list = append(*list, property{
				name: name, secret: strings.Contains(word, "*"), autonamed: strings.Contains(word, "~"),
			})
		}
		types[words[0]] = t
	}
	return types, nil
}

// schemaOf is the Pulumi package schema of the package: every property takes anything.
func schemaOf(pkg string, types map[string]resourceType) (string, error) {
	resources, functions := map[string]any{}, map[string]any{}
	for token, t := range types {
		if !strings.HasPrefix(token, pkg+":") {
			continue
		}
		inputs, all := map[string]any{}, map[string]any{}
		for _, p := range t.inputs {
			inputs[p.name] = spec(p)
			all[p.name] = spec(p)
		}
		for _, p := range t.outputs {
			all[p.name] = spec(p)
		}
		if t.is == "function" {
			returns := map[string]any{}
			for _, p := range t.outputs {
				top, _, _ := strings.Cut(p.name, ".")
				returns[strings.TrimSuffix(top, "[]")] = spec(property{})
			}
			functions[token] = map[string]any{
				"inputs":  map[string]any{"type": "object", "properties": inputs},
				"outputs": map[string]any{"type": "object", "properties": returns},
			}
			continue
		}
		resources[token] = map[string]any{
			"inputProperties": inputs, "properties": all, "isComponent": t.is == "component",
		}
	}
	provider := map[string]any{}
	if t, ok := types["pulumi:providers:"+pkg]; ok {
		inputs := map[string]any{}
		for _, p := range t.inputs {
			inputs[p.name] = spec(p)
		}
		provider["inputProperties"] = inputs
	}
	schema, err := json.Marshal(map[string]any{
		"name": pkg, "version": version, "resources": resources, "functions": functions, "provider": provider,
	})
	return string(schema), err
}

func spec(p property) map[string]any {
	s := map[string]any{"$ref": "pulumi.json#/Any"}
	if p.secret {
		s["secret"] = true
	}
	return s
}

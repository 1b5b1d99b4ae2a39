package main

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
)

// typesText lists the types, one per line: a token, its inputs, `->` and the outputs that are not inputs. A `*` behind
// a property marks it secret, a `~` says that the provider makes up a name where the program gives none. `id=` gives
// the shape of the resource's ID, with an input in braces.
//
//go:embed types.txt
var typesText string

type resourceType struct {
	inputs, outputs []property
	id              string // empty for id-NAME
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
			if id, ok := strings.CutPrefix(word, "id="); ok {
				t.id = id
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
	resources := map[string]any{}
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
		resources[token] = map[string]any{"inputProperties": inputs, "properties": all}
	}
	schema, err := json.Marshal(map[string]any{
		"name": pkg, "version": version, "resources": resources,
		"provider": map[string]any{},
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

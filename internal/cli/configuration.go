package cli

import (
	_ "embed" // configuration.md.tmpl
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/policyfile"
)

// variables are the variables of the environment that the program reads. Whoever runs a preview sets them, so none of
// them relaxes anything.
var variables = [...]struct{ name, meaning string }{
	{"POLICYPACK_RULES", "Directories with further policies, separated as in PATH; see [rules.md](../write/rules.md)."},
	{"POLICYPACK_BUNDLE", "A bundle with an organisation's rules, parameters and floor; its parameters and its floor " +
		"count only if they are signed with a key that the configuration pins, and none lies beside " +
		"`PulumiPolicy.yaml`. See [central.md](../govern/central.md)."},
	{"POLICYPACK_NO_GRACE", "With any value, exemptions and baselines get no grace after their last day, as in pull " +
		"requests; the gate sets it there. See [exemptions.md](../govern/exemptions.md#the-last-day)."},
	{"POLICYPACK_BREAK_GLASS", "A signed token with which a run passes in an emergency, verified by the key beside " +
		"`PulumiPolicy.yaml`; see [break-glass.md](../govern/break-glass.md)."},
	{"POLICYPACK_REPORT", "Files for reports, separated by commas, their form by their ending; see " +
		"[reports.md](reports.md)."},
	{"POLICYPACK_ATTEST", "A file for a signed attestation of the run, with `{kind}` in its name for preview or " +
		"update; see [attestation.md](../govern/attestation.md)."},
	{"POLICYPACK_ATTEST_KEY", "The file with the private key that signs it."},
	{"POLICYPACK_DECISION_LOG", "A file to which every decision is appended; see [decision-log.md](decision-log.md)."},
}

// aboutConfiguration begins docs/reference/configuration.md.
//
//go:embed configuration.md.tmpl
var aboutConfiguration string

// configuration returns docs/reference/configuration.md: where levels and parameters come from, and all of them.
func configuration(p *pack.Pack) string {
	var b strings.Builder
	b.WriteString(aboutConfiguration)
	for _, v := range variables {
		fmt.Fprintf(&b, "| `%s` | %s |\n", v.name, v.meaning)
	}
	b.WriteString("\n## Parameters\n")
	policies := slices.Clone(p.Policies)
	slices.SortStableFunc(policies, func(a, b *pack.Policy) int { // the settings first
		rank := map[bool]int{true: -1}
		return rank[a.Name == pack.SettingsPolicy] - rank[b.Name == pack.SettingsPolicy]
	})
	for _, q := range policies {
		fmt.Fprintf(&b, "\n### %s\n\n%s. Level %s. [More](policies/%s.md)\n", q.Name, strings.TrimSuffix(q.Title, "."),
			levelText(q.Level, q.Levels), q.Name)
		if table := parameterTable("../", parametersOf(q)); table != "" {
			b.WriteString("\n" + table)
		}
		for _, name := range slices.Sorted(maps.Keys(q.Parameters.Properties)) {
			schema, _ := q.Parameters.Properties[name].(map[string]any)
			if fields, path := fieldsOf(schema, name); fields != nil {
				fieldTable(&b, path, fields)
			}
		}
	}
	return b.String()
}

// fieldsOf returns the schema of the objects inside a parameter, and how their place is written; nil where there are
// none.
func fieldsOf(schema map[string]any, path string) (map[string]any, string) {
	if _, ok := schema["properties"].(map[string]any); ok {
		return schema, path
	}
	if items, ok := schema["items"].(map[string]any); ok {
		return fieldsOf(items, path+"[]")
	}
	if values, ok := schema["additionalProperties"].(map[string]any); ok {
		return fieldsOf(values, path+".*")
	}
	return nil, ""
}

func fieldTable(b *strings.Builder, path string, schema map[string]any) {
	required, _ := schema["required"].([]any)
	fields := schema["properties"].(map[string]any)
	fmt.Fprintf(b, "\n| `%s` | type | | meaning |\n| --- | --- | --- | --- |\n", path)
	var nested []func()
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		field, _ := fields[name].(map[string]any)
		need := ""
		if slices.Contains(required, any(name)) {
			need = "required"
		}
		meaning, _ := field["description"].(string)
		fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", name, cell(typeOf(field)), need, cell(meaning))
		if inner, place := fieldsOf(field, path+"."+name); inner != nil {
			nested = append(nested, func() { fieldTable(b, place, inner) })
		}
	}
	for _, write := range nested {
		write()
	}
}

// configurationSchema returns docs/reference/policy-config.schema.json.
func configurationSchema(p *pack.Pack) (string, error) {
	level := map[string]any{"enum": append([]string{}, policyfile.Levels...)}
	properties := map[string]any{
		"all": map[string]any{
			"description": "The level of all policies that are not named.",
			"$ref":        "#/definitions/level",
		},
	}
	defined := map[string]any{}
	for _, q := range p.Policies {
		fields := q.Parameters.EditorSchema()
		fields["enforcementLevel"] = map[string]any{"description": "The level.", "$ref": "#/definitions/level"}
		object := map[string]any{"type": "object", "additionalProperties": false, "properties": fields}
		if len(q.Parameters.Required) > 0 {
			object["required"] = q.Parameters.Required
		}
		properties[q.Name] = map[string]any{"$ref": "#/definitions/policies/" + q.Name}
		defined[q.Name] = map[string]any{
			"description": q.Title, "anyOf": []any{map[string]any{"$ref": "#/definitions/level"}, object},
		}
	}
	environments := map[string]any{
		"description": "Pulumi ESC environments with further values.", "type": "array",
		"items": map[string]any{"type": "string"},
	}
	old := maps.Clone(properties)
	old["environments"] = environments
	policies := make([]string, len(p.Policies))
	for i, q := range p.Policies {
		policies[i] = q.Name
	}
	policies = slices.DeleteFunc(policies, func(name string) bool { return name == pack.SettingsPolicy })
	text, err := json.MarshalIndent(map[string]any{
		"$schema": "http://json-schema.org/draft-07/schema#", "title": "Configuration of policypack", "type": "object",
		"if": map[string]any{
			"required":   []string{"version"},
			"properties": map[string]any{"version": map[string]any{"type": "number"}},
		},
		"then": map[string]any{"$ref": "#/definitions/version2"},
		"else": map[string]any{"additionalProperties": false, "properties": old},
		"definitions": map[string]any{
			"level": level, "policies": defined, "exception": exceptionSchema(policies),
			"version2": map[string]any{
				"additionalProperties": map[string]any{
					"type": "string",
					"not":  map[string]any{"$ref": "#/definitions/level"},
				},
				"properties": map[string]any{
					"version": map[string]any{"description": "The version of the file's shape.", "const": 2},
					"$schema": map[string]any{"description": "Where editors find this schema.", "type": "string"},
					"policies": map[string]any{
						"description": "Levels and parameters.",
						"type":        []string{"object", "null"}, "additionalProperties": false,
						"properties": properties,
					},
					"environments": environments,
					"exceptions": map[string]any{
						"description": "Pulumi's policy exceptions, by their ids.", "type": []string{"object", "null"},
						"propertyNames":        map[string]any{"pattern": "^[A-Za-z0-9._-]+$"},
						"additionalProperties": map[string]any{"$ref": "#/definitions/exception"},
					},
				},
			},
		},
	}, "", "  ")
	return string(text) + "\n", err
}

// exceptionSchema is the schema of one of Pulumi's policy exceptions about the policies.
func exceptionSchema(policies []string) map[string]any {
	list := func(description string, items map[string]any) map[string]any {
		return map[string]any{
			"description": description, "type": "array", "minItems": 1, "uniqueItems": true,
			"items": items,
		}
	}
	object := func(required []string, properties map[string]any) map[string]any {
		return map[string]any{
			"type": "object", "additionalProperties": false, "required": required,
			"properties": properties,
		}
	}
	match := object([]string{"policies", "targets"}, map[string]any{
		"policies": list("The policies whose findings are exempted.", map[string]any{"enum": policies}),
		"targets": list("The URNs of the resources, in full.",
			map[string]any{"type": "string", "pattern": "^urn:pulumi:[^*]+::[^*]+::[^*]+::.+$"}),
	})
	return object([]string{"reason", "match"}, map[string]any{
		"reason": map[string]any{"description": "Why the findings are exempted.", "type": "string", "pattern": `\S`},
		"match":  map[string]any{"description": "What is exempted.", "type": "array", "minItems": 1, "items": match},
	})
}

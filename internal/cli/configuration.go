package cli

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/policyfile"
)

// variables are the environment variables that the program reads. Whoever runs a preview sets them, so none of them
// relaxes anything.
var variables = [...]struct{ name, meaning string }{
	{"POLICYPACK_RULES", "Directories of [custom policies](../write/rules.md), separated as in PATH."},
	{"POLICYPACK_BUNDLE", "A [bundle](../govern/central.md) with an organisation's policies, parameters and floor. " +
		"Its parameters and floor apply only if it is signed with a key pinned in the configuration, and only " +
		"without a bundle next to `PulumiPolicy.yaml`."},
	{"POLICYPACK_NO_GRACE", "Set to any value: exemptions and baselines have no " +
		"[grace period](../govern/exemptions.md#the-last-day). The [gate](../ci/gate.md) sets it for pull requests."},
	{"POLICYPACK_BREAK_GLASS", "A signed [break-glass](../govern/break-glass.md) token for a run in an emergency, " +
		"verified with the key next to `PulumiPolicy.yaml`."},
	{"POLICYPACK_REPORT", "Comma-separated files for [reports](reports.md); the file extension selects the format."},
	{"POLICYPACK_ATTEST", "A file for a signed [attestation](../govern/attestation.md) of the run. `{kind}` in its " +
		"name becomes preview or update."},
	{"POLICYPACK_ATTEST_KEY", "The file with the private key that signs the attestation."},
	{"POLICYPACK_DECISION_LOG", "A file to which every [decision](decision-log.md) is appended."},
}

// settingGroups are the settings by what they are for.
var settingGroups = [...]struct {
	title string
	names []string
}{
	{"Where secrets live and how they are named", []string{
		"components", "blessedModules", "packageSources", "managers", "managersByStack", "environments",
		"environmentByStack",
	}},
	{"Levels", []string{"levelByStack", "levelByAccount", "enforceFrom", "adopt", "onUnknown"}},
	{"Exemptions and the baseline", []string{
		"exemptions", "exceptions", "baseline", "allowComments", "maxExemptionDays", "exemptionWarningDays",
		"expiryGraceDays",
	}},
	{"Detection", []string{"extraPatterns", "minEntropy"}},
	{"Bundles, custom policies and links", []string{
		"bundleKeys", "minBundleSerial", "ruleSeconds", "ruleSecondsPerStack", "helpURL",
	}},
}

// configuration returns docs/reference/configuration.md: the file, where levels and parameters come from, and all of
// them. A parameter that several policies have is described once.
func configuration(p *pack.Pack) string {
	var vars, settings, shared, policies strings.Builder
	for _, v := range variables {
		fmt.Fprintf(&vars, "| `%s` | %s |\n", v.name, v.meaning)
	}
	owners := map[string][]string{} // links to the policies with a parameter, by its name and its schema
	byID := map[string]parameter{}
	for _, q := range p.Policies {
		for _, x := range parametersOf(q) {
			if q.Name != pack.SettingsPolicy {
				owners[x.id()], byID[x.id()] = append(owners[x.id()], policyLink(q)), x
			}
		}
	}
	var several []parameter
	for _, id := range slices.Sorted(maps.Keys(owners)) {
		if len(owners[id]) > 1 {
			several = append(several, byID[id])
		}
	}
	shared.WriteString(tables("../", several))
	shared.WriteString("\n| parameter | policies that have it |\n| --- | --- |\n")
	for _, x := range several {
		fmt.Fprintf(&shared, "| `%s` | %s |\n", x.name, strings.Join(owners[x.id()], ", "))
	}
	for _, q := range p.Policies {
		parameters := parametersOf(q)
		if q.Name == pack.SettingsPolicy {
			for _, group := range settingGroups {
				var list []parameter
				for _, name := range group.names {
					i := slices.IndexFunc(parameters, func(x parameter) bool { return x.name == name })
					list = append(list, parameters[i])
				}
				fmt.Fprintf(&settings, "\n### %s\n\n%s", group.title, tables("../", list))
			}
			continue
		}
		parameters = slices.DeleteFunc(parameters, func(x parameter) bool { return len(owners[x.id()]) > 1 })
		if len(parameters) > 0 {
			fmt.Fprintf(&policies, "\n### %s\n\n%s", policyLink(q), tables("../", parameters))
		}
	}
	return page("configuration.md", "VARIABLES", vars.String(), "SETTINGS", settings.String(),
		"SHARED", shared.String(), "POLICIES", policies.String())
}

// tables describes parameters, and the fields of the objects in them. Up leads to docs/.
func tables(up string, parameters []parameter) string {
	var b strings.Builder
	b.WriteString("| parameter | type | default | meaning |\n| --- | --- | --- | --- |\n")
	for _, x := range parameters {
		fallback := ""
		switch {
		case x.fallback != "":
			fallback = "`" + cell(x.fallback) + "`"
		case x.required:
			fallback = "required"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", x.name, cell(x.kind), fallback, cell(markdown(up, x.meaning)))
	}
	for _, x := range parameters {
		fieldTables(&b, up, x.schema, x.name)
	}
	return b.String()
}

// fieldTables describes the objects inside a parameter, if there are any.
func fieldTables(b *strings.Builder, up string, schema map[string]any, path string) {
	of := "Fields of"
	for schema["properties"] == nil {
		if items, ok := schema["items"].(map[string]any); ok {
			schema, of = items, "Fields of each entry of"
		} else if values, ok := schema["additionalProperties"].(map[string]any); ok {
			schema, of = values, "Fields of each value of"
		} else {
			return
		}
	}
	required, _ := schema["required"].([]any)
	fields, _ := schema["properties"].(map[string]any)
	fmt.Fprintf(b, "\n%s `%s`:\n\n| field | type | meaning |\n| --- | --- | --- |\n", of, path)
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		field, _ := fields[name].(map[string]any)
		kind := typeOf(field)
		if slices.Contains(required, any(name)) {
			kind += ", required"
		}
		meaning, _ := field["description"].(string)
		fmt.Fprintf(b, "| `%s` | %s | %s |\n", name, cell(kind), cell(markdown(up, meaning)))
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if field, ok := fields[name].(map[string]any); ok {
			fieldTables(b, up, field, path+"."+name)
		}
	}
}

// configurationSchema returns docs/reference/policy-config.schema.json.
func configurationSchema(p *pack.Pack) (string, error) {
	level := map[string]any{"enum": append([]string{}, policyfile.Levels...)}
	properties := map[string]any{
		"all": map[string]any{
			"description": "The level of every policy that is not listed.",
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
		"description": "Pulumi ESC environments to import.", "type": "array",
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
					"version": map[string]any{"description": "The version of the file format.", "const": 2},
					"$schema": map[string]any{
						"description": "The location of this schema, for editors.", "type": "string",
					},
					"policies": map[string]any{
						"description": "Levels and parameters.",
						"type":        []string{"object", "null"}, "additionalProperties": false,
						"properties": properties,
					},
					"environments": environments,
					"exceptions": map[string]any{
						"description": "Pulumi's policy exceptions, by id.", "type": []string{"object", "null"},
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
		"policies": list("The policies whose findings are exempt.", map[string]any{"enum": policies}),
		"targets": list("The URNs of the resources, in full.",
			map[string]any{"type": "string", "pattern": "^urn:pulumi:[^*]+::[^*]+::[^*]+::.+$"}),
	})
	return object([]string{"reason", "match"}, map[string]any{
		"reason": map[string]any{"description": "Why the findings are exempt.", "type": "string", "pattern": `\S`},
		"match":  map[string]any{"description": "What is exempt.", "type": "array", "minItems": 1, "items": match},
	})
}

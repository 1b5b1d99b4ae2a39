package cli

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/progression-labs-development/policypack/internal/analyzer"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/policies"
	"github.com/progression-labs-development/policypack/rego"
)

func docsCommand() *cobra.Command {
	return &cobra.Command{
		Use: "docs DIR", Short: "Write the reference pages of the policies into a directory", Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			p, err := pack.Load(pack.Own(policies.FS, rego.FS), analyzer.Docs)
			if err != nil {
				return err
			}
			return os.WriteFile(filepath.Join(args[0], "policies.md"), []byte(PolicyReference(p)), 0o644)
		},
	}
}

// PolicyReference returns docs/policies.md: what each policy requires, how it is configured, how a violation is mended.
func PolicyReference(p *pack.Pack) string {
	var b strings.Builder
	b.WriteString("# Policies\n\n" +
		"Written by `policypack docs` from the METADATA of the policies; do not edit. Levels and parameters are set in the\n" +
		"file given to `--policy-pack-config`, or in Pulumi Cloud.\n\n" +
		"| policy | level | severity | standard | requires |\n| --- | --- | --- | --- | --- |\n")
	for _, q := range p.Policies {
		fmt.Fprintf(&b, "| [`%s`](#%s) | %s | %s | %s | %s |\n", q.Name, q.Name, q.Level, q.Severity,
			strings.Join(q.Standard, ", "), q.Title)
	}
	for _, q := range p.Policies {
		fmt.Fprintf(&b, "\n## %s\n\n%s.\n\n%s\n\n**How to mend a violation.** %s\n", q.Name, strings.TrimSuffix(q.Title, "."),
			q.Description, q.Remediation)
		names := slices.Sorted(maps.Keys(q.Parameters.Properties))
		if len(names) == 0 {
			continue
		}
		b.WriteString("\n| parameter | type | default | meaning |\n| --- | --- | --- | --- |\n")
		for _, name := range names {
			schema, _ := q.Parameters.Properties[name].(map[string]any)
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", name, typeOf(schema), defaultOf(schema), cell(schema["description"]))
		}
	}
	return b.String()
}

// typeOf describes a JSON schema in a word or two.
func typeOf(schema map[string]any) string {
	if enum, ok := schema["enum"].([]any); ok {
		words := make([]string, len(enum))
		for i, e := range enum {
			words[i] = fmt.Sprintf("`%v`", e)
		}
		return strings.Join(words, " or ")
	}
	t, _ := schema["type"].(string)
	switch t {
	case "array":
		if items, ok := schema["items"].(map[string]any); ok {
			return "list of " + typeOf(items)
		}
	case "object":
		if values, ok := schema["additionalProperties"].(map[string]any); ok {
			return "map to " + typeOf(values)
		}
	}
	return t
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
	return "`" + strings.ReplaceAll(string(b), "|", `\|`) + "`"
}

func cell(v any) string {
	s, _ := v.(string)
	return strings.ReplaceAll(strings.Join(strings.Fields(s), " "), "|", `\|`)
}

package cli

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/verdict"
)

// listed is one line of the list.
type listed struct {
	Name     string        `json:"name"`
	Level    pack.Level    `json:"level"`
	Levels   pack.Levels   `json:"levels,omitempty"` // for programs other than Pulumi, if they differ
	From     string        `json:"from"`             // the origin of the level
	Severity pack.Severity `json:"severity"`
	Scope    facts.Scope   `json:"scope"`
	Checks   []string      `json:"checks"` // see checksOf
	Standard []string      `json:"standard"`
	Title    string        `json:"title"`
	URL      string        `json:"url,omitempty"`
	Builtin  bool          `json:"builtin"` // not a custom policy
}

func listCommand(p Process) *cobra.Command {
	var rules ruleFlag
	var config string
	var where placeFlags
	var asJSON bool
	cmd := &cobra.Command{
		Use: "list", Short: "List the policies and their enforcement levels", Args: takes(0, 0),
		Long: "List the policies, with the enforcement levels that a configuration gives them. The CHECKS column\n" +
			"shows what a policy checks: resources or the stack as a whole, in previews, plans and states; or\n" +
			"files in repositories, with `policypack check .`.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			place, err := where.place()
			if err != nil {
				return err
			}
			loaded, err := rules.load()
			if err != nil {
				return err
			}
			var levels *verdict.Config
			if config != "" {
				if _, levels, err = levelsOf(cmd, config, loaded, place, &rules, p); err != nil {
					return err
				}
				loaded = loaded.Linked(levels.Settings)
			} else if name := placeName(place); name != "" {
				return fmt.Errorf("the levels on the %s are set in a configuration; pass the file with --config", name)
			}
			rows := []listed{}
			for _, q := range loaded.Policies {
				row := listed{
					Name: q.Name, Level: q.Level, Levels: q.Levels, From: pack.FromPolicy, Severity: q.Severity,
					Scope: q.Scope, Checks: checksOf(q), Standard: q.Standard, Title: q.Title, URL: q.URL,
					Builtin: q.Own,
				}
				if levels != nil {
					e := levels.LevelOf(q.Name)
					row.Level, row.From = e.Level, e.From
					if levels.LevelFor(pack.Terraform, q.Name) == e.Level || e.From != pack.FromPolicy {
						row.Levels = nil
					}
				}
				if row.Standard == nil {
					row.Standard = []string{}
				}
				rows = append(rows, row)
			}
			if asJSON {
				return printJSON(cmd, rows)
			}
			cells := [][]string{{"POLICY", "LEVEL", "SEVERITY", "CHECKS", "STANDARD", "REQUIRES"}}
			for _, r := range rows {
				cells = append(cells, []string{
					r.Name, levelText(r.Level, r.Levels), string(r.Severity), strings.Join(r.Checks, ", "),
					strings.Join(r.Standard, " "), r.Title,
				})
			}
			if levels != nil { // without a configuration, every level is the policy's own
				for i, row := range cells {
					from := "FROM"
					if i > 0 {
						from = rows[i-1].From
					}
					cells[i] = slices.Insert(row, 2, from)
				}
			}
			printTable(cmd.OutOrStdout(), cells)
			return nil
		},
	}
	rules.register(cmd, p)
	cmd.Flags().StringVar(&config, "config", "", "policy configuration `file`, to show its levels")
	where.register(cmd)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// checksOf returns what a policy checks: each resource, the stack as a whole, files in a repository.
func checksOf(q *pack.Policy) (checks []string) {
	if q.Scope == facts.ScopeResource || q.Scope == facts.ScopeBoth {
		checks = append(checks, "resources")
	}
	if q.Scope == facts.ScopeStack || q.Scope == facts.ScopeBoth {
		checks = append(checks, "stack")
	}
	if q.Repositories() {
		checks = append(checks, "files")
	}
	return checks
}

// and joins words as in a sentence.
func and(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

// levelText formats a level with those for other programs: advisory, mandatory for Terraform.
func levelText(l pack.Level, levels pack.Levels) string {
	text := string(l)
	if other, ok := levels[pack.Terraform]; ok {
		text += fmt.Sprintf(", %s for Terraform", other)
	}
	return text
}

func printJSON(cmd *cobra.Command, v any) error {
	e := json.NewEncoder(cmd.OutOrStdout())
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

package cli

import (
	"fmt"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"github.com/progression-labs-development/policypack/internal/exemption"
	"github.com/progression-labs-development/policypack/internal/expiry"
)

// without leaves out what is already exempted by exemptions in force in the file, and returns those exemptions too.
func (e *editedFile) without(all []exempted) (rest []exempted, have []*exemption.Entry, err error) {
	set, err := e.exemptions()
	if err != nil {
		return nil, nil, err
	}
	written, _ := e.settings()["exemptions"].(map[string]any)
	inForce := slices.DeleteFunc(slices.Clone(set.Entries()), func(entry *exemption.Entry) bool {
		return entry.BreakGlass || set.State(entry) != expiry.InForce
	})
	for _, one := range all {
		one.Policies = slices.DeleteFunc(slices.Clone(one.Policies), func(policy string) bool {
			i := slices.IndexFunc(inForce, func(entry *exemption.Entry) bool {
				if one.finding != "" {
					return entry.Covers(policy, one.finding, one.Path)
				}
				fields, _ := written[entry.ID].(map[string]any)
				return slices.Contains(entry.Policies, policy) && one.same(fields)
			})
			if i >= 0 && !slices.Contains(have, inForce[i]) {
				have = append(have, inForce[i])
			}
			return i >= 0
		})
		if len(one.Policies) > 0 {
			rest = append(rest, one)
		}
	}
	return rest, have, nil
}

// same reports whether an exemption in a file has the same scope, as written.
func (e *exemptFields) same(fields map[string]any) bool {
	where := func(all map[string]any) map[string]any {
		out := map[string]any{}
		for _, name := range [...]string{"project", "stack", "type", "name", "urn", "path"} {
			if text, _ := all[name].(string); text != "" {
				out[name] = text
			}
		}
		return out
	}
	return maps.Equal(where(fields), where(map[string]any{
		"project": e.Project, "stack": e.Stack, "type": e.Type, "name": e.Name, "urn": e.URN, "path": e.Path,
	}))
}

// printHave lists the existing exemptions.
func printHave(cmd *cobra.Command, have []*exemption.Entry) {
	for _, e := range have {
		fmt.Fprintf(cmd.OutOrStdout(), "already exempted: %s until %s (owner: %s)\n", e.ID, e.Until(), e.Owner)
	}
}

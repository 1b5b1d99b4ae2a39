package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/example"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/standard"
)

// coverage returns docs/reference/coverage.md: each line of the standard with the policies that enforce it, and what
// cannot be enforced.
func coverage(p *pack.Pack, examples map[string]*example.File) string {
	var table, sections strings.Builder
	for _, l := range standard.Lines() {
		policies := enforcing(p, l.ID)
		fmt.Fprintf(&table, "| [%s](#%s) | %s | %s | %s |\n", l.ID, strings.ToLower(l.ID),
			cell(markdown("../", l.Says)), by(policies, l.Preview, (*pack.Policy).Previews),
			by(policies, l.Repository, (*pack.Policy).Repositories))

		fmt.Fprintf(&sections, "\n## %s\n\n%s\n\n", l.ID, markdown("../", l.Says))
		for _, in := range []struct {
			where, what string
			checks      func(*pack.Policy) bool
		}{
			{"In programs", l.Preview, (*pack.Policy).Previews},
			{"In repositories", l.Repository, (*pack.Policy).Repositories},
		} {
			switch {
			case in.what == "":
			case slices.ContainsFunc(policies, in.checks):
				fmt.Fprintf(&sections, "- **%s:** %s.\n", in.where, markdown("../", in.what))
			default:
				fmt.Fprintf(&sections, "- **%s, not enforced yet:** %s.\n", in.where, markdown("../", in.what))
			}
		}
		fmt.Fprintf(&sections, "- **Not enforceable:** %s\n", markdown("../", l.Open))
		if len(policies) == 0 {
			continue
		}
		sections.WriteString("\n| policy | requires | examples |\n| --- | --- | --- |\n")
		for _, q := range policies {
			count := "none yet"
			if f := examples[q.Name]; f != nil {
				count = fmt.Sprintf("[%s](../../policies/%s/examples.yaml)", counted(f), q.Package)
			}
			fmt.Fprintf(&sections, "| %s | %s | %s |\n", policyLink(q), cell(q.Title), count)
		}
	}
	return page("coverage.md", "LINES", table.String(), "SECTIONS", sections.String())
}

// by links to the policies that check a line of the standard in programs, or in repositories. What is visible of it
// there may be empty.
func by(policies []*pack.Policy, what string, checks func(*pack.Policy) bool) string {
	var links []string
	for _, q := range policies {
		if checks(q) {
			links = append(links, policyLink(q))
		}
	}
	switch {
	case links != nil:
		return strings.Join(links, ", ")
	case what == "":
		return "–"
	}
	return "no policy yet"
}

// policyLink links to a policy's page from the folder of the index.
func policyLink(q *pack.Policy) string { return fmt.Sprintf("[`%s`](policies/%s.md)", q.Name, q.Name) }

// enforcing returns the policies that list the line in their METADATA.
func enforcing(p *pack.Pack, id string) []*pack.Policy {
	var all []*pack.Policy
	for _, q := range p.Policies {
		if slices.Contains(standardOf(q), id) {
			all = append(all, q)
		}
	}
	return all
}

package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/example"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/standard"
)

// coverage returns docs/reference/coverage.md: each line of the standard with the policies that enforce it, what their examples
// prove, and what stays open.
func coverage(p *pack.Pack, examples map[string]*example.File) string {
	var b strings.Builder
	b.WriteString("# Coverage of the standard\n\n" +
		"Written by `policypack docs` from the lines of the standard and from the METADATA and the examples of the " +
		"policies; do\n" +
		"not edit. Each example is a small program that the test suite judges through the engine's protocol, or a " +
		"few files that\n" +
		"it reads as a repository: a denied one must give exactly its message, an allowed one nothing. *Preview* " +
		"means previews\n" +
		"and updates, exported states and Terraform plans; *repository* means `policypack check` of a folder with " +
		"its files.\n\n" +
		"| line | the standard says | enforced in a preview by | in a repository by | examples: denied, allowed, " +
		"undecided |\n" +
		"| --- | --- | --- | --- | --- |\n")
	for _, l := range standard.Lines() {
		counts, policies := map[example.Outcome]int{}, enforcing(p, l.ID)
		for _, q := range policies {
			for _, o := range []example.Outcome{example.Deny, example.Allow, example.Undecided} {
				counts[o] += len(casesOf(examples[q.Name], o))
			}
		}
		total := "none"
		if len(policies) > 0 {
			total = fmt.Sprintf("%d, %d, %d", counts[example.Deny], counts[example.Allow], counts[example.Undecided])
		}
		fmt.Fprintf(&b, "| [%s](#%s) | %s | %s | %s | %s |\n", l.ID, strings.ToLower(l.ID), cell(l.Says),
			by(policies, l.Preview, (*pack.Policy).Previews), by(policies, l.Repository, (*pack.Policy).Repositories),
			total)
	}
	for _, l := range standard.Lines() {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n", l.ID, l.Says)
		policies := enforcing(p, l.ID)
		for _, in := range []struct {
			where, what string
			checks      func(*pack.Policy) bool
		}{{"Preview", l.Preview, (*pack.Policy).Previews}, {"Repository", l.Repository, (*pack.Policy).Repositories}} {
			switch {
			case in.what == "":
			case slices.ContainsFunc(policies, in.checks):
				fmt.Fprintf(&b, "- %s: %s.\n", in.where, in.what)
			default:
				fmt.Fprintf(&b, "- %s, not yet: %s.\n", in.where, in.what)
			}
		}
		fmt.Fprintf(&b, "- Not enforceable: %s\n", l.Open)
		for _, q := range policies {
			fmt.Fprintf(&b, "\n[`%s`](policies/%s.md): %s.\n\n", q.Name, q.Name, strings.TrimSuffix(q.Title, "."))
			named(&b, "denied", casesOf(examples[q.Name], example.Deny))
			named(&b, "undecided", casesOf(examples[q.Name], example.Undecided))
			named(&b, "allowed", casesOf(examples[q.Name], example.Allow))
			if examples[q.Name] == nil {
				b.WriteString("- no examples yet\n")
			}
		}
	}
	return b.String()
}

// by lists the policies that check what the standard's line says of a place.
func by(policies []*pack.Policy, what string, checks func(*pack.Policy) bool) string {
	var names []string
	for _, q := range policies {
		if checks(q) {
			names = append(names, fmt.Sprintf("[`%s`](policies/%s.md)", q.Name, q.Name))
		}
	}
	switch {
	case names != nil:
		return strings.Join(names, ", ")
	case what == "":
		return "nothing to see there"
	}
	return "no policy yet"
}

// enforcing returns the policies that name the line in their METADATA.
func enforcing(p *pack.Pack, id string) []*pack.Policy {
	var all []*pack.Policy
	for _, q := range p.Policies {
		if slices.Contains(standardOf(q), id) {
			all = append(all, q)
		}
	}
	return all
}

// named lists the names of examples in one item.
func named(b *strings.Builder, word string, cases []example.Case) {
	if len(cases) == 0 {
		return
	}
	names := make([]string, len(cases))
	for i, c := range cases {
		names[i] = c.Name
	}
	fmt.Fprintf(b, "- %d %s: %s\n", len(cases), word, strings.Join(names, "; "))
}

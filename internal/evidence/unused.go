package evidence

import (
	"fmt"
	"slices"

	"github.com/progression-labs-development/policypack/internal/exception"
	"github.com/progression-labs-development/policypack/internal/exemption"
	"github.com/progression-labs-development/policypack/internal/fleet"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/report"
)

// Exemption reports whether an exemption is unused, and says why it is or why it may not be. One of a bundle counts in
// repositories that nobody has listed.
func (v *Evidence) Exemption(id string, e exemption.Scope, bundled bool) (unused bool, why string) {
	for _, r := range v.runs {
		if slices.ContainsFunc(r.found, func(f finding) bool {
			return f.exemption == id || e.Covers(f.policy, f.urn, f.path)
		}) {
			return false, fmt.Sprintf("it matches a finding in %s (%s)", r.name, r.day)
		}
	}
	switch {
	case len(e.Policies) == 0:
		return false, "it has no policy"
	case e.Files() && bundled:
		return false, "a bundle applies to every repository, and the list of repositories is not known"
	case e.Files():
		return v.inFiles(e.Policies, "")
	}
	stacks, why := v.reached(e)
	if why != "" {
		return false, why
	}
	var unseen []string
	for _, s := range stacks {
		if len(v.complete(s)) == 0 {
			unseen = append(unseen, s.String())
		}
	}
	if len(unseen) > 0 {
		return false, fmt.Sprintf("no complete run in the last %s for %s", report.Plural(v.days, "day"),
			some(unseen))
	}
	for _, s := range stacks {
		for _, policy := range e.Policies {
			if p := v.pack.Policy(policy); p != nil && !p.Previews() {
				continue // it looks at no resource
			}
			if why := v.looked(s, policy, e.Root(s.Project, s.Stack), true); why != "" {
				return false, s.String() + ": " + why
			}
		}
	}
	if len(stacks) == 1 {
		return true, "it matches nothing in " + stacks[0].String()
	}
	return true, fmt.Sprintf("it matches nothing in any of its %d stacks", len(stacks))
}

// reached returns the stacks that an exemption may be about, or says why they are not known.
func (v *Evidence) reached(e exemption.Scope) (stacks []fleet.Name, why string) {
	project, stack, one := e.Stack()
	if v.stacks == nil && !one {
		return nil, "it may apply to several stacks, and the list of stacks is not known; use --stacks"
	}
	add := func(n fleet.Name) {
		if n.Stack != "" && e.Reaches(n.Project, n.Stack) && !slices.ContainsFunc(stacks, n.Is) {
			stacks = append(stacks, n)
		}
	}
	for _, n := range v.stacks {
		if e.Reaches(n.Project, n.Stack) && !slices.Contains(stacks, n) {
			stacks = append(stacks, n)
		}
	}
	for _, r := range v.runs {
		if r.kind != report.Repository {
			add(r.stack)
		}
	}
	if one {
		add(fleet.Name{Project: project, Stack: stack})
	}
	if len(stacks) == 0 {
		return nil, "it applies to none of the listed stacks"
	}
	return stacks, ""
}

// complete returns the complete runs of the stack.
func (v *Evidence) complete(s fleet.Name) (runs []*run) {
	for _, r := range v.runs {
		if r.complete && r.kind != report.Repository && r.stack.Is(s) {
			runs = append(runs, r)
		}
	}
	return runs
}

// looked says why no complete run of the stack proves anything about a policy's findings, empty where one does.
func (v *Evidence) looked(s fleet.Name, policy string, root, strict bool) (why string) {
	why = "its stack was not checked"
	for _, r := range v.complete(s) {
		if why = v.blind(r, policy, root, strict); why == "" {
			return ""
		}
	}
	return why
}

// Comment is Exemption for a comment in a file of a repository that was checked.
func (v *Evidence) Comment(repository string, policies []string) (unused bool, why string) {
	if unused, why = v.inFiles(policies, repository); unused {
		why = "it matches nothing in " + repository
	}
	return unused, why
}

// inFiles reports whether complete checks of the repository, or of any where it is empty, have looked for the findings
// of all of the policies.
func (v *Evidence) inFiles(policies []string, repository string) (unused bool, why string) {
	seen := 0
	for _, r := range v.runs {
		if !r.complete || r.kind != report.Repository || repository != "" && r.name != repository {
			continue
		}
		seen++
		for _, policy := range policies {
			if p := v.pack.Policy(policy); p != nil && !p.Repositories() {
				continue // it looks at no file
			}
			if why := v.blind(r, policy, false, true); why != "" {
				return false, r.name + ": " + why
			}
		}
	}
	if seen == 0 {
		return false, fmt.Sprintf("no complete check of a repository in the last %s",
			report.Plural(v.days, "day"))
	}
	return true, "it matches nothing in the checked repositories"
}

// Exception is Exemption for a policy exception of Pulumi.
func (v *Evidence) Exception(e exception.Entry) (unused bool, why string) {
	for _, m := range e.Match {
		for _, policy := range m.Policies {
			if p := v.pack.Policy(policy); p != nil && !p.Previews() {
				continue // it looks at no resource
			}
			for _, urn := range m.Targets {
				if unused, why = v.gone(policy, urn, func(string) bool { return true }, true); !unused {
					return false, why
				}
			}
		}
	}
	return unused, ""
}

// row reports whether a row of a baseline about a resource is unused, and says why it may not be.
func (v *Evidence) row(policy, urn, path string) (unused bool, why string) {
	return v.gone(policy, urn, func(p string) bool { return p == path }, false)
}

// gone reports whether a policy's findings in a resource are gone, and says why they may not be.
func (v *Evidence) gone(policy, urn string, at func(path string) bool, strict bool) (gone bool, why string) {
	u, ok := place.ParseURN(urn)
	if !ok {
		return false, "it has no resource"
	}
	for _, r := range v.runs {
		same := func(f finding) bool { return f.policy == policy && f.urn == urn && at(f.path) }
		if slices.ContainsFunc(r.found, same) {
			return false, "still found"
		}
	}
	why = v.looked(fleet.Name{Project: u.Project, Stack: u.Stack}, policy, u.Types == rootType, strict)
	return why == "", why
}

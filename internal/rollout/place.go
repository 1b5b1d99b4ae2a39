package rollout

import (
	"maps"
	"slices"
	"strings"
)

// Place is where a decision is made. Each part is empty where nobody says it; the zero value is that of what belongs to
// no stack, such as a file of a repository.
type Place struct {
	Organization, Project, Stack string
	Tags                         map[string]string // of the stack, on Pulumi Cloud; nobody changes them
	// Account is the AWS account, Azure subscription or Google project that the configuration of the resource's
	// provider names.
	Account string
	// Program is what wrote the resources down, as rules see it in run.program; empty for Pulumi.
	Program string
}

// AnyStack is the name of a stack that no other key than * is about. It stands for all stacks that no key names.
const AnyStack = "\x00any\x00"

// Equal reports whether two places are the same.
func (p Place) Equal(q Place) bool {
	return p.Stack == q.Stack && p.Project == q.Project && p.Organization == q.Organization && p.Account == q.Account &&
		p.Program == q.Program && maps.Equal(p.Tags, q.Tags)
}

// Key returns a text that equal places share, and no others.
func (p Place) Key() string {
	parts := []string{p.Organization, p.Project, p.Stack, p.Account, p.Program}
	for _, name := range slices.Sorted(maps.Keys(p.Tags)) {
		parts = append(parts, name, p.Tags[name])
	}
	return strings.Join(parts, "\x00")
}

// String writes the stack as ORGANIZATION/PROJECT/STACK, without the parts that are empty.
func (p Place) String() string {
	parts := []string{p.Organization, p.Project, p.Stack}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), "/")
}

// In says where the place is, seen from one that holds it: account NAME, or stack NAME, empty where it is the same.
func (p Place) In(around Place) string {
	switch {
	case p.String() != around.String():
		return "stack " + p.String()
	case p.Account != around.Account:
		return "account " + p.Account
	default:
		return ""
	}
}

package rollout

import (
	"maps"
	"slices"
	"strings"
)

// Place is the stack, or the account in it, for which a decision is made. Unknown parts are empty; the zero value is
// for anything outside of a stack, such as a file of a repository.
type Place struct {
	Organization, Project, Stack string
	Tags                         map[string]string // of the stack, on Pulumi Cloud; read-only
	// Account is the AWS account, Azure subscription or Google Cloud project in the configuration of the resource's
	// provider.
	Account string
	// Program is the tool that wrote the resources, as in run.program; empty for Pulumi.
	Program string
}

// AnyStack is a stack name that only the key * matches. It represents all stacks that no key matches.
const AnyStack = "\x00any\x00"

// Equal reports whether two places are the same.
func (p Place) Equal(q Place) bool {
	return p.Stack == q.Stack && p.Project == q.Project && p.Organization == q.Organization && p.Account == q.Account &&
		p.Program == q.Program && maps.Equal(p.Tags, q.Tags)
}

// Key returns a string that only equal places share.
func (p Place) Key() string {
	parts := []string{p.Organization, p.Project, p.Stack, p.Account, p.Program}
	for _, name := range slices.Sorted(maps.Keys(p.Tags)) {
		parts = append(parts, name, p.Tags[name])
	}
	return strings.Join(parts, "\x00")
}

// String returns ORGANIZATION/PROJECT/STACK without empty parts.
func (p Place) String() string {
	parts := []string{p.Organization, p.Project, p.Stack}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), "/")
}

// In returns the place relative to one that contains it: account NAME or stack NAME, or an empty string if they are the
// same.
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

package exemption

import (
	"errors"
	"fmt"
	"slices"

	"github.com/progression-labs-development/policypack/internal/glob"
	"github.com/progression-labs-development/policypack/internal/place"
)

// Scope is the set of findings that an exemption covers, for comparing exemptions with the findings of runs. The zero
// value covers nothing.
type Scope struct {
	Policies []string
	Path     string // as in messages; empty for the whole resource; includes everything below

	match *pattern
}

// ParseScope parses the scope from an exemption's fields. It does not check that the policies exist.
func ParseScope(fields map[string]any) (Scope, error) {
	var wrong []error
	p := parsePattern(fields, func(field, format string, args ...any) {
		if field != "" {
			format = field + ": " + format
		}
		wrong = append(wrong, fmt.Errorf(format, args...))
	})
	if err := errors.Join(wrong...); err != nil {
		return Scope{}, err
	}
	s := Scope{Path: text(fields, "path"), match: &p}
	list, _ := fields["policies"].([]any)
	for _, v := range list {
		if name, ok := v.(string); ok {
			s.Policies = append(s.Policies, name)
		}
	}
	return s, nil
}

// Names reports whether the scope includes the resource or file with the URN, for any policy.
func (s Scope) Names(urn string) bool { return s.match != nil && s.match.match(urn) }

// About reports whether the scope includes a policy's findings in the resource or file with the URN, in at least some
// of its properties.
// properties at least.
func (s Scope) About(policy, urn string) bool {
	return slices.Contains(s.Policies, policy) && s.Names(urn)
}

// Covers reports whether the scope includes a finding, with the path as written in messages.
func (s Scope) Covers(policy, urn, path string) bool {
	return s.About(policy, urn) && Within(s.Path, path)
}

// Files reports whether the scope is about files of repositories rather than resources.
func (s Scope) Files() bool { return s.match != nil && s.match.file != nil }

// Reaches reports whether the scope may include resources of the stack.
func (s Scope) Reaches(project, stack string) bool {
	return s.match != nil && s.match.file == nil && s.match.parts[projectPart].Match(project) &&
		s.match.parts[stackPart].Match(stack)
}

// Stack returns the stack that the scope is limited to, if it is a single one.
func (s Scope) Stack() (project, stack string, one bool) {
	if s.match == nil || s.match.file != nil {
		return "", "", false
	}
	p, n := s.match.parts[projectPart], s.match.parts[stackPart]
	return p.String(), n.String(), p != nil && n != nil && !glob.Wild(p.String()) && !glob.Wild(n.String())
}

// Root reports whether the scope includes the stack itself, which represents its configuration and outputs.
func (s Scope) Root(project, stack string) bool {
	return s.Names(place.URN{
		Stack: stack, Project: project, Types: "pulumi:pulumi:Stack", Name: project + "-" + stack,
	}.String())
}

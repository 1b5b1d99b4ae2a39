package exemption

import (
	"errors"
	"fmt"
	"slices"

	"github.com/progression-labs-development/policypack/internal/glob"
	"github.com/progression-labs-development/policypack/internal/place"
)

// Scope is what an exemption is about, for whoever compares exemptions with what runs have found. The zero value is
// about nothing.
type Scope struct {
	Policies []string
	Path     string // as messages write paths; empty for the whole resource; a path exempts what lies below it too

	match *pattern
}

// ParseScope reads of an exemption's fields what it is about. Whether the policies exist is not checked.
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

// Names reports whether it is about the resource or file with the URN, whatever the policy.
func (s Scope) Names(urn string) bool { return s.match != nil && s.match.match(urn) }

// About reports whether the scope has a policy's findings in the resource or file with the URN, in some of its
// properties at least.
func (s Scope) About(policy, urn string) bool {
	return slices.Contains(s.Policies, policy) && s.Names(urn)
}

// Covers reports whether it has a finding, whose path is written as in messages.
func (s Scope) Covers(policy, urn, path string) bool {
	return s.About(policy, urn) && Within(s.Path, path)
}

// Files reports whether it is about files of repositories, and not about resources.
func (s Scope) Files() bool { return s.match != nil && s.match.file != nil }

// Reaches reports whether resources of the stack may be in it.
func (s Scope) Reaches(project, stack string) bool {
	return s.match != nil && s.match.file == nil && s.match.parts[projectPart].Match(project) &&
		s.match.parts[stackPart].Match(stack)
}

// Stack returns the one stack that it is about, and whether it is one.
func (s Scope) Stack() (project, stack string, one bool) {
	if s.match == nil || s.match.file != nil {
		return "", "", false
	}
	p, n := s.match.parts[projectPart], s.match.parts[stackPart]
	return p.String(), n.String(), p != nil && n != nil && !glob.Wild(p.String()) && !glob.Wild(n.String())
}

// Root reports whether the stack itself is in it. It stands for the configuration of the stack and for its outputs.
func (s Scope) Root(project, stack string) bool {
	return s.Names(place.URN{
		Stack: stack, Project: project, Types: "pulumi:pulumi:Stack", Name: project + "-" + stack,
	}.String())
}

package exemption

import "slices"

// Scope is what an exemption is about, for whoever compares exemptions with what runs have found. The zero value is
// about nothing.
type Scope struct {
	policies []string
	match    *pattern
}

// ParseScope reads of an exemption's fields what it is about. Whether the policies exist is not checked.
func ParseScope(fields map[string]any) (Scope, error) {
	p, err := readPattern(fields)
	if err != nil {
		return Scope{}, err
	}
	s := Scope{match: &p}
	list, _ := fields["policies"].([]any)
	for _, v := range list {
		if name, ok := v.(string); ok {
			s.policies = append(s.policies, name)
		}
	}
	return s, nil
}

// About reports whether the scope has a policy's findings in the resource or file with the URN, in some of its
// properties at least.
func (s Scope) About(policy, urn string) bool {
	return s.match != nil && slices.Contains(s.policies, policy) && s.match.match(urn)
}

// Files reports whether it is about files of repositories, and not about resources.
func (s Scope) Files() bool { return s.match != nil && s.match.file != nil }

// Stack reports whether resources of the stack may be in it.
func (s Scope) Stack(project, stack string) bool {
	return s.match != nil && s.match.file == nil && s.match.parts[projectPart].Match(project) &&
		s.match.parts[stackPart].Match(stack)
}

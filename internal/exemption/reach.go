package exemption

import (
	"github.com/progression-labs-development/policypack/internal/expiry"
	"github.com/progression-labs-development/policypack/internal/glob"
	"github.com/progression-labs-development/policypack/internal/place"
)

// Entries returns the exemptions, sorted by id.
func (s *Set) Entries() []*Entry { return s.entries }

// Fails is the first moment at which what an exemption let pass fails everywhere, as [expiry.Clock] writes it.
func (s *Set) Fails(e *Entry) string {
	if e.BreakGlass {
		return e.until
	}
	return s.clock.Fails(e.Expires)
}

// Over reports whether an exemption counts nowhere any more, its grace included.
func (s *Set) Over(e *Entry) bool { return s.State(e) == expiry.Expired }

// Covers reports whether an exemption is about a finding, whose path is written as in messages.
func (e *Entry) Covers(policy, urn, path string) bool {
	return e.scope().About(policy, urn) && Within(e.Path, path)
}

// Files reports whether an exemption is about files of repositories, and not about resources.
func (e *Entry) Files() bool { return e.scope().Files() }

func (e *Entry) scope() Scope { return Scope{policies: e.Policies, match: &e.match} }

// Reaches reports whether resources of the stack may be among what the exemption is about.
func (e *Entry) Reaches(project, stack string) bool {
	return e.scope().Stack(project, stack)
}

// Stack returns the one stack that the exemption is about, and whether it is one.
func (e *Entry) Stack() (project, stack string, one bool) {
	p, s := e.match.parts[projectPart], e.match.parts[stackPart]
	return p.String(), s.String(), e.match.file == nil && p != nil && s != nil && !glob.Wild(p.String()) &&
		!glob.Wild(s.String())
}

// Root reports whether the stack itself is among what the exemption is about. It stands for the configuration of the
// stack and for its outputs.
func (e *Entry) Root(project, stack string) bool {
	return e.match.match(place.URN{
		Stack: stack, Project: project, Types: "pulumi:pulumi:Stack",
		Name: project + "-" + stack,
	}.String())
}

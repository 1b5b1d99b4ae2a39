package cli

import (
	"github.com/progression-labs-development/policypack/internal/session"
	"github.com/progression-labs-development/policypack/internal/verdict"
)

// newSession returns a session as the engine would start it, in this process, and where its findings are collected. What the
// environment asks for is left out.
func newSession(rules []string, p Process) (*session.Session, *[]verdict.Finding) {
	return collecting(session.Options{Log: p.Stderr, Now: p.Now, Unbundled: true}, rules)
}

// collecting returns a session with the rules of the directories, and where its findings are collected.
func collecting(o session.Options, rules []string) (*session.Session, *[]verdict.Finding) {
	o.Rules = rules
	found := new([]verdict.Finding)
	o.Found = func(f, _ []verdict.Finding) { *found = append(*found, f...) }
	return session.New(o), found
}

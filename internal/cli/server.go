package cli

import (
	"errors"

	"google.golang.org/grpc/status"

	"github.com/progression-labs-development/policypack/internal/analyzer"
	"github.com/progression-labs-development/policypack/internal/verdict"
)

// newServer returns an analyzer as the engine would start it, in this process, and where its findings are collected. What the
// environment asks for is left out.
func newServer(rules []string, p Process) (*analyzer.Server, *[]verdict.Finding) {
	return collecting(analyzer.Options{Log: p.Stderr, Now: p.Now, Unbundled: true}, rules)
}

// collecting returns an analyzer with the rules of the directories, and where its findings are collected.
func collecting(o analyzer.Options, rules []string) (*analyzer.Server, *[]verdict.Finding) {
	o.Rules = rules
	found := new([]verdict.Finding)
	o.Found = func(f []verdict.Finding) { *found = append(*found, f...) }
	return analyzer.New(o), found
}

// plain takes the code of a call off its error.
func plain(err error) error {
	if err == nil {
		return nil
	}
	return errors.New(status.Convert(err).Message())
}

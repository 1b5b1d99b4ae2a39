package analyzer

import (
	"context"
	"fmt"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/progression-labs-development/policypack/internal/decisionlog"
	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/evaluator"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/rollout"
	"github.com/progression-labs-development/policypack/internal/verdict"
)

// AnalyzeFile judges one file of a repository. It needs no stack: the levels are those of the stack whose settings the file
// holds, else those of no stack. What it returns, Options.Found has been told. Calls may come concurrently.
func (s *Server) AnalyzeFile(ctx context.Context, f *facts.File) (findings []verdict.Finding, err error) {
	defer s.spared("the file "+f.Name, &err, func(one verdict.Finding) {
		findings = []verdict.Finding{one}
		s.tell(findings, nil)
	})
	defer s.guard("AnalyzeFile", f.URN(), &err)
	j, run, err := s.readyForFile(f.Stack)
	if err != nil {
		return nil, err
	}
	if name := run.Facts.HideNames(j.verdict.Detector)(f.Name); name != f.Name {
		shown := *f
		shown.Name, f = name, &shown
	}
	var decisions []evaluator.Decision
	var m decisionlog.Metrics
	candidates := j.list(func(p *pack.Policy) bool { return p.ToFile(f) })
	if candidates != nil {
		c := start()
		document := facts.FileDocument(run.Facts, j.verdict.Detector, j.verdict.Context, f, candidates)
		m.Document = c.lap()
		if decisions, err = j.loaded.decideFile(ctx, document, j.budget("a file")); err != nil {
			return nil, j.fail(run, codes.Internal, fmt.Errorf("file %q: %w", f.Name, err))
		}
		m.Eval = c.lap()
	}
	about := verdict.Subject{URN: f.URN(), File: f, Findings: f.InDocument}
	findings, left := j.verdict.Findings(run, about, decisions)
	findings = s.pass(findings)
	about.URN = run.Facts.Named(about.URN)
	s.decided(j, facts.ScopeRepository, about, "", candidates, slices.Concat(findings, left), m)
	s.tell(findings, left)
	return findings, nil
}

// Pending returns what there is to say about the configuration itself, for a run about files of a repository. A run about a
// stack says it in AnalyzeStack.
func (s *Server) Pending(context.Context) ([]verdict.Finding, error) {
	j, run, err := s.readyForFile("")
	if err != nil {
		return nil, err
	}
	return s.pass(j.verdict.Pending(run, "", "", "", j.remarks((*pack.Policy).Repositories))), nil
}

// Detector returns the detector that the settings ask for, with which files of a repository are to be read.
func (s *Server) Detector(context.Context) (*detect.Detector, error) {
	j, _, err := s.ready("")
	if err != nil {
		return nil, err
	}
	return j.verdict.Detector, nil
}

// Components returns the globs of the settings over the type tokens of components through which secrets may be created.
func (s *Server) Components(context.Context) ([]string, error) {
	j, _, err := s.ready("")
	if err != nil {
		return nil, err
	}
	var globs []string
	entries, _ := j.verdict.Base.Settings["components"].([]any)
	for _, e := range entries {
		entry, _ := e.(map[string]any)
		if glob, ok := entry["type"].(string); ok {
			globs = append(globs, glob)
		}
	}
	return globs, nil
}

// decideFile asks the rules about a file. They are compiled when the first file is judged.
func (l *loaded) decideFile(ctx context.Context, document ast.Value, b evaluator.Budget) ([]evaluator.Decision, error) {
	e, err := l.files()
	if err != nil {
		return nil, err
	}
	return e.Decide(ctx, document, b)
}

// readyForFile is ready for a file of the stack, or of none where the name is empty.
func (s *Server) readyForFile(stack string) (*judges, *verdict.Run, error) {
	j, run, err := s.ready("")
	if err != nil {
		return nil, nil, err
	}
	if j, err = j.on(rollout.Place{Stack: stack}); err != nil {
		return nil, nil, status.Error(codes.FailedPrecondition, err.Error())
	}
	return j, run, nil
}

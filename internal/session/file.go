package session

import (
	"context"
	"fmt"
	"slices"

	"github.com/progression-labs-development/policypack/internal/decisionlog"
	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/evaluator"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/rollout"
	"github.com/progression-labs-development/policypack/internal/verdict"
)

// File evaluates the policies on one file of a repository. It needs no stack: the levels are those of the stack whose
// settings the file holds, else those of no stack.
func (s *Session) File(ctx context.Context, f *facts.File) (findings []verdict.Finding, err error) {
	defer s.spared("the file "+f.Name, &err, func(one verdict.Finding) {
		findings = []verdict.Finding{one}
		s.tell(findings, nil)
	})
	defer s.Guard("AnalyzeFile", f.URN(), &err)
	c, err := s.readyForFile(f.Stack)
	if err != nil {
		return nil, err
	}
	if name := c.run.Facts.HideNames(c.config.Detector)(f.Name); name != f.Name {
		shown := *f
		shown.Name, f = name, &shown
	}
	var decisions []evaluator.Decision
	var m decisionlog.Metrics
	candidates := c.list(c.config.Enabled, func(p *pack.Policy) bool { return p.ToFile(f) })
	if candidates != nil {
		watch := start()
		document := facts.FileDocument(c.run.Facts, c.config.Detector, c.config.Context, f, candidates)
		m.Document = watch.lap()
		if decisions, err = decide(ctx, c.files, document, c.budget("a file")); err != nil {
			return nil, c.fail(Evaluation, fmt.Errorf("file %q: %w", f.Name, err))
		}
		m.Eval = watch.lap()
	}
	about := verdict.Subject{URN: f.URN(), File: f, Findings: f.InDocument}
	findings, left := c.config.Findings(c.run, about, decisions)
	findings = s.pass(findings)
	s.decided(c, facts.ScopeRepository, about, "", candidates, slices.Concat(findings, left), m)
	s.tell(findings, left)
	return findings, nil
}

// Pending returns what there is to say about the configuration itself, for a run about files of a repository. A run
// about a stack says it in Stack. The function reports whether a file, or what a commit has of it, was looked at, or
// would have been if it were there.
func (s *Session) Pending(looked func(file, commit string) bool) ([]verdict.Finding, error) {
	c, err := s.readyForFile("")
	if err != nil {
		return nil, err
	}
	return s.pass(slices.Concat(c.config.Pending(c.run, "", "", "", (*pack.Policy).Repositories),
		c.config.Stale(c.run, looked))), nil
}

// StaleRows returns the rows of the baseline about files that stand for more findings than there are, once a repository
// has been checked.
func (s *Session) StaleRows(looked func(file, commit string) bool) ([]rollout.StaleRow, error) {
	c, err := s.readyForFile("")
	if err != nil {
		return nil, err
	}
	return c.config.StaleRows(c.run, looked), nil
}

// Reading is how files of a repository are read, according to the settings.
type Reading struct {
	Detector *detect.Detector
	// Components are globs over the type tokens of components through which secrets may be created.
	Components []string
	// Known are the files of which the baseline has rows, KnownAt is the commit that it was written at.
	Known   []string
	KnownAt string
}

// Reading returns how files of a repository are to be read.
func (s *Session) Reading() (r Reading, err error) {
	c, err := s.ready("")
	if err != nil {
		return r, err
	}
	r.Detector = c.config.Detector
	r.Known, r.KnownAt = c.config.BaselineFiles()
	entries, _ := c.config.Base.Settings["components"].([]any)
	for _, e := range entries {
		entry, _ := e.(map[string]any)
		if glob, ok := entry["type"].(string); ok {
			r.Components = append(r.Components, glob)
		}
	}
	return r, nil
}

// readyForFile is ready for a file of the stack, or of none where the name is empty.
func (s *Session) readyForFile(stack string) (call, error) {
	c, err := s.ready("")
	if err != nil {
		return c, err
	}
	return c.on(rollout.Place{Stack: stack})
}

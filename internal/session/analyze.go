package session

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/decisionlog"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/verdict"
)

// Resource evaluates the policies on one resource, by its inputs.
func (s *Session) Resource(ctx context.Context, given *model.Resource) (findings []verdict.Finding, err error) {
	defer s.sparedFindings("this resource", &findings, &err)
	defer s.Guard("Analyze", given.URN, &err)
	c, err := s.ready(given.URN)
	if err != nil {
		return nil, err
	}
	r, err := facts.New(given, c.catalogue)
	if err != nil {
		return nil, c.fail(Input, err)
	}
	s.seen.Add(counted(r))
	if c, err = c.around(r); err != nil {
		return nil, err
	}
	watch := start()
	r.Scan(c.run.Facts, c.config.Detector)
	candidates := c.asked(r)
	if candidates == nil {
		findings = s.pass(nil)
		s.tell(findings, nil)
		return findings, nil
	}
	document, err := facts.ResourceDocument(c.run.Facts, c.config.Context, r, candidates)
	if err != nil {
		return nil, c.fail(Input, err)
	}
	m := decisionlog.Metrics{Document: watch.lap()}
	decisions, err := decide(ctx, c.evaluator, document, c.budget("a resource"))
	if err != nil {
		return nil, c.fail(Evaluation, fmt.Errorf("resource %q: %w", r.URN, err))
	}
	m.Eval = watch.lap()
	about := verdict.Subject{URN: r.URN, Findings: func() []*facts.Finding { return facts.InDocument(r) }}
	findings, left := c.config.Findings(c.run, about, decisions)
	findings = s.pass(findings)
	s.decided(c, facts.ScopeResource, about, r.Type, candidates, slices.Concat(findings, left), m)
	s.tell(findings, left)
	return findings, nil
}

// Stack evaluates the policies on the stack as a whole, by its outputs.
func (s *Session) Stack(ctx context.Context, rows []*model.Resource) (findings []verdict.Finding, err error) {
	defer s.sparedFindings("the stack as a whole", &findings, &err)
	defer s.Guard("AnalyzeStack", "", &err)
	first := ""
	if len(rows) > 0 {
		first = rows[0].URN
	}
	c, err := s.ready(first)
	if err != nil {
		return nil, err
	}
	resources := make([]*facts.Resource, len(rows))
	root, n := "", int64(0)
	for i, row := range rows {
		if resources[i], err = facts.New(row, c.catalogue); err != nil {
			return nil, c.fail(Input, err)
		}
		n += counted(resources[i])
		if resources[i].Type == model.RootType {
			root = resources[i].URN
		}
	}
	s.seen.Store(n)
	findings, left, err := s.stack(ctx, c, resources, root)
	if err != nil {
		return nil, err
	}
	if len(resources) > 0 {
		findings = append(findings,
			c.config.Pending(c.run, resources[0].Project, resources[0].Stack, c.run.Facts.Named(root),
				(*pack.Policy).Previews)...)
	}
	if n := c.run.Facts.Unkept(); n > 0 {
		one := s.aside(fmt.Sprintf("%d values were compared only with the secrets that came before them: the "+
			"values of this stack exceed %d MiB.\nSplit the stack, so that copies of all its secrets can be found.",
			n, facts.KeptMiB))
		one.Named = root
		findings = append(findings, one)
	}
	s.tell(findings, left)
	s.ended.Store(true)
	if err := s.analyzed(); err != nil {
		if root == "" {
			return nil, err
		}
		// An error of the call would take the findings of the stack with it.
		one := s.aside(c.config.Shown(c.run.Facts, err.Error()))
		if one.Named = root; !s.Outage(err) {
			one.Level = pack.Mandatory
		}
		findings = append(findings, one)
	}
	return findings, nil
}

func (s *Session) stack(ctx context.Context, c call, resources []*facts.Resource, root string) (findings,
	left []verdict.Finding, err error,
) {
	watch := start()
	facts.ScanStack(c.run.Facts, c.config.Detector, resources)
	around, err := c.places(resources)
	if err != nil {
		return nil, nil, err
	}
	candidates, whole := c.askedOfStack(resources, around)
	if candidates == nil {
		return s.pass(nil), nil, nil
	}
	document, err := facts.StackDocument(c.run.Facts, c.config.Detector, c.config.Context, resources, whole, candidates)
	if err != nil {
		return nil, nil, c.fail(Input, err)
	}
	m := decisionlog.Metrics{Document: watch.lap()}
	decisions, err := decide(ctx, c.evaluator, document, c.stackBudget(len(resources)))
	if err != nil {
		return nil, nil, c.fail(Evaluation, fmt.Errorf("stack: %w", err))
	}
	m.Eval = watch.lap()
	about := verdict.Subject{
		URN: root, Findings: func() []*facts.Finding { return facts.InDocument(resources...) },
		At: around.of(c.config),
	}
	findings, left = c.config.Findings(c.run, about, decisions)
	findings = s.pass(findings)
	s.decided(c, facts.ScopeStack, about, model.RootType, candidates, slices.Concat(findings, left), m)
	return findings, left, nil
}

// counted is 1 for what Pulumi counts as a resource, which a provider is not.
func counted(r *facts.Resource) int64 {
	if strings.HasPrefix(r.Type, "pulumi:providers:") {
		return 0
	}
	return 1
}

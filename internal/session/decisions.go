package session

import (
	"time"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/progression-labs-development/policypack"
	"github.com/progression-labs-development/policypack/internal/decisionlog"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/verdict"
)

// labels is what the decisions by one set of parameters have in common.
type labels struct {
	run        decisionlog.Labels
	parameters map[string]string // policy to the digest of its parameters
}

// labelled returns the labels. Most runs keep no log, so they are made for the first decision.
func (c call) labelled() *labels {
	base := c.config.Base
	if l, ok := c.labels.Load(base); ok {
		return l.(*labels)
	}
	l := &labels{
		run:        decisionlog.Labels{Version: policypack.Version(), Configuration: c.config.Digest()},
		parameters: map[string]string{},
	}
	for _, b := range c.bundles {
		l.run.Bundles = append(l.run.Bundles, decisionlog.Bundle{
			Digest: b.Digest(), Revision: b.Revision(), Serial: b.Serial(),
		})
	}
	for _, p := range c.pack.Policies {
		var parameters any = map[string]any{}
		if t := base.Context.Parameters.Get(ast.StringTerm(p.Name)); t != nil {
			parameters, _ = ast.JSON(t.Value)
		}
		if p.Name == pack.SettingsPolicy {
			parameters = base.Settings
		}
		l.parameters[p.Name] = decisionlog.Digest(parameters)
	}
	c.labels.Store(base, l)
	return l
}

// clock measures the steps of a call.
type clock struct{ last time.Time }

func start() clock { return clock{time.Now()} }

func (c *clock) lap() int64 {
	now := time.Now()
	d := now.Sub(c.last)
	c.last = now
	return d.Nanoseconds()
}

// decided tells the decision log what the candidates have said.
func (s *Session) decided(c call, scope facts.Scope, about verdict.Subject, kind string, candidates *ast.Term,
	findings []verdict.Finding,
	m decisionlog.Metrics,
) {
	if s.options.Decided == nil || candidates == nil {
		return
	}
	s.mu.Lock()
	stack := s.about
	s.mu.Unlock()
	l, urn := c.labelled(), c.run.Facts.Named(about.URN)
	var run decisionlog.Run
	if stack != nil {
		run = decisionlog.Run{
			Organization: stack.Organization, Project: stack.Project, Stack: stack.Name, Preview: &stack.Preview,
		}
	}
	if g := s.inForce(); g != nil {
		run.BreakGlass = g.token.ID
	}
	var decisions []decisionlog.Decision
	candidates.Value.(*ast.Array).Foreach(func(t *ast.Term) {
		name := string(t.Value.(ast.Object).Get(ast.InternedTerm("name")).Value.(ast.String))
		d := decisionlog.Decision{
			Labels: l.run, Run: run, Policy: name, Scope: string(scope), URN: urn, Type: kind,
			Result:     decisionlog.Allow,
			Parameters: l.parameters[name], Metrics: m,
		}
		if about.File != nil {
			d.URN, d.File = "", about.File.Name
		}
		for i := range findings {
			f := &findings[i]
			if f.Policy != name || f.About {
				continue
			}
			switch {
			case !f.Undecided:
				d.Result = decisionlog.Deny
			case d.Result == decisionlog.Allow:
				d.Result = decisionlog.Undecided
			}
			e := decisionlog.Finding{
				Path: f.Path.String(), Line: f.At.Line, Column: f.At.Column, Level: string(f.Level),
				Undecided: f.Undecided,
				Baseline:  f.Baseline, Exemption: f.Exemption, Expired: f.Expired, LeftTo: f.LeftTo,
			}
			for _, x := range f.Exceptions {
				e.Exceptions = append(e.Exceptions, x.ID)
			}
			if f.URN != urn {
				e.URN = f.URN
			}
			d.Findings = append(d.Findings, e)
		}
		decisions = append(decisions, d)
	})
	s.options.Decided(decisions)
}

package register

import (
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/evidence"
	"github.com/progression-labs-development/policypack/internal/report"
)

// Reported adds the report of a run.
func (b *Builder) Reported(name string, r *report.Report) {
	b.Read(Source{Name: name, Kind: Report, Day: r.Day})
	if !r.WhatIf {
		b.run(name, r, nil)
	}
}

// Checked adds the report of a check of a repository that was run for the register, with a configuration and a bundle.
func (b *Builder) Checked(repository string, r *report.Report, with ...string) {
	b.run(repository, r, &checked{repository, with})
}

// checked is a repository that was checked for the register.
type checked struct {
	name string
	with []string
}

// ran is one source of a report.
type ran struct {
	*report.Source
	report string
	day    string
	own    *checked
}

func (b *Builder) run(name string, r *report.Report, own *checked) {
	sources := map[string]*ran{}
	for i := range r.Sources {
		s := &r.Sources[i]
		sources[s.Name] = &ran{Source: s, report: name, day: r.Day, own: own}
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		s := sources[f.Source]
		if s == nil && f.Source == "" && len(r.Sources) == 1 {
			s = sources[r.Sources[0].Name]
		}
		if s == nil {
			s = &ran{Source: &report.Source{Name: f.Source}, report: name, day: r.Day, own: own}
		}
		b.finding(s, f)
	}
	for _, g := range r.BreakGlass {
		if own == nil {
			b.glass(name, r, g)
		}
	}
}

// counts reports whether the run applied the entry, as far as is known.
func (s *ran) counts(e *Entry) bool {
	return s.own == nil || e.Kind == Comment || slices.Contains(s.own.with, e.Source)
}

// prove determines which configured entries are unused.
func (b *Builder) prove(v *evidence.Evidence) {
	for _, all := range b.baselines {
		for i, r := range v.Of(all.source).Baseline(all.known) {
			e := all.entries[i]
			e.unused, e.Why = r.Left == 0, r.Why
		}
	}
	for _, e := range b.entries {
		switch of := v.Of(e.Source); {
		case e.key == "": // a report says that it was used
		case e.Kind == Exemption:
			e.unused, e.Why = of.Exemption(e.ID, e.scope, e.bundled)
		case e.Kind == Exception:
			e.unused, e.Why = of.Exception(e.exception)
		case e.Kind == Comment && len(e.UsedIn) == 0:
			e.unused, e.Why = v.Comment(e.Source, e.Policies)
		}
	}
}

// finding records what exempts a finding.
func (b *Builder) finding(s *ran, f *report.Finding) {
	for _, e := range b.byTarget[target{f.Policy, f.URN}] { // the engine does not tell the run of a preview
		if s.counts(e) {
			e.hit(s)
		}
	}
	switch {
	case f.Exemption == report.Inline:
		b.inline(s, f)
	case f.Exemption != "":
		b.exemption(s, f)
	}
	for _, x := range f.Exceptions {
		known := slices.ContainsFunc(b.byTarget[target{f.Policy, f.URN}], func(e *Entry) bool { return e.ID == x.ID })
		if s.own == nil && !known {
			e := b.only(s, f, Exception, x.ID, report.Exemption{Reason: x.Reason})
			e.About.Targets = append(e.About.Targets, f.URN)
			slices.Sort(e.About.Targets)
			e.About.Targets = slices.Compact(e.About.Targets)
		}
	}
	if f.Baseline {
		b.row(s, f)
	}
}

func (b *Builder) exemption(s *ran, f *report.Finding) {
	found := false
	for _, e := range b.byID[f.Exemption] {
		if s.counts(e) && e.scope.About(f.Policy, f.URN) {
			e.hit(s)
			found = true
		}
	}
	if !found && s.own == nil {
		b.only(s, f, Exemption, f.Exemption, f.Entry)
	}
}

// row records a finding of a baseline.
func (b *Builder) row(s *ran, f *report.Finding) {
	key := row{policy: f.Policy, urn: f.URN, path: f.Path}
	if f.File != "" {
		key = row{policy: f.Policy, file: f.File, name: f.ValueName, commit: f.Commit}
	}
	entries := b.byRow[key]
	if len(entries) == 0 {
		key.commit = ""
		entries = b.byRow[key]
	}
	found := false
	for _, e := range entries {
		if s.counts(e) {
			e.hit(s)
			found = true
		}
	}
	if found || s.own != nil {
		return
	}
	e := b.only(s, f, Baseline, "", f.Entry)
	e.About = About{URN: key.urn, Path: key.path, File: key.file, ValueName: key.name, Commit: f.Commit}
}

// inline records a finding that a comment exempts.
func (b *Builder) inline(s *ran, f *report.Finding) {
	if s.own != nil {
		for _, e := range b.entries {
			if e.Kind == Comment && e.Source == s.own.name && e.About.File == f.File && e.Line == f.Entry.Line {
				e.hit(s)
			}
		}
		return
	}
	// A report does not identify its repository, so the comment must exist exactly once.
	found := b.byComment[comment{f.File, f.Policy, f.Entry.Reason}]
	if len(found) == 1 && f.Entry.Reason != "" {
		found[0].hit(s)
		return
	}
	e := b.only(s, f, Comment, "", f.Entry)
	e.About, e.Line = About{File: f.File}, f.Entry.Line
}

// only adds an entry that is known from reports alone.
func (b *Builder) only(s *ran, f *report.Finding, kind Kind, id string, entry report.Exemption) *Entry {
	parts := []string{string(kind), id, entry.Owner, entry.Reason, entry.Expires, entry.Ticket, entry.ApprovedBy}
	switch kind {
	case Baseline:
		parts = append(parts, f.Policy, f.URN, f.Path, f.File, f.ValueName, f.Commit)
	case Comment:
		parts = append(parts, f.File)
	case Exemption, Exception, BreakGlass:
	}
	key := strings.Join(parts, "\x00")
	e := b.reported[key]
	if e == nil {
		e = b.add(&Entry{
			Kind: kind, ID: id, Source: s.report, Owner: entry.Owner, Reason: entry.Reason, Ticket: entry.Ticket,
			ApprovedBy: entry.ApprovedBy, Expires: entry.Expires, Counts: true, soon: defaultSoon,
			end: endOf(entry.Expires), endless: kind == Comment,
		})
		b.reported[key] = e
	}
	e.Policies = append(e.Policies, f.Policy)
	slices.Sort(e.Policies)
	e.Policies = slices.Compact(e.Policies)
	e.hit(s)
	return e
}

// glass adds a break-glass token that let a run pass.
func (b *Builder) glass(name string, r *report.Report, g report.BreakGlass) {
	key := strings.Join([]string{string(BreakGlass), g.ID, g.Stack, g.Until}, "\x00")
	e := b.reported[key]
	if e == nil {
		e = b.add(&Entry{
			Kind: BreakGlass, ID: g.ID, Source: name, Policies: []string{}, Owner: g.Who, Reason: g.Reason,
			Expires: g.Until, Counts: true, end: endOf(g.Until), About: About{Commit: g.Commit},
		})
		parts := strings.Split(g.Stack, "/")
		for i, to := range []*string{&e.About.Stack, &e.About.Project, &e.About.Organization} {
			if i < len(parts) {
				*to = parts[len(parts)-1-i]
			}
		}
		b.reported[key] = e
	}
	s := &ran{
		Source: &report.Source{
			Kind: report.Preview, Organization: e.About.Organization, Project: e.About.Project, Stack: e.About.Stack,
		}, report: name, day: r.Day,
	}
	if len(r.Sources) == 1 {
		s.Source = &r.Sources[0]
	}
	e.hit(s)
	u := &e.UsedIn[len(e.UsedIn)-1]
	u.Findings, e.Findings = g.Passed, e.Findings-1+g.Passed
}

// hit records that a run used the entry.
func (e *Entry) hit(s *ran) {
	e.Findings++
	if s.own == nil && s.day != "" && (e.oldest.Day == "" || s.day < e.oldest.Day) {
		e.oldest = Usage{Report: s.report, Day: s.day}
	}
	u := Usage{
		Report: s.report, Kind: s.Kind, Organization: s.Organization, Project: s.Project, Stack: s.Stack, Day: s.day,
		Findings: 1,
	}
	for i := len(e.UsedIn) - 1; i >= 0; i-- {
		if have := &e.UsedIn[i]; have.Report == u.Report && have.Kind == u.Kind && have.place() == u.place() {
			have.Findings++
			return
		}
	}
	e.UsedIn = append(e.UsedIn, u)
}

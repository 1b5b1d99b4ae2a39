package check

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/progression-labs-development/policypack/internal/breakglass"
	"github.com/progression-labs-development/policypack/internal/decisionlog"
	"github.com/progression-labs-development/policypack/internal/exception"
	"github.com/progression-labs-development/policypack/internal/jsontext"
	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/report"
	"github.com/progression-labs-development/policypack/internal/session"
	"github.com/progression-labs-development/policypack/internal/source"
	"github.com/progression-labs-development/policypack/internal/verdict"
)

// sourceRun checks one target. Several work at the same time, so it changes nothing of the [Run], which takes over what
// it has found.
type sourceRun struct {
	Session *session.Session
	Report  *report.Report // of this source alone

	target     target
	options    Options
	settings   map[string]pack.Setting
	exceptions exception.Set
	programs   *programs
	progress   *progress
	broken     error // that of the Run

	found, left []verdict.Finding
	dir         string          // for the commit of a break-glass token
	about       decisionlog.Run // the source, as the decision log names it
	decisions   []decisionlog.Decision
	stale       []Stale
	other       *report.Report // of another run, whose findings are included
}

// check checks one target.
func (r *Run) check(ctx context.Context, t target, p *progress) *sourceRun {
	one := &sourceRun{
		Report: &report.Report{}, target: t, options: r.options, settings: r.settings, exceptions: r.exceptions,
		programs: r.programs, progress: p, broken: r.broken, dir: ".",
	}
	o := r.options.Session
	o.BreakGlass.Checkout = func() (breakglass.Checkout, error) { return r.options.Checkout(one.dir) }
	o.Found = func(found, left []verdict.Finding) {
		one.found, one.left = append(one.found, found...), append(one.left, left...)
	}
	if r.options.Log != nil {
		o.Decided = one.log
	}
	one.Session = r.configured.Beside(o)
	if err := one.check(ctx, t); err != nil {
		one.fail(t.name, err)
	}
	return one
}

// fail records that the source, or a part of it, could not be checked.
func (r *sourceRun) fail(name string, err error) {
	r.Report.Errors = append(r.Report.Errors, failure(r.Session, name, err))
}

// failure returns an error as it is reported.
func failure(s *session.Session, name string, err error) report.Error {
	e := report.Error{Source: name, Message: err.Error()}
	var at *jsontext.Error
	if errors.As(err, &at) && at.Line > 0 {
		e.Line, e.Column = at.Line, at.Column
		e.Message = strings.TrimPrefix(e.Message, at.String()+": ")
	}
	e.Message = s.Shown(e.Message)
	return e
}

func (r *sourceRun) check(ctx context.Context, t target) error {
	if t.dir {
		return r.repository(ctx, t)
	}
	in, err := Open(t.path, r.options.Stdin)
	if err != nil {
		return err
	}
	defer in.Close() //nolint:errcheck // nothing was written
	k, data, err := kindOf(t, in, r.options.Reports)
	if err != nil {
		return err
	}
	switch {
	case k == Repository && t.path == Stdin:
		return errors.New("stdin has no file name, which decides how a file of a repository is checked; pass its path")
	case k == Repository:
		return r.repository(ctx, t)
	case k == aReport && !r.options.Reports:
		return errors.New("this is a policypack report; pass it to `policypack baseline`")
	}
	if k == aReport {
		if data == nil {
			if data, err = in.All(); err != nil {
				return err
			}
		}
		return r.reported(t, data)
	}
	src := jsontext.Bytes(data)
	if data == nil {
		if src, err = in.Source(); err != nil {
			return err
		}
	}
	return r.exported(ctx, t, k, in, src)
}

// begin starts a run for a stack, or nil if policies do not get one. About describes the source. All runs share the
// configuration, unless it is broken and a token ignores that, which each run then notes.
func (r *sourceRun) begin(stack *model.Stack, about decisionlog.Run) error {
	r.found, r.left, r.about = nil, nil, about
	if err := r.Session.Begin(stack); err != nil || r.broken == nil {
		return err
	}
	r.Session.Outage(r.broken)
	return r.Session.Configure(r.settings, r.exceptions)
}

// log keeps the decisions about the source for the decision log. Its names come from the user and the program, and may
// contain secrets that were found in the meantime.
func (r *sourceRun) log(decisions []decisionlog.Decision) {
	about, source := r.about, *r.about.Source
	about.Source = &source
	for _, name := range []*string{&about.Organization, &about.Project, &about.Stack, &source.Name} {
		*name = r.Session.Shown(*name)
	}
	for i := range decisions {
		run := &decisions[i].Run
		about.Preview, about.BreakGlass = run.Preview, run.BreakGlass
		*run = about
	}
	r.decisions = append(r.decisions, decisions...)
}

// program locates resources in the program that declared a stack. Any of its functions may be nil.
type program struct {
	// named returns the name of a resource or property in Terraform.
	named func(urn string, path place.Path) (address, attribute string)
	// written returns the lines that declare a resource or property.
	written func(urn string, path place.Path) []place.Location
}

// programs locates resources of several sources. It is safe for concurrent use.
type programs struct {
	mu sync.Mutex
	in *source.Programs
}

func (p *programs) locate(project, urn string, path place.Path, frames []string) []place.Location {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.in.Of(project).Locate(urn, path, frames...)
}

// add adds the findings of the run to the report.
func (r *sourceRun) add(source report.Source, where program) {
	all := r.Report
	all.Sources = append(all.Sources, source)
	all.BreakGlass = append(all.BreakGlass, r.Session.BreakGlass()...)
	if len(r.options.Only) > 0 {
		r.found = slices.DeleteFunc(r.found,
			func(f verdict.Finding) bool { return !f.About && !slices.Contains(r.options.Only, f.Policy) })
	}
	for i := range r.found {
		f := &r.found[i]
		for _, one := range verdict.Reports(r.found[i : i+1]) {
			one.Source = source.Name
			if where.named != nil {
				one.Address, one.Attribute = where.named(f.URN, f.Path)
			}
			if where.written != nil && one.File == "" {
				one.Locations = where.written(f.URN, f.Path)
			}
			all.Findings = append(all.Findings, one)
		}
	}
	for _, n := range verdict.Notes(r.found) {
		n.Source = source.Name
		all.Notes = append(all.Notes, n)
	}
	for _, l := range verdict.Left(r.left) {
		l.Source = source.Name
		all.Left = append(all.Left, l)
	}
	all.Policies = shown(r.Session.Policies(), r.options.Only)
	of := (*pack.Policy).Previews
	if source.Kind == report.Repository {
		of = (*pack.Policy).Repositories
	}
	for _, d := range r.Session.Disabled(of) {
		if len(r.options.Only) == 0 || slices.Contains(r.options.Only, d.Name) {
			d.Source = source.Name
			all.Disabled = append(all.Disabled, d)
		}
	}
	r.found, r.left = nil, nil
}

// reported adds the findings of another run.
func (r *sourceRun) reported(t target, data []byte) error {
	other, err := report.Read(data)
	if err != nil {
		return err
	}
	if other.WhatIf {
		return errors.New("the report was written for another day (--on); write it without --on")
	}
	loaded, err := r.options.Load()
	if err != nil {
		return err
	}
	for _, f := range other.Findings {
		if loaded.Policy(f.Policy) == nil {
			return fmt.Errorf("the report contains the unknown policy %q; pass its directory with --rules",
				f.Policy)
		}
	}
	for i := range other.Findings {
		f := &other.Findings[i]
		if f.File != "" && f.Detector != "" && f.ValueName == "" {
			return errors.New("the report was written by an earlier version and lacks the names of values in files; " +
				"write it again")
		}
		f.Source = t.name
	}
	r.other = other
	r.Report.Findings = append(r.Report.Findings, other.Findings...)
	r.Report.Left = append(r.Report.Left, other.Left...)
	r.Report.Sources = append(r.Report.Sources, report.Source{Name: t.name})
	return nil
}

func (r *sourceRun) note(t target, format string, args ...any) {
	r.Report.Notes = append(r.Report.Notes, report.Note{Source: t.name, Message: fmt.Sprintf(format, args...)})
}

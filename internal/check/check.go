// Package check runs sources through a session: repositories, Terraform plans and states, exported Pulumi states, and
// reports of other runs. `policypack check` and `policypack baseline` share it, and it reads and validates the
// configuration file for all commands.
package check

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack"
	"github.com/progression-labs-development/policypack/internal/breakglass"
	"github.com/progression-labs-development/policypack/internal/decisionlog"
	"github.com/progression-labs-development/policypack/internal/exception"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/jsontext"
	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/policyfile"
	"github.com/progression-labs-development/policypack/internal/report"
	"github.com/progression-labs-development/policypack/internal/session"
	"github.com/progression-labs-development/policypack/internal/source"
	"github.com/progression-labs-development/policypack/internal/verdict"
)

// Options configure a [Run]. Only Session and Load are required.
type Options struct {
	Session session.Options
	Load    func() (*pack.Pack, error) // the pack with the rules of the session
	Config  string                     // a file for --policy-pack-config
	Kind    Kind                       // what sources are read as
	Stack   Stack                      // that plans and states are of, where they do not say it
	Only    []string                   // the policies whose findings are reported
	Base    string                     // of repositories: a checkout of the base branch
	Since   []string                   // of repositories: the commits since which those of HEAD are checked too
	Touched map[string]bool            // of repositories: the files that are checked, from the root; nil for all
	Source  string                     // of states and plans: the program's folder; empty for the working directory
	// Staged restricts the check of repositories to what the next commit adds, according to git's index. Index is the
	// index file to use in place of the checkout's own, or empty.
	Staged  bool
	Index   string
	History bool // of repositories: all commits are checked too
	// File is called with the facts of each file of a repository before they are evaluated. It may be nil.
	File    func(*facts.File)
	Reports bool // reports of other runs are taken too: their findings count as they are
	Stdin   io.Reader
	Log     *decisionlog.Log
	// Checkout returns the checked-out commit of a directory, for a break-glass token.
	Checkout func(dir string) (breakglass.Checkout, error)
	// Progress shows a line about the progress of a long run; an empty line removes it.
	Progress func(line string)
}

// Run checks sources one after the other, each as a run of its own, and collects the findings in a report. Policies are
// compiled and configured once.
type Run struct {
	Session  *session.Session
	Report   *report.Report
	File     *policyfile.File // the configuration, nil where there is none
	Snapshot bool             // there was a directory of exported states
	// Reported are the reports of other runs, whose findings are included in Report, and ReportedAs are their names.
	Reported   []*report.Report
	ReportedAs []string
	// Stale are, for each checked repository, the baseline entries that cover more findings than it has.
	Stale []Stale

	options     Options
	settings    map[string]pack.Setting
	exceptions  exception.Set
	programs    *source.Programs
	found, left []verdict.Finding // of the source
	dir         string            // the source's, for the commit of a break-glass token
	about       decisionlog.Run   // the source, as the decision log names it
	// errors in configuration and policies, if a break-glass token may ignore them
	broken error
}

// New validates the configuration. Its error lists all mistakes.
func New(ctx context.Context, o Options) (*Run, error) {
	r := &Run{options: o, Report: report.New(policypack.Version()), dir: "."}
	of := o.Session
	of.NoGrace = of.NoGrace || o.Base != "" || len(o.Since) > 0 // a change that is not merged yet
	of.BreakGlass.Checkout = func() (breakglass.Checkout, error) { return o.Checkout(r.dir) }
	// With a token, each source either passes, with a note of what is broken, or fails with the reason why the token is
	// rejected.
	fails := func(err error) bool {
		if err != nil && of.BreakGlass.Token != "" {
			r.broken = errors.Join(r.broken, err)
			return false
		}
		return err != nil
	}
	if len(of.Rules)+len(o.Only) > 0 {
		loaded, err := o.Load()
		if fails(err) {
			return nil, err
		}
		for _, name := range o.Only {
			if loaded == nil {
				break
			}
			if _, err := loaded.Named(name); err != nil {
				return nil, fmt.Errorf("--policy: %w", err)
			}
		}
	}
	if o.Log != nil {
		of.Decided = r.log
	}
	of.Found = func(found, left []verdict.Finding) {
		r.found, r.left = append(r.found, found...), append(r.left, left...)
	}
	r.Session = session.New(of)
	if o.Config != "" {
		if err := r.configure(ctx); fails(err) {
			return nil, err
		}
	}
	if err := r.Session.Configure(r.settings, r.exceptions); fails(err) { // what is wrong with the rules is told once
		return nil, err
	}
	return r, nil
}

// configure reads and validates the configuration file.
func (r *Run) configure(ctx context.Context) error {
	loaded, err := r.options.Load()
	if err != nil {
		return err
	}
	file, err := ReadValid(ctx, r.Session, loaded, r.options.Config)
	if err != nil {
		return err
	}
	r.settings, r.exceptions, r.File = file.Settings(), file.Exceptions, file.File
	return nil
}

// Check checks the sources at the paths.
func (r *Run) Check(ctx context.Context, paths []string) error {
	defer r.progress("")
	all, snapshot := targets(paths, r.options.Kind, r.fail)
	r.Snapshot = snapshot
	for i, t := range all {
		if err := ctx.Err(); err != nil {
			return err
		}
		if len(all) > 1 {
			r.progress("checking %d of %d: %s", i+1, len(all), t.name)
		}
		if err := r.target(ctx, t); err != nil {
			r.fail(t.name, err)
		}
	}
	if len(r.Report.Policies) == 0 {
		r.policies()
	}
	r.Report.Day, r.Report.WhatIf = r.Session.Day(), !r.options.Session.On.IsZero()
	r.Report.Digest, r.Report.Bundles = r.Session.Digest(), r.Session.Bundles()
	r.remarks()
	if r.options.Log != nil {
		return r.options.Log.Close()
	}
	return nil
}

// progress shows the progress of a long run.
func (r *Run) progress(format string, args ...any) {
	if r.options.Progress != nil {
		r.options.Progress(fmt.Sprintf(format, args...))
	}
}

// fail records that a source could not be checked.
func (r *Run) fail(name string, err error) {
	e := report.Error{Source: name, Message: err.Error()}
	var at *jsontext.Error
	if errors.As(err, &at) && at.Line > 0 {
		e.Line, e.Column = at.Line, at.Column
		e.Message = strings.TrimPrefix(e.Message, at.String()+": ")
	}
	e.Message = r.Session.Shown(e.Message)
	r.Report.Errors = append(r.Report.Errors, e)
}

// begin starts a run for a stack, or nil if policies do not get one. About describes the source. All runs share the
// configuration, unless it is broken and a token ignores that, which each run then notes.
func (r *Run) begin(stack *model.Stack, about decisionlog.Run) error {
	r.found, r.left, r.about = nil, nil, about
	if err := r.Session.Begin(stack); err != nil || r.broken == nil {
		return err
	}
	r.Session.Outage(r.broken)
	return r.Session.Configure(r.settings, r.exceptions)
}

// log writes the decisions about the source to the decision log. Its names come from the user and the program, and may
// contain secrets that were found in the meantime. Before the first source, the configuration is tested on a stack that
// does not exist, without any decisions.
func (r *Run) log(decisions []decisionlog.Decision) {
	if r.about.Source == nil {
		return
	}
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
	r.options.Log.Write(decisions)
}

// target checks one target.
func (r *Run) target(ctx context.Context, t target) error {
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
	if data == nil {
		if data, err = in.All(); err != nil {
			return err
		}
	}
	if k == aReport {
		return r.reported(t, data)
	}
	return r.exported(ctx, t, k, data)
}

// program locates resources in the program that declared a stack. Any of its functions may be nil.
type program struct {
	// named returns the name of a resource or property in Terraform.
	named func(urn string, path place.Path) (address, attribute string)
	// written returns the lines that declare a resource or property.
	written func(urn string, path place.Path) []place.Location
}

// add adds the findings of the run to the report.
func (r *Run) add(source report.Source, where program) {
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
	r.policies()
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

// policies adds the policies of the run to those of the report. A policy that is mandatory in one run is shown as
// mandatory.
func (r *Run) policies() {
	for _, p := range r.Session.Policies() {
		if len(r.options.Only) > 0 && !slices.Contains(r.options.Only, p.Name) {
			continue
		}
		i := slices.IndexFunc(r.Report.Policies, func(q report.Policy) bool { return q.Name == p.Name })
		switch {
		case i < 0:
			r.Report.Policies = append(r.Report.Policies, p)
		case p.Level == string(pack.Mandatory) && r.Report.Policies[i].Level != p.Level:
			r.Report.Policies[i].Level, r.Report.Policies[i].From = p.Level, p.From
		}
	}
}

// reported adds the findings of another run.
func (r *Run) reported(t target, data []byte) error {
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
	r.Reported, r.ReportedAs = append(r.Reported, other), append(r.ReportedAs, t.name)
	r.Report.Findings = append(r.Report.Findings, other.Findings...)
	r.Report.Left = append(r.Report.Left, other.Left...)
	r.Report.Sources = append(r.Report.Sources, report.Source{Name: t.name})
	return nil
}

func (r *Run) note(t target, format string, args ...any) {
	r.Report.Notes = append(r.Report.Notes, report.Note{Source: t.name, Message: fmt.Sprintf(format, args...)})
}

// Package check runs sources through a session: repositories, Terraform plans and states, exported Pulumi states, and
// reports of other runs. `policypack check` and `policypack baseline` share it, and it reads and validates the
// configuration file for all commands.
package check

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/progression-labs-development/policypack"
	"github.com/progression-labs-development/policypack/internal/breakglass"
	"github.com/progression-labs-development/policypack/internal/decisionlog"
	"github.com/progression-labs-development/policypack/internal/exception"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/policyfile"
	"github.com/progression-labs-development/policypack/internal/report"
	"github.com/progression-labs-development/policypack/internal/session"
	"github.com/progression-labs-development/policypack/internal/source"
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

// Run checks sources, each as a run of its own, and collects the findings in a report, in the order of the sources.
// Policies are compiled and configured once.
type Run struct {
	// Session is that of the source checked last. Before the first it has only the configuration.
	Session  *session.Session
	Report   *report.Report
	File     *policyfile.File // the configuration, nil where there is none
	Snapshot bool             // there was a directory of exported states
	// Reported are the reports of other runs, whose findings are included in Report, and ReportedAs are their names.
	Reported   []*report.Report
	ReportedAs []string
	// Stale are, for each checked repository, the baseline entries that cover more findings than it has.
	Stale []Stale

	options    Options
	configured *session.Session // with which those of the sources share pack and configuration
	settings   map[string]pack.Setting
	exceptions exception.Set
	programs   *programs
	// errors in configuration and policies, if a break-glass token may ignore them
	broken error
}

// New validates the configuration. Its error lists all mistakes.
func New(ctx context.Context, o Options) (*Run, error) {
	of := &o.Session
	of.NoGrace = of.NoGrace || o.Base != "" || len(o.Since) > 0 // a change that is not merged yet
	of.BreakGlass.Checkout = func() (breakglass.Checkout, error) { return o.Checkout(".") }
	r := &Run{
		options: o, Report: report.New(policypack.Version()),
		programs: &programs{in: source.NewPrograms(cmp.Or(o.Source, "."))},
	}
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
	r.configured = session.New(*of)
	r.Session = r.configured
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

// Check checks the sources at the paths. If the context ends before all of them are checked, it returns an error at
// once, and the report is incomplete.
func (r *Run) Check(ctx context.Context, paths []string) error {
	p := &progress{to: r.options.Progress}
	defer p.end()
	all, snapshot := targets(paths, r.options.Kind, r.fail)
	r.Snapshot = snapshot
	err := r.sources(ctx, all, p)
	if r.options.Log != nil {
		err = errors.Join(err, r.options.Log.Close())
	}
	if err != nil {
		return err
	}
	if len(r.Report.Policies) == 0 {
		r.policies(shown(r.Session.Policies(), r.options.Only))
	}
	r.Report.Day, r.Report.WhatIf = r.Session.Day(), !r.options.Session.On.IsZero()
	r.Report.Digest, r.Report.Bundles = r.Session.Digest(), r.Session.Bundles()
	r.remarks()
	return nil
}

// fail records that there is no source at a path.
func (r *Run) fail(name string, err error) {
	r.Report.Errors = append(r.Report.Errors, failure(r.Session, name, err))
}

// merge adds a checked source to the report.
func (r *Run) merge(one *sourceRun) {
	r.Session = one.Session
	to, from := r.Report, one.Report
	to.Sources = append(to.Sources, from.Sources...)
	to.BreakGlass = append(to.BreakGlass, from.BreakGlass...)
	to.Findings = append(to.Findings, from.Findings...)
	to.Notes = append(to.Notes, from.Notes...)
	to.Left = append(to.Left, from.Left...)
	to.Disabled = append(to.Disabled, from.Disabled...)
	to.Errors = append(to.Errors, from.Errors...)
	r.policies(from.Policies)
	r.Stale = append(r.Stale, one.stale...)
	if one.other != nil {
		r.Reported, r.ReportedAs = append(r.Reported, one.other), append(r.ReportedAs, one.target.name)
	}
	if r.options.Log != nil {
		r.options.Log.Write(one.decisions)
	}
}

// policies adds policies of a source to those of the report. A policy that is mandatory in one is shown as mandatory.
func (r *Run) policies(all []report.Policy) {
	for _, p := range all {
		i := slices.IndexFunc(r.Report.Policies, func(q report.Policy) bool { return q.Name == p.Name })
		switch {
		case i < 0:
			r.Report.Policies = append(r.Report.Policies, p)
		case p.Level == string(pack.Mandatory) && r.Report.Policies[i].Level != p.Level:
			r.Report.Policies[i].Level, r.Report.Policies[i].From = p.Level, p.From
		}
	}
}

// shown returns the policies that are reported.
func shown(all []report.Policy, only []string) []report.Policy {
	if len(only) == 0 {
		return all
	}
	return slices.DeleteFunc(all, func(p report.Policy) bool { return !slices.Contains(only, p.Name) })
}

// Package gate is the gate of a CI job: it checks the repository, previews its stacks, joins what both have found in
// one report, and gives one exit status:
//
//	0  nothing that counts    1  violations    2  anything else, such as a preview that failed for another reason
//
// On a pull request the configuration, rules, bundle and comments policypack:allow of the base count, since a change
// must not exempt itself, and every commit since the base is checked, since a secret that one adds and another removes
// is in the history. A change from outside is checked, and not previewed: a preview runs its code with the job's
// rights.
//
// The working directory is the root of a checkout, from which relative paths count. Absolute ones that lead out of it
// are read where they are, on pull requests too.
package gate

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/progression-labs-development/policypack"
	"github.com/progression-labs-development/policypack/internal/breakglass"
	"github.com/progression-labs-development/policypack/internal/exception"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/report"
)

// Host is what the gate uses of the process and of the program that it is part of.
type Host struct {
	Getenv         func(string) string
	Environ        []string
	Stdout, Stderr io.Writer
	Now            func() time.Time
	// Load reads the pack with the rules of directories and of a bundle, which may be empty.
	Load func(rules []string, bundle string) (*pack.Pack, error)
	// Exceptions reads the policy exceptions of a configuration file.
	Exceptions func(file string) (exception.Set, error)
	// Checkout reads the commit of a directory, for a break-glass token.
	Checkout func(dir string) (breakglass.Checkout, error)
	// Reseal signs an attestation again with a key: the report that it is about, so far in the file of, has become r.
	Reseal func(attestation, key, of string, r *report.Report) error
	// Print writes a report as text.
	Print func(*report.Report) error
}

// gate is one run.
type gate struct {
	Host
	in     *Inputs
	root   string // the working directory, links resolved
	tmp    string // removed at the end
	github bool   // the runner is GitHub's

	change Change
	base   string   // the commit whose configuration, rules and comments count; empty where the checkout's do
	since  []string // the commits since which those of the change are checked
	git    string   // the program; empty where no base is needed

	program    string   // the pack that previews run with
	beside     string   // the directory with what belongs to it
	config     string   // the trusted file, empty for none
	rules      []string // trusted
	bundle     string   // trusted
	glassToken string
	glassKey   string // the copy of the pinned key

	aimed   []aim           // the previews
	notes   []string        // for who reads the result
	touched map[string]bool // the files that the change touches, where only these are checked; nil for all
	remarks []string        // on that, for the report
	status  int
	reports []*report.Report // what is joined
	checked bool             // there is a report about the repository
}

// errBegin is why the gate cannot begin.
type errBegin struct{ error }

// Run runs the gate and returns its exit status.
func Run(ctx context.Context, in Inputs, host Host) (status int) {
	g := &gate{Host: host, in: &in, github: host.Getenv("GITHUB_ACTIONS") == "true"}
	defer func() { g.output("status", fmt.Sprint(status)) }()
	if err := g.run(ctx); err != nil {
		g.say("%s", err)
		var begin errBegin
		if errors.As(err, &begin) && g.github {
			fmt.Fprintln(g.Stdout, "::error title=policypack gate::The gate did not start; see the log.")
		}
		g.worst(2)
	}
	return g.status
}

func (g *gate) run(ctx context.Context) (err error) {
	begin := func(err error) error {
		if err == nil {
			return nil
		}
		return errBegin{err}
	}
	if g.root, err = os.Getwd(); err == nil {
		g.root, err = filepath.EvalSymlinks(g.root)
	}
	if err != nil {
		return begin(err)
	}
	if err := g.in.check(); err != nil {
		return begin(err)
	}
	if g.tmp, err = os.MkdirTemp("", "gate."); err != nil {
		return begin(fmt.Errorf("cannot create temporary files: %w", err))
	}
	defer func() { err = errors.Join(err, os.RemoveAll(g.tmp)) }()
	defer g.leaveBase()
	for _, step := range []func(context.Context) error{
		g.findProgram, g.prepareReports, g.findChange, g.aim, g.findBase, g.keepOutside, g.pinKey, g.trust,
		g.findTouched,
	} {
		if err := step(ctx); err != nil {
			return begin(err)
		}
	}
	g.checkRepository(ctx) // first, since nothing of the change has run yet
	g.checkConfig(ctx)
	g.previews(ctx)
	if err := ctx.Err(); err != nil {
		return errors.New("interrupted")
	}
	return g.finish(ctx)
}

// say tells the person who reads the log.
func (g *gate) say(format string, args ...any) {
	fmt.Fprintln(g.Stderr, "policypack gate: "+place.VisibleLines(fmt.Sprintf(format, args...)))
}

// note tells whoever reads the result too.
func (g *gate) note(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	g.say("%s", text)
	g.notes = append(g.notes, text)
}

func (g *gate) worst(status int) { g.status = max(g.status, status) }

// broken notes, in a report of its own, that something was not checked.
func (g *gate) broken(name, source, message string) {
	g.say("%s: %s", source, message)
	r := g.report()
	r.Errors = []report.Error{{Source: source, Message: message}}
	g.part(name, r)
}

// report returns a report of today without anything in it.
func (g *gate) report() *report.Report {
	r := report.New(policypack.Version())
	r.Day = g.Now().UTC().Format(time.DateOnly)
	return r
}

// part writes a part of the result beside it, and has it joined.
func (g *gate) part(name string, r *report.Report) {
	g.reports = append(g.reports, r)
	g.worst(r.Exit())
	if err := writeReport(g.file(name+".json"), r, report.JSON, report.Options{}); err != nil {
		g.say("%v", err)
		g.worst(2)
	}
}

// file is a file among the reports.
func (g *gate) file(name string) string { return filepath.Join(g.in.Reports, name) }

func writeReport(name string, r *report.Report, format report.Format, o report.Options) error {
	var b strings.Builder
	if err := report.Write(&b, r, format, o); err != nil {
		return err
	}
	if err := report.Replace(name, []byte(b.String())); err != nil {
		return fmt.Errorf("the report was not written: %w", err)
	}
	return nil
}

// output gives a value to later steps of GitHub's job.
func (g *gate) output(name, value string) {
	file := g.Getenv("GITHUB_OUTPUT")
	if file == "" {
		return
	}
	if err := appendTo(file, name+"="+value+"\n"); err != nil {
		g.say("GITHUB_OUTPUT: %v", err)
	}
}

func appendTo(file, text string) error {
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644) //nolint:gosec // the runner's
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}

package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/progression-labs-development/policypack"
	"github.com/progression-labs-development/policypack/internal/analyzer"
	"github.com/progression-labs-development/policypack/internal/breakglass"
	"github.com/progression-labs-development/policypack/internal/decisionlog"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/report"
	"github.com/progression-labs-development/policypack/internal/session"
	"github.com/progression-labs-development/policypack/internal/source"
	"github.com/progression-labs-development/policypack/internal/verdict"
)

// environment returns the session options from environment variables: rules, and a bundle. They can only tighten the
// policies; see package central for the data of a bundle. Relative paths are relative to base.
func environment(p Process, base string) session.Options {
	o := session.Options{Log: p.Stderr, Now: p.Now, NoGrace: p.Getenv("POLICYPACK_NO_GRACE") != ""}
	o.BreakGlass.Token = p.Getenv(breakglass.Variable)
	for _, dir := range filepath.SplitList(p.Getenv("POLICYPACK_RULES")) {
		o.Rules = append(o.Rules, within(base, cmp.Or(dir, ".")))
	}
	o.Bundle = within(base, p.Getenv("POLICYPACK_BUNDLE"))
	return o
}

// shellDir returns the directory that the engine was started in, which a shell keeps in PWD. The working directory may
// be that of the pack. Only paths in environment variables may be relative to it.
func shellDir(p Process) string {
	if dir := p.Getenv("PWD"); filepath.IsAbs(dir) {
		return dir
	}
	return "."
}

// serve answers the engine until the run is over, and writes the requested files: reports, the decision log and the
// attestation.
func serve(ctx context.Context, p Process, engine, dir string) error {
	if note := otherVersion(dir); note != "" {
		fmt.Fprintln(p.Stderr, "policypack: "+place.VisibleLines(note))
	}
	options := environment(p, shellDir(p))
	options.Dir = dir
	program := programDir(p, dir)
	options.BreakGlass.Checkout = func() (breakglass.Checkout, error) { return checkoutOf(program) }
	files, err := openFiles(p, program)
	if err != nil {
		return err
	}
	files.watch(&options)
	files.session = session.New(options)
	if files.attest != nil {
		files.attest.started(files.session)
	}
	if files.report != nil || files.log != nil {
		var stop context.CancelFunc
		ctx, stop = signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
		defer stop()
	}
	err = analyzer.Serve(ctx, analyzer.Process{Stdin: p.Stdin, Stdout: p.Stdout, Engine: engine}, files.session)
	return errors.Join(err, files.write())
}

// programDir returns the directory that Pulumi runs in: the working directory, or that of the shell if the working
// directory is the pack's. An executable and the language host's analyzer are both started in the program's directory.
func programDir(p Process, pack string) string {
	if _, _, direct := startedByEngine(p.Args); direct || pack != fromWorking(".") {
		return "."
	}
	return shellDir(p)
}

// files are the outputs of a run besides its answers. Each may be nil.
type files struct {
	report  *report.Writer
	log     *decisionlog.Log
	attest  *attestation
	session *session.Session
	stderr  io.Writer

	project string // Pulumi.yaml, for the report
}

// openFiles opens the files set in environment variables. Pulumi runs in the directory program.
func openFiles(p Process, program string) (*files, error) {
	base := shellDir(p)
	f := &files{project: source.ProjectFile(base), stderr: p.Stderr}
	var err error
	file, key := within(base, p.Getenv("POLICYPACK_ATTEST")), within(base, p.Getenv("POLICYPACK_ATTEST_KEY"))
	if f.attest, err = openAttestation(file, key, program, p.Now); err != nil {
		return nil, fmt.Errorf("POLICYPACK_ATTEST: %w", err)
	} else if f.attest != nil {
		f.attest.project = projectName(program)
	}
	if f.report, err = report.NewWriter(report.Names(p.Getenv("POLICYPACK_REPORT")), base,
		policypack.Version()); err != nil {
		return nil, fmt.Errorf("POLICYPACK_REPORT: %w", err)
	}
	if f.report == nil && f.attest != nil {
		f.report = report.NewCollector(policypack.Version())
	}
	f.log, err = decisionlog.Open(p.Getenv("POLICYPACK_DECISION_LOG"), base, p.Now)
	return f, err
}

// within resolves a path relative to a directory. An empty path stays empty.
func within(base, name string) string {
	if name == "" || filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(base, name)
}

// watch makes a session report its findings to the files.
func (f *files) watch(o *session.Options) {
	if f.report != nil {
		o.Found = func(found, left []verdict.Finding) {
			f.report.Add(verdict.Reports(found), verdict.Notes(found))
			f.report.AddLeft(verdict.Left(left))
		}
	}
	if f.log != nil {
		o.Decided = f.log.Write
	}
	if f.report != nil || f.log != nil {
		o.Analyzed = f.write
	}
}

// write updates the files. The attestation is last: a run whose other files were not written is not complete.
func (f *files) write() error {
	var errs []error
	var described report.Report
	if f.report != nil && f.session != nil {
		errs = append(errs, f.report.Write(func(r *report.Report) {
			f.session.Describe(r)
			for i := range r.Sources {
				r.Sources[i].File = f.project
			}
			described = *r
		}))
	}
	if f.log != nil {
		errs = append(errs, f.log.Flush())
	}
	if f.attest != nil && f.session != nil {
		complete := f.session.Complete() && errors.Join(errs...) == nil
		errs = append(errs, f.attest.write(&described, complete, f.stderr))
	}
	return errors.Join(errs...)
}

package gate

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/progression-labs-development/policypack/internal/check"
	"github.com/progression-labs-development/policypack/internal/decisionlog"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/report"
	"github.com/progression-labs-development/policypack/internal/session"
)

// options are those of a check of files in the repository, by what counts of the base.
func (g *gate) options() (check.Options, error) {
	rules := g.rules
	if own := filepath.Join(g.beside, "rules"); isDirectory(own) {
		rules = append([]string{own}, rules...)
	}
	o := check.Options{
		Config: g.config, Kind: check.Repository, Checkout: g.Checkout,
		Session: session.Options{
			Rules: rules, Bundle: g.bundle, Log: g.Stderr, Now: g.Now,
			NoGrace: g.noGrace(),
		},
	}
	o.Session.BreakGlass.Token, o.Session.BreakGlass.Key = g.glassToken, g.glassKey
	if g.base != "" {
		o.Base = g.baseDir()
	}
	o.Load = func() (*pack.Pack, error) { return g.Load(o.Session.Rules, o.Session.Bundle) }
	var err error
	o.Log, err = decisionlog.Open(g.Getenv("POLICYPACK_DECISION_LOG"), ".", g.Now)
	return o, err
}

// noGrace reports whether what has expired fails at once: it fails pull requests first, and updates of what is deployed
// some days later.
func (g *gate) noGrace() bool {
	return g.change.Origin != None || g.Getenv("POLICYPACK_NO_GRACE") != ""
}

func isDirectory(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// check checks files of the repository.
func (g *gate) check(ctx context.Context, o check.Options, paths ...string) (*report.Report, error) {
	run, err := check.New(ctx, o)
	if err != nil {
		return nil, err
	}
	if err := run.Check(ctx, paths); err != nil {
		return nil, err
	}
	return run.Report, nil
}

// checkRepository checks all of the repository, and what each commit of the change brings.
func (g *gate) checkRepository(ctx context.Context) {
	if g.in.Mode == Preview || ctx.Err() != nil {
		return
	}
	o, err := g.options()
	if err == nil {
		o.Since, o.Touched = g.since, g.touched
		var r *report.Report
		if r, err = g.check(ctx, o, "."); err == nil {
			g.checked = true
			g.part("check", g.remarked(r))
			return
		}
	}
	g.say("%v", err)
	g.broken("check-error", "policypack check", "no report; see the log")
}

// checkConfig checks the configuration that the change brings: it does not count, but must be right once it is merged.
func (g *gate) checkConfig(ctx context.Context) {
	if g.base == "" || g.in.Config == "" || ctx.Err() != nil {
		return
	}
	rel, in := g.relative(g.in.Config)
	info, err := os.Stat(rel)
	if !in || err != nil || !info.Mode().IsRegular() {
		return
	}
	var rules []string
	for _, dir := range g.in.Rules {
		if isDirectory(dir) {
			rules = append(rules, dir)
		}
	}
	bundle := g.in.Bundle // the change's own, with the policies that its configuration may name
	if bundle == "" {
		bundle = g.Getenv("POLICYPACK_BUNDLE")
	}
	if info, err := os.Stat(bundle); err != nil || !info.Mode().IsRegular() {
		bundle = ""
	}
	loaded, err := g.Load(rules, bundle)
	if err == nil {
		s := session.New(session.Options{Rules: rules, Log: g.Stderr, Now: g.Now, Bundle: bundle, Unbundled: true})
		_, err = check.ReadValid(ctx, s, loaded, filepath.ToSlash(rel))
	}
	if err == nil {
		return
	}
	g.say("%v", err)
	wrong := "the configuration in this change has mistakes; see the log"
	if g.glassToken != "" { // one that is not good ends everything else with 2
		g.note("Passed by break-glass: %s.", wrong)
		return
	}
	g.broken("check-config", "policypack config validate", wrong)
}

// previewable reports whether Pulumi may be started in a directory at all: Pulumi.yaml can have it run a program of the
// change in place of what enforces policies, or leave the organisation that requires them. The report holds the finding
// that says why not; the error, why nobody knows.
func (g *gate) previewable(ctx context.Context, dir string) (*report.Report, error) {
	files, err := projectFiles(dir, g.root)
	if err != nil || len(files) == 0 {
		return nil, err // the preview says that there is none
	}
	unread := errors.New("cannot check the project file; see the log")
	r, err := g.checkProject(ctx, files, false)
	// A token lets no project choose who enforces. Where what it is there for breaks this check too, the pack's own
	// settings count.
	if g.glassToken != "" && (err != nil || r.Exit() > 1) {
		r, err = g.checkProject(ctx, files, true)
	}
	if err != nil {
		g.say("%v", err)
		return nil, unread
	}
	switch r.Exit() {
	case 0:
		return nil, nil
	case 1:
		return r, nil
	}
	for _, e := range r.Errors {
		g.say("%s: %s", e.Source, e.Message)
	}
	return nil, unread
}

func (g *gate) checkProject(ctx context.Context, files []string, alone bool) (*report.Report, error) {
	o, err := g.options()
	if err != nil {
		return nil, err
	}
	loaded, err := o.Load()
	if err != nil {
		return nil, err
	}
	for _, p := range loaded.Policies {
		if p.BeforePreview {
			o.Only = append(o.Only, p.Name)
		}
	}
	o.Session.BreakGlass.Token = ""
	if alone {
		o.Config, o.Session.Rules, o.Session.Bundle = "", nil, ""
	}
	paths := make([]string, len(files))
	for i, file := range files {
		paths[i] = file
		if rel, in := g.relative(file); in {
			paths[i] = rel
		}
	}
	return g.check(ctx, o, paths...)
}

// projectNames are the names of project files.
var projectNames = [...]string{"Pulumi.json", "Pulumi.yaml", "Pulumi.yml"}

// projectFiles lists the project files that Pulumi may read when it is started in a directory: those of the closest one
// that has any, up to the root.
func projectFiles(dir, root string) ([]string, error) {
	for {
		var files []string
		for _, name := range projectNames {
			file := filepath.Join(dir, name)
			info, err := os.Lstat(file)
			if err != nil {
				continue
			}
			if info.Mode()&os.ModeSymlink != 0 {
				return nil, fmt.Errorf("%s is a link; links are not followed", name)
			}
			files = append(files, file)
		}
		parent := filepath.Dir(dir)
		if len(files) > 0 || dir == root || parent == dir {
			return slices.Clip(files), nil
		}
		dir = parent
	}
}

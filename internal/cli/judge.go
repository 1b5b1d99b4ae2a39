package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/progression-labs-development/policypack"
	"github.com/progression-labs-development/policypack/internal/breakglass"
	"github.com/progression-labs-development/policypack/internal/decisionlog"
	"github.com/progression-labs-development/policypack/internal/exception"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/policyfile"
	"github.com/progression-labs-development/policypack/internal/report"
	"github.com/progression-labs-development/policypack/internal/session"
	"github.com/progression-labs-development/policypack/internal/verdict"
)

// judgeOptions say how sources are judged.
type judgeOptions struct {
	rules  []string
	config string   // a file for --policy-pack-config, or empty
	base   string   // of repositories: a checkout of the base branch, or empty
	only   []string // the policies whose findings are reported, empty for all
	since  []string // of repositories: the commits since which those of HEAD are judged too, empty for none
	kind   kind
	stack  stackName
	// breakGlassKey is a file with the public key that verifies break-glass tokens, or empty.
	breakGlassKey string
	// reports tells that reports of other runs are taken too: their findings count as they are.
	reports bool
}

// judge judges one source after the other, each as a run of its own, and collects what it finds in a report. The rules are
// compiled once.
type judge struct {
	options judgeOptions
	session *session.Session
	found   *[]verdict.Finding
	left    []verdict.Finding
	setting map[string]pack.Setting
	except  exception.Set
	stdin   io.Reader
	loaded  func() (*pack.Pack, error)
	log     *decisionlog.Log // nil where none is kept
	file    *policyfile.File // the configuration, nil where there is none

	progress *progress
	report   *report.Report
	snapshot bool // there was a directory of exported states

	dir    string // the source's, for the commit of a break-glass token
	broken error  // what is wrong with configuration and rules, where a break-glass token may let it pass
}

// newJudge checks the configuration; its error lists all mistakes.
func newJudge(ctx context.Context, o judgeOptions, p Process) (*judge, error) {
	load := sync.OnceValues(func() (*pack.Pack, error) { return loadPack(o.rules, p.Getenv("POLICYPACK_BUNDLE")) })
	options := environment(p, ".")
	options.NoGrace = options.NoGrace || o.base != "" || len(o.since) > 0 // a change that is not merged yet
	j := &judge{
		options: o, stdin: p.Stdin, loaded: load, progress: newProgress(p.Stderr, p.Now),
		report: report.New(policypack.Version()), dir: ".",
	}
	options.BreakGlass.Key = o.breakGlassKey
	options.BreakGlass.Checkout = func() (breakglass.Checkout, error) { return checkoutOf(j.dir) }
	// With a token each source either passes, and says what is broken, or says why the token is refused.
	fails := func(err error) bool {
		if err != nil && options.BreakGlass.Token != "" {
			j.broken = errors.Join(j.broken, err)
			return false
		}
		return err != nil
	}
	if len(o.rules)+len(o.only) > 0 {
		loaded, err := load()
		if fails(err) {
			return nil, err
		}
		for _, name := range o.only {
			if loaded == nil {
				break
			}
			if _, err := policyNamed(loaded, name); err != nil {
				return nil, fmt.Errorf("--policy: %w", err)
			}
		}
	}
	log, err := decisionlog.Open(p.Getenv("POLICYPACK_DECISION_LOG"), ".", p.Now)
	if err != nil {
		return nil, err
	}
	if log != nil {
		options.Decided = log.Write
	}
	j.log = log
	options.Rules, j.found = o.rules, new([]verdict.Finding)
	options.Found = func(found, left []verdict.Finding) {
		*j.found, j.left = append(*j.found, found...), append(j.left, left...)
	}
	j.session = session.New(options)
	if o.config != "" {
		if err := j.configure(ctx, options); fails(err) {
			return nil, err
		}
	}
	if err := j.session.Configure(j.setting, j.except); fails(err) { // what is wrong with the rules is told once
		return nil, err
	}
	return j, nil
}

// configure reads the file with the configuration and checks it.
func (j *judge) configure(ctx context.Context, options session.Options) error {
	loaded, err := j.loaded()
	if err != nil {
		return err
	}
	file, err := readConfig(j.options.config, loaded)
	if err != nil {
		return err
	}
	s, found := j.session, j.found
	if options.BreakGlass.Token != "" { // a token is for one stack, and the file is checked before there is any
		options.BreakGlass, options.Decided = session.BreakGlass{}, nil
		s, found = collecting(options, j.options.rules)
	}
	c := &checker{file: file, loaded: loaded, session: s, found: found}
	if mistakes := file.checkWith(ctx, c); len(mistakes) > 0 {
		return fmt.Errorf("%s has mistakes:\n%w", j.options.config, mistakes)
	}
	j.setting, j.except = settings(file.levels(loaded), c.parameters()), file.Exceptions
	j.file = file.File
	return nil
}

// run judges what lies at the paths.
func (j *judge) run(ctx context.Context, paths []string) error {
	defer j.progress.clear()
	all, snapshot := targets(paths, j.options.kind, j.fail)
	j.snapshot = snapshot
	for i, t := range all {
		if err := ctx.Err(); err != nil {
			return err
		}
		if len(all) > 1 {
			j.progress.show("judging %d of %d: %s", i+1, len(all), t.name)
		}
		if err := j.target(ctx, t); err != nil {
			j.fail(t.name, err)
		}
	}
	if len(j.report.Policies) == 0 {
		j.policies()
	}
	j.report.Digest = j.session.Digest()
	j.remarks()
	if j.log != nil {
		return j.log.Close()
	}
	return nil
}

// fail notes that something could not be judged.
func (j *judge) fail(name string, err error) {
	e := report.Error{Source: name, Message: err.Error()}
	var at interface {
		error
		Position() (line, column int)
	}
	if errors.As(err, &at) {
		e.Line, e.Column = at.Position()
		if e.Line > 0 {
			e.Message = strings.TrimPrefix(e.Message, fmt.Sprintf("%d:%d: ", e.Line, e.Column))
		}
	}
	e.Message = j.session.Shown(e.Message)
	j.report.Errors = append(j.report.Errors, e)
}

// begin starts a run about a stack, nil where nothing is known of it. The configuration is that of all runs, unless it is broken and a
// token lets that pass, of which each run says so.
func (j *judge) begin(stack *pulumirpc.AnalyzerStackConfigureRequest, program *model.Program) error {
	*j.found, j.left = nil, nil
	if err := j.session.Begin(stack, program); err != nil || j.broken == nil {
		return err
	}
	j.session.Outage(j.broken)
	return j.session.Configure(j.setting, j.except)
}

// target judges one thing.
func (j *judge) target(ctx context.Context, t target) error {
	if t.dir {
		return j.repository(ctx, t)
	}
	in, err := openInput(t.path, j.stdin)
	if err != nil {
		return err
	}
	defer in.close() //nolint:errcheck // nothing was written
	k, data, err := kindOf(t, in, j.options.reports)
	if err != nil {
		return err
	}
	switch {
	case k == kindRepository && t.path == stdinName:
		return errors.New("a file of a repository is judged by its path, since its name says what it is")
	case k == kindRepository:
		return j.repository(ctx, t)
	case k == kindReport && !j.options.reports:
		return errors.New("this is a report of policypack itself; `policypack baseline` takes it")
	}
	if data == nil {
		if data, err = in.all(); err != nil {
			return err
		}
	}
	if k == kindReport {
		return j.reported(t, data)
	}
	return j.exported(ctx, t, k, data)
}

// add takes over what the run has found. The function, which may be nil, gives places their names in Terraform.
func (j *judge) add(source report.Source, place func(urn string, path place.Path) (address, attribute string)) {
	r := j.report
	r.Sources = append(r.Sources, source)
	r.BreakGlass = append(r.BreakGlass, j.session.BreakGlass()...)
	if len(j.options.only) > 0 {
		*j.found = slices.DeleteFunc(*j.found, func(f verdict.Finding) bool { return !f.About && !slices.Contains(j.options.only, f.Policy) })
	}
	for i := range *j.found {
		f := &(*j.found)[i]
		for _, one := range verdict.Reports((*j.found)[i : i+1]) {
			one.Source = source.Name
			if place != nil {
				one.Address, one.Attribute = place(f.URN, f.Path)
			}
			r.Findings = append(r.Findings, one)
		}
	}
	for _, n := range verdict.Notes(*j.found) {
		n.Source = source.Name
		r.Notes = append(r.Notes, n)
	}
	for _, l := range verdict.Left(j.left) {
		l.Source = source.Name
		r.Left = append(r.Left, l)
	}
	j.policies()
	of := (*pack.Policy).Previews
	if source.Kind == report.Repository {
		of = (*pack.Policy).Repositories
	}
	for _, d := range j.session.Disabled(of) {
		if len(j.options.only) == 0 || slices.Contains(j.options.only, d.Name) {
			d.Source = source.Name
			r.Disabled = append(r.Disabled, d)
		}
	}
	*j.found, j.left = nil, nil
}

// policies adds the policies of the run to those of the report. A policy that is mandatory in one run is shown as mandatory.
func (j *judge) policies() {
	for _, p := range j.session.Policies() {
		if len(j.options.only) > 0 && !slices.Contains(j.options.only, p.Name) {
			continue
		}
		i := slices.IndexFunc(j.report.Policies, func(q report.Policy) bool { return q.Name == p.Name })
		switch {
		case i < 0:
			j.report.Policies = append(j.report.Policies, p)
		case p.Level == string(pack.Mandatory) && j.report.Policies[i].Level != p.Level:
			j.report.Policies[i].Level, j.report.Policies[i].From = p.Level, p.From
		}
	}
}

// reported takes over the findings of another run.
func (j *judge) reported(t target, data []byte) error {
	r, err := report.Read(data)
	if err != nil {
		return err
	}
	loaded, err := j.loaded()
	if err != nil {
		return err
	}
	for _, f := range r.Findings {
		if loaded.Policy(f.Policy) == nil {
			return fmt.Errorf("the report names a policy %q that is not there; give its directory with --rules", f.Policy)
		}
	}
	for i := range r.Findings {
		r.Findings[i].Source = t.name
	}
	j.report.Findings = append(j.report.Findings, r.Findings...)
	j.report.Left = append(j.report.Left, r.Left...)
	j.report.Sources = append(j.report.Sources, report.Source{Name: t.name})
	return nil
}

func (j *judge) note(t target, format string, args ...any) {
	j.report.Notes = append(j.report.Notes, report.Note{Source: t.name, Message: fmt.Sprintf(format, args...)})
}

package check

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/jsontext"
	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/report"
	"github.com/progression-labs-development/policypack/internal/source"
	"github.com/progression-labs-development/policypack/internal/state"
	"github.com/progression-labs-development/policypack/internal/terraform"
	"github.com/progression-labs-development/policypack/internal/verdict"
)

// exported checks a file of states or plans: one, or several concatenated ones, each as a source of its own.
func (r *sourceRun) exported(ctx context.Context, t target, k Kind, in *Input, src jsontext.Source) error {
	r.Session.Prepare() // while the file is read
	err := r.document(ctx, t, k, in, src)
	var unread *unreadError
	if !errors.As(err, &unread) {
		return err
	}
	refused := state.Refused
	if k == Terraform {
		refused = terraform.Refused
	}
	head, failed := jsontext.Head(src, maxInput)
	if failed != nil {
		return failed
	}
	if err := refused(head); err != nil {
		return err
	}
	all, failed := jsontext.Documents(src)
	if failed != nil {
		return failed
	}
	if len(all) < 2 {
		return unread.error
	}
	before, positions := int64(0), jsontext.NewPositions(src)
	for i, one := range all {
		part := t
		part.name = fmt.Sprintf("%s#%d", t.name, i+1)
		if err := r.document(ctx, part, k, in, one); err != nil {
			var at *jsontext.Error
			if errors.As(err, &at) {
				err = at.Behind(positions.At(before))
			}
			r.fail(part.name, err)
		}
		before += one.Size()
	}
	return nil
}

// unreadError is the error for a document that could not be read, so that nothing of it was checked.
type unreadError struct{ error }

func (e *unreadError) Unwrap() error { return e.error }

// document checks a state or a plan.
func (r *sourceRun) document(ctx context.Context, t target, k Kind, in *Input, src jsontext.Source) error {
	if k == Terraform {
		return r.terraform(ctx, t, in, src)
	}
	return r.state(ctx, t, in, src)
}

// state checks an exported state. Policies do not see information that a state lacks, such as the configuration.
func (r *sourceRun) state(ctx context.Context, t target, in *Input, src jsontext.Source) error {
	s, err := state.ReadFrom(src)
	if err != nil {
		return &unreadError{err}
	}
	name := Stack{s.Organization(), s.Project(), s.Stack()}
	var about *model.Stack
	if given := r.options.Stack; given != (Stack{}) {
		if name.Project != "" && (name.Project != given.Project || name.Stack != given.Stack) {
			return fmt.Errorf("this is the state of %s/%s, but --stack is %s/%s", name.Project, name.Stack,
				given.Project, given.Stack)
		}
		name = given
	}
	if name.Organization != "" || r.Session.MayBreakGlass() {
		about = &model.Stack{Organization: name.Organization, Project: name.Project, Name: name.Stack}
	}
	if err := r.begin(about, name.log(report.State, t)); err != nil {
		return err
	}
	if n := s.Pending(); n > 0 {
		r.note(t, "%s of the stack never finished. Resources being created at that time are not checked.",
			report.Plural(n, "operation"))
	}
	r.resources(ctx, t, s.Resources(), s.Whole)
	if err := errors.Join(s.Err(), in.Unchanged()); err != nil {
		return err
	}
	unseen := func(f verdict.Finding) bool { return f.Rule.NeedsConfiguration }
	r.found, r.left = slices.DeleteFunc(r.found, unseen), slices.DeleteFunc(r.left, unseen)
	r.add(report.Source{
		Name: t.name, Kind: report.State, Organization: name.Organization, Project: name.Project, Stack: name.Stack,
		File: t.file(), Checked: model.Counted(report.Count{What: report.Resources, Count: s.Len()}),
		NotChecked: model.Counted(report.Count{
			What: report.Resources, Count: s.Recorded() - s.Len(),
			Reason: "pending deletion, or only read by the program",
		}),
	}, r.pulumi(name.Project, s.Frames()))
	return nil
}

// pulumi returns where a project declares resources. Pulumi may provide stack frames for them.
func (r *sourceRun) pulumi(project string, frames map[string][]string) program {
	return program{written: func(urn string, path place.Path) []place.Location {
		return r.programs.locate(project, urn, path, frames[urn])
	}}
}

// configuration returns where a plan's resources are declared: in the given folder, otherwise in the plan's folder or
// in the working directory.
func (r *sourceRun) configuration(t target, d *terraform.Document) program {
	dirs := []string{r.options.Source}
	if r.options.Source == "" {
		dirs = []string{".", "."}
		if t.path != Stdin {
			dirs[0] = filepath.Dir(t.path)
		}
	}
	module := source.FindTerraform(dirs...)
	return program{
		named: d.Place, written: func(urn string, path place.Path) []place.Location {
			return module.Locate(d.Place(urn, path))
		},
	}
}

// terraform checks a Terraform plan or state.
func (r *sourceRun) terraform(ctx context.Context, t target, in *Input, src jsontext.Source) error {
	d, err := terraform.ReadFrom(src)
	if err != nil {
		return &unreadError{err}
	}
	name := r.options.Stack
	if name.Stack == "" {
		name = Stack{Project: "terraform", Stack: "default"}
	}
	about := d.Stack(name.Project, name.Stack)
	about.Organization = name.Organization
	kind := report.TerraformState
	if d.Plan() {
		kind = report.TerraformPlan
	}
	if err := r.begin(about, name.log(kind, t)); err != nil {
		return err
	}
	hide, err := r.Session.HideNames()
	if err != nil {
		return err
	}
	d.Conceal(hide)
	for _, n := range d.Notes() {
		r.note(t, "%s", n)
	}
	r.resources(ctx, t, d.Resources(about), func() []*model.Resource { return d.Whole(about) })
	if err := errors.Join(d.Err(), in.Unchanged()); err != nil {
		return err
	}
	r.add(report.Source{
		Name: t.name, Kind: kind, Organization: name.Organization, Project: name.Project, Stack: name.Stack,
		File: t.file(), Checked: d.Checked(), NotChecked: d.NotChecked(),
	}, r.configuration(t, d))
	if d.Errored() {
		return errors.New("this plan is incomplete because planning failed; fix the errors and plan again")
	}
	return d.Err() // of what the messages needed
}

// resources checks each resource, and then the stack as a whole. Resources that cannot be checked are reported, and the
// others are still checked.
func (r *sourceRun) resources(ctx context.Context, t target, resources []*model.Resource,
	whole func() []*model.Resource,
) {
	for i, one := range resources {
		if ctx.Err() != nil {
			return
		}
		if i%100 == 99 {
			r.progress.show("checking %s: resource %d of %d", t.name, i+1, len(resources))
		}
		if _, err := r.Session.Resource(ctx, one); err != nil {
			r.fail(t.name, err)
		}
	}
	if len(resources) == 0 {
		return
	}
	clear(resources) // so that they are not in memory twice
	if _, err := r.Session.Stack(ctx, whole()); err != nil {
		r.fail(t.name, err)
	}
}

// remarks adds a note, once, about what the sources do not show.
func (r *Run) remarks() {
	loaded, err := r.Session.Pack()
	if err != nil ||
		!slices.ContainsFunc(r.Report.Sources, func(s report.Source) bool { return s.Kind == report.State }) {
		return
	}
	var names []string
	// those that would fail a run come first
	for _, level := range [...]pack.Level{pack.Mandatory, pack.Advisory, pack.Disabled} {
		for _, p := range loaded.Policies {
			if p.NeedsConfiguration && p.Level == level {
				names = append(names, p.Name)
			}
		}
	}
	r.Report.Notes = append(r.Report.Notes, report.Note{Message: fmt.Sprintf("A state contains no configuration "+
		"and no values of encrypted secrets, so %s have no findings and copies of such values are not found. "+
		"A preview checks both.",
		strings.Join(names, " and "))})
}

package check

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/progression-labs-development/policypack/internal/decisionlog"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/report"
	"github.com/progression-labs-development/policypack/internal/repository"
	"github.com/progression-labs-development/policypack/internal/rollout"
	"github.com/progression-labs-development/policypack/internal/verdict"
)

// repository checks a repository, a part of it or one of its files.
func (r *sourceRun) repository(ctx context.Context, t target) error {
	r.dir = t.path
	if !t.dir {
		r.dir = filepath.Dir(t.path)
	}
	if err := r.begin(nil, r.checkout(t)); err != nil {
		return err
	}
	reading, err := r.Session.Reading()
	if err != nil {
		return err
	}
	options := repository.Options{
		Detector: reading.Detector, Components: reading.Components, Base: r.options.Base,
		Since: r.options.Since, Touched: r.options.Touched,
		Baseline: repository.Baseline{Files: reading.Known, Commit: reading.KnownAt},
		Staged:   r.options.Staged, Index: r.options.Index, History: r.options.History,
		Progress: func(files int) {
			r.progress.show("checking %s: %s", t.name, report.Plural(files, "file"))
		},
		ProgressCommits: func(done, all int) {
			r.progress.show("checking %s: commit %d of %d", t.name, done, all)
		},
	}
	sum, err := repository.Read(ctx, t.path, options, func(f *facts.File) error {
		if r.options.File != nil {
			r.options.File(f)
		}
		if _, err := r.Session.File(ctx, f); err != nil {
			r.failFile(t, repository.FileError{Name: f.Name, Message: err.Error()})
		}
		return nil
	})
	if err != nil {
		return WithoutPath(err)
	}
	for _, e := range sum.Errors {
		r.failFile(t, e)
	}
	what := report.Files
	if r.options.Staged {
		what = report.StagedFiles
	}
	source := report.Source{
		Name: t.name, Kind: report.Repository, History: r.options.History, Part: sum.Partial(), Checked: model.Counted(
			report.Count{What: what, Count: int(sum.Files)},
			report.Count{What: report.Commits, Count: int(sum.Commits)}),
	}
	if t.dir {
		source.Index = &sum.Index
	}
	source.Partly, source.NotChecked = r.leftOut(sum.Formats), r.leftOut(sum.Skipped)
	if !t.dir { // who names a file wants it to be read
		for _, e := range sum.Unread {
			r.failFile(t, e)
		}
	}
	if n := len(sum.Staged); n > 0 {
		r.note(t, "The Git index has more content than the work tree for %s, such as %s. Both were checked, and line "+
			"numbers may be those in the index.",
			report.Plural(n, "file"), r.Session.Shown(sum.Staged[0]))
	}
	r.unreadPipelines(t, sum)
	if sum.Before {
		r.note(t, "Only what the commit adds is reported. To report existing findings in its files too, run "+
			"`policypack check`.")
	}
	if r.options.Staged && sum.Files == 0 && len(sum.Skipped) == 0 && len(sum.Errors) == 0 {
		r.note(t, "Nothing is staged for the next commit, so nothing was checked. To check all files, run "+
			"`policypack check`.")
	}
	if n := sum.Old.Files; n > 0 {
		r.note(t, "%s could not be parsed in the format of its file name, such as one of %s, and was read as text.",
			report.Plural(n, "old version"), r.Session.Shown(sum.Old.Example))
	}
	if !r.options.Staged && sum.Files == 0 && sum.Commits == 0 && len(sum.Skipped) == 0 && len(sum.Errors) == 0 {
		return errors.New("it contains no files")
	}
	if sum.Renames != nil {
		r.note(t, "Files in the baseline no longer exist, and renames could not be detected: %s.",
			r.Session.Shown(sum.Renames.Error()))
	}
	if t.unread > 0 {
		what := "exported state or plan"
		if t.unread > 1 {
			what = "exported states or plans"
		}
		r.note(t, "%d %s in it were checked as text only. To check their resources, pass the files themselves or "+
			"--kind.",
			t.unread, what)
	}
	pending, err := r.Session.Pending(sum.Looked)
	if err != nil {
		return err
	}
	stale, err := r.Session.StaleRows(sum.Looked)
	if err != nil {
		return err
	}
	r.stale = append(r.stale, Stale{Path: t.path, Root: sum.Root, Rows: stale, Lost: sum.Renames != nil})
	r.found = append(verdict.Gather(r.found), pending...)
	r.add(source, program{})
	return nil
}

// checkout describes a repository in the decision log. The commit is left out if git cannot determine it.
func (r *sourceRun) checkout(t target) decisionlog.Run {
	source := &decisionlog.Source{Kind: report.Repository, Name: t.name}
	if r.options.Log != nil && r.options.Checkout != nil {
		if c, err := r.options.Checkout(r.dir); err == nil {
			source.Commit, source.Dirty = c.Commit, c.Dirty
		}
	}
	return decisionlog.Run{Source: source}
}

// Stale are the baseline entries that cover more findings than a repository has.
type Stale struct {
	Path string // that was checked
	Root string // of the repository, from which names of files count
	Rows []rollout.StaleRow
	Lost bool // files of the baseline are gone, and may have been renamed
}

// unreadPipelines lists the pipelines that were read only as text.
func (r *sourceRun) unreadPipelines(t target, sum *repository.Summary) {
	n, names := 0, make([]string, 0, len(sum.Systems))
	for _, s := range sum.Systems {
		n += s.Files
		example := r.Session.Shown(s.Example)
		if s.Files > 1 {
			example = fmt.Sprintf("%s and %d more", example, s.Files-1)
		}
		names = append(names, s.Reason+" ("+example+")")
	}
	const consequence = "Secrets in their text are found, but commands and cloud keys in their jobs are not."
	switch {
	case n == 1:
		r.note(t, "1 pipeline of an unsupported CI system: %s. %s", names[0], consequence)
	case n > 1:
		r.note(t, "%d pipelines of unsupported CI systems: %s. %s", n, strings.Join(names, ", "), consequence)
	}
	if b := sum.Broken; b.Files > 0 {
		r.note(t, "%s below the root could not be parsed, such as %s: read as text. %s",
			report.Plural(b.Files, "pipeline"), r.Session.Shown(b.Example), consequence)
	}
}

func (r *sourceRun) leftOut(all []repository.Skipped) []report.Count {
	var out []report.Count
	for _, s := range all {
		out = append(out, report.Count{
			What: report.Files, Count: s.Files, Reason: s.Reason, Example: r.Session.Shown(s.Example),
		})
	}
	return out
}

// failFile records that a file could not be checked, or only in part.
func (r *sourceRun) failFile(t target, e repository.FileError) {
	r.Report.Errors = append(r.Report.Errors, report.Error{
		Source: t.name, File: r.Session.Shown(e.Name), Line: e.At.Line, Column: e.At.Column, Column16: e.Column16,
		Message: r.Session.Shown(e.Message),
	})
}

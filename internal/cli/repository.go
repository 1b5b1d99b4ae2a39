package cli

import (
	"context"
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"strings"

	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/report"
	"github.com/progression-labs-development/policypack/internal/repository"
	"github.com/progression-labs-development/policypack/internal/verdict"
)

// repository judges a repository, a part of it or one of its files.
func (j *judge) repository(ctx context.Context, t target) error {
	j.dir = t.path
	if !t.dir {
		j.dir = filepath.Dir(t.path)
	}
	if err := j.begin(nil, nil); err != nil {
		return err
	}
	reading, err := j.session.Reading()
	if err != nil {
		return err
	}
	options := repository.Options{Detector: reading.Detector, Components: reading.Components, Base: j.options.base, Since: j.options.since, Progress: func(files int) {
		j.progress.show("judging %s: %s", t.name, plural(files, "file"))
	}}
	sum, err := repository.Read(ctx, t.path, options, func(f *facts.File) error {
		if _, err := j.session.File(ctx, f); err != nil {
			j.failFile(t, repository.FileError{Name: f.Name, Message: err.Error()})
		}
		return nil
	})
	if err != nil {
		return withoutPath(err)
	}
	for _, e := range sum.Errors {
		j.failFile(t, e)
	}
	source := report.Source{Name: t.name, Kind: report.Repository, Files: int(sum.Files), Commits: int(sum.Commits)}
	if t.dir {
		source.Index = &sum.Index
	}
	source.Formats, source.Skipped = j.leftOut(sum.Formats), j.leftOut(sum.Skipped)
	if !t.dir { // who names a file wants it to be read
		for _, e := range sum.Unread {
			j.failFile(t, e)
		}
	}
	if n := len(sum.Staged); n > 0 {
		j.note(t, "Git's index says more than the work tree of %s, such as %s: both were checked, and lines may be those of the index.",
			plural(n, "file"), j.session.Shown(sum.Staged[0]))
	}
	if sum.Files == 0 && len(sum.Skipped) == 0 && len(sum.Errors) == 0 {
		return errors.New("there are no files in it")
	}
	if t.unread > 0 {
		j.note(t, "%s in it were read as text. Name them, or say --kind, and they are judged by what they hold.",
			plural(t.unread, "exported state or plan", "exported states or plans"))
	}
	pending, err := j.session.Pending()
	if err != nil {
		return err
	}
	*j.found = append(gatherUnread(*j.found), pending...)
	j.add(source, nil)
	return nil
}

func (j *judge) leftOut(all []repository.Skipped) []report.Skipped {
	var out []report.Skipped
	for _, s := range all {
		out = append(out, report.Skipped{Reason: s.Reason, Files: s.Files, Example: j.session.Shown(s.Example)})
	}
	return out
}

// unreadPolicy reports files that could not be read.
const unreadPolicy = "unread-file"

// maxUnread bounds the names of unread files that one finding lists.
const maxUnread = 10

// gatherUnread makes one finding of all about unread files of a folder that have the same reason: a folder of images in a strange
// format is one thing to decide. Each file has been exempted, or not, on its own.
func gatherUnread(found []verdict.Finding) []verdict.Finding {
	type group struct{ folder, reason, commit string }
	first, more := map[group]int{}, map[int][]string{}
	var out []verdict.Finding
	for _, f := range found {
		if f.Policy != unreadPolicy || f.About || f.Exempted() || f.Baseline || f.LeftTo != "" {
			out = append(out, f)
			continue
		}
		g := group{path.Dir(f.File), f.Path.String(), f.Commit}
		if i, known := first[g]; known {
			more[i] = append(more[i], path.Base(f.File))
			continue
		}
		first[g] = len(out)
		out = append(out, f)
	}
	for i := range out {
		names := more[i]
		if names == nil {
			continue
		}
		line := fmt.Sprintf("The same holds for %s beside it: %s", plural(len(names), "file"), strings.Join(names[:min(len(names), maxUnread)], ", "))
		if len(names) > maxUnread {
			line += ", …"
		}
		out[i].Message += "\n" + line + "."
	}
	return out
}

// failFile notes that a file could not be judged, or not fully.
func (j *judge) failFile(t target, e repository.FileError) {
	j.report.Errors = append(j.report.Errors, report.Error{
		Source: t.name, File: j.session.Shown(e.Name), Line: e.Line, Column: e.Column, Message: j.session.Shown(e.Message),
	})
}

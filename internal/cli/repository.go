package cli

import (
	"context"
	"errors"

	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/report"
	"github.com/progression-labs-development/policypack/internal/repository"
)

// repository judges a repository, a part of it or one of its files.
func (j *judge) repository(ctx context.Context, t target) error {
	if err := j.begin(ctx, nil); err != nil {
		return err
	}
	detector, err := j.server.Detector(ctx)
	if err != nil {
		return plain(err)
	}
	options := repository.Options{Detector: detector, Base: j.options.base, Progress: func(files int) {
		j.progress.show("judging %s: %s", t.name, plural(files, "file"))
	}}
	sum, err := repository.Read(ctx, t.path, options, func(f *facts.File) error {
		if _, err := j.server.AnalyzeFile(ctx, f); err != nil {
			j.failFile(t, repository.FileError{Name: f.Name, Message: plain(err).Error()})
		}
		return nil
	})
	if err != nil {
		return withoutPath(err)
	}
	for _, e := range sum.Errors {
		j.failFile(t, e)
	}
	source := report.Source{Name: t.name, Kind: report.Repository, Files: int(sum.Files)}
	if t.dir {
		source.Index = &sum.Index
	}
	skipped := 0
	for _, s := range sum.Skipped {
		source.Skipped = append(source.Skipped, report.Skipped{Reason: s.Reason, Files: s.Files, Example: j.server.Shown(s.Example)})
		skipped += s.Files
	}
	if sum.Files == 0 && skipped == 0 && len(sum.Errors) == 0 {
		return errors.New("there are no files in it")
	}
	if t.unread > 0 {
		j.note(t, "%s in it were read as text. Name them, or say --kind, and they are judged by what they hold.",
			plural(t.unread, "exported state or plan", "exported states or plans"))
	}
	j.add(source, nil)
	return nil
}

// failFile notes that a file could not be judged, or not fully.
func (j *judge) failFile(t target, e repository.FileError) {
	j.report.Errors = append(j.report.Errors, report.Error{
		Source: t.name, File: j.server.Shown(e.Name), Line: e.Line, Column: e.Column, Message: j.server.Shown(e.Message),
	})
}

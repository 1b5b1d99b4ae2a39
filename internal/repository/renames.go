package repository

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/progression-labs-development/policypack/internal/git"
)

// Baseline is what the reader needs to know about a baseline: the files with findings in it, and the commit that it was
// written at, empty if not recorded.
type Baseline struct {
	Files  []string
	Commit string
}

// renames is what git knows about renamed and changed files.
type renames struct {
	was map[string][]string // the names that files had in the baseline, by the name of now
	err error               // why these are not known, where files of the baseline are gone
	// base returns the name that a file has in the base, empty if unchanged or unknown.
	base func(name string) string
	// untouched reports whether the index has the file as of the merge base. Later changes in the base are not part of
	// the change.
	untouched func(name string) bool
}

// renamesOf asks git for renames if files of the baseline are missing; those since the base are queried on first use.
func renamesOf(ctx context.Context, l *listing, o *Options, base string) *renames {
	r := &renames{was: map[string][]string{}}
	from := sync.OnceValue(func() string { return baseCommit(ctx, l, base) })
	since := sync.OnceValues(func() ([]git.Rename, error) {
		err := errors.New("git does not know the commit of the base")
		for _, name := range append([]string{from()}, o.Since...) {
			if name == "" {
				continue
			}
			var all []git.Rename
			if all, err = renamesTo(ctx, l, name); err == nil {
				return all, nil
			}
		}
		return nil, err
	})
	names := sync.OnceValue(func() map[string]string {
		all, _ := since() // without it, what is in the file is new
		out := map[string]string{}
		for _, one := range all {
			out[one.To] = one.From
		}
		return out
	})
	r.base = func(name string) string { return names()[name] }
	touched := sync.OnceValue(func() map[string]bool { return touchedSince(ctx, l, from()) })
	r.untouched = func(name string) bool { return touched() != nil && !touched()[name] }
	there := map[string]bool{}
	for _, e := range slices.Concat(l.files, l.others) {
		there[e.name] = true
	}
	gone := slices.DeleteFunc(slices.Clone(o.Baseline.Files), func(name string) bool { return there[name] })
	if len(gone) == 0 {
		return r
	}
	all, err := renamesTo(ctx, l, o.Baseline.Commit)
	if err != nil && (base != "" || len(o.Since) > 0) {
		all, err = since()
	}
	r.err = err
	for _, one := range all {
		if slices.Contains(gone, one.From) {
			r.was[one.To] = append(r.was[one.To], one.From)
		}
	}
	return r
}

// baseCommit returns the commit of the base, empty if the base is not the root of a checkout.
func baseCommit(ctx context.Context, l *listing, base string) string {
	if base == "" || !l.index {
		return ""
	}
	c, err := checkoutOf(base)
	if err != nil || c == nil || c.root != base {
		return ""
	}
	g, err := git.New(c.gitDir, base, l.root)
	if err != nil {
		return ""
	}
	id, err := g.Resolve(ctx, "HEAD")
	if err != nil {
		return ""
	}
	return id
}

// touchedSince returns the files of the index that differ from the merge base of HEAD and the base, nil if git cannot
// determine them.
func touchedSince(ctx context.Context, l *listing, base string) map[string]bool {
	if base == "" {
		return nil
	}
	g, err := l.store.git()
	if err != nil {
		return nil
	}
	head, err := g.Resolve(ctx, "HEAD")
	if err != nil {
		return nil
	}
	fork, err := g.MergeBase(ctx, head, base)
	if err != nil || fork == "" {
		return nil
	}
	names, err := g.Differ(ctx, fork)
	if err != nil {
		return nil
	}
	out := make(map[string]bool, len(names))
	for _, name := range names {
		out[name] = true
	}
	return out
}

// renamesTo returns the renames since a commit.
func renamesTo(ctx context.Context, l *listing, commit string) ([]git.Rename, error) {
	switch {
	case !l.index:
		return nil, errors.New("the files are not in a Git repository")
	case commit == "":
		return nil, errors.New("the baseline does not record the commit at which it was written")
	}
	g, err := l.store.git()
	if err != nil {
		return nil, err
	}
	id, err := g.Resolve(ctx, commit)
	if err != nil {
		return nil, errors.New("this clone does not contain the commit at which the baseline was written; " +
			wholeHistory)
	}
	return g.Renames(ctx, id)
}

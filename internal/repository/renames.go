package repository

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/progression-labs-development/policypack/internal/git"
)

// Baseline is what the reading has to know of a baseline: the files that it knows findings of, and the commit that it
// was written at, empty where nobody has noted it.
type Baseline struct {
	Files  []string
	Commit string
}

// renames are what git knows of the files beside what is in them.
type renames struct {
	was map[string][]string // the names that files had in the baseline, by the name of now
	err error               // why these are not known, where files of the baseline are gone
	// base returns the name that a file has in the base, empty where git does not say or it is its own.
	base func(name string) string
	// untouched reports whether the index has the file as it was where the change has left the base: what the base has
	// changed since is not the change's.
	untouched func(name string) bool
}

// renamesOf asks git where files of the baseline are gone, and of the base once somebody wants to know.
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

// baseCommit returns the commit of the base, empty where it is no checkout itself.
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

// touchedSince returns the files that the index has otherwise than the last common commit of HEAD and the base, nil
// where git does not say.
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

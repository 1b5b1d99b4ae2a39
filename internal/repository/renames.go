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

// renames are the names that files had before git saw them renamed.
type renames struct {
	was map[string][]string // in the baseline, by the name of now
	// base returns the name that a file has in the base, where it is not there under its own.
	base func(name string) string
	err  error // why renames are not known, where files of the baseline are gone
}

// renamesOf asks git where files of the baseline are gone, and of the base once a file is not there.
func renamesOf(ctx context.Context, l *listing, o *Options, base string) *renames {
	r := &renames{was: map[string][]string{}, base: func(string) string { return "" }}
	since := sync.OnceValues(func() ([]git.Rename, error) { return renamesSince(ctx, l, o, base) })
	if base != "" && l.index {
		names := sync.OnceValue(func() map[string]string {
			all, _ := since() // without it, what is in the file is new
			out := map[string]string{}
			for _, one := range all {
				out[one.To] = one.From
			}
			return out
		})
		r.base = func(name string) string { return names()[name] }
	}
	there := map[string]bool{}
	for _, e := range l.files {
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

// renamesSince returns the renames since the commit of the base, or since those that a change begins at.
func renamesSince(ctx context.Context, l *listing, o *Options, base string) ([]git.Rename, error) {
	names := slices.Clone(o.Since)
	if base != "" {
		if c, err := checkoutOf(base); err == nil && c != nil && c.root == base { // it is a checkout itself
			if g, err := git.New(c.gitDir, base, l.root); err == nil {
				if id, err := g.Resolve(ctx, "HEAD"); err == nil {
					names = slices.Insert(names, 0, id)
				}
			}
		}
	}
	err := errors.New("git does not know the commit of the base")
	for _, name := range names {
		var all []git.Rename
		if all, err = renamesTo(ctx, l, name); err == nil {
			return all, nil
		}
	}
	return nil, err
}

// renamesTo returns the renames since a commit.
func renamesTo(ctx context.Context, l *listing, commit string) ([]git.Rename, error) {
	switch {
	case !l.index:
		return nil, errors.New("the files are not in a git repository")
	case commit == "":
		return nil, errors.New("the baseline does not say which commit it was written at")
	}
	g, err := l.store.git()
	if err != nil {
		return nil, err
	}
	id, err := g.Resolve(ctx, commit)
	if err != nil {
		return nil, errors.New("this clone does not have the commit that the baseline was written at; " + wholeHistory)
	}
	return g.Renames(ctx, id)
}

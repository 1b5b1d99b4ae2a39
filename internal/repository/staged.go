package repository

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"

	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/git"
	"github.com/progression-labs-development/policypack/internal/place"
)

// staged is the state before the next commit.
type staged struct {
	before map[string][]entry // by the name of a file that it adds or changes
	gone   []entry            // what it takes away
	moved  func(*reader) told // what these say, read when it is needed
}

// listStaged lists the files at a path that the next commit adds or changes, from git's index.
func listStaged(ctx context.Context, path string, o *Options) (*listing, error) {
	path, info, _, err := resolve(path)
	if err != nil {
		return nil, fmt.Errorf("repository: %w", err)
	}
	dir := path
	if !info.IsDir() {
		dir = filepath.Dir(path)
	}
	c, err := checkoutOf(dir)
	if err == nil && c == nil {
		err = errors.New("this is not a Git repository, so nothing is staged")
	}
	if err != nil {
		return nil, fmt.Errorf("repository %s: %w", path, err)
	}
	c.other = o.Index
	l := &listing{
		root: c.root, index: true, store: storeOf(c), skipped: skips{}, staged: &staged{before: map[string][]entry{}},
	}
	if l.others, err = c.index(); err != nil {
		return nil, fmt.Errorf("repository %s: %w", path, err)
	}
	g, err := l.store.git()
	if err != nil {
		return nil, fmt.Errorf("staged changes: %w", err)
	}
	changes, conflicts, err := g.Staged(ctx, o.Index)
	if err != nil {
		return nil, fmt.Errorf("staged changes: %w", err)
	}
	below, err := filepath.Rel(c.root, path)
	if err != nil {
		return nil, err
	}
	below = filepath.ToSlash(below)
	for _, name := range conflicts {
		if under(below, name) {
			l.errors = append(l.errors, FileError{Name: name, Message: "not checked: it has a merge conflict, so the " +
				"index has no version to commit; resolve the conflict and run `git add`"})
		}
	}
	managed := vendoredOf(l.others)
	for i := range changes {
		one := &changes[i]
		if one.ID != "" && under(below, one.Path) {
			l.add(one, managed)
			continue
		}
		for _, old := range one.Old {
			if one.ID == "" && isFile(old.Mode) {
				l.staged.gone = append(l.staged.gone, entryOf(one.Path, old.Mode, old.ID))
			}
		}
	}
	l.sort()
	var once sync.Once
	var said told
	l.staged.moved = func(r *reader) told {
		once.Do(func() {
			said = told{}
			for _, e := range l.staged.gone {
				said.add(r.version(e).file, e.id)
			}
		})
		return said
	}
	return l, nil
}

// add adds a file that the next commit adds or changes.
func (l *listing) add(one *git.Change, managed vendored) {
	if !isFile(one.Mode) {
		l.skipped.add(skipModule, one.Path)
		return
	}
	e := entryOf(one.Path, one.Mode, one.ID)
	e.managed = managed.managed(e.name)
	l.files = append(l.files, e)
	for _, old := range one.Old {
		if isFile(old.Mode) {
			before := entryOf(one.Path, old.Mode, old.ID)
			before.managed = e.managed
			l.staged.before[e.name] = append(l.staged.before[e.name], before)
		}
	}
}

// told counts facts, ignoring their positions.
type told map[string]int

// key returns a fact without its position. It never leaves the process.
func key(fact any) string { return fmt.Sprintf("%T %+v", fact, fact) }

// whole visits the facts of a file as a whole, each with a function that removes it. Contents are compared by id.
func whole(f *facts.File, id string, visit func(key string, take func())) {
	if f.Kind == facts.FileDotenv && !f.Template {
		visit("dotenv", func() { f.Kind = facts.FileOther })
	}
	if f.KeyStore != "" {
		visit("key store "+id, func() { f.KeyStore = "" })
	}
	if f.Unread != "" {
		visit("unread "+id, func() { f.Unread = "" })
	}
	if f.More {
		visit("more", func() { f.More = false })
	}
}

func (t told) add(f *facts.File, id string) {
	f.Each(func(_ place.Position, fact any) { t[key(fact)]++ })
	whole(f, id, func(key string, _ func()) { t[key]++ })
}

// reader returns a reader for staged files that leaves out earlier facts: as many occurrences as the same file had, and
// all facts of a file that is removed. Facts that a suppression comment applies to are kept, or the comment would seem
// unused.
func (s *staged) reader(r *reader) func(entry) result {
	r.changes = true
	return func(e entry) result {
		res := r.version(e)
		if !says(res.file) {
			return res
		}
		was := told{}
		for _, old := range s.before[e.name] { // of a merge the parent that has more
			of := told{}
			of.add(r.version(old).file, old.id)
			for k, n := range of {
				was[k] = max(was[k], n)
			}
		}
		var moved told
		old := func(k string) bool {
			if was[k] > 0 {
				was[k]--
				res.before = true
				return true
			}
			if moved == nil {
				moved = s.moved(r)
			}
			if moved[k] > 0 {
				res.before = true
			}
			return moved[k] > 0
		}
		commented := map[int]bool{}
		for i := range res.file.Allows {
			commented[res.file.Allows[i].Line] = true
		}
		res.file.Drop(func(at place.Position, fact any) bool { return !commented[at.Line] && old(key(fact)) })
		whole(res.file, e.id, func(key string, take func()) {
			if old(key) {
				take()
			}
		})
		return res
	}
}

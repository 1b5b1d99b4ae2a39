package repository

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/git"
)

// commits reads what commits bring, beside the files as they are.
type commits struct {
	*listing
	path, base string
	options    Options
	sum        *Summary
	names      *renames

	reader *reader // of versions
	tree   *reader // of the files as they are
	old    *reader // of what was there before
}

// version is a file as a commit leaves it.
type version struct {
	entry
	commit string // the first that has it
}

// wholeHistory says what to do where a clone lacks what is asked for.
const wholeHistory = "fetch the whole history (fetch-depth: 0 of actions/checkout, GIT_DEPTH: 0 in GitLab, or `git " +
	"fetch --unshallow`)"

// read calls each for the versions of files of which there is something to say that the files as they are do not say,
// in the order of their commits. What was there before the commits is not said of them either.
func (c *commits) read(ctx context.Context, each func(*facts.File) error) error {
	own, err := checkoutOf(c.root)
	if err == nil && own == nil {
		err = errors.New("this is no git repository, so there are no commits since anything")
	}
	if err != nil {
		return err
	}
	g, err := c.store.git()
	if err != nil {
		return fmt.Errorf("commits: %w", err)
	}
	list, err := c.list(ctx, g, own)
	if err != nil {
		return fmt.Errorf("commits: %w", err)
	}
	changes, err := g.Changes(ctx, list)
	if err != nil {
		return fmt.Errorf("commits: %w; if objects are missing, %s", err, wholeHistory)
	}
	below, err := filepath.Rel(own.root, c.real())
	if err != nil {
		return err
	}
	now := make(map[string]entry, len(c.files))
	for _, e := range c.files {
		now[e.name] = e
	}
	brought, before := versionsOf(list, changes)
	brought = slices.DeleteFunc(brought, func(v version) bool {
		return now[v.name].id == v.id || !under(filepath.ToSlash(below), v.name)
	})
	managed := vendoredOf(c.files)
	for i := range brought {
		brought[i].managed = managed.managed(brought[i].name)
	}
	c.sum.Commits, c.sum.Versions = int64(len(list)), int64(len(brought))
	b := c.store.blobs(ctx)
	defer b.close() //nolint:errcheck // all that was asked for has come
	readerOf := func() *reader {
		r := newReader(c.root, true, c.options, b)
		r.marked = true
		return r
	}
	c.reader, c.tree, c.old = readerOf(), readerOf(), readerOf()
	c.reader.base = c.names.baseReader(c.base, c.options, b)
	return c.versions(ctx, brought, before, now, each)
}

// real returns the path that is read, without links.
func (c *commits) real() string {
	path, err := filepath.Abs(c.path)
	if err == nil {
		path, err = filepath.EvalSymlinks(path)
	}
	if err != nil {
		return c.root
	}
	return path
}

func under(below, name string) bool {
	return below == "." || name == below || strings.HasPrefix(name, below+"/")
}

// list returns the commits since. Where the history is cut off, so that commits would be left out, or taken for new, it
// is an error.
func (c *commits) list(ctx context.Context, g *git.Git, own *checkout) ([]git.Commit, error) {
	head, err := g.Resolve(ctx, "HEAD")
	if err != nil {
		return nil, errors.New("there are none yet")
	}
	cut, err := own.cut()
	if err != nil {
		return nil, err
	}
	var since []string
	for _, name := range c.options.Since {
		id, err := g.Resolve(ctx, name)
		if err != nil {
			return nil, fmt.Errorf("%w; %s", err, wholeHistory)
		}
		if len(cut) > 0 {
			related, err := g.Related(ctx, head, id)
			if err != nil {
				return nil, err
			}
			if !related {
				return nil,
					fmt.Errorf("the history of this clone is cut off before it reaches %s; %s", name, wholeHistory)
			}
		}
		since = append(since, id)
	}
	list, err := g.Since(ctx, head, since...)
	if err != nil {
		return nil, err
	}
	for _, one := range list {
		if cut[one.ID] {
			return nil, fmt.Errorf("the history of this clone is cut off at commit %s; %s", short(one.ID), wholeHistory)
		}
	}
	return list, nil
}

// cut returns the commits whose parents a shallow clone leaves out.
func (c *checkout) cut() (map[string]bool, error) {
	text, err := os.ReadFile(filepath.Join(commonDir(c.gitDir), "shallow"))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	all := map[string]bool{}
	for _, id := range strings.Fields(string(text)) {
		all[id] = true
	}
	return all, nil
}

// short is the id of a commit as it is told.
func short(id string) string { return id[:min(len(id), 10)] }

// versionsOf returns the versions of files that the commits bring, each once, and those that were there before. What a
// merge has from one of its parents it does not bring.
func versionsOf(list []git.Commit, changes []git.Change) (brought, before []version) {
	type path struct{ commit, name string }
	differs := map[path]int{} // the parents that the commit differs from at the path
	for _, c := range changes {
		if isFile(c.Mode) && c.ID != c.Old {
			differs[path{c.Commit, c.Path}]++
		}
	}
	parents := map[string]int{}
	for _, c := range list {
		parents[c.ID] = max(1, len(c.Parents))
	}
	type blob struct{ name, id string }
	seen := map[blob]bool{}
	for _, c := range changes {
		b := blob{c.Path, c.ID}
		if differs[path{c.Commit, c.Path}] == parents[c.Commit] && !seen[b] && isFile(c.Mode) {
			seen[b] = true
			brought = append(brought, version{entryOf(c.Path, c.Mode, c.ID), short(c.Commit)})
		}
	}
	for _, c := range changes { // what one of the commits has brought was not there before
		b := blob{c.Path, c.Old}
		if isFile(c.OldMode) && !seen[b] {
			seen[b] = true
			before = append(before, version{entry: entryOf(c.Path, c.OldMode, c.Old)})
		}
	}
	return brought, before
}

// entryOf returns a file as git's index would have it.
func entryOf(name, mode, id string) entry {
	bits, _ := strconv.ParseUint(mode, 8, 32) // isFile knows them
	raw, _ := hex.DecodeString(id)            // digits, as package git says
	return entry{name: name, mode: uint32(bits), id: string(raw)}
}

// isFile reports whether git's mode is that of a file, or of a link, whose name may say something too.
func isFile(mode string) bool { return strings.HasPrefix(mode, "100") || mode == "120000" }

// versions reads versions and tells what is new in them.
func (c *commits) versions(ctx context.Context, brought, before []version, now map[string]entry,
	each func(*facts.File) error,
) error {
	named := map[string]bool{} // files whose names say nothing new
	for _, v := range before {
		named[v.name] = true
	}
	var old seen // what was there before; read when it is needed
	there := map[string]*result{}
	said := map[string]seen{}
	for _, v := range brought {
		if err := ctx.Err(); err != nil {
			return err
		}
		res := c.reader.version(v.entry)
		if res.absent != nil {
			return fmt.Errorf("%s in commit %s cannot be read, nor perhaps what comes after it: %w", v.name, v.commit,
				res.absent)
		}
		if res.how == unread {
			c.skipped.add(res.reason, v.name)
		}
		for _, e := range res.errors {
			e.Message = "commit " + v.commit + ": " + e.Message
			c.sum.Errors = append(c.sum.Errors, e)
		}
		if !says(res.file) {
			continue
		}
		if said[v.name] == nil {
			said[v.name], there[v.name] = seen{}, &result{file: &facts.File{}}
			if e, ok := now[v.name]; ok {
				last := c.tree.read(e)
				named[v.name], there[v.name] = true, &last
				said[v.name].add(last.marks)
			}
		}
		if old == nil && len(res.marks) > 0 {
			old = c.before(before)
		}
		f := lasting(res.file, there[v.name].file,
			func(line int) bool { return old.has(res.marks[line]) || said[v.name].has(res.marks[line]) })
		if named[v.name] && f.Kind == facts.FileDotenv {
			f.Kind = facts.FileOther // its name is told of the file as it is, or is no news
		}
		said[v.name].add(res.marks)
		named[v.name] = true
		if f.Commit = v.commit; !slices.ContainsFunc(facts.FileFacts(), f.Has) {
			continue
		}
		if err := each(f); err != nil {
			return err
		}
	}
	return nil
}

// before returns the marks of what the commits found in place. What cannot be read there is taken for new.
func (c *commits) before(versions []version) seen {
	all := seen{}
	for _, v := range versions {
		all.add(c.old.version(v.entry).marks)
	}
	return all
}

// lasting returns of a version of a file what a later one does not undo, without the lines that are old and what the
// file as it is says as a whole.
func lasting(f, now *facts.File, old func(line int) bool) *facts.File {
	kept := &facts.File{
		Name: f.Name, Kind: f.Kind, Stack: f.Stack, Template: f.Template, More: f.More,
		Allows: f.Allows,
	}
	if now.KeyStore == "" {
		kept.KeyStore = f.KeyStore
	}
	if now.Unread == "" {
		kept.Unread = f.Unread
	}
	for i := range f.Findings {
		if !old(f.Findings[i].At.Line) {
			kept.Findings = append(kept.Findings, f.Findings[i])
		}
	}
	for _, k := range f.CI {
		if k.By == "value" && !old(k.At.Line) {
			kept.CI = append(kept.CI, k)
		}
	}
	if len(kept.Findings)+len(kept.CI) == 0 {
		kept.More = false
	}
	return kept
}

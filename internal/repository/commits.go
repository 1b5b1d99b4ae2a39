package repository

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/git"
)

// commits reads the versions that commits add to the current files.
type commits struct {
	*listing
	path, base string
	options    Options
	sum        *Summary
	names      *renames
	below      string // what is read, from the root of the work tree

	formats, skipped skips
	now              map[string]*present // what the files as they are say, by name
	order            map[string]int      // of the commits
	elsewhere        map[string]bool     // the commits that HEAD does not have
	earlier          *reader             // of what was there before
	failed           error               // of git, while it listed
}

// present are the facts of a current file, with the marks of what a commit may have added.
type present struct {
	file  *facts.File
	marks marks
}

// version is a file as of a commit.
type version struct {
	entry
	commit string // the first that has it
	there  bool   // the file as it is has the same content, and was read
}

// wholeHistory is the advice for a clone that lacks the requested commits.
const wholeHistory = "fetch the complete history (fetch-depth: 0 for actions/checkout, GIT_DEPTH: 0 in GitLab, or " +
	"`git fetch --unshallow`)"

// read calls each for the versions of files with facts that the current files do not have, in the order of their
// commits. Facts from before the commits are left out.
func (c *commits) read(ctx context.Context, each func(*facts.File) error) error {
	own, err := checkoutOf(c.root)
	if err == nil && own == nil {
		err = errors.New("this is not a Git repository, so it has no commits to check")
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
	if c.below, err = filepath.Rel(own.root, c.real()); err != nil {
		return err
	}
	c.below = filepath.ToSlash(c.below)
	c.sum.Commits = int64(len(list))
	var told teller = newChange(c)
	if c.options.History {
		told = newHistory(c)
	}
	var all []*blobs
	defer func() {
		for _, b := range all {
			_ = b.close() // all that was asked for has come
		}
	}()
	readerOf := func() *reader {
		b := c.store.blobs(ctx)
		all = append(all, b)
		r := newReader(c.root, true, c.options, b)
		r.marked = true
		return r
	}
	c.earlier = readerOf()
	err = inOrder(ctx, told.versions(c.changes(g.Changes(ctx, list))), func() func(version) result {
		r := readerOf()
		r.base = c.names.baseReader(c.base, c.options, r.blobs)
		return func(v version) result {
			if v.there {
				return result{name: v.name}
			}
			return r.version(v.entry)
		}
	}, func(v version, res result) error {
		if !v.there {
			c.sum.Versions++
		}
		if c.options.ProgressCommits != nil {
			c.options.ProgressCommits(c.order[v.commit]+1, len(list))
		}
		if res.absent != nil {
			return fmt.Errorf("%s in commit %s cannot be read, and later versions may be unread too: %w", v.name,
				short(v.commit), res.absent)
		}
		c.count(&v, &res)
		if f := told.news(&v, &res); f != nil {
			f.Commit, f.Elsewhere = short(v.commit), c.elsewhere[v.commit]
			return each(f)
		}
		return nil
	})
	told.end()
	if err == nil && c.failed != nil {
		err = fmt.Errorf("commits: %w; if objects are missing, %s", c.failed, wholeHistory)
	}
	return err
}

// teller decides which versions of files are read, and which of their facts are reported. Its methods are called one at
// a time, each on its own goroutine.
type teller interface {
	versions(changes iter.Seq[git.Change]) iter.Seq[version]
	news(v *version, res *result) *facts.File
	end()
}

// changes yields the changes, and keeps the error.
func (c *commits) changes(all iter.Seq2[git.Change, error]) iter.Seq[git.Change] {
	return func(yield func(git.Change) bool) {
		for one, err := range all {
			if err != nil {
				c.failed = err
				return
			}
			if !yield(one) {
				return
			}
		}
	}
}

// brings reports whether a change adds a version of a file that no parent has.
func brings(c *git.Change) bool {
	return isFile(c.Mode) && !slices.ContainsFunc(c.Old, func(old git.Blob) bool { return old.ID == c.ID })
}

// count records how a version was read, and its errors.
func (c *commits) count(v *version, res *result) {
	switch res.how {
	case unread, listed:
		c.skipped.add(res.reason, v.name)
	case forFormats:
		c.formats.add(res.reason, v.name)
	case asText:
	}
	if c.options.History { // nobody can correct it any more
		if len(res.errors) > 0 {
			if c.sum.Old.Files++; c.sum.Old.Files == 1 {
				c.sum.Old.Example = v.name
			}
		}
		return
	}
	for _, e := range res.errors {
		e.Message = "commit " + short(v.commit) + ": " + e.Message
		c.sum.Errors = append(c.sum.Errors, e)
	}
}

// real returns the path that is read, with links resolved.
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

// list returns the commits to read. If the history is shallow, so that commits would be missing or be taken for new, it
// returns an error. With History, it reads what is available.
func (c *commits) list(ctx context.Context, g *git.Git, own *checkout) ([]string, error) {
	cut, err := own.cut()
	if err != nil {
		return nil, err
	}
	head, headless := g.Resolve(ctx, "HEAD")
	var list []string
	switch {
	case c.options.History:
		list, err = c.history(ctx, g, head, cut)
	case headless != nil:
		err = errors.New("there are no commits yet")
	default:
		list, err = c.since(ctx, g, head, cut)
	}
	c.order = make(map[string]int, len(list))
	for i, id := range list {
		c.order[id] = i
	}
	return list, err
}

// history returns all commits, and notes which of them are not in HEAD, and whether there are more.
func (c *commits) history(ctx context.Context, g *git.Git, head string, cut map[string]bool) ([]string, error) {
	list, err := g.History(ctx)
	if err != nil {
		return nil, err
	}
	others := list
	if head != "" {
		if others, err = g.Elsewhere(ctx, head); err != nil {
			return nil, err
		}
	}
	c.elsewhere = make(map[string]bool, len(others))
	for _, id := range others {
		c.elsewhere[id] = true
	}
	if i := slices.IndexFunc(list, func(id string) bool { return cut[id] }); i >= 0 {
		c.sum.Errors = append(c.sum.Errors, FileError{Message: fmt.Sprintf("the history of this shallow clone ends at "+
			"commit %s, and earlier commits were not checked; %s", short(list[i]), wholeHistory)})
	}
	return list, nil
}

// since returns the commits that are not reachable from those in the options.
func (c *commits) since(ctx context.Context, g *git.Git, head string, cut map[string]bool) ([]string, error) {
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
					fmt.Errorf("the history of this shallow clone does not reach back to %s; %s", name, wholeHistory)
			}
		}
		since = append(since, id)
	}
	list, err := g.Since(ctx, head, since...)
	if err != nil {
		return nil, err
	}
	for _, id := range list {
		if cut[id] {
			return nil, fmt.Errorf("the history of this shallow clone ends at commit %s; %s", short(id), wholeHistory)
		}
	}
	return list, nil
}

// cut returns the commits whose parents a shallow clone lacks.
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

// short abbreviates a commit id for output.
func short(id string) string { return id[:min(len(id), 10)] }

// entryOf returns a file as an entry of git's index.
func entryOf(name, mode, id string) entry {
	bits, _ := strconv.ParseUint(mode, 8, 32) // isFile knows them
	raw, _ := hex.DecodeString(id)            // digits, as package git says
	return entry{name: name, mode: uint32(bits), id: string(raw)}
}

// isFile reports whether a git mode is that of a file or a symbolic link, whose name can be relevant too.
func isFile(mode string) bool { return strings.HasPrefix(mode, "100") || mode == "120000" }

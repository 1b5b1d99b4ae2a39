package repository

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/order"
)

// listing is the list of files to read.
type listing struct {
	root    string
	index   bool
	store   *store  // of git's objects
	files   []entry // by name: slash-separated, from root
	skipped skips   // what needs no look at the file
	errors  []FileError
	others  []entry // what is tracked beside the files that are read
	staged  *staged // nil where the work tree is read
}

// versionControl are the folders in which version control keeps its own files.
var versionControl = [...]string{".git", ".hg", ".svn", ".jj"}

// listFiles lists the files at a path: the tracked ones, or all.
func listFiles(ctx context.Context, path string, o *Options) (*listing, error) {
	path, info, follow, err := resolve(path)
	if err != nil {
		return nil, fmt.Errorf("repository: %w", err)
	}
	dir := path
	if !info.IsDir() {
		dir = filepath.Dir(path)
	}
	c, err := checkoutOf(dir)
	if err != nil {
		return nil, fmt.Errorf("repository %s: %w", path, err)
	}
	l := &listing{root: dir, store: storeOf(c), skipped: skips{}}
	if c != nil {
		if err := l.tracked(ctx, c, path); err != nil {
			return nil, fmt.Errorf("repository %s: %w", path, err)
		}
	}
	switch {
	case l.index:
	case !info.IsDir():
		l.root = rootOf(path, c, o.table())
		name, err := filepath.Rel(l.root, path)
		if err != nil {
			return nil, err
		}
		l.files = []entry{{name: filepath.ToSlash(name)}}
	default:
		if err := l.walk(ctx); err != nil {
			return nil, fmt.Errorf("repository %s: %w", path, err)
		}
	}
	v := vendoredOf(l.files)
	for i := range l.files {
		e := &l.files[i]
		e.managed = v.managed(e.name)
		if e.follow = follow; follow {
			e.id = "" // git would merge the link
		}
	}
	return l, nil
}

// below returns the path that is read, relative to the root; empty for the root itself.
func (l *listing) below(path string) string {
	at, _, _, err := resolve(path)
	if err != nil {
		return ""
	}
	below, err := filepath.Rel(l.root, at)
	if err != nil || below == "." {
		return ""
	}
	return filepath.ToSlash(below)
}

// resolve returns the target of a path. A link to a file keeps its own name, which policies match: follow reports
// whether the path is such a link.
func resolve(path string) (at string, info fs.FileInfo, follow bool, err error) {
	if at, err = filepath.Abs(path); err != nil {
		return "", nil, false, err
	}
	if info, err = os.Stat(at); err != nil {
		return "", nil, false, err
	}
	if info.IsDir() {
		at, err = filepath.EvalSymlinks(at)
		return at, info, false, err
	}
	folder, err := filepath.EvalSymlinks(filepath.Dir(at))
	if err != nil {
		return "", nil, false, err
	}
	at = filepath.Join(folder, filepath.Base(at))
	own, err := os.Lstat(at)
	return at, info, err == nil && own.Mode()&fs.ModeSymlink != 0, err
}

// systemFolders are folders for CI systems whose files may be in subfolders.
var systemFolders = [...]string{".azure-pipelines", ".azuredevops", ".buildkite", ".drone", ".woodpecker"}

// rootOf returns the root that a single untracked file is named relative to, so that it is recognised by the folder for
// files of its kind.
func rootOf(path string, c *checkout, kinds []kind) string {
	if c != nil {
		return c.root
	}
	for dir := filepath.Dir(path); dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if slices.Contains(systemFolders[:], filepath.Base(dir)) {
			return filepath.Dir(dir)
		}
		for i := range kinds {
			for _, folder := range kinds[i].folders {
				if first, _, _ := strings.Cut(folder, "/"); filepath.Base(dir) == first {
					return filepath.Dir(dir)
				}
			}
		}
	}
	return filepath.Dir(path)
}

// tracked lists the tracked files at the path. If there are none, the listing stays empty.
func (l *listing) tracked(ctx context.Context, c *checkout, path string) (err error) {
	entries, err := c.index()
	if err != nil {
		return err
	}
	below, err := filepath.Rel(c.root, path)
	if err != nil {
		return err
	}
	if below = filepath.ToSlash(below); below == "." {
		below = ""
	}
	objects := l.store.blobs(ctx)
	defer func() { err = errors.Join(err, objects.close()) }()
	add := func(e entry) error {
		if below != "" && e.name != below && !strings.HasPrefix(e.name, below+"/") {
			return nil
		}
		l.index, l.root = true, c.root
		switch {
		case !filepath.IsLocal(filepath.FromSlash(e.name)):
			return fmt.Errorf("git index: %q is outside the repository", e.name)
		case e.mode&modeType == modeModule:
			l.skipped.add(skipModule, e.name)
		default:
			l.files = append(l.files, e)
		}
		return nil
	}
	for _, e := range entries {
		if e.mode&modeType == modeFolder {
			if below == "" || strings.HasPrefix(e.name, below+"/") || strings.HasPrefix(below+"/", e.name) {
				err = objects.expand(e, add)
			}
		} else {
			err = add(e)
		}
		if err != nil {
			return err
		}
	}
	l.sort()
	return nil
}

// sort sorts the files by name. A conflict has up to three entries.
func (l *listing) sort() {
	order.Stable(l.files, func(a, b entry) int { return strings.Compare(a.name, b.name) })
	l.files = slices.CompactFunc(l.files, func(a, b entry) bool { return a.name == b.name })
}

// leaveUntouched drops the files that are not among the names.
func (l *listing) leaveUntouched(touched map[string]bool) {
	l.files = slices.DeleteFunc(l.files, func(e entry) bool {
		if touched[e.name] {
			return false
		}
		l.others = append(l.others, e)
		l.skipped.add(skipUntouched, e.name)
		return true
	})
}

// walk lists all files. A folder that cannot be opened is an error of that folder.
func (l *listing) walk(ctx context.Context) error {
	err := filepath.WalkDir(l.root, func(path string, d fs.DirEntry, err error) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		name, relErr := filepath.Rel(l.root, path)
		if relErr != nil {
			return relErr
		}
		name = filepath.ToSlash(name)
		switch {
		case err != nil && name == ".":
			return err
		case err != nil:
			l.errors = append(l.errors, FileError{Name: name, Message: "cannot be read: " + cause(err)})
		case d.IsDir() && slices.Contains(versionControl[:], d.Name()) && name != ".":
			return fs.SkipDir
		case d.IsDir(), d.Name() == ".git": // the latter of worktrees and submodules
		default:
			l.files = append(l.files, entry{name: name})
		}
		return nil
	})
	l.sort()
	return err
}

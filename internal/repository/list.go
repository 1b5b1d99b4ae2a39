package repository

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// listing is what there is to read.
type listing struct {
	root    string
	index   bool
	names   []string // slash-separated, from root, sorted
	skipped skips    // what needs no look at the file
	errors  []FileError
}

// versionControl are the folders in which version control keeps its own files.
var versionControl = [...]string{".git", ".hg", ".svn", ".jj"}

// listFiles lists the files at a path: those that git tracks, or all.
func listFiles(ctx context.Context, path string) (*listing, error) {
	path, err := filepath.Abs(path)
	if err == nil {
		path, err = filepath.EvalSymlinks(path)
	}
	if err != nil {
		return nil, fmt.Errorf("repository: %w", err)
	}
	info, err := os.Stat(path)
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
	l := &listing{root: dir, skipped: skips{}}
	if c != nil {
		if err := l.tracked(c, path); err != nil {
			return nil, fmt.Errorf("repository %s: %w", path, err)
		}
	}
	switch {
	case l.index:
	case !info.IsDir():
		l.root = rootOf(path, c)
		name, err := filepath.Rel(l.root, path)
		if err != nil {
			return nil, err
		}
		l.names = []string{filepath.ToSlash(name)}
		return l, nil
	default:
		if err := l.walk(ctx); err != nil {
			return nil, fmt.Errorf("repository %s: %w", path, err)
		}
	}
	v := vendoredOf(l.names)
	l.names = slices.DeleteFunc(l.names, func(name string) bool {
		reason := v.skip(name)
		if reason != "" {
			l.skipped.add(reason, name)
		}
		return reason != ""
	})
	return l, nil
}

// rootOf is the root by which a single file is named that git does not track, so that workflows are known as such.
func rootOf(path string, c *checkout) string {
	if c != nil {
		return c.root
	}
	for dir := filepath.Dir(path); dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if filepath.Base(dir) == ".github" {
			return filepath.Dir(dir)
		}
	}
	return filepath.Dir(path)
}

// tracked lists what git tracks at the path. Where that is nothing, the listing stays empty.
func (l *listing) tracked(c *checkout, path string) error {
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
	for _, e := range entries {
		if below != "" && e.name != below && !strings.HasPrefix(e.name, below+"/") {
			continue
		}
		l.index, l.root = true, c.root
		switch {
		case !filepath.IsLocal(filepath.FromSlash(e.name)):
			return fmt.Errorf("git index: %q is not below the repository", e.name)
		case e.mode&modeType == modeLink:
			l.skipped.add(skipLink, e.name)
		case e.mode&modeType == modeModule:
			l.skipped.add(skipModule, e.name)
		case e.mode&modeType == modeFolder:
			l.skipped.add(skipSparse, e.name)
		case e.absent && !there(c.root, e.name):
			l.skipped.add(skipSparse, e.name)
		default:
			l.names = append(l.names, e.name)
		}
	}
	slices.Sort(l.names)
	l.names = slices.Compact(l.names) // a conflict has up to three entries
	return nil
}

func there(root, name string) bool {
	_, err := os.Lstat(filepath.Join(root, filepath.FromSlash(name)))
	return err == nil
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
		case d.Type()&fs.ModeSymlink != 0:
			l.skipped.add(skipLink, name)
		case !d.Type().IsRegular():
			l.skipped.add(skipSpecial, name)
		default:
			l.names = append(l.names, name)
		}
		return nil
	})
	slices.Sort(l.names)
	return err
}

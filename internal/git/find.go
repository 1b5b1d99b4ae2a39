package git

import (
	"os"
	"path/filepath"
	"strings"
)

// Find returns the root of the work tree that the folder is in, and its git directory: .git itself, or the target of
// the file .git in worktrees and submodules. Both are empty if there is none. It does not run git.
func Find(dir string) (root, gitDir string, err error) {
	for {
		gitDir, err := dirOf(dir)
		if err != nil || gitDir != "" {
			return dir, gitDir, err
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", "", nil
		}
		dir = parent
	}
}

// dirOf returns the git directory of a work tree's root, empty where the folder is none.
func dirOf(dir string) (string, error) {
	path := filepath.Join(dir, ".git")
	info, err := os.Stat(path)
	if err != nil {
		return "", nil //nolint:nilerr // a folder that nobody may look into is no root of ours
	}
	if info.Mode().IsRegular() && info.Size() < 64<<10 {
		text, err := os.ReadFile(path)
		if err != nil {
			return "", err
		}
		to, ok := strings.CutPrefix(strings.TrimSpace(string(text)), "gitdir:")
		if !ok {
			return "", nil
		}
		if path = filepath.FromSlash(strings.TrimSpace(to)); !filepath.IsAbs(path) {
			path = filepath.Join(dir, path)
		}
	} else if !info.IsDir() {
		return "", nil
	}
	if _, err := os.Stat(filepath.Join(path, "HEAD")); err != nil { //nolint:gosec // where git itself would look
		return "", nil //nolint:nilerr // no git directory, or one that has been moved away
	}
	return path, nil
}

package repository

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/progression-labs-development/policypack/internal/git"
)

// checkout is the work tree of a git repository and its git directories.
type checkout struct {
	root   string // of the work tree
	gitDir string // with the index; that of a worktree or submodule is elsewhere
	hash   int    // bytes of an object's name: 20, or 32 where the repository says so
	// other is the index file to use in place of the checkout's own, or empty.
	other string
}

// checkoutOf returns the checkout that contains the folder, nil if there is none. It does not run git: that would need
// git in the container and trust in the folder's owner, and could run programs that the repository configures.
func checkoutOf(dir string) (*checkout, error) {
	root, gitDir, err := git.Find(dir)
	if err != nil || gitDir == "" {
		return nil, err
	}
	hash, err := hashSize(gitDir)
	if err != nil {
		return nil, err
	}
	return &checkout{root: root, gitDir: gitDir, hash: hash}, nil
}

// commonDir returns the git directory that all worktrees of a repository share.
func commonDir(gitDir string) string {
	text, err := os.ReadFile(filepath.Join(gitDir, "commondir"))
	if err != nil {
		return gitDir
	}
	common := filepath.FromSlash(strings.TrimSpace(string(text)))
	if !filepath.IsAbs(common) {
		common = filepath.Join(gitDir, common)
	}
	return common
}

// hashSize reads the object format from the configuration, which all worktrees share.
func hashSize(gitDir string) (int, error) {
	text, err := os.ReadFile(filepath.Join(commonDir(gitDir), "config"))
	if errors.Is(err, fs.ErrNotExist) {
		return 20, nil
	} else if err != nil {
		return 0, err
	}
	section := ""
	for line := range strings.Lines(strings.ToLower(string(text))) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			section, line, _ = strings.Cut(line, "]")
		}
		if key, value, ok := strings.Cut(line, "="); ok && section == "[extensions" &&
			strings.TrimSpace(key) == "objectformat" {
			if strings.TrimSpace(value) == "sha256" {
				return 32, nil
			}
		}
	}
	return 20, nil
}

// index reads the index. entries is nil if the repository has no index yet.
func (c *checkout) index() (entries []entry, err error) {
	data, err := os.ReadFile(cmp.Or(c.other, filepath.Join(c.gitDir, "index")))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, fmt.Errorf("git index: %w", err)
	}
	own, err := parseIndex(data, c.hash)
	if err == nil && own.base != "" {
		var shared []byte
		shared, err = os.ReadFile(filepath.Join(c.gitDir, "sharedindex."+own.base))
		if err == nil {
			var base *index
			if base, err = parseIndex(shared, c.hash); err == nil {
				err = own.merge(base)
			}
		}
	}
	if err != nil {
		return nil, fmt.Errorf("git index: %w; run `git status`, which repairs it or explains the error", err)
	}
	return own.entries, nil
}

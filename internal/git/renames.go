package git

import (
	"context"
	"errors"
	"strings"
)

// Rename is a file with different names in the commit and the index.
type Rename struct{ From, To string }

// Renames returns the files that were renamed between a commit and the index, by git's own measure of likeness. Nothing
// in the work tree is looked at.
func (g *Git) Renames(ctx context.Context, commit string) ([]Rename, error) {
	words, err := g.diffIndex(ctx, commit, "--find-renames", "-l2000", "--diff-filter=R", "--name-status")
	if err != nil {
		return nil, err
	}
	if len(words)%3 != 0 {
		return nil, errors.New("git diff-index: unexpected output")
	}
	var all []Rename
	for i := 0; i < len(words); i += 3 {
		if !strings.HasPrefix(words[i], "R") {
			return nil, errors.New("git diff-index: unexpected output")
		}
		all = append(all, Rename{From: words[i+1], To: words[i+2]})
	}
	return all, nil
}

// Differ returns the names of the files in which a commit and the index differ.
func (g *Git) Differ(ctx context.Context, commit string) ([]string, error) {
	return g.diffIndex(ctx, commit, "--no-renames", "--name-only")
}

func (g *Git) diffIndex(ctx context.Context, commit string, args ...string) ([]string, error) {
	if !hexadecimal(commit) {
		return nil, errors.New("expected a commit id")
	}
	args = append([]string{"diff-index", "--cached"}, args...)
	out, err := g.output(ctx, append(args, "-z", "--no-ext-diff", "--no-textconv", "--ignore-submodules=all",
		commit)...)
	if err != nil || len(out) == 0 {
		return nil, err
	}
	return strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00"), nil
}

package git

import (
	"context"
	"errors"
	"strings"
)

// Rename is a file that the commit has under one name and the index under another.
type Rename struct{ From, To string }

// Renames returns the files that were renamed between a commit and the index, by git's own measure of likeness. Nothing
// in the work tree is looked at.
func (g *Git) Renames(ctx context.Context, commit string) ([]Rename, error) {
	if !hexadecimal(commit) {
		return nil, errors.New("want the id of a commit")
	}
	out, err := g.output(ctx, nil, "diff-index", "--cached", "--find-renames", "-l2000", "--diff-filter=R",
		"--name-status", "-z", "--no-ext-diff", "--no-textconv", "--ignore-submodules=all", commit)
	if err != nil {
		return nil, err
	}
	words := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
	if len(words) == 1 && words[0] == "" {
		return nil, nil
	}
	if len(words)%3 != 0 {
		return nil, errors.New("git diff-index: its answer is not understood")
	}
	var all []Rename
	for i := 0; i < len(words); i += 3 {
		if !strings.HasPrefix(words[i], "R") {
			return nil, errors.New("git diff-index: its answer is not understood")
		}
		all = append(all, Rename{From: words[i+1], To: words[i+2]})
	}
	return all, nil
}

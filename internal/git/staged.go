package git

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Staged returns what the next commit would do, by an index, and the names of the files of which that has no version,
// since a conflict is not resolved. What is only marked to be added (git add -N) is not in the commit. The index is the
// path of a file; where it is empty, that of the checkout.
func (g *Git) Staged(ctx context.Context, index string) (all []Change, conflicts []string, err error) {
	parents, err := g.next(ctx)
	if err != nil {
		return nil, nil, err
	}
	at := map[string]int{}
	for i, parent := range parents {
		cmd := g.graphless(ctx, "diff-index", "--cached", "--raw", "-z", "--no-abbrev", "--no-renames", "--no-ext-diff",
			"--no-textconv", "--ignore-submodules=none", "--ita-invisible-in-index", parent, "--")
		if index != "" {
			cmd.Env = append(cmd.Env, "GIT_INDEX_FILE="+index)
		}
		var errs said
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &errs
		if err := cmd.Run(); err != nil {
			return nil, nil, failed(ctx, "diff-index", &errs, err)
		}
		var differing []Change
		err := raw(&out, func(string) error { return errRaw }, func(c Change, status string) bool {
			if status == "U" {
				if !slices.Contains(conflicts, c.Path) {
					conflicts = append(conflicts, c.Path)
				}
				return true
			}
			differing = append(differing, c)
			return true
		})
		if err != nil {
			return nil, nil, fmt.Errorf("git diff-index: %w", err)
		}
		if i == 0 {
			all = differing
		} else { // what it has from this parent it does not do
			for j, c := range all {
				at[c.Path] = j
			}
			var both []Change
			for _, c := range differing {
				if j, ok := at[c.Path]; ok {
					all[j].Old = append(all[j].Old, c.Old...)
					both = append(both, all[j])
				}
			}
			all = both
			clear(at)
		}
	}
	return slices.DeleteFunc(all, func(c Change) bool { return slices.Contains(conflicts, c.Path) }), conflicts, nil
}

// next returns the trees that the next commit is compared with: its parents, which are HEAD and while a merge goes on
// what is merged, or the empty tree where it will be the first.
func (g *Git) next(ctx context.Context) ([]string, error) {
	var parents []string
	head, err := g.Resolve(ctx, "HEAD")
	if err == nil {
		parents = append(parents, head)
	} else if born, err := g.born(ctx); err != nil || born {
		return nil, fmt.Errorf("git: the commit of HEAD is not in this clone: %w", errors.Join(err, ErrMissing))
	}
	merged, err := os.ReadFile(filepath.Join(g.dir, "MERGE_HEAD"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	parents = append(parents, strings.Fields(string(merged))...)
	if len(parents) == 0 {
		empty, err := g.output(ctx, "hash-object", "-t", "tree", "--stdin")
		if err != nil {
			return nil, err
		}
		parents = append(parents, strings.TrimSpace(string(empty)))
	}
	for _, id := range parents {
		if !hexadecimal(id) {
			return nil, errors.New("git: expected a commit id")
		}
	}
	return parents, nil
}

// born reports whether the branch of HEAD has a commit.
func (g *Git) born(ctx context.Context) (bool, error) {
	name, err := g.output(ctx, "symbolic-ref", "--quiet", "HEAD")
	if err != nil {
		return true, nil //nolint:nilerr // it names a commit itself
	}
	_, err = g.output(ctx, "show-ref", "--verify", "--quiet", strings.TrimSpace(string(name)))
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) && exit.ExitCode() == 1 {
		return false, nil
	}
	return true, err
}

package git

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
)

// Commit is a commit by its id, in hexadecimal digits, with its parents.
type Commit struct {
	ID      string
	Parents []string
}

// Change is what a commit does to one path, compared with one of its parents.
type Change struct {
	Commit string
	Parent string // empty for the first commit of a history
	Path   string
	// Mode and ID are those of the path in the commit, in octal and hexadecimal digits, OldMode and Old those in the
	// parent. They are empty where there is nothing.
	Mode, ID, OldMode, Old string
}

// Resolve returns the id of the commit that a name stands for.
func (g *Git) Resolve(ctx context.Context, name string) (string, error) {
	if name == "" || strings.HasPrefix(name, "-") || strings.ContainsAny(name, "\x00\n") {
		return "", fmt.Errorf("%q is not the name of a commit", name)
	}
	out, err := g.output(ctx, nil, "rev-parse", "--verify", "--quiet", name+"^{commit}")
	if err != nil {
		return "", fmt.Errorf("there is no commit %q in this clone", name)
	}
	id := strings.TrimSpace(string(out))
	if !hexadecimal(id) {
		return "", fmt.Errorf("git rev-parse: its answer is not understood")
	}
	return id, nil
}

// Related reports whether two commits have a common ancestor that is in this clone.
func (g *Git) Related(ctx context.Context, a, b string) (bool, error) {
	base, err := g.MergeBase(ctx, a, b)
	return base != "", err
}

// MergeBase returns the best common ancestor of two commits, empty where this clone has none.
func (g *Git) MergeBase(ctx context.Context, a, b string) (string, error) {
	out, err := g.output(ctx, nil, "merge-base", a, b)
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) && exit.ExitCode() == 1 {
		return "", nil
	} else if err != nil {
		return "", err
	}
	return strings.TrimSpace(string(out)), nil
}

// Since lists the commits that head has and none of the others has, the oldest first.
func (g *Git) Since(ctx context.Context, head string, others ...string) ([]Commit, error) {
	args := []string{"rev-list", "--topo-order", "--reverse", "--parents", head}
	for _, o := range others {
		args = append(args, "^"+o)
	}
	out, err := g.output(ctx, nil, args...)
	if err != nil {
		return nil, err
	}
	var all []Commit
	for line := range strings.Lines(string(out)) {
		ids := strings.Fields(line)
		for _, id := range ids {
			if !hexadecimal(id) {
				return nil, errors.New("git rev-list: its answer is not understood")
			}
		}
		if len(ids) > 0 {
			all = append(all, Commit{ID: ids[0], Parents: ids[1:]})
		}
	}
	return all, nil
}

// Changes compares each commit with each of its parents, and one without any with nothing. What was moved is a path
// that is gone and another that is new.
func (g *Git) Changes(ctx context.Context, commits []Commit) ([]Change, error) {
	if len(commits) == 0 {
		return nil, nil
	}
	var in bytes.Buffer
	type pair struct{ commit, parent string }
	var asked []pair
	for _, c := range commits {
		for _, p := range c.Parents {
			asked = append(asked, pair{c.ID, p})
			in.WriteString(c.ID + " " + p + "\n")
		}
		if len(c.Parents) == 0 {
			asked = append(asked, pair{c.ID, ""})
			in.WriteString(c.ID + "\n")
		}
	}
	// With --always each pair has its line, whether anything differs or not, so that they can be told apart.
	out, err := g.output(ctx, &in, "diff-tree", "--stdin", "--always", "--raw", "-z", "-r", "--root", "--no-abbrev",
		"--no-renames",
		"--no-ext-diff", "--no-textconv", "--ignore-submodules=none")
	if err != nil {
		return nil, err
	}
	wrong := errors.New("git diff-tree: its answer is not understood")
	var all []Change
	at := -1
	r := bufio.NewReader(bytes.NewReader(out))
	next := func() (string, error) {
		s, err := r.ReadString(0)
		return strings.TrimSuffix(s, "\x00"), err
	}
	for {
		word, err := next()
		if errors.Is(err, io.EOF) && word == "" {
			break
		} else if err != nil {
			return nil, wrong
		}
		if !strings.HasPrefix(word, ":") {
			if at++; at >= len(asked) || word != asked[at].commit {
				return nil, wrong
			}
			continue
		}
		// :100644 100644 OLD NEW M
		f := strings.Fields(word[1:])
		path, err := next()
		if len(f) != 5 || err != nil || at < 0 || !hexadecimal(f[2]) || !hexadecimal(f[3]) {
			return nil, wrong
		}
		c := Change{Commit: asked[at].commit, Parent: asked[at].parent, Path: path}
		if strings.Trim(f[3], "0") != "" {
			c.Mode, c.ID = f[1], f[3]
		}
		if strings.Trim(f[2], "0") != "" {
			c.OldMode, c.Old = f[0], f[2]
		}
		all = append(all, c)
	}
	if at != len(asked)-1 {
		return nil, wrong
	}
	return all, nil
}

// output runs git to its end.
func (g *Git) output(ctx context.Context, in io.Reader, args ...string) ([]byte, error) {
	// What the repository says about its commits beside them is not asked: a commit graph may be older, or made up.
	cmd := g.Command(ctx, append([]string{"-c", "core.commitGraph=false"}, args...)...)
	var errs said
	var out bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = in, &out, &errs
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if text := errs.first(); text != "" {
			return nil, fmt.Errorf("git %s: %s: %w", args[0], text, err)
		}
		return nil, fmt.Errorf("git %s: %w", args[0], err)
	}
	return out.Bytes(), nil
}

package git

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os/exec"
	"slices"
	"strings"
)

// Change is the change of a commit to one path, compared with its parents. A merge changes what differs from all of
// them. A commit without parents adds everything.
type Change struct {
	Commit string // empty where it is what the next commit would do
	Path   string
	Blob          // of the path in the commit; zero where it removes it
	Old    []Blob // of the path in each of the parents that has it
}

// Blob is what a tree has at a path: the mode in octal, the id in hexadecimal digits.
type Blob struct{ Mode, ID string }

// Resolve returns the id of the commit that a name stands for.
func (g *Git) Resolve(ctx context.Context, name string) (string, error) {
	if name == "" || strings.HasPrefix(name, "-") || strings.ContainsAny(name, "\x00\n") {
		return "", fmt.Errorf("%q is not the name of a commit", name)
	}
	out, err := g.output(ctx, "rev-parse", "--verify", "--quiet", name+"^{commit}")
	if err != nil {
		return "", fmt.Errorf("no commit %q in this clone", name)
	}
	id := strings.TrimSpace(string(out))
	if !hexadecimal(id) {
		return "", fmt.Errorf("git rev-parse: unexpected output")
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
	out, err := g.output(ctx, "merge-base", a, b)
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) && exit.ExitCode() == 1 {
		return "", nil
	} else if err != nil {
		return "", err
	}
	return strings.TrimSpace(string(out)), nil
}

// Since lists the ids of the commits that head has and none of the others has, parents before children.
func (g *Git) Since(ctx context.Context, head string, others ...string) ([]string, error) {
	args := []string{head}
	for _, o := range others {
		args = append(args, "^"+o)
	}
	return g.commits(ctx, args...)
}

// History lists the ids of the commits that can be reached from HEAD and from any ref (branches, tags, those of
// remotes, the stash), parents before children.
func (g *Git) History(ctx context.Context) ([]string, error) { return g.commits(ctx, "--all") }

// Elsewhere lists those commits of [Git.History] that head does not have.
func (g *Git) Elsewhere(ctx context.Context, head string) ([]string, error) {
	return g.commits(ctx, "--all", "^"+head)
}

func (g *Git) commits(ctx context.Context, of ...string) ([]string, error) {
	out, err := g.output(ctx, append([]string{"rev-list", "--topo-order", "--reverse"}, of...)...)
	if err != nil {
		return nil, err
	}
	all := strings.Fields(string(out))
	for _, id := range all {
		if !hexadecimal(id) {
			return nil, errors.New("git rev-list: unexpected output")
		}
	}
	return all, nil
}

// Changes yields what the commits do, one commit after the other and by path in each. What was moved is a path that is
// gone and another that is new. The error is that of git, and the last that comes.
func (g *Git) Changes(ctx context.Context, commits []string) iter.Seq2[Change, error] {
	return func(yield func(Change, error) bool) {
		if len(commits) == 0 {
			return
		}
		ctx, stop := context.WithCancel(ctx)
		defer stop()
		// With --always each commit has its line, whether anything differs or not.
		cmd := g.graphless(ctx, "diff-tree", "--stdin", "--always", "-c", "--raw", "-z", "-r", "--root", "--no-abbrev",
			"--no-renames", "--no-ext-diff", "--no-textconv", "--ignore-submodules=none")
		var errs said
		cmd.Stdin, cmd.Stderr = strings.NewReader(strings.Join(commits, "\n")+"\n"), &errs
		out, err := cmd.StdoutPipe()
		if err == nil {
			err = cmd.Start()
		}
		if err != nil {
			yield(Change{}, fmt.Errorf("git diff-tree: %w", err))
			return
		}
		at, going := -1, true
		err = raw(out, func(id string) error {
			if at++; at >= len(commits) || id != commits[at] {
				return errRaw
			}
			return nil
		}, func(c Change, _ string) bool {
			c.Commit = commits[max(at, 0)]
			going = yield(c, nil)
			return going
		})
		if !going || err != nil {
			stop()
		}
		ended := cmd.Wait()
		switch {
		case !going:
		case err == nil && ended == nil && at == len(commits)-1:
		case ended != nil && err == nil:
			yield(Change{}, failed(ctx, "diff-tree", &errs, ended))
		default:
			yield(Change{}, fmt.Errorf("git diff-tree: %w", cmp.Or(err, errRaw)))
		}
	}
}

var errRaw = errors.New("unexpected output")

// raw reads git's raw form of differences, whose parts end with a zero: ids of commits, and of each path
//
//	:100644 100644 OLD NEW M
//	::100644 100644 100644 OLD OLD NEW MM
//
// and its name, a colon for each parent. It ends early once change returns false.
func raw(from io.Reader, commit func(id string) error, change func(c Change, status string) bool) error {
	r := bufio.NewReaderSize(from, 64<<10)
	next := func() (string, error) {
		s, err := r.ReadString(0)
		return strings.TrimSuffix(s, "\x00"), err
	}
	for {
		word, err := next()
		if errors.Is(err, io.EOF) && word == "" {
			return nil
		} else if err != nil {
			return errRaw
		}
		rest := strings.TrimLeft(word, ":")
		parents := len(word) - len(rest)
		if parents == 0 {
			if err := commit(word); err != nil {
				return err
			}
			continue
		}
		f := strings.Fields(rest)
		path, err := next()
		if len(f) != 2*parents+3 || err != nil {
			return errRaw
		}
		modes, ids := f[:parents+1], f[parents+1:2*parents+2]
		c := Change{Path: path}
		for i, id := range ids {
			blob := Blob{modes[i], id}
			switch {
			case !hexadecimal(id):
				return errRaw
			case strings.Trim(id, "0") == "": // nothing is there
			case i == parents:
				c.Blob = blob
			case !slices.Contains(c.Old, blob):
				c.Old = append(c.Old, blob)
			}
		}
		if !change(c, f[len(f)-1]) {
			return nil
		}
	}
}

// graphless returns a command of git that does not ask what the repository says about its commits beside them: a commit
// graph may be older, or made up.
func (g *Git) graphless(ctx context.Context, name string, args ...string) *exec.Cmd {
	return g.Command(ctx, append([]string{"-c", "core.commitGraph=false", name}, args...)...)
}

// failed says why a command has failed: by what it wrote, where it did.
func failed(ctx context.Context, name string, errs *said, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if text := errs.first(); text != "" {
		return fmt.Errorf("git %s: %s: %w", name, text, err)
	}
	return fmt.Errorf("git %s: %w", name, err)
}

// output runs git to its end.
func (g *Git) output(ctx context.Context, args ...string) ([]byte, error) {
	cmd := g.graphless(ctx, args[0], args[1:]...)
	var errs said
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		return nil, failed(ctx, args[0], &errs, err)
	}
	return out.Bytes(), nil
}

package gate

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// whole says what a checkout needs, since every commit of a change is checked.
const whole = "check out with the whole history (fetch-depth: 0, GIT_DEPTH: 0)"

var fullCommit = regexp.MustCompile(`^(?:[0-9a-f]{40}|[0-9a-f]{64})$`)

// findBase finds the base of a change, and checks it out.
func (g *gate) findBase(ctx context.Context) (err error) {
	if g.change.Origin == None {
		return nil
	}
	if g.change.Base == "" {
		return errors.New("GATE_BASE: name the branch that the change is made to")
	}
	if g.git, err = g.outside("git"); err != nil {
		return err
	}
	prefix, err := g.ask(ctx, "rev-parse", "--show-prefix")
	switch {
	case err != nil:
		return fmt.Errorf("git does not work here, and the base branch needs it: %w", err)
	case prefix != "":
		return errors.New("the working directory must be the root of the checkout")
	}
	base, err := g.baseCommit(ctx)
	if err != nil {
		return err
	}
	g.since = []string{base}
	if g.change.Branch != "" {
		// The branch may have moved on since the event: what it has by now is not the change's.
		onto, err := g.ask(ctx, "rev-parse", "--verify", "--quiet", "refs/remotes/origin/"+g.change.Branch+"^{commit}")
		if err == nil {
			g.since = append(g.since, onto)
		}
	}
	if g.change.Origin == Own && g.in.Trust == TrustHead {
		return nil
	}
	g.base = base
	// No hook and no filter of Git LFS runs; links in it are not followed.
	cmd := g.command(ctx, "-c", "core.hooksPath="+os.DevNull, "worktree", "add", "--quiet", "--force", "--detach",
		g.baseDir(), base)
	cmd.Env = append(cmd.Env, "GIT_LFS_SKIP_SMUDGE=1")
	cmd.Stdout, cmd.Stderr = g.Stderr, g.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("the base cannot be checked out: %w", err)
	}
	return nil
}

// baseCommit returns the base's commit, which is in the checkout afterwards, with the history up to it.
func (g *gate) baseCommit(ctx context.Context) (string, error) {
	shallow, err := g.ask(ctx, "rev-parse", "--is-shallow-repository")
	if err != nil {
		return "", err
	}
	args := []string{"fetch", "--quiet", "--no-tags", "--no-recurse-submodules"}
	if shallow != "false" {
		args = append(args, "--unshallow")
	}
	fetch := func(what string) error {
		cmd := g.command(ctx, append(args, "--", "origin", what)...)
		cmd.Stdout, cmd.Stderr = g.Stderr, g.Stderr
		return cmd.Run()
	}
	if base := g.change.Base; fullCommit.MatchString(base) {
		if _, err := g.ask(ctx, "cat-file", "-e", base+"^{commit}"); err == nil && shallow == "false" {
			return base, nil
		}
		if fetch(base) != nil {
			return "", errors.New("the base, or the history up to it, is not in the checkout and cannot be fetched; " +
				whole)
		}
		return base, nil
	}
	branch := "refs/heads/" + strings.TrimPrefix(strings.TrimPrefix(g.change.Base, "refs/heads/"), "origin/")
	if _, err := g.ask(ctx, "remote", "get-url", "origin"); err != nil {
		base, err := g.ask(ctx, "rev-parse", "--verify", "--quiet", branch+"^{commit}")
		if err != nil {
			return "", errors.New("GATE_BASE: there is no such branch")
		}
		return base, nil
	}
	if fetch(branch) == nil { // what is here may be old
		if base, err := g.ask(ctx, "rev-parse", "--verify", "--quiet", "FETCH_HEAD^{commit}"); err == nil {
			return base, nil
		}
	}
	return "", errors.New("GATE_BASE: the branch cannot be fetched; " + whole)
}

func (g *gate) baseDir() string { return filepath.Join(g.tmp, "base") }

// leaveBase takes the checkout of the base out of the repository, however the run has ended.
func (g *gate) leaveBase() {
	if g.base == "" {
		return
	}
	cmd := g.command(context.Background(), "worktree", "remove", "--force", g.baseDir())
	if out, err := cmd.CombinedOutput(); err != nil {
		g.say("the checkout of the base cannot be removed: %v\n%s", err, out)
	}
}

// outside returns the program of that name, which does not lie in the checkout where a change may have brought it.
func (g *gate) outside(name string) (string, error) {
	program, err := exec.LookPath(name)
	if errors.Is(err, exec.ErrDot) {
		return "", fmt.Errorf("the %s on PATH lies in the working directory; take that directory out of PATH", name)
	} else if err != nil {
		return "", fmt.Errorf("there is no %s; install it first", name)
	}
	if g.change.Origin != None && g.inCheckout(filepath.Dir(program)) {
		return "", fmt.Errorf("the %s on PATH lies in the checkout, where a change may bring it; take that directory "+
			"out of PATH", name)
	}
	return filepath.Abs(program)
}

// inCheckout reports whether a directory lies in the checkout.
func (g *gate) inCheckout(dir string) bool {
	rel, ok := g.relative(dir)
	return ok && filepath.IsLocal(rel)
}

// relative returns a path, whose directory's links are resolved, from the root, and whether it lies there.
func (g *gate) relative(path string) (string, bool) {
	path = g.absolute(path)
	if real, err := filepath.EvalSymlinks(filepath.Dir(path)); err == nil {
		path = filepath.Join(real, filepath.Base(path))
	}
	rel, err := filepath.Rel(g.root, path)
	return rel, err == nil && filepath.IsLocal(rel)
}

// command is git in the checkout, with the configuration and the credentials of whoever runs the job.
func (g *gate) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, g.git, args...)
	cmd.Dir, cmd.Env = g.root, append(g.environ(), "LC_ALL=C")
	return cmd
}

// ask returns what git prints.
func (g *gate) ask(ctx context.Context, args ...string) (string, error) {
	out, err := g.raw(ctx, args...)
	return strings.TrimSpace(string(out)), err
}

func (g *gate) raw(ctx context.Context, args ...string) ([]byte, error) {
	cmd := g.command(ctx, args...)
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("git %s: %w: %s", args[0], err, strings.TrimSpace(said.String()))
	}
	return out.Bytes(), nil
}

// environ is the environment of the programs that the gate starts: what is for the gate alone is not in it.
func (g *gate) environ() []string {
	var env []string
	for _, kv := range g.Environ {
		if name, _, _ := strings.Cut(kv, "="); !strings.HasPrefix(strings.ToUpper(name), "GATE_") {
			env = append(env, kv)
		}
	}
	return env
}

// keepOutside refuses a program that a change may have brought: it reads the levels, exemptions and rules that lie
// beside it with a PulumiPolicy.yaml.
func (g *gate) keepOutside(context.Context) error {
	if g.base == "" {
		return nil
	}
	own, err := os.Executable()
	if err != nil {
		return fmt.Errorf("the program's own file: %w", err)
	}
	for _, program := range []string{g.program, own} {
		for _, file := range []string{program, resolved(program)} {
			if g.inCheckout(file) {
				return errors.New("POLICYPACK: want a program outside of the checkout, since a change may bring what " +
					"lies beside it")
			}
		}
	}
	return nil
}

func resolved(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	return path
}

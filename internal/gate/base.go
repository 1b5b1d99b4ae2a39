package gate

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/progression-labs-development/policypack/internal/lazy"
)

// whole says how to check out enough history, since every commit of a change is checked.
const whole = "check out the full history (fetch-depth: 0, GIT_DEPTH: 0)"

var fullCommit = lazy.Regexp(`^(?:[0-9a-f]{40}|[0-9a-f]{64})$`)

// findBase finds the base of a change and checks it out.
func (g *gate) findBase(ctx context.Context) (err error) {
	if g.change.Origin == None {
		return nil
	}
	if g.change.Base == "" {
		return errors.New("GATE_BASE: set it to the target branch of the change")
	}
	if g.git, err = g.outside("git"); err != nil {
		return err
	}
	prefix, err := g.ask(ctx, "rev-parse", "--show-prefix")
	switch {
	case err != nil:
		return fmt.Errorf("git is required for the base branch and fails here: %w", err)
	case prefix != "":
		return errors.New("the working directory must be the root of the checkout")
	}
	base, err := g.baseCommit(ctx)
	if err != nil {
		return err
	}
	g.since = []string{base}
	if g.change.Branch != "" {
		// The branch may have moved since the event; newer commits are not part of the change.
		onto, err := g.ask(ctx, "rev-parse", "--verify", "--quiet", "refs/remotes/origin/"+g.change.Branch+"^{commit}")
		if err == nil {
			g.since = append(g.since, onto)
		}
	}
	if g.change.Origin == Own && g.in.Trust == TrustHead {
		return nil
	}
	g.base = base
	// No hooks and no Git LFS filters run, and links are not followed.
	cmd := g.command(ctx, "-c", "core.hooksPath="+os.DevNull, "worktree", "add", "--quiet", "--force", "--detach",
		g.baseDir(), base)
	cmd.Env = append(cmd.Env, "GIT_LFS_SKIP_SMUDGE=1")
	cmd.Stdout, cmd.Stderr = g.Stderr, g.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("cannot check out the base: %w", err)
	}
	return nil
}

// baseCommit returns the base commit, after making sure that the checkout contains it and the history up to it.
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
	if base := g.change.Base; fullCommit().MatchString(base) {
		if _, err := g.ask(ctx, "cat-file", "-e", base+"^{commit}"); err == nil && shallow == "false" {
			return base, nil
		}
		if fetch(base) != nil {
			return "", errors.New("the checkout lacks the base or the history up to it, and it cannot be fetched; " +
				whole)
		}
		return base, nil
	}
	branch := "refs/heads/" + strings.TrimPrefix(strings.TrimPrefix(g.change.Base, "refs/heads/"), "origin/")
	if _, err := g.ask(ctx, "remote", "get-url", "origin"); err != nil {
		base, err := g.ask(ctx, "rev-parse", "--verify", "--quiet", branch+"^{commit}")
		if err != nil {
			return "", errors.New("GATE_BASE: no such branch")
		}
		return base, nil
	}
	if fetch(branch) == nil { // what is here may be old
		if base, err := g.ask(ctx, "rev-parse", "--verify", "--quiet", "FETCH_HEAD^{commit}"); err == nil {
			return base, nil
		}
	}
	return "", errors.New("GATE_BASE: cannot fetch the branch; " + whole)
}

func (g *gate) baseDir() string { return filepath.Join(g.tmp, "base") }

// leaveBase removes the checkout of the base, however the run ended.
func (g *gate) leaveBase() {
	if g.base == "" {
		return
	}
	cmd := g.command(context.Background(), "worktree", "remove", "--force", g.baseDir())
	if out, err := cmd.CombinedOutput(); err != nil {
		g.say("cannot remove the checkout of the base: %v\n%s", err, out)
	}
}

// outside returns the named program, which must not be in the checkout, where a change could have added it.
func (g *gate) outside(name string) (string, error) {
	program, err := exec.LookPath(name)
	if errors.Is(err, exec.ErrDot) {
		return "", fmt.Errorf("%s is in the working directory; remove that directory from PATH", name)
	} else if err != nil {
		return "", fmt.Errorf("%s not found; install it first", name)
	}
	if g.change.Origin != None && g.inCheckout(filepath.Dir(program)) {
		return "", fmt.Errorf("%s is in the checkout, where a change could have added it; remove that directory "+
			"from PATH", name)
	}
	return filepath.Abs(program)
}

// inCheckout reports whether a directory is in the checkout.
func (g *gate) inCheckout(dir string) bool {
	rel, ok := g.relative(dir)
	return ok && filepath.IsLocal(rel)
}

// relative returns a path relative to the root, with the directory's links resolved, and whether it is inside.
func (g *gate) relative(path string) (string, bool) {
	path = g.absolute(path)
	if real, err := filepath.EvalSymlinks(filepath.Dir(path)); err == nil {
		path = filepath.Join(real, filepath.Base(path))
	}
	rel, err := filepath.Rel(g.root, path)
	return rel, err == nil && filepath.IsLocal(rel)
}

// command returns a git command in the checkout, with the configuration and credentials of the job's user.
func (g *gate) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, g.git, args...)
	cmd.Dir, cmd.Env = g.root, append(g.environ(), "LC_ALL=C")
	return cmd
}

// ask returns the output of git.
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

// environ returns the environment of the programs that the gate starts, without the gate's own variables.
func (g *gate) environ() []string {
	var env []string
	for _, kv := range g.Environ {
		if name, _, _ := strings.Cut(kv, "="); !strings.HasPrefix(strings.ToUpper(name), "GATE_") {
			env = append(env, kv)
		}
	}
	return env
}

// keepOutside rejects a program in the checkout: it reads the levels, exemptions and rules next to it, which a change
// could add.
func (g *gate) keepOutside(context.Context) error {
	if g.base == "" {
		return nil
	}
	own, err := os.Executable()
	if err != nil {
		return fmt.Errorf("the policypack executable: %w", err)
	}
	for _, program := range []string{g.program, own} {
		for _, file := range []string{program, resolved(program)} {
			if g.inCheckout(file) {
				return errors.New("POLICYPACK: expected a program outside the checkout, where a change cannot add " +
					"files next to it")
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

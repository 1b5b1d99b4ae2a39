// Package git runs git where a repository's objects are read, so that nothing of the repository that is read has a say
// in it: no program that its configuration names is started, nothing is fetched, and no object stands in for another.
//
// Which git runs is found on PATH, and never in the repository itself. Commands that render what they print (filters,
// textconv, external diffs) are up to the caller not to ask for: cat-file without --filters and --textconv, diff-tree
// --raw, rev-list.
package git

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/progression-labs-development/policypack/internal/lazy"
)

// Git runs git for one repository. It is safe for concurrent use.
type Git struct {
	program string // absolute
	dir     string // the git directory
}

// Open returns git for the repository whose work tree the folder is in, and the root of that work tree. Git is nil if
// there is none.
func Open(dir string) (g *Git, root string, err error) {
	dir, err = filepath.Abs(dir)
	if err != nil {
		return nil, "", err
	}
	root, gitDir, err := Find(dir)
	if err != nil || gitDir == "" {
		return nil, "", err
	}
	g, err = New(gitDir, root)
	return g, root, err
}

// New returns git for the repository with the git directory dir, which may be that of a linked worktree or a
// submodule. The git program must not be in one of the roots: the work tree, and any other folder that a change can
// write to.
func New(dir string, roots ...string) (*Git, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	program, err := exec.LookPath("git")
	if errors.Is(err, exec.ErrDot) {
		return nil, errors.New("the git on PATH is in the working directory; remove that directory from PATH")
	} else if err != nil {
		return nil, errors.New("git was not found on PATH; install it")
	}
	if program, err = filepath.Abs(program); err != nil {
		return nil, err
	}
	real, err := filepath.EvalSymlinks(program)
	if err != nil {
		return nil, fmt.Errorf("git: %w", err)
	}
	for _, root := range append(roots, dir) {
		for _, p := range [...]string{program, real} {
			if within(root, p) {
				return nil, errors.New("the git on PATH is in the repository being checked; remove that folder " +
					"from PATH")
			}
		}
	}
	return &Git{program: program, dir: dir}, nil
}

// within reports whether the path lies in the folder.
func within(root, path string) bool {
	if at, err := filepath.EvalSymlinks(root); err == nil {
		root = at
	}
	root, err := filepath.Abs(root)
	if err != nil {
		return false
	}
	rel, err := filepath.Rel(root, path)
	return err == nil && filepath.IsLocal(rel)
}

// options hold against the repository's own configuration. Those of protocols stand in the environment, which no key of
// the configuration can go against.
var options = [...]string{
	"safe.directory=*", "core.fsmonitor=false", "core.hooksPath=" + os.DevNull, "core.alternateRefsCommand=",
	"core.sshCommand=false",
	"core.askPass=", "core.editor=false", "core.pager=", "core.attributesFile=" + os.DevNull, "credential.helper=",
	"diff.external=", "protocol.allow=never",
	"gc.auto=0", "maintenance.auto=false", "log.showSignature=false", "core.useReplaceRefs=false",
}

// environment of git, beside what is left of that of this process. An empty list of protocols would allow none too,
// where it is not taken for one that is not set.
var environment = [...]string{
	"GIT_NO_REPLACE_OBJECTS=1", "GIT_GRAFT_FILE=" + os.DevNull, "GIT_NO_LAZY_FETCH=1", "GIT_ALLOW_PROTOCOL=none",
	"GIT_OPTIONAL_LOCKS=0",
	"GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_SYSTEM=" + os.DevNull, "GIT_CONFIG_GLOBAL=" + os.DevNull,
	"GIT_ATTR_NOSYSTEM=1", "GIT_TERMINAL_PROMPT=0",
	"GIT_ADVICE=0", "LC_ALL=C",
}

// Command returns the command that runs git with the arguments, the first of which is a command of git.
func (g *Git) Command(ctx context.Context, args ...string) *exec.Cmd {
	all := []string{"--no-pager", "--no-replace-objects", "--literal-pathspecs", "--git-dir=" + g.dir}
	for _, o := range options {
		all = append(all, "-c", o)
	}
	cmd := exec.CommandContext(ctx, g.program, append(all, args...)...)
	cmd.Dir = g.dir
	cmd.Env = append(scrubbed(os.Environ()), environment[:]...)
	return cmd
}

// scrubbed returns the variables without those of git, which may name another repository, configuration or programs.
func scrubbed(all []string) []string {
	var kept []string
	for _, v := range all {
		name, _, _ := strings.Cut(v, "=")
		if name = strings.ToUpper(name); !strings.HasPrefix(name, "GIT_") && name != "SSH_ASKPASS" && name != "LC_ALL" {
			kept = append(kept, v)
		}
	}
	return kept
}

// said keeps the beginning of what git writes to stderr.
type said struct{ text []byte }

const maxSaid = 4 << 10

func (s *said) Write(p []byte) (int, error) {
	s.text = append(s.text, p[:min(len(p), maxSaid-len(s.text))]...)
	return len(p), nil
}

var quoted = lazy.Regexp(`'[^']*'|"[^"]*"`)

// first returns the first line that says why git gave up, without what git quotes of the repository.
func (s *said) first() string {
	text := strings.TrimSpace(string(s.text))
	if i := strings.Index("\n"+text, "\nfatal: "); i >= 0 {
		text = text[i+len("fatal: "):]
	}
	line, _, _ := strings.Cut(text, "\n")
	return quoted().ReplaceAllString(line, "…")
}

// promised reports whether git gave up on an object that a partial clone leaves out, and that it would have fetched.
func (s *said) promised() bool { return strings.Contains(string(s.text), "from promisor remote") }

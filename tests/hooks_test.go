package tests

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// preCommit is a repository in which hooks run as pre-commit runs them: entry and arguments, without a shell, and with
// the variables of a push.
type preCommit struct {
	dir, path string
	entries   map[string][]string
}

func newPreCommit(t *testing.T) *preCommit {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the hooks for pushes are run by sh")
	}
	for _, tool := range []string{"git", "sh"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("the hooks' %s: %v", tool, err)
		}
	}
	var hooks []struct {
		ID, Name, Language, Entry string
		PassFilenames             *bool `yaml:"pass_filenames"`
		AlwaysRun                 bool  `yaml:"always_run"`
		Stages                    []string
	}
	readYAML(t, ".pre-commit-hooks.yaml", &hooks)
	bin := filepath.Dir(harness.Policypack(t))
	p := &preCommit{
		dir: t.TempDir(), path: bin + string(os.PathListSeparator) + os.Getenv("PATH"), entries: map[string][]string{},
	}
	for _, h := range hooks {
		push := strings.HasPrefix(h.ID, "policypack-push")
		language := map[bool]string{true: "golang", false: "system"}[strings.HasSuffix(h.ID, "-golang")]
		if h.Name == "" || h.Language != language || h.PassFilenames == nil || *h.PassFilenames || !h.AlwaysRun ||
			(h.Stages[0] == "pre-push") != push {
			t.Errorf("hook: got %+v", h)
		}
		p.entries[h.ID] = shellWords(t, h.Entry)
	}
	if len(p.entries) != 4 {
		t.Fatalf("got %d hooks", len(p.entries))
	}
	p.git(t, "init", "--quiet", "--initial-branch=main")
	return p
}

// shellWords splits an entry as pre-commit does, by Python's shlex, as far as ours need it: single quotes.
func shellWords(t *testing.T, entry string) (words []string) {
	t.Helper()
	for i, part := range strings.Split(entry, "'") {
		if i%2 == 1 {
			words = append(words, part)
		} else {
			words = append(words, strings.Fields(part)...)
		}
	}
	if strings.Count(entry, "'")%2 != 0 {
		t.Fatalf("entry: got %q", entry)
	}
	return words
}

func (p *preCommit) git(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-c", "user.name=t", "-c", "user.email=t@example.com"}, args...)...)
	cmd.Dir = p.dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL="+os.DevNull)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

func (p *preCommit) commit(t *testing.T, text string) string {
	t.Helper()
	p.stage(t, text)
	p.git(t, "commit", "--quiet", "--allow-empty", "--message", "x")
	return p.git(t, "rev-parse", "HEAD")
}

func (p *preCommit) stage(t *testing.T, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(p.dir, "deploy.sh"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	p.git(t, "add", "--all")
}

// run runs a hook and wants an exit code, and in the output a text.
func (p *preCommit) run(t *testing.T, id string, want int, text string, env ...string) {
	t.Helper()
	e := append(slices.Clone(p.entries[id]), "--policy", "committed-secret")
	if e[0] == "policypack" {
		e[0] = harness.Policypack(t)
	}
	cmd := exec.Command(e[0], e[1:]...)
	cmd.Dir, cmd.Env = p.dir, append(os.Environ(), append(env, "PATH="+p.path)...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if got := cmd.ProcessState.ExitCode(); got != want || !strings.Contains(out.String(), text) {
		t.Errorf("%s %v: got %d, want %d and %q\n%s", id, env, got, want, text, &out)
	}
}

func TestPreCommitHooks(t *testing.T) {
	t.Parallel()
	const clean = "#!/bin/sh\necho\n"
	sum := sha256.Sum256([]byte("hooks"))
	leak := clean + "export GITHUB_TOKEN=gh" + "p_" + hex.EncodeToString(sum[:18]) + "\n" // made up
	for _, ending := range []string{"", "-golang"} {
		p := newPreCommit(t)
		hook, push := "policypack"+ending, "policypack-push"+ending
		p.stage(t, clean)
		p.run(t, hook, 0, "1 staged file")
		p.stage(t, leak)
		p.run(t, hook, 1, "deploy.sh:3 contains")
		base := p.commit(t, clean)
		p.run(t, push, 0, "1 commit", "PRE_COMMIT_FROM_REF=", "PRE_COMMIT_TO_REF=")
		p.commit(t, leak)
		head := p.commit(t, clean)
		p.run(t, hook, 0, "Nothing is staged")
		from, to := "PRE_COMMIT_FROM_REF="+base, "PRE_COMMIT_TO_REF="+head
		p.run(t, push, 1, "2 commits", from, to)
		p.run(t, push, 0, "1 file", "PRE_COMMIT_FROM_REF="+head, to)
		// The first push of a branch with all of its history, and that of another branch than the one at hand.
		p.run(t, push, 1, "3 commits")
		p.git(t, "checkout", "--quiet", "-b", "other", base)
		p.run(t, push, 1, "3 commits", from, to)
	}
}

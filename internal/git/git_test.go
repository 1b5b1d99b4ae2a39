package git_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/git"
)

// run runs git in a folder, without the configuration of whoever runs the test, and returns what it prints.
func run(t testing.TB, dir, stdin string, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-c", "user.name=t", "-c", "user.email=t@example.com"}, args...)...)
	cmd.Dir, cmd.Stdin = dir, strings.NewReader(stdin)
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "GIT_CONFIG_NOSYSTEM=1",
		"GIT_CONFIG_GLOBAL=" + os.DevNull,
	}
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, &said)
	}
	return strings.TrimSpace(string(out))
}

func needsGit(t testing.TB) {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not on PATH")
	}
}

// blob writes an object and returns its id.
func blob(t testing.TB, dir, text string) string {
	t.Helper()
	return run(t, dir, text, "hash-object", "-w", "--no-filters", "--stdin")
}

func objects(t testing.TB, dir string) *git.Objects {
	t.Helper()
	g, err := git.New(filepath.Join(dir, ".git"), dir)
	if err != nil {
		t.Fatal(err)
	}
	o := g.Objects(context.Background())
	t.Cleanup(func() {
		if err := o.Close(); err != nil {
			t.Error(err)
		}
	})
	return o
}

func TestObjects(t *testing.T) {
	needsGit(t)
	for _, format := range []string{"sha1", "sha256"} {
		t.Run(format, func(t *testing.T) {
			dir := t.TempDir()
			run(t, dir, "", "init", "-q", "--object-format="+format)
			large := strings.Repeat("a line\n", 1<<14)
			one, empty, much := blob(t, dir, "one\x00\n"), blob(t, dir, ""), blob(t, dir, large)
			o := objects(t, dir)
			for range 2 {
				for _, tt := range []struct {
					id    string
					limit int64
					want  git.Object
				}{
					{one, 100, git.Object{Type: "blob", Size: 5, Data: []byte("one\x00\n")}},
					{one, 4, git.Object{Type: "blob", Size: 5}},
					{empty, 0, git.Object{Type: "blob", Data: []byte{}}},
					{much, 1 << 20, git.Object{Type: "blob", Size: int64(len(large)), Data: []byte(large)}},
				} {
					got, err := o.Read(tt.id, tt.limit)
					if err != nil {
						t.Fatal(err)
					}
					if diff := cmp.Diff(tt.want, got); diff != "" {
						t.Errorf("mismatch (-want +got):\n%s", diff)
					}
				}
				if _, err := o.Read(strings.Repeat("1", len(one)), 1); !errors.Is(err, git.ErrMissing) {
					t.Errorf("got %v, want %v", err, git.ErrMissing)
				}
			}
			for _, id := range []string{"HEAD", one[:10], one + "\n" + one, ":a.txt", ""} {
				if _, err := o.Read(id, 1); err == nil || !strings.Contains(err.Error(), "is not the id of an object") {
					t.Errorf("%q: got %v", id, err)
				}
			}
		})
	}
}

func TestNoObjectStandsInForAnother(t *testing.T) {
	needsGit(t)
	dir := t.TempDir()
	run(t, dir, "", "init", "-q")
	one, two := blob(t, dir, "one"), blob(t, dir, "two")
	run(t, dir, "", "replace", one, two)
	t.Setenv("GIT_DIR", t.TempDir()) // the repository is the one that was asked for
	t.Setenv("GIT_OBJECT_DIRECTORY", t.TempDir())
	got, err := objects(t, dir).Read(one, 10)
	if err != nil || string(got.Data) != "one" {
		t.Errorf("got %q, %v", got.Data, err)
	}
}

// No key of a repository's configuration that names a program starts it, whether the object is there or would have to
// be fetched.
func TestNoConfiguredCommandRuns(t *testing.T) {
	needsGit(t)
	dir := t.TempDir()
	run(t, dir, "", "init", "-q")
	if err := os.WriteFile(filepath.Join(dir, ".gitattributes"),
		[]byte("* filter=evil diff=evil text=auto working-tree-encoding=UTF-16\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	one, gone := blob(t, dir, "one"), strings.Repeat("1", 40)
	marker := filepath.Join(t.TempDir(), "ran")
	program := filepath.Join(t.TempDir(), "evil.sh")
	if err := os.WriteFile(program, []byte("#!/bin/sh\necho \"$0 $*\" >> '"+marker+"'\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, hook := range []string{"post-index-change", "reference-transaction", "pre-auto-gc", "post-checkout"} {
		link := filepath.Join(dir, ".git", "hooks", hook)
		if err := os.MkdirAll(filepath.Dir(link), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(program, link); err != nil {
			t.Skip("links cannot be made here: ", err)
		}
	}
	for _, key := range []string{
		"core.fsmonitor", "core.sshCommand", "core.askPass", "core.pager", "core.editor", "core.gitProxy",
		"core.alternateRefsCommand", "pager.cat-file",
		"filter.evil.clean", "filter.evil.smudge", "filter.evil.process", "diff.external", "diff.evil.textconv",
		"diff.evil.command",
		"credential.helper", "gpg.program", "uploadpack.packObjectsHook", "remote.origin.uploadpack",
		"interactive.diffFilter",
	} {
		run(t, dir, "", "config", key, program)
	}
	run(t, dir, "", "config", "alias.cat-file", "!"+program)
	run(t, dir, "", "config", "core.hooksPath", filepath.Join(dir, ".git", "hooks"))
	for _, url := range []string{
		"ext::" + program + " %S", "ssh://example.invalid/x", "file://" + t.TempDir(),
		t.TempDir(), "git://example.invalid/x",
	} {
		run(t, dir, "", "config", "remote.origin.url", url)
		run(t, dir, "", "config", "remote.origin.promisor", "true")
		run(t, dir, "", "config", "extensions.partialClone", "origin")
		run(t, dir, "", "config", "core.repositoryformatversion", "1")
		for _, protocol := range []string{"ext", "ssh", "file", "git"} {
			run(t, dir, "", "config", "protocol."+protocol+".allow", "always")
		}
		o := objects(t, dir)
		if got, err := o.Read(one, 10); err != nil || string(got.Data) != "one" {
			t.Errorf("%s: got %q, %v", url, got.Data, err)
		}
		if _, err := o.Read(gone, 10); !errors.Is(err, git.ErrMissing) {
			t.Errorf("%s: an object that is not there: got %v", url, err)
		}
		if got, err := o.Read(one, 10); err != nil || string(got.Data) != "one" {
			t.Errorf("%s: after one that is not there: got %q, %v", url, got.Data, err)
		}
	}
	if text, err := os.ReadFile(marker); err == nil {
		t.Errorf("programs have run:\n%s", text)
	}
}

func TestWhereGitComesFrom(t *testing.T) {
	needsGit(t)
	real, err := exec.LookPath("git")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	run(t, dir, "", "init", "-q")
	inside := filepath.Join(dir, "node_modules", ".bin")
	if err := os.MkdirAll(inside, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(real, filepath.Join(inside, "git")); err != nil {
		t.Skip("links cannot be made here: ", err)
	}
	for _, tt := range []struct{ name, path, want string }{
		{
			"in the repository", inside + string(os.PathListSeparator) + os.Getenv("PATH"),
			"is in the repository being checked",
		},
		{"nowhere", t.TempDir(), "git was not found on PATH"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv("PATH", tt.path)
			if _, err := git.New(filepath.Join(dir, ".git"), dir); err == nil ||
				!strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
	t.Run("in the working directory", func(t *testing.T) {
		t.Chdir(inside)
		t.Setenv("PATH", ".")
		if _, err := git.New(filepath.Join(dir, ".git"), dir); err == nil ||
			!strings.Contains(err.Error(), "is in the working directory") {
			t.Errorf("got %v", err)
		}
	})
}

func TestWhatGitSaysIsNotQuoted(t *testing.T) {
	needsGit(t)
	dir := t.TempDir()
	run(t, dir, "", "init", "-q")
	one := blob(t, dir, "one")
	run(t, dir, "", "config", "core.bigFileThreshold", "a-value-of-the-configuration")
	_, err := objects(t, dir).Read(one, 10)
	if err == nil || !strings.HasPrefix(err.Error(), "git cat-file: ") || strings.Contains(err.Error(), "a-value-of") {
		t.Errorf("got %v", err)
	}
}

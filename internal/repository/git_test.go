package repository_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/repository"
)

// gitCommand is git in a folder, without the configuration of whoever runs the test.
func gitCommand(t testing.TB, dir string, args ...string) *exec.Cmd {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not on PATH")
	}
	cmd := exec.Command("git",
		append([]string{"-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "protocol.file.allow=always"},
			args...)...)
	cmd.Dir = dir
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "GIT_CONFIG_NOSYSTEM=1",
		"GIT_CONFIG_GLOBAL=" + os.DevNull,
	}
	return cmd
}

func git(t testing.TB, dir string, args ...string) {
	t.Helper()
	if out, err := gitCommand(t, dir, args...).CombinedOutput(); err != nil {
		t.Fatalf("git %v: %v\n%s", args, err, out)
	}
}

func write(t testing.TB, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(tokens.Replace(text)), 0o644); err != nil {
		t.Fatal(err)
	}
}

func remove(t testing.TB, dir, name string) {
	t.Helper()
	if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
		t.Fatal(err)
	}
}

// secretFiles are files with one finding each.
func secretFiles(names ...string) map[string]string {
	files := map[string]string{}
	for _, n := range names {
		files[n] = "token: @github@\n"
	}
	return files
}

func names(files []*facts.File) string {
	var all []string
	for _, f := range files {
		all = append(all, f.Name)
	}
	return strings.Join(all, " ")
}

func TestIndex(t *testing.T) {
	all := []string{"a.txt", "b/c.txt", "b/d.txt", "b/e/f.txt", "g.txt"}
	for _, tt := range []struct {
		name string
		// make does what is special, in a repository in which all are tracked and untracked.txt is not.
		make func(t *testing.T, dir string)
		path string
		want string
	}{
		{"what is tracked", func(*testing.T, string) {}, "", strings.Join(all, " ")},
		{"a folder below the root", func(*testing.T, string) {}, "b", "b/c.txt b/d.txt b/e/f.txt"},
		{"a single file", func(*testing.T, string) {}, "b/c.txt", "b/c.txt"},
		{
			"version 2 of the index",
			func(t *testing.T, dir string) { git(t, dir, "update-index", "--index-version", "2") }, "",
			strings.Join(all, " "),
		},
		{"version 3 of the index", func(t *testing.T, dir string) {
			git(t, dir, "update-index", "--index-version", "3")
			write(t, dir, "new.txt", "token: @github@\n")
			git(t, dir, "add", "--intent-to-add", "new.txt")
		}, "", strings.Join(all, " ") + " new.txt"},
		{
			"version 4 of the index",
			func(t *testing.T, dir string) { git(t, dir, "update-index", "--index-version", "4") }, "",
			strings.Join(all, " "),
		},
		{"a split index", func(t *testing.T, dir string) {
			git(t, dir, "update-index", "--split-index")
			write(t, dir, "aa.txt", "token: @github@\n")
			git(t, dir, "add", "aa.txt")
			git(t, dir, "rm", "-q", "--cached", "b/d.txt")
			write(t, dir, "g.txt", "more\ntoken: @github@\n")
			git(t, dir, "add", "g.txt")
		}, "", "a.txt aa.txt b/c.txt b/e/f.txt g.txt"},
		{"a split index of version 4", func(t *testing.T, dir string) {
			git(t, dir, "update-index", "--index-version", "4")
			git(t, dir, "update-index", "--split-index")
			git(t, dir, "rm", "-q", "--cached", "a.txt")
		}, "", "b/c.txt b/d.txt b/e/f.txt g.txt"},
		{
			"a sparse checkout", func(t *testing.T, dir string) { git(t, dir, "sparse-checkout", "set", "b/e") }, "",
			"a.txt b/c.txt b/d.txt b/e/f.txt g.txt",
		},
		{
			"a sparse checkout without files",
			func(t *testing.T, dir string) { git(t, dir, "sparse-checkout", "set", "--no-cone", "/b/") }, "",
			strings.Join(all, " "),
		},
		{"a sparse index", func(t *testing.T, dir string) {
			remove(t, dir, "h")
			git(t, dir, "sparse-checkout", "set", "--cone", "--sparse-index", "h")
		}, "", strings.Join(all, " ")},
		{
			"a file that is missing", func(t *testing.T, dir string) { remove(t, dir, "a.txt") }, "",
			strings.Join(all, " "),
		},
		{"a file that has become a folder", func(t *testing.T, dir string) {
			remove(t, dir, "a.txt")
			if err := os.Mkdir(filepath.Join(dir, "a.txt"), 0o755); err != nil {
				t.Fatal(err)
			}
		}, "", strings.Join(all, " ")},
		{"a folder that has become a link", func(t *testing.T, dir string) {
			other := tree(t, secretFiles("c.txt"))
			remove(t, dir, "b")
			if err := os.Symlink(other, filepath.Join(dir, "b")); err != nil {
				t.Skip("links cannot be made here: ", err)
			}
		}, "", strings.Join(all, " ")},
		{
			"what git would merge counts", func(t *testing.T, dir string) { write(t, dir, "a.txt", "nothing\n") }, "",
			strings.Join(all, " "),
		},
		{"what stands in the work tree counts", func(t *testing.T, dir string) {
			write(t, dir, "a.txt", "nothing\n")
			git(t, dir, "add", "a.txt")
			write(t, dir, "a.txt", "token: @github@\n")
		}, "", strings.Join(all, " ")},
		{"a conflict", func(t *testing.T, dir string) {
			git(t, dir, "checkout", "-q", "-b", "other")
			write(t, dir, "a.txt", "one: @github@\n")
			git(t, dir, "commit", "-qam", "one")
			git(t, dir, "checkout", "-q", "-")
			write(t, dir, "a.txt", "two: @github@\n")
			git(t, dir, "commit", "-qam", "two")
			if err := gitCommand(t, dir, "merge", "-q", "other").Run(); err == nil {
				t.Fatal("there is no conflict")
			}
		}, "", strings.Join(all, " ")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := tree(t, secretFiles(all...))
			git(t, dir, "init", "-q")
			git(t, dir, "add", ".")
			git(t, dir, "commit", "-qm", "all")
			write(t, dir, "untracked.txt", "token: @github@\n")
			tt.make(t, dir)
			files, sum := read(t, filepath.Join(dir, tt.path))
			if got := names(files); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
			if !sum.Index || len(sum.Skipped) > 0 || len(sum.Errors) > 0 {
				t.Errorf("got %+v, want all of the index", sum)
			}
		})
	}
}

func TestOtherCheckouts(t *testing.T) {
	t.Run("a worktree", func(t *testing.T) {
		dir := tree(t, secretFiles("a.txt"))
		git(t, dir, "init", "-q")
		git(t, dir, "add", ".")
		git(t, dir, "commit", "-qm", "all")
		other := filepath.Join(t.TempDir(), "other")
		git(t, dir, "worktree", "add", "-q", other)
		files, sum := read(t, other)
		if names(files) != "a.txt" || !sum.Index {
			t.Errorf("got %s by index %t", names(files), sum.Index)
		}
	})
	t.Run("a submodule", func(t *testing.T) {
		inner, outer := tree(t, secretFiles("in.txt")), tree(t, secretFiles("out.txt"))
		for _, dir := range []string{inner, outer} {
			git(t, dir, "init", "-q")
			git(t, dir, "add", ".")
			git(t, dir, "commit", "-qm", "all")
		}
		git(t, outer, "submodule", "--quiet", "add", inner, "sub")
		files, sum := read(t, outer)
		if names(files) != "out.txt" || len(sum.Skipped) != 1 || sum.Skipped[0].Reason != "submodule" {
			t.Errorf("got %s, left out %v", names(files), sum.Skipped)
		}
		if files, sum := read(t, filepath.Join(outer, "sub")); names(files) != "in.txt" || !sum.Index {
			t.Errorf("in the submodule: got %s by index %t", names(files), sum.Index)
		}
	})
	t.Run("hashes of SHA-256", func(t *testing.T) {
		dir := tree(t, secretFiles("a.txt"))
		git(t, dir, "init", "-q", "--object-format=sha256")
		git(t, dir, "add", ".")
		if files, sum := read(t, dir); names(files) != "a.txt" || !sum.Index {
			t.Errorf("got %s by index %t", names(files), sum.Index)
		}
	})
	t.Run("a path that git does not track is walked", func(t *testing.T) {
		dir := tree(t, secretFiles("a.txt", "out/b.txt"))
		git(t, dir, "init", "-q")
		git(t, dir, "add", "a.txt")
		if files, sum := read(t, filepath.Join(dir, "out")); names(files) != "b.txt" || sum.Index {
			t.Errorf("got %s by index %t", names(files), sum.Index)
		}
	})
	t.Run("a repository without an index is walked", func(t *testing.T) {
		dir := tree(t, secretFiles("a.txt"))
		git(t, dir, "init", "-q")
		if files, sum := read(t, dir); names(files) != "a.txt" || sum.Index {
			t.Errorf("got %s by index %t", names(files), sum.Index)
		}
	})
	t.Run("a broken index", func(t *testing.T) {
		dir := tree(t, secretFiles("a.txt"))
		git(t, dir, "init", "-q")
		if err := os.WriteFile(filepath.Join(dir, ".git", "index"),
			[]byte("DIRC\x00\x00\x00\x09 and more, so that it is long enough"), 0o644); err != nil {
			t.Fatal(err)
		}
		_, err := repository.Read(context.Background(), dir, repository.Options{Detector: detector(t)}, nil)
		if err == nil || !strings.Contains(err.Error(), "git index: unknown format; run `git status`") {
			t.Errorf("got %v", err)
		}
	})
}

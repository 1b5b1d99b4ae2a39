package git_test

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/progression-labs-development/policypack/internal/git"
)

func write(t testing.TB, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// committed returns a repository with a commit of a few files, and the commit's id.
func committed(t testing.TB) (dir, commit string) {
	t.Helper()
	needsGit(t)
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	run(t, dir, "", "init", "--quiet")
	write(t, filepath.Join(dir, ".gitignore"), "node_modules/\n")
	write(t, filepath.Join(dir, "infra", "index.ts"), "export {};\n")
	write(t, filepath.Join(dir, "infra", "Pulumi.yaml"), "name: shop\n")
	run(t, dir, "", "add", ".")
	run(t, dir, "", "commit", "--quiet", "-m", "first")
	return dir, run(t, dir, "", "rev-parse", "HEAD")
}

func dirty(t testing.TB, dir, commit string) bool {
	t.Helper()
	root, gitDir, err := git.Find(dir)
	if err != nil {
		t.Fatal(err)
	}
	g, err := git.New(gitDir, root)
	if err != nil {
		t.Fatal(err)
	}
	got, err := g.Dirty(context.Background(), root, commit)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestDirty(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		give func(t *testing.T, dir string)
		want bool
	}{
		{"as it was checked out", func(*testing.T, string) {}, false},
		{
			"a file that is not tracked",
			func(t *testing.T, dir string) { write(t, filepath.Join(dir, "policypack-reports", "a.json"), "{}") },
			false,
		},
		{
			"an ignored file", func(t *testing.T, dir string) { write(t, filepath.Join(dir, "node_modules", "a.js"), "") },
			false,
		},
		{"written again with the same content", func(t *testing.T, dir string) {
			file := filepath.Join(dir, "infra", "index.ts")
			write(t, file, "export {};\n")
			if err := os.Chtimes(file, time.Time{}, time.Now().Add(time.Hour)); err != nil {
				t.Fatal(err)
			}
		}, false},
		{"changed", func(t *testing.T, dir string) {
			write(t, filepath.Join(dir, "infra", "index.ts"), "export const a = 1;\n")
		}, true},
		{
			"changed to the same length",
			func(t *testing.T, dir string) { write(t, filepath.Join(dir, "infra", "index.ts"), "export [];\n") }, true,
		},
		{"changed and staged", func(t *testing.T, dir string) {
			write(t, filepath.Join(dir, "infra", "index.ts"), "export const a = 1;\n")
			run(t, dir, "", "add", ".")
		}, true},
		{"a new file that is staged", func(t *testing.T, dir string) {
			write(t, filepath.Join(dir, "infra", "more.ts"), "")
			run(t, dir, "", "add", ".")
		}, true},
		{"removed", func(t *testing.T, dir string) {
			if err := os.Remove(filepath.Join(dir, "infra", "index.ts")); err != nil {
				t.Fatal(err)
			}
		}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir, commit := committed(t)
			tt.give(t, dir)
			if got := dirty(t, filepath.Join(dir, "infra"), commit); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestDirtyInALinkedWorktree(t *testing.T) {
	t.Parallel()
	dir, commit := committed(t)
	linked := filepath.Join(t.TempDir(), "linked")
	run(t, dir, "", "worktree", "add", "--quiet", "--detach", linked)
	write(t, filepath.Join(dir, "infra", "index.ts"), "export const a = 1;\n") // in the other one
	if dirty(t, linked, commit) {
		t.Error("a clean worktree is dirty")
	}
	write(t, filepath.Join(linked, "infra", "index.ts"), "export const a = 1;\n")
	if !dirty(t, linked, commit) {
		t.Error("a changed worktree is clean")
	}
}

func TestDirtyRunsNoProgramOfTheRepository(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("the programs are shell scripts")
	}
	dir, _ := committed(t)
	ran := filepath.Join(t.TempDir(), "ran")
	program := filepath.Join(t.TempDir(), "program")
	write(t, program, "#!/bin/sh\ntouch '"+ran+"'\ncat\n")
	if err := os.Chmod(program, 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, ".gitattributes"), "*.ts filter=a=b diff=own\n*.yaml filter=long\n")
	run(t, dir, "", "add", ".")
	run(t, dir, "", "commit", "--quiet", "-m", "second")
	commit := run(t, dir, "", "rev-parse", "HEAD")
	for _, key := range []string{
		"filter.a=b.clean", "filter.a=b.smudge", "filter.long.process", "diff.own.command", "diff.own.textconv",
		"diff.external",
		"core.fsmonitor", "core.pager", "pager.diff",
	} {
		run(t, dir, "", "config", key, program)
	}
	run(t, dir, "", "config", "filter.a=b.required", "true")
	run(t, dir, "", "config", "filter.long.required", "true")
	for _, file := range []string{"index.ts", "Pulumi.yaml"} { // so that git looks at their content
		if err := os.Chtimes(filepath.Join(dir, "infra", file), time.Time{}, time.Now().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	if dirty(t, dir, commit) {
		t.Error("files with the same content differ")
	}
	if _, err := os.Stat(ran); err == nil {
		t.Error("a program that the repository's configuration names was run")
	}
	run(t, dir, "", "config", "--remove-section", "filter.long") // which speaks a protocol that this program does not
	run(t, dir, "", "diff", "--quiet")                           // which shows that they would be
	if _, err := os.Stat(ran); err != nil {
		t.Error("the programs of this test are never run")
	}
}

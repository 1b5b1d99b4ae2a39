package repository_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/repository"
)

// committed is a repository with the files in it, which its attributes have git check out anew.
func committed(t *testing.T, format string, files map[string]string) string {
	t.Helper()
	dir := tree(t, files)
	git(t, dir, "init", "-q", "--object-format="+format)
	attributes := files[".gitattributes"]
	remove(t, dir, ".gitattributes")
	git(t, dir, "add", "-f", ".") // as it is
	git(t, dir, "commit", "-q", "--allow-empty", "-m", "one")
	if attributes != "" {
		add := gitCommand(t, dir, "hash-object", "-w", "--no-filters", "--stdin") // plain, whatever it says of itself
		add.Stdin = strings.NewReader(attributes + "\n")
		id, err := add.Output()
		if err != nil {
			t.Fatal(err)
		}
		git(t, dir, "update-index", "--add", "--cacheinfo", "100644,"+strings.TrimSpace(string(id))+",.gitattributes")
		git(t, dir, "commit", "-qm", "two")
	}
	for name := range files {
		if name != ".gitattributes" {
			remove(t, dir, name)
		}
	}
	git(t, dir, "checkout", "-q", "HEAD", "--", ".")
	return dir
}

func findings(files []*facts.File) []string {
	var all []string
	for _, f := range files {
		for i := range f.Findings {
			all = append(all, fmt.Sprintf("%s:%d %s", f.Name, f.Findings[i].At.Line, f.Findings[i].Detector))
		}
		for _, c := range f.Commands {
			all = append(all, fmt.Sprintf("%s:%d %s", f.Name, c.At.Line, c.Command))
		}
	}
	return all
}

// A change can have git write files in another encoding than that in which it keeps them.
func TestAttributesHideNothing(t *testing.T) {
	want := []string{"app.yaml:2 github-token", "app.yaml:3 password", "run.sh:2 gcloud secrets create"}
	for _, format := range []string{"sha1", "sha256"} {
		for _, attributes := range []string{
			"", "* working-tree-encoding=UTF-16LE", "* working-tree-encoding=UTF-16",
			"* working-tree-encoding=UTF-32BE", "* working-tree-encoding=UTF-7",
			"* working-tree-encoding=IBM037", "*.yaml working-tree-encoding=IBM1047\n*.sh eol=crlf", "* text eol=crlf",
			"* ident", "* -text filter=lfs diff=lfs merge=lfs",
		} {
			t.Run(format+" "+attributes, func(t *testing.T) {
				dir := committed(t, format, map[string]string{
					".gitattributes": attributes,
					"app.yaml":       "# $Id$\ntoken: @github@\npassword: @password@\n",
					"run.sh":         "#!/bin/sh\ngcloud secrets \\\n  create one\n",
				})
				files, sum := read(t, dir)
				// by name too, in UTF-7
				got := slices.DeleteFunc(findings(files), func(s string) bool { return s == "app.yaml:2 secret" })
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("mismatch (-want +got):\n%s", diff)
				}
				if len(sum.Errors) > 0 {
					t.Errorf("errors: %+v", sum.Errors)
				}
			})
		}
	}
}

// What only the index has is found, and said to be there.
func TestOtherVersionInTheIndex(t *testing.T) {
	dir := committed(t, "sha1",
		map[string]string{"a.yaml": "token: @github@\n", "b.yaml": "b: 1\n", "c.yaml": "token: @github@\n"})
	write(t, dir, "a.yaml", "a: 1\n")
	write(t, dir, "b.yaml", "\ntoken: @github@\n")
	write(t, dir, "c.yaml", "token: @github@\nc: 1\n")
	files, sum := read(t, dir)
	if diff := cmp.Diff([]string{"a.yaml:1 github-token", "b.yaml:2 github-token", "c.yaml:1 github-token"},
		findings(files)); diff != "" {
		t.Errorf("mismatch (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"a.yaml"}, sum.Staged); diff != "" {
		t.Errorf("staged: mismatch (-want +got):\n%s", diff)
	}
}

func TestLinksInTheIndex(t *testing.T) {
	dir := tree(t, map[string]string{"a.txt": "token: @github@\n"})
	git(t, dir, "init", "-q")
	for name, target := range map[string]string{
		".env":  "a.txt",
		"b.txt": tokens.Replace("https://u:@github@@npm.example.com/x"), "c.txt": "../outside",
	} {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Skip("links cannot be made here: ", err)
		}
	}
	git(t, dir, "add", ".")
	for _, as := range []string{"true", "false"} { // without links, git writes files that hold where they lead
		git(t, dir, "config", "core.symlinks", as)
		for _, name := range []string{".env", "b.txt", "c.txt"} {
			remove(t, dir, name)
		}
		git(t, dir, "checkout", "--", ".")
		files, sum := read(t, dir)
		if names(files) != ".env a.txt b.txt" || len(sum.Errors) > 0 {
			t.Errorf("core.symlinks=%s: got %s, %+v", as, names(files), sum.Errors)
		}
	}
	git(t, dir, "config", "core.symlinks", "true")
	remove(t, dir, ".env")
	git(t, dir, "checkout", "--", ".")
	files, _ := read(t, filepath.Join(dir, ".env"))
	if diff := cmp.Diff([]string{".env:1 github-token"}, findings(files)); diff != "" ||
		files[0].Kind != facts.FileDotenv {
		t.Errorf("a link on the command line: mismatch (-want +got):\n%s", diff)
	}
}

// A Git LFS pointer is what git merges, the work tree has what it stands for: neither is an alarm.
func TestLFS(t *testing.T) {
	pointer := "version https://git-lfs.github.com/spec/v1\noid sha256:" + strings.Repeat("ab", 32) + "\nsize 12\n"
	dir := committed(t, "sha1",
		map[string]string{"model.bin": pointer, "large.bin": pointer, "logo.png": pointer, "data.txt": pointer})
	write(t, dir, "model.bin", "\x00\x01\x02\x03")
	write(t, dir, "large.bin", strings.Repeat("\x00", repository.MaxSize+1))
	write(t, dir, "data.txt", "nothing\n")
	o := repository.Options{Detector: detector(t), Base: t.TempDir()}
	sum, err := repository.Read(context.Background(), dir, o, func(f *facts.File) error {
		t.Errorf("%s: want nothing, got %q, unread %q", f.Name, say(f), f.Unread)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(sum.Errors) > 0 {
		t.Errorf("errors: %+v", sum.Errors)
	}
}

// Objects that a partial clone leaves out are not fetched, and what cannot be read is an error.
func TestPartialClone(t *testing.T) {
	from := committed(t, "sha1",
		map[string]string{"a/a.txt": "a: 1\n", "a/b.txt": "token: @github@\n", "c.txt": "c: 1\n"})
	git(t, from, "config", "uploadpack.allowFilter", "true")
	git(t, from, "config", "uploadpack.allowAnySHA1InWant", "true")
	dir := filepath.Join(t.TempDir(), "clone")
	git(t, from, "clone", "-q", "--filter=blob:none", "--sparse", "file://"+from, dir)
	_, sum := read(t, dir)
	if len(sum.Errors) != 1 || sum.Errors[0].Name != "a/a.txt" ||
		!strings.Contains(sum.Errors[0].Message, "is not in this clone") ||
		!strings.Contains(sum.Errors[0].Message, "and 1 more") {
		t.Errorf("got %+v", sum.Errors)
	}
	if out, err := gitCommand(t, dir, "rev-list", "--objects", "--all", "--missing=print").Output(); err != nil ||
		strings.Count(string(out), "?") < 2 {
		t.Errorf("objects were fetched: %v\n%s", err, out)
	}
}

// Without git, all is read whose blob is not needed.
func TestWithoutGit(t *testing.T) {
	dir := committed(t, "sha1", map[string]string{"a.txt": "token: @github@\n", "b.txt": "b: 1\n"})
	path, err := exec.LookPath("git")
	if err != nil {
		t.Skip("git is not on PATH")
	}
	write(t, dir, "c.txt", strings.Repeat("c", repository.MaxSize+1))
	git(t, dir, "add", "c.txt")
	t.Setenv("PATH", t.TempDir())
	files, sum := read(t, dir)
	if names(files) != "a.txt" || len(sum.Errors) > 0 {
		t.Errorf("got %s, %+v", names(files), sum.Errors)
	}
	write(t, dir, "b.txt", "b: 2\n")
	files, sum = read(t, dir)
	if names(files) != "a.txt" || len(sum.Errors) != 1 || sum.Errors[0].Name != "b.txt" ||
		!strings.Contains(sum.Errors[0].Message, "git was not found on PATH") {
		t.Errorf("got %s, %+v", names(files), sum.Errors)
	}
	t.Setenv("PATH", filepath.Dir(path))
}

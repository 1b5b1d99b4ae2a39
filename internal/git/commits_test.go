package git_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/git"
)

// changed says of the changes of the commits of HEAD since others what they do, with the subjects of commits in place of
// ids.
func changed(t *testing.T, dir string, others ...string) []string {
	t.Helper()
	ctx := context.Background()
	g, err := git.New(filepath.Join(dir, ".git"), dir)
	if err != nil {
		t.Fatal(err)
	}
	resolve := func(name string) string {
		id, err := g.Resolve(ctx, name)
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	var ids []string
	for _, o := range others {
		ids = append(ids, resolve(o))
	}
	commits, err := g.Since(ctx, resolve("HEAD"), ids...)
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for c, err := range g.Changes(ctx, commits) {
		if err != nil {
			t.Fatal(err)
		}
		what := "changes"
		switch {
		case len(c.Old) == 0:
			what = "adds"
		case c.ID == "":
			what = "removes"
		}
		said = append(said, strings.TrimSpace(run(t, dir, "", "show", "--no-patch", "--format=%s", c.Commit)+" "+what+
			" "+c.Path+" "+c.Mode))
	}
	return said
}

func TestChanges(t *testing.T) {
	needsGit(t)
	for _, format := range []string{"sha1", "sha256"} {
		t.Run(format, func(t *testing.T) {
			dir := t.TempDir()
			run(t, dir, "", "init", "--quiet", "--initial-branch=main", "--object-format="+format)
			// Neither a configuration nor attributes decide what is compared, and how.
			run(t, dir, "", "config", "diff.external", "touch "+filepath.Join(dir, "pwned"))
			run(t, dir, "", "config", "diff.renames", "copies")
			run(t, dir, "", "config", "diff.ignoreSubmodules", "all")
			write := func(name, text string) {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			commit := func(message string) {
				run(t, dir, "", "add", "--all")
				run(t, dir, "", "commit", "--quiet", "--allow-empty", "--message", message)
			}
			write("a", "one\n")
			write("odd \u00e9 \"name\":x", "one\n")
			write(".gitattributes", "* diff=x binary\n")
			commit("first")
			run(t, dir, "", "checkout", "--quiet", "-b", "side")
			write("b", "two\n")
			commit("side")
			run(t, dir, "", "checkout", "--quiet", "main")
			run(t, dir, "", "mv", "a", "c")
			commit("move")
			commit("empty")
			run(t, dir, "", "merge", "--quiet", "--no-edit", "--message", "merge", "side")
			if err := os.Symlink("c", filepath.Join(dir, "link")); err != nil {
				t.Fatal(err)
			}
			write("c", "three\n")
			commit("last")

			all := []string{
				"first adds .gitattributes 100644", "first adds a 100644", "first adds odd \u00e9 \"name\":x 100644",
			}
			// What the merge has from either of its parents it does not do; both of them have b or c.
			since := []string{
				"move removes a", "move adds c 100644", "side adds b 100644", "last changes c 100644",
				"last adds link 120000",
			}
			byCommit := func(said []string) map[string][]string { // the branches may come in either order
				m := map[string][]string{}
				for _, s := range said {
					name, _, _ := strings.Cut(s, " ")
					m[name] = append(m[name], s)
				}
				return m
			}
			if diff := cmp.Diff(byCommit(append(all, since...)), byCommit(changed(t, dir))); diff != "" {
				t.Errorf("mismatch (-want +got)\n%s", diff)
			}
			first := run(t, dir, "", "rev-list", "--max-parents=0", "HEAD")
			if diff := cmp.Diff(byCommit(since), byCommit(changed(t, dir, first))); diff != "" {
				t.Errorf("since the first: mismatch (-want +got)\n%s", diff)
			}
			// Neither a replacement nor a graft, nor what a commit graph says, stands in for a commit.
			run(t, dir, "", "commit-graph", "write", "--reachable")
			run(t, dir, "", "replace", "--graft", "HEAD~1", first)
			if n := run(t, dir, "", "rev-list", "--count", "HEAD"); n != "3" {
				t.Fatalf("the graft is not there: %s commits", n)
			}
			if diff := cmp.Diff(byCommit(since), byCommit(changed(t, dir, first))); diff != "" {
				t.Errorf("with a graft: mismatch (-want +got)\n%s", diff)
			}
			if diff := cmp.Diff([]string(nil), changed(t, dir, "HEAD")); diff != "" {
				t.Errorf("since HEAD: mismatch (-want +got)\n%s", diff)
			}
			if _, err := os.Stat(filepath.Join(dir, "pwned")); err == nil {
				t.Error("a program of the configuration was run")
			}
		})
	}
}

func TestResolve(t *testing.T) {
	needsGit(t)
	dir := t.TempDir()
	run(t, dir, "", "init", "--quiet", "--initial-branch=main")
	run(t, dir, "", "commit", "--quiet", "--allow-empty", "--message", "one")
	run(t, dir, "", "tag", "--annotate", "--message", "x", "tagged")
	id := run(t, dir, "", "rev-parse", "HEAD")
	blob := blob(t, dir, "text")
	g, err := git.New(filepath.Join(dir, ".git"), dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ give, want string }{
		{"HEAD", id},
		{"main", id},
		{"tagged", id},
		{id, id},
		{id[:10], id},
		{"", ""},
		{"--all", ""},
		{"-h", ""},
		{"nothing", ""},
		{"main\nmain", ""},
		{strings.Repeat("0", 40), ""},
		{blob, ""},
		{"HEAD^{tree}", ""},
	} {
		got, err := g.Resolve(context.Background(), tt.give)
		if got != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("%q: got %q, %v, want %q", tt.give, got, err, tt.want)
		}
	}
}

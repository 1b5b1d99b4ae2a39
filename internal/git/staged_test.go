package git_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/git"
)

// staged says what the next commit would do, with how many of its parents have a file.
func staged(t *testing.T, dir, index string) (said, conflicts []string) {
	t.Helper()
	g, err := git.New(filepath.Join(dir, ".git"), dir)
	if err != nil {
		t.Fatal(err)
	}
	changes, conflicts, err := g.Staged(t.Context(), index)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range changes {
		what := "adds"
		switch {
		case c.ID == "":
			what = "removes"
		case len(c.Old) > 0:
			what = "changes"
		}
		said = append(said, what+" "+c.Path+" "+c.Mode)
	}
	return said, conflicts
}

func TestStaged(t *testing.T) {
	t.Parallel()
	needsGit(t)
	for _, format := range []string{"sha1", "sha256"} {
		t.Run(format, func(t *testing.T) {
			dir := t.TempDir()
			run(t, dir, "", "init", "--quiet", "--initial-branch=main", "--object-format="+format)
			want := func(index string, want, conflicts []string) {
				t.Helper()
				got, unresolved := staged(t, dir, index)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("mismatch (-want +got)\n%s", diff)
				}
				if diff := cmp.Diff(conflicts, unresolved); diff != "" {
					t.Errorf("conflicts: mismatch (-want +got)\n%s", diff)
				}
			}
			commit := func() { run(t, dir, "", "commit", "--quiet", "--allow-empty", "--message", "x") }
			want("", nil, nil)
			write(t, filepath.Join(dir, "a"), "one\n")
			write(t, filepath.Join(dir, "odd \u00e9"), "one\n")
			run(t, dir, "", "add", ".")
			want("", []string{"adds a 100644", "adds odd \u00e9 100644"}, nil)
			commit()
			want("", nil, nil)

			// What is on disk does not count, nor what is only to be added.
			write(t, filepath.Join(dir, "a"), "two\n")
			write(t, filepath.Join(dir, "later"), "one\n")
			run(t, dir, "", "add", "--intent-to-add", "later")
			want("", nil, nil)
			run(t, dir, "", "add", "a")
			run(t, dir, "", "mv", "odd \u00e9", "moved")
			want("", []string{"changes a 100644", "adds moved 100644", "removes odd \u00e9 "}, nil)

			// Another index.
			other := filepath.Join(dir, "other")
			text, err := os.ReadFile(filepath.Join(dir, ".git", "index"))
			if err != nil {
				t.Fatal(err)
			}
			write(t, other, string(text))
			run(t, dir, "", "rm", "--quiet", "--cached", "--force", "later")
			run(t, dir, "", "reset", "--quiet", "--hard")
			want("", nil, nil)
			want(other, []string{"changes a 100644", "adds moved 100644", "removes odd \u00e9 "}, nil)

			// A merge does what differs from both of its parents, and one with a conflict does not say what of that.
			run(t, dir, "", "checkout", "--quiet", "-b", "side")
			write(t, filepath.Join(dir, "side"), "one\n")
			write(t, filepath.Join(dir, "a"), "side\n")
			run(t, dir, "", "add", "side", "a")
			commit()
			run(t, dir, "", "checkout", "--quiet", "main")
			write(t, filepath.Join(dir, "a"), "main\n")
			run(t, dir, "", "add", "a")
			commit()
			g, err := git.New(filepath.Join(dir, ".git"), dir)
			if err != nil {
				t.Fatal(err)
			}
			cmd := g.Command(t.Context(), "--work-tree="+dir, "-c", "user.name=t", "-c", "user.email=t@example.com", "merge",
				"--quiet", "side")
			cmd.Dir = dir
			if out, err := cmd.CombinedOutput(); err == nil {
				t.Fatalf("got no conflict\n%s", out)
			}
			want("", nil, []string{"a"})
			write(t, filepath.Join(dir, "a"), "both\n")
			run(t, dir, "", "add", "a")
			want("", []string{"changes a 100644"}, nil)
			commit()

			// A commit that is not there is not taken for none.
			write(t, filepath.Join(dir, ".git", "refs", "heads", "main"), strings.Repeat("1", len(run(t, dir, "",
				"rev-parse", "HEAD")))+"\n")
			if _, _, err := g.Staged(t.Context(), ""); err == nil || !strings.Contains(err.Error(), "the commit of HEAD") {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestHistory(t *testing.T) {
	t.Parallel()
	needsGit(t)
	dir := t.TempDir()
	run(t, dir, "", "init", "--quiet", "--initial-branch=main")
	g, err := git.New(filepath.Join(dir, ".git"), dir)
	if err != nil {
		t.Fatal(err)
	}
	history := func(elsewhere bool) []string {
		t.Helper()
		all, err := g.History(t.Context())
		if elsewhere {
			all, err = g.Elsewhere(t.Context(), run(t, dir, "", "rev-parse", "HEAD"))
		}
		if err != nil {
			t.Fatal(err)
		}
		var said []string
		for _, id := range all {
			said = append(said, run(t, dir, "", "show", "--no-patch", "--format=%s", id))
		}
		slices.Sort(said)
		return said
	}
	if got := history(false); len(got) > 0 {
		t.Errorf("got %v, want nothing", got)
	}
	commit := func(name string) { run(t, dir, "", "commit", "--quiet", "--allow-empty", "--message", name) }
	commit("first")
	run(t, dir, "", "checkout", "--quiet", "-b", "side")
	commit("tagged")
	run(t, dir, "", "tag", "--annotate", "--message", "x", "tag")
	run(t, dir, "", "checkout", "--quiet", "main")
	run(t, dir, "", "branch", "--quiet", "-D", "side")
	write(t, filepath.Join(dir, "a"), "a\n")
	run(t, dir, "", "add", ".")
	run(t, dir, "", "stash", "--quiet")
	run(t, dir, "", "checkout", "--quiet", "--detach")
	commit("detached")
	var all []string
	for _, s := range history(false) {
		if !strings.Contains(s, "on main: ") && !strings.Contains(s, "WIP on main") {
			all = append(all, s)
		}
	}
	if diff := cmp.Diff([]string{"detached", "first", "tagged"}, all); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
	if n := len(history(false)) - len(all); n != 2 {
		t.Errorf("got %d commits of the stash, want 2", n)
	}
	if got := history(true); !slices.Contains(got, "tagged") || slices.Contains(got, "first") {
		t.Errorf("elsewhere: got %v", got)
	}
}

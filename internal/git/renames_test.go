package git_test

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/git"
)

func TestRenames(t *testing.T) {
	t.Parallel()
	needsGit(t)
	dir, commit := committed(t)
	text := "one\ntwo\nthree\nfour\nfive\nsix\n"
	write(t, filepath.Join(dir, "old name"), text)
	write(t, filepath.Join(dir, "gone"), "nothing like it\n")
	run(t, dir, "", "add", "-A")
	run(t, dir, "", "commit", "-q", "-m", "more")
	before := commit
	g, err := git.New(filepath.Join(dir, ".git"), dir)
	if err != nil {
		t.Fatal(err)
	}
	commit, err = g.Resolve(t.Context(), "HEAD")
	if err != nil {
		t.Fatal(err)
	}
	run(t, dir, "", "mv", "old name", "new name")
	run(t, dir, "", "rm", "-q", "gone")
	write(t, filepath.Join(dir, "new name"), text+"seven\n")
	run(t, dir, "", "add", "-A")
	want := []git.Rename{{From: "old name", To: "new name"}}
	got, err := g.Renames(t.Context(), commit)
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v, mismatch (-want +got)\n%s", err, diff)
	}
	names, err := g.Differ(t.Context(), commit)
	if diff := cmp.Diff([]string{"gone", "new name", "old name"}, names); diff != "" || err != nil {
		t.Errorf("%v, mismatch (-want +got)\n%s", err, diff)
	}
	if got, err := g.Renames(t.Context(), before); len(got) > 0 || err != nil {
		t.Errorf("got %v, %v, want nothing: the file is new since", got, err)
	}
	if _, err := g.Renames(t.Context(), "HEAD"); err == nil {
		t.Error("got no error for what is no id")
	}
}

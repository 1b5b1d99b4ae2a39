package git_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/git"
)

func TestPast(t *testing.T) {
	needsGit(t)
	dir := t.TempDir()
	run(t, dir, "", "init", "-q", "-b", "main")
	commit := func(name, text, day string) string {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		run(t, dir, "", "add", name)
		cmd := exec.Command("git", "-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "-qm", day)
		cmd.Dir = dir
		cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "GIT_COMMITTER_DATE=" + day, "GIT_AUTHOR_DATE=2001-01-01T00:00:00Z"}
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return run(t, dir, "", "rev-parse", "HEAD")
	}
	one := commit("a.json", "1", "2026-06-01T10:00:00Z")
	commit("b.json", "1", "2026-07-01T10:00:00Z")
	two := commit("a.json", "2", "2026-08-01T23:30:00-02:00")
	g, err := git.New(filepath.Join(dir, ".git"), dir)
	if err != nil {
		t.Fatal(err)
	}
	got, err := g.Past(context.Background(), "a.json")
	if err != nil {
		t.Fatal(err)
	}
	want := []git.Dated{
		{ID: one, Time: time.Date(2026, 6, 1, 10, 0, 0, 0, time.UTC)},
		{ID: two, Time: time.Date(2026, 8, 2, 1, 30, 0, 0, time.UTC)},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
	if at, err := g.Made(context.Background(), one); err != nil || !at.Equal(want[0].Time) {
		t.Errorf("made at %v, %v", at, err)
	}
	if _, err := g.Made(context.Background(), strings.Repeat("0", 40)); err == nil {
		t.Error("a commit that is not there was made")
	}
	if none, err := g.Past(context.Background(), "none.json"); err != nil || len(none) > 0 {
		t.Errorf("got %v, %v for a file that is not there", none, err)
	}
	shallow := t.TempDir()
	run(t, shallow, "", "clone", "-q", "--depth", "1", "file://"+filepath.ToSlash(dir), "clone")
	cut, err := git.New(filepath.Join(shallow, "clone", ".git"), shallow)
	if err != nil {
		t.Fatal(err)
	}
	if got, err = cut.Past(context.Background(), "a.json"); err != nil || len(got) != 1 || !got[0].Cut {
		t.Errorf("got %v, %v in a shallow clone; want one commit where it is cut", got, err)
	}
}

package gate

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// newRoot makes a gate in a directory as the working directory is: with its links resolved.
func newRoot(t *testing.T) *gate {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return &gate{root: root, in: &Inputs{}}
}

func TestRelative(t *testing.T) {
	g := newRoot(t)
	if err := os.MkdirAll(filepath.Join(g.root, "ci"), 0o755); err != nil {
		t.Fatal(err)
	}
	elsewhere := t.TempDir()
	link := filepath.Join(elsewhere, "link")
	if err := os.Symlink(g.root, link); err != nil {
		t.Skipf("links: %v", err)
	}
	for _, tt := range []struct {
		name, give, want string
		in               bool
	}{
		{"a name", "policy.json", "policy.json", true},
		{"a path", filepath.Join(".", "ci", "policy.json"), filepath.Join("ci", "policy.json"), true},
		{"up and down", filepath.Join("ci", "..", "policy.json"), "policy.json", true},
		{"absolute, in the checkout", filepath.Join(g.root, "policy.json"), "policy.json", true},
		{"through a link into the checkout", filepath.Join(link, "policy.json"), "policy.json", true},
		{"out of the checkout", filepath.Join("..", "policy.json"), "", false},
		{"absolute, elsewhere", filepath.Join(elsewhere, "policy.json"), "", false},
		{"a neighbour with a longer name", g.root + "x", "", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, in := g.relative(tt.give)
			if in != tt.in || in && got != tt.want {
				t.Errorf("got %q, %v, want %q, %v", got, in, tt.want, tt.in)
			}
		})
	}
}

func TestProjectFiles(t *testing.T) {
	g := newRoot(t)
	for _, file := range []string{"Pulumi.yaml", "apps/Pulumi.yml", "apps/Pulumi.json", "apps/api/index.ts", "none/x"} {
		file = filepath.Join(g.root, filepath.FromSlash(file))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		give string
		want []string
	}{
		{".", []string{"Pulumi.yaml"}},
		{"none", []string{"Pulumi.yaml"}},
		{"apps/api", []string{"apps/Pulumi.json", "apps/Pulumi.yml"}},
	} {
		got, err := projectFiles(filepath.Join(g.root, tt.give), g.root)
		if err != nil {
			t.Fatal(err)
		}
		for i := range got {
			got[i] = filepath.ToSlash(strings.TrimPrefix(got[i], g.root+string(filepath.Separator)))
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: mismatch (-want +got)\n%s", tt.give, diff)
		}
	}
}

// What is for the gate alone reaches neither the previewed program nor another one.
func TestEnvironOfPreviews(t *testing.T) {
	g := newRoot(t)
	g.Host = Host{Getenv: func(string) string { return "" }, Environ: []string{
		"PATH=/bin", "GATE_BREAK_GLASS=x", "GATE_TOKEN=x", "GITHUB_TOKEN=y", "GITHUB_ENV=/e", "GITHUB_OUTPUT=/o", "GITHUB_PATH=/p", "GITHUB_STATE=/s",
		"GITHUB_STEP_SUMMARY=/m", "GITHUB_SHA=1", "POLICYPACK_REPORT=/mine.json", "POLICYPACK_BREAK_GLASS=refused",
	}}
	g.change.Origin = Own
	g.rules = []string{"/a", "/b"}
	want := []string{
		"PATH=/bin", "GITHUB_TOKEN=y", "GITHUB_SHA=1", "POLICYPACK_NO_GRACE=1", "POLICYPACK_REPORT=/r.json",
		"POLICYPACK_RULES=/a" + string(os.PathListSeparator) + "/b",
	}
	if diff := cmp.Diff(want, g.previewEnviron("/r.json")); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
}

// The output of previews that run beside each other comes one behind the other; that of the first one at once.
func TestSheaf(t *testing.T) {
	var b strings.Builder
	s := newSheaf(&b, 3)
	write := func(n int, text, want string) {
		t.Helper()
		if text == "" {
			s.close(n)
		} else if _, err := s.leaf(n).Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
		if b.String() != want {
			t.Errorf("got %q, want %q", b.String(), want)
		}
	}
	write(1, "b1 ", "")
	write(0, "a1 ", "a1 ")
	write(2, "c1 ", "a1 ")
	write(2, "", "a1 ")
	write(0, "a2 ", "a1 a2 ")
	write(0, "", "a1 a2 b1 ")
	write(1, "b2 ", "a1 a2 b1 b2 ")
	write(1, "", "a1 a2 b1 b2 c1 ")
}

// A path is touched by what lies in it, and by a submodule that it lies in.
func TestHolds(t *testing.T) {
	names := map[string]bool{"services/api/index.ts": true, "modules/db": true}
	for _, tt := range []struct {
		give string
		want bool
	}{
		{".", true},
		{"services", true},
		{"services/api", true},
		{"services/api/index.ts", true},
		{"services/ap", false},
		{"services/web", false},
		{"modules/db/infra", true},
		{"modules/db2", false},
	} {
		if got := holds(names, filepath.FromSlash(tt.give)); got != tt.want {
			t.Errorf("%s: got %v, want %v", tt.give, got, tt.want)
		}
	}
	if holds(nil, ".") {
		t.Error("nothing touches the root")
	}
}

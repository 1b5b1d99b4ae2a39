package source

import (
	"os"
	"path/filepath"
	"testing"
)

func TestProjectFile(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		files []string
		dir   string
		want  string
	}{
		{"in a repository", []string{"r/.git/HEAD", "r/infra/Pulumi.yaml"}, "r/infra", "infra/Pulumi.yaml"},
		{
			"below it",
			[]string{"r/.git/HEAD", "r/infra/Pulumi.yaml", "r/infra/a/b/x"},
			"r/infra/a/b",
			"infra/Pulumi.yaml",
		},
		{"a worktree", []string{"r/.git", "r/Pulumi.yml"}, "r", "Pulumi.yml"},
		{"no repository", []string{"p/Pulumi.yaml"}, "p", "Pulumi.yaml"},
		{"no program", []string{"p/x"}, "p", "Pulumi.yaml"},
	} {
		dir := t.TempDir()
		for _, f := range tt.files {
			f = filepath.Join(dir, filepath.FromSlash(f))
			if err := os.MkdirAll(filepath.Dir(f), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(f, nil, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if got := ProjectFile(filepath.Join(dir, tt.dir)); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
}

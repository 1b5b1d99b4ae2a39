package harness

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/progression-labs-development/policypack/internal/example"
)

// PreviewExample runs the preview of a program below examples with the project's folder as the pack, as the README
// shows it, and returns what the CLI prints.
func PreviewExample(t testing.TB, name string) (string, error) {
	t.Helper()
	dir := t.TempDir()
	home := NewHome(t, dir)
	home.InstallInfra(t)
	// The program runs in a copy, in which the CLI may write its stack's files.
	project := filepath.Join(dir, "project")
	program := filepath.Join(project, "examples", name)
	check(t, os.CopyFS(program, os.DirFS(filepath.Join(Root(t), "examples", name))))
	link(t, filepath.Join(Root(t), "PulumiPolicy.yaml"), filepath.Join(project, "PulumiPolicy.yaml"))
	home.InitStack(t, program, "production")
	cmd := exec.Command(filepath.Join(home.Bin, "pulumi"), "preview", "--policy-pack", "../..", "--stack", "production",
		"--non-interactive", "--suppress-progress")
	cmd.Dir, cmd.Env = program, home.Environ()
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// Cases are the cases of all policies' examples, each a project of its own: what the pack remembers of one must not
// depend on the others' order.
func Cases(t testing.TB) (all []example.Case) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(Root(t), "policies", "*", "examples.yaml"))
	check(t, err)
	for _, path := range files {
		file, err := example.Load(path)
		check(t, err)
		for i, c := range file.Cases {
			c.Run.Project = fmt.Sprintf("%s-%d", filepath.Base(filepath.Dir(path)), i)
			all = append(all, c)
		}
	}
	return all
}

// InstallInfra installs the infra package of the examples.
func (h Home) InstallInfra(t testing.TB) {
	t.Helper()
	infra := filepath.Join(h.Dir, "plugins", "resource-progression-labs-development-v0.1.0")
	check(t, os.MkdirAll(infra, 0o755))
	link(t, must(t)(build("infra", "./examples/infra")),
		filepath.Join(infra, "pulumi-resource-progression-labs-development"))
}

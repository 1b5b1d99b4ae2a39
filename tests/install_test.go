package tests

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// cli runs the real CLI on a YAML program, the stack `production` of `shop`, with no plugin of the pack's installed.
type cli struct {
	home    harness.Home
	program string
}

func newCLI(t *testing.T) *cli {
	t.Helper()
	dir := t.TempDir()
	c := &cli{home: harness.NewHome(t, dir), program: filepath.Join(dir, "program")}
	if err := os.RemoveAll(c.home.Plugin(t)); err != nil {
		t.Fatal(err)
	}
	harness.WriteFiles(t, c.program, map[string]string{
		"Pulumi.yaml": "name: shop\nruntime: yaml\nresources:\n  files:\n    type: aws:s3/bucket:Bucket\n",
	})
	c.home.InitStack(t, c.program, "production")
	return c
}

// run runs the CLI, and returns stdout and stderr.
func (c *cli) run(args ...string) (string, error) {
	return c.command(filepath.Join(c.home.Bin, "pulumi"), append(args, "--non-interactive")...)
}

// command runs a program in the directory of the Pulumi program.
func (c *cli) command(name string, args ...string) (string, error) {
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Env = c.program, c.home.Environ()
	out, err := cmd.CombinedOutput()
	return strings.ReplaceAll(string(out), "\r\n", "\n"), err
}

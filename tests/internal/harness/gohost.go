package harness

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

var goHostBinary = sync.OnceValues(func() (string, error) { return build("gohost", "./tests/gohost") })

// GoProgram builds the Go program in a folder as the option binary of its project names it, with the modules of this
// project and those that its go.mod names, and puts the stand-in for Pulumi's host of Go on the PATH of h.
func (h Home) GoProgram(t testing.TB, dir, binary string) {
	t.Helper()
	link(t, must(t)(goHostBinary()), filepath.Join(h.Bin, "pulumi-language-go"))
	root := Root(t)
	manifest, err := os.ReadFile(filepath.Join(root, "go.mod"))
	check(t, err)
	sums, err := os.ReadFile(filepath.Join(root, "go.sum"))
	check(t, err)
	// Its own go.mod would need all of these lines.
	away := t.TempDir()
	_, rest, _ := strings.Cut(string(manifest), "\n")
	own, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	check(t, err)
	check(t, os.WriteFile(filepath.Join(away, "go.mod"), append(own, rest...), 0o600))
	check(t, os.WriteFile(filepath.Join(away, "go.sum"), sums, 0o600))
	cmd := exec.Command("go", "build", "-modfile", filepath.Join(away, "go.mod"), "-o", binary, ".")
	cmd.Dir, cmd.Env = dir, append(CleanEnviron(), "GOFLAGS=-mod=mod", "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
}

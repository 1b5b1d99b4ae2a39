package harness

import (
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// made is what `pulumi stack init` leaves: its settings file and, by their path in the folder of the file backend, what
// it has written there.
type made struct {
	settings []byte
	state    map[string][]byte
}

// stacks holds what the CLI made, by project and stack: the same for all tests, whose projects are of few names.
var stacks sync.Map // of func() (made, error)

// InitStack makes a stack of the program in dir and selects it, as `pulumi stack init` does: the CLI runs for the first
// stack of a name, and what it left is copied for the others.
func (h Home) InitStack(t testing.TB, dir, name string) {
	t.Helper()
	program, err := os.ReadFile(filepath.Join(dir, "Pulumi.yaml"))
	check(t, err)
	project := ""
	for line := range strings.Lines(string(program)) {
		if value, ok := strings.CutPrefix(line, "name:"); ok {
			project = strings.TrimSpace(value)
		}
	}
	if project == "" {
		t.Fatalf("%s: Pulumi.yaml has no name", dir)
	}
	once, _ := stacks.LoadOrStore(project+"/"+name, sync.OnceValues(func() (made, error) {
		return initStack(t, project, name)
	}))
	stack, err := once.(func() (made, error))()
	check(t, err)
	settings, err := os.OpenFile(filepath.Join(dir, "Pulumi."+name+".yaml"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	check(t, err)
	_, err = settings.Write(stack.settings)
	check(t, err)
	check(t, settings.Close())
	for path, text := range stack.state {
		path = filepath.Join(h.State, path)
		check(t, os.MkdirAll(filepath.Dir(path), 0o700))
		check(t, os.WriteFile(path, text, 0o600))
	}
	h.selectStack(t, dir, project, "organization/"+project+"/"+name)
}

// selectStack writes the file in which the CLI remembers the stack of a program.
func (h Home) selectStack(t testing.TB, dir, project, stack string) {
	t.Helper()
	file, err := filepath.Abs(filepath.Join(dir, "Pulumi.yaml"))
	check(t, err)
	file, err = filepath.EvalSymlinks(file)
	check(t, err)
	text, err := json.Marshal(map[string]any{
		"stacks": map[string]string{h.Variables()["PULUMI_BACKEND_URL"]: stack},
	})
	check(t, err)
	sum := sha1.Sum([]byte(file))
	WriteFiles(t, filepath.Join(h.Dir, "workspaces"), map[string]string{
		project + "-" + hex.EncodeToString(sum[:]) + "-workspace.json": string(text),
	})
}

// initStack runs the CLI in a home of its own.
func initStack(t testing.TB, project, name string) (made, error) {
	t.Helper()
	dir := t.TempDir()
	home := NewHome(t, dir)
	program := filepath.Join(dir, "program")
	WriteFiles(t, program, map[string]string{"Pulumi.yaml": "name: " + project + "\nruntime: yaml\n"})
	cmd := exec.Command(filepath.Join(home.Bin, "pulumi"), "stack", "init", name, "--non-interactive")
	cmd.Dir, cmd.Env = program, home.Environ()
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("stack init %s: %v\n%s", name, err, out)
	}
	settings, err := os.ReadFile(filepath.Join(program, "Pulumi."+name+".yaml"))
	if err != nil {
		return made{}, err
	}
	one := made{settings, map[string][]byte{}}
	state := os.DirFS(home.State)
	return one, fs.WalkDir(state, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		one.state[filepath.FromSlash(path)], err = fs.ReadFile(state, path)
		return err
	})
}

package docs

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/progression-labs-development/policypack/tests/cloud"
	"github.com/progression-labs-development/policypack/tests/internal/canary"
	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// world is what a page's commands run in.
type world struct {
	t    testing.TB
	page *page
	home harness.Home
	// tools is a folder of programs that stand in for others, first on PATH.
	tools string
	// outputs are the texts of the blocks whose outputs are others than the page's.
	outputs map[*block]string
}

type worldKey struct{}

func worldOf(ts *testscript.TestScript) *world { return ts.Value(worldKey{}).(*world) }

// setUp makes the world of a page, and checks when its script has ended that no block is left.
func setUp(env *testscript.Env, p *page) error {
	t := env.T().(testing.TB)
	w := &world{t: t, page: p, outputs: map[*block]string{}}
	env.Values[worldKey{}] = w
	// Beside the world: what lies in a checkout is what a change brings.
	w.tools = t.TempDir()
	w.home = harness.NewHome(t, t.TempDir())
	if err := os.Symlink(harness.OPA(t), filepath.Join(w.home.Bin, "opa")); err != nil {
		return err
	}
	for key, value := range w.home.Variables() {
		env.Setenv(key, value)
	}
	env.Setenv("PATH", w.tools+string(os.PathListSeparator)+env.Getenv("PATH"))
	env.Setenv("REPOSITORY", harness.Root(t))
	env.Setenv("VERSION", harness.Version(t))
	env.Setenv("GIT_CONFIG_NOSYSTEM", "1")
	env.Setenv("USER", cloud.User)
	for _, role := range []string{"AUTHOR", "COMMITTER"} {
		env.Setenv("GIT_"+role+"_NAME", "ada")
		env.Setenv("GIT_"+role+"_EMAIL", "ada@example.com")
	}
	for name, value := range planted() {
		env.Setenv(strings.Trim(name, "@"), value)
	}
	if err := w.fill(env.WorkDir); err != nil {
		return err
	}
	env.Defer(func() {
		if t.Failed() {
			return
		}
		w.checkRest(t.TempDir())
		if err := p.unused(); err != nil {
			t.Error(err)
		}
		if len(w.outputs) == 0 {
			return
		}
		if err := p.write(harness.Root(t), w.outputs); err != nil {
			t.Error(err)
		}
	})
	return nil
}

// planted are secrets of known formats, made up when the test runs: none stands in a file of the project.
var planted = sync.OnceValue(func() map[string]string {
	cage := canary.New(22)
	return map[string]string{
		"@TOKEN@": cage.Token("token", "gh"+"p_", 36), "@KEY@": cage.Random("key") + cage.Random("rest")[:12],
		"@PASSWORD@": cage.Random("password"),
	}
})

// fill moves the days in the world's files, and puts secrets in their places.
func (w *world) fill(dir string) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir():
			return nil
		}
		before, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		after := moved(string(before))
		for name, value := range planted() {
			after = strings.ReplaceAll(after, name, value)
		}
		return os.WriteFile(path, []byte(after), 0o644)
	})
}

func fileCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: file NAME TEXT")
	}
	b, err := worldOf(ts).page.find(args[1])
	ts.Check(err)
	file := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(filepath.Dir(file), 0o755))
	ts.Check(os.WriteFile(file, []byte(moved(b.text)), 0o644))
	b.used = "file " + args[0]
}

func byCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: by TEXT TEST")
	}
	b, err := worldOf(ts).page.find(args[0])
	ts.Check(err)
	file, found := tests()[args[1]]
	if !found {
		ts.Fatalf("%s: there is no test %s", b.at, args[1])
	}
	b.used = "by " + args[1]
	worldOf(ts).t.Logf("%s: run by %s of %s", b.at, args[1], file)
}

var declared = regexp.MustCompile(`(?m)^func (Test\w+)\(`)

// tests are the files of the project's tests, by the tests' names.
var tests = sync.OnceValue(func() map[string]string {
	all := map[string]string{}
	root := filepath.Join("..", "..")
	for _, pattern := range []string{
		"*_test.go", "internal/*/*_test.go", "policies/*_test.go", "tests/*/*_test.go", "tests/*_test.go",
	} {
		files, _ := filepath.Glob(filepath.Join(root, filepath.FromSlash(pattern)))
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				continue
			}
			for _, m := range declared.FindAllStringSubmatch(string(text), -1) {
				all[m[1]] = strings.TrimPrefix(filepath.ToSlash(file), "../../")
			}
		}
	}
	return all
})

func cannotCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 || args[1] == "" {
		ts.Fatalf("usage: cannot TEXT REASON")
	}
	b, err := worldOf(ts).page.find(args[0])
	ts.Check(err)
	commands, err := b.commands()
	ts.Check(err)
	for _, c := range commands {
		ts.Check(exists(ts.Getenv("REPOSITORY"), c.line))
	}
	b.used = "cannot"
	worldOf(ts).t.Logf("%s: not run, `%s`: %s", b.at, b.first(), args[1])
}

func standinCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 || args[1] == "" {
		ts.Fatalf("usage: standin NAME REASON")
	}
	w, file := worldOf(ts), filepath.Join(ts.Getenv("WORK"), "bin", args[0])
	text, err := os.ReadFile(file)
	ts.Check(err)
	ts.Check(os.Remove(file))
	ts.Check(os.WriteFile(filepath.Join(w.tools, args[0]), text, 0o755))
	w.t.Logf("%s: a stand-in for %s: %s", w.page.name, args[0], args[1])
}

func stackCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: stack NAME")
	}
	worldOf(ts).home.InitStack(worldOf(ts).t, ts.MkAbs("."), args[0])
}

func nodeCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: node")
	}
	ts.Setenv("NODEHOST_MODULES", worldOf(ts).home.NodeHost(worldOf(ts).t))
}

func infraCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: infra")
	}
	worldOf(ts).home.InstallInfra(worldOf(ts).t)
}

func cloudCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: cloud")
	}
	for _, variable := range cloud.Start(worldOf(ts).t, "acme").Environ() {
		name, value, _ := strings.Cut(variable, "=")
		ts.Setenv(name, value)
	}
}

// shellCommand returns the command `shell`, in whose text the days are still to be moved or moved already.
func shellCommand(move func(string) string) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		line := strings.Join(args, " ")
		err := ts.Exec("bash", "--noprofile", "--norc", "-c", "exec 2>&1\n"+move(line))
		if (err != nil) != neg {
			ts.Fatalf("%s: %v\n%s", line, err, ts.ReadFile("stdout"))
		}
	}
}

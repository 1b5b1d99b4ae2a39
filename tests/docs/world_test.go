package docs

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
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

func runCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: run TEXT [STATUS...]")
	}
	w := worldOf(ts)
	b, err := w.page.find(args[0])
	ts.Check(err)
	commands, err := b.commands()
	ts.Check(err)
	if len(commands) == 0 {
		ts.Fatalf("%s: the block has no commands", b.at)
	}
	want := make([]int, len(commands))
	if len(args)-1 > len(want) {
		ts.Fatalf("%s: the block has %d commands, the line %d statuses", b.at, len(want), len(args)-1)
	}
	for i, text := range args[1:] {
		want[i], err = strconv.Atoi(text)
		ts.Check(err)
	}
	results, err := runIn(ts, b, commands)
	ts.Check(err)
	if _, err := ts.Stdout().Write([]byte(movedBack(all(results)))); err != nil {
		ts.Fatalf("%v", err)
	}
	for name, value := range planted() {
		if strings.Contains(all(results), value) {
			ts.Fatalf("%s: the commands print the secret %s", b.at, name)
		}
	}
	shown := ""
	for i, c := range commands {
		if results[i].status != want[i] {
			ts.Fatalf("%s: `%s` ended with %d, want %d; where that is right, say so:\n\trun '%s' STATUS...\n%s",
				b.at, c.line, results[i].status, want[i], args[0], all(results))
		}
		shown += "$ " + c.line + "\n"
		if c.output != "" {
			shown += asShown(ts, results[i].output)
		}
	}
	b.used = "run"
	if b.language != "console" || shown == b.text || elided(b.text, shown) {
		return
	}
	if *update {
		w.outputs[b] = shown
		return
	}
	ts.Fatalf("%s: the page prints something else than the commands, -update writes it: mismatch (-page +run)\n%s", b.at,
		cmp.Diff(strings.Split(b.text, "\n"), strings.Split(shown, "\n")))
}

// elided reports whether a page shows a text with `…` on the lines that it leaves out.
func elided(page, text string) bool {
	parts := strings.Split(page, "…\n")
	if len(parts) == 1 || !strings.HasPrefix(text, parts[0]) || !strings.HasSuffix(text, parts[len(parts)-1]) {
		return false
	}
	for _, part := range parts {
		_, rest, found := strings.Cut(text, part)
		if !found {
			return false
		}
		text = rest
	}
	return true
}

type result struct {
	status int
	output string
}

func all(results []result) string {
	var text strings.Builder
	for _, r := range results {
		text.WriteString(r.output)
	}
	return text.String()
}

// mark stands in the output behind each command, with its status.
const mark = "\x01status "

// runIn runs the commands of a block in one shell, as somebody types them: a directory that is changed and a variable that
// is exported stay so until the end of the block.
func runIn(ts *testscript.TestScript, b *block, commands []command) ([]result, error) {
	var script strings.Builder
	script.WriteString("exec 2>&1\n")
	for _, c := range commands {
		if strings.Contains(c.line, "…") {
			return nil, fmt.Errorf("%s: `%s` has a gap, and nobody can run it", b.at, c.line)
		}
		fmt.Fprintf(&script, "%s\nprintf '\\001status %%d\\n' $?\n", moved(c.line))
	}
	file := filepath.Join(worldOf(ts).home.Dir, "commands")
	if err := os.WriteFile(file, []byte(script.String()), 0o600); err != nil {
		return nil, err
	}
	var exit *exec.ExitError
	err := ts.Exec("bash", "--noprofile", "--norc", file)
	if err != nil && !errors.As(err, &exit) {
		return nil, err
	}
	results := make([]result, len(commands))
	rest := ts.ReadFile("stdout")
	for i := range results {
		output, after, found := strings.Cut(rest, mark)
		results[i].output = output
		if !found { // the shell itself has ended, by exec or exit
			if exit != nil {
				results[i].status = exit.ExitCode()
			}
			if i < len(results)-1 {
				return nil, fmt.Errorf("%s: the shell ended at `%s`\n%s", b.at, commands[i].line, output)
			}
			break
		}
		text, after, _ := strings.Cut(after, "\n")
		if results[i].status, err = strconv.Atoi(text); err != nil {
			return nil, err
		}
		rest = after
	}
	return results, nil
}

// volatile is what differs from run to run and from machine to machine in what a page shows.
var volatile = []struct {
	pattern *regexp.Regexp
	with    string
}{
	{
		regexp.MustCompile(`by [0-9]+ policies (of policypack [0-9.]+), configuration [0-9a-f]{12}`),
		"by 19 policies $1, configuration 1c5e9b70d2aa",
	},
	{regexp.MustCompile(`(?m)[ \t]+$`), ""},
}

// asShown is an output as a page shows it.
func asShown(ts *testscript.TestScript, out string) string {
	for _, path := range []struct{ of, as string }{
		{ts.Getenv("PULUMI_HOME"), "/home/you/.pulumi"}, {ts.Getenv("WORK"), "/home/you/shop"},
	} {
		out = strings.ReplaceAll(out, path.of, path.as)
	}
	for _, v := range volatile {
		out = v.pattern.ReplaceAllString(out, v.with)
	}
	return movedBack(out)
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

func shellCommand(ts *testscript.TestScript, neg bool, args []string) {
	err := ts.Exec("bash", "--noprofile", "--norc", "-c", "exec 2>&1\n"+moved(strings.Join(args, " ")))
	if (err != nil) != neg {
		ts.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, ts.ReadFile("stdout"))
	}
}

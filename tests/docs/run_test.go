package docs

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/testscript"
)

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

// runWithout runs the blocks of a page that need no world: scripts of policypack commands that work in an empty directory.
// The programs on the pages of the policies are examples, which a test of their own evaluates.
func (w *world) runWithout(dir string) {
	w.t.Helper()
	for _, b := range w.page.blocks {
		commands, err := b.commands()
		switch {
		case err != nil:
			w.t.Error(err)
		case b.language != "sh":
			if path.Dir(w.page.name) == "docs/reference/policies" {
				b.used = "by TestExamples"
			}
		case !slices.ContainsFunc(commands, func(c command) bool { return !strings.HasPrefix(c.line, "policypack ") }):
			cmd := exec.Command("bash", "--noprofile", "--norc", "-e", "-c", b.text)
			cmd.Dir, cmd.Env = dir, w.home.Environ()
			if out, err := cmd.CombinedOutput(); err != nil {
				w.t.Errorf("%s: `%s`: %v\n%s", b.at, b.first(), err, out)
			}
			b.used = "run"
		}
	}
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
		regexp.MustCompile(`(policypack [0-9.]+), [0-9]+ policies, configuration [0-9a-f]{12}`),
		"$1, 19 policies, configuration 1c5e9b70d2aa",
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

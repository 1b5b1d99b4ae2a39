package docs

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

var update = flag.Bool("update", false, "write what the commands of the pages print into the pages")

func TestMain(m *testing.M) {
	flag.Parse()
	harness.CleanProcess()
	os.Exit(m.Run())
}

// needTools skips a test where the programs are missing that people have and this project does not build.
func needTools(t *testing.T) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the commands are for a shell")
	}
	for _, name := range []string{"bash", "git", "jq", "openssl"} {
		if _, err := exec.LookPath(name); err != nil {
			t.Skipf("the commands' %s: %v", name, err)
		}
	}
}

// Every block of every page runs in its world.
func TestPages(t *testing.T) {
	t.Parallel()
	needTools(t)
	all := pages(t)
	harness.Pulumi(t)
	var worlds []string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		p, file := all[name], name+".txtar"
		if _, err := os.Stat(file); err == nil {
			worlds = append(worlds, file)
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			w := &world{t: t, page: p, home: harness.NewHome(t, dir)}
			w.runWithout(dir)
			if err := p.unused(); err != nil {
				t.Errorf("%v\nThe page has no world yet: create the file tests/docs/%s.", err, file)
				return
			}
			w.checkRest(dir)
		})
	}
	files, err := filepath.Glob("*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if all[strings.TrimSuffix(file, ".txtar")] == nil {
			t.Errorf("tests/docs/%s is the world of no page", file)
		}
	}
	testscript.Run(t, testscript.Params{
		Files:               worlds,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			name, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(env.WorkDir), "script-"), "#")
			if all[name] == nil {
				return fmt.Errorf("there is no page %s", name)
			}
			return setUp(env, all[name])
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"run": runCommand, "file": fileCommand, "by": byCommand, "cannot": cannotCommand,
			"standin": standinCommand, "stack": stackCommand, "cloud": cloudCommand, "node": nodeCommand, "infra": infraCommand, "shell": shellCommand(moved),
		},
	})
}

// unused returns an error for the blocks that no line of the world names, with the lines that could.
func (p *page) unused() error {
	var text strings.Builder
	for _, b := range p.blocks {
		commands, err := b.commands()
		switch {
		case err != nil:
			return err
		case b.used != "" || !b.copied() || b.checked(commands):
			continue
		}
		fmt.Fprintf(&text, "%s: no line of tests/docs/%s.txtar names this block. Where the story has come to it, write one of\n", b.at, p.world())
		if len(commands) > 0 {
			fmt.Fprintf(&text, "\trun %s STATUS...   # 0 for each command may be left out\n", b.key())
		}
		fmt.Fprintf(&text, "\tby %s TEST          # the test that runs it\n", b.key())
		fmt.Fprintf(&text, "\tcannot %s 'REASON'  # what it takes to run it that no test has\n", b.key())
	}
	if text.Len() == 0 {
		return nil
	}
	return errors.New(strings.TrimSuffix(text.String(), "\n"))
}

// world is the name of the page's world, that of the page, and docs for docs/README.md.
func (p *page) world() string {
	if p.name == "docs/README.md" {
		return "docs"
	}
	return strings.TrimSuffix(path.Base(p.name), ".md")
}

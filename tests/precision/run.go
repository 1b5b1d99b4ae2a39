package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"

	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// stackName is the stack of every preview.
const stackName = "production"

// finding is one message about one resource, as a person reads it in a preview.
type finding struct {
	program, policy, level string
	resource               string // its logical name; the stack's own is the name of the program's project
	token                  string
	message                string
}

// outcome is what became of one program.
type outcome struct {
	program   string // its folder, as a path below the folder of programs
	resources int
	findings  []finding
	notRun    string // why it was not run
}

// runAll previews every YAML program below a folder, in the order of their paths. Programs in other languages are
// counted.
func runAll(t testing.TB, dir string) (outcomes []outcome, others int) {
	t.Helper()
	known, err := readTypes(typesFiles(harness.Root(t))...)
	check(t, err)
	folders, err := programFolders(dir)
	check(t, err)
	pack := harness.Policypack(t)
	harness.Pulumi(t)
	harness.Echo(t)
	all := make([]*outcome, len(folders))
	places := make(chan int, len(folders))
	for i := range folders {
		places <- i
	}
	close(places)
	var group sync.WaitGroup
	stopped := make([]any, 2)
	for worker := range stopped {
		group.Go(func() {
			defer func() { stopped[worker] = recover() }()
			for i := range places {
				all[i] = runOne(t, dir, folders[i], pack, known)
			}
		})
	}
	group.Wait()
	for _, panicked := range stopped {
		if panicked != nil {
			panic(panicked)
		}
	}
	for _, o := range all {
		if o == nil {
			others++
			continue
		}
		outcomes = append(outcomes, *o)
	}
	return outcomes, others
}

func programFolders(dir string) ([]string, error) {
	var folders []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == ".git" || d.Name() == "node_modules"):
			return filepath.SkipDir
		case !d.IsDir() && d.Name() == "Pulumi.yaml":
			folders = append(folders, filepath.Dir(path))
		}
		return nil
	})
	return folders, err
}

// runOne previews a program; nil is one in another language.
func runOne(t testing.TB, root, dir, pack string, known *types) *outcome {
	name, err := filepath.Rel(root, dir)
	check(t, err)
	o := &outcome{program: filepath.ToSlash(name)}
	work, err := os.MkdirTemp("", "policypack-precision-")
	check(t, err)
	defer os.RemoveAll(work) //nolint:errcheck // a temporary directory
	dir, err = plant(dir, filepath.Join(work, "program"))
	check(t, err)
	p, err := readProgram(dir, known)
	if err == nil && p == nil {
		return nil
	}
	if err == nil {
		err = o.preview(t, p, dir, work, pack, known)
	}
	var not errNotRun
	if errors.As(err, &not) {
		o.notRun, o.findings, o.resources = string(not), nil, 0
		return o
	}
	check(t, err)
	return o
}

// preview runs the CLI on the program in dir, with what it needs in the folder work.
func (o *outcome) preview(t testing.TB, p *program, dir, work, pack string, known *types) error {
	home := harness.NewHome(t, work)
	for _, pkg := range p.packages() {
		if pkg != "pulumi" {
			home.InstallEcho(t, pkg+"-v9.0.0")
		}
	}
	for pkg := range p.plugins {
		home.InstallEcho(t, pkg)
	}
	rows, settings, log := filepath.Join(work, "types"), filepath.Join(work, "settings.yaml"), filepath.Join(work, "log")
	if err := errors.Join(p.extend(dir), p.writeTypes(rows, known), p.writeSettings(dir, settings),
		p.writeState(home.State, stackName)); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), harness.Timeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, filepath.Join(home.Bin, "pulumi"), "preview", "--stack", stackName,
		"--policy-pack", pack, "--config-file", settings, "--event-log", log, "--non-interactive",
		"--suppress-progress")
	cmd.Dir = dir
	cmd.Env = home.Environ("PWD="+dir, "ECHO_TYPES="+rows, "PULUMI_DEBUG_YAML_DISABLE_TYPE_CHECKING=1")
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	failed := cmd.Run()
	broken, err := o.readLog(log, p.name)
	switch {
	case broken != "":
		return errNotRun(broken)
	case err != nil && failed != nil:
		return errNotRun(stopper(out.String()))
	case err != nil:
		return err
	case failed != nil && !slices.ContainsFunc(o.findings, func(f finding) bool { return f.level == "mandatory" }):
		return errNotRun(stopper(out.String()))
	}
	return nil
}

// readLog takes the findings and the number of resources from the engine's events. broken is the first error that is
// not a policy's.
func (o *outcome) readLog(path, project string) (broken string, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	seen := map[finding]bool{}
	for line := range strings.Lines(string(text)) {
		var e apitype.EngineEvent
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			return "", err
		}
		switch {
		case e.PolicyEvent != nil:
			p := e.PolicyEvent
			f := finding{
				program: o.program, policy: p.PolicyName, level: p.EnforcementLevel, token: place.TypeOf(p.ResourceURN),
				resource: place.NameOf(p.ResourceURN), message: strings.TrimSpace(p.Message),
			}
			if f.token == "pulumi:pulumi:Stack" {
				f.resource = project
			}
			if !seen[f] {
				seen[f] = true
				o.findings = append(o.findings, f)
			}
		case e.ResourcePreEvent != nil:
			if typ := e.ResourcePreEvent.Metadata.Type; typ != "pulumi:pulumi:Stack" {
				o.resources++
			}
		case e.DiagnosticEvent != nil && e.DiagnosticEvent.Severity == "error" && broken == "":
			if said := strings.TrimSpace(e.DiagnosticEvent.Message); !strings.HasPrefix(said, "preview failed") {
				broken = said
			}
		}
	}
	return stopper(broken), nil
}

// stopper is the line of what the CLI prints that says what stopped the program.
func stopper(text string) string {
	last := ""
	for line := range strings.Lines(colors.ReplaceAllString(text, "")) {
		line = strings.TrimSpace(line)
		if _, said, ok := strings.Cut(line, "rror: "); ok && !strings.HasPrefix(said, "preview failed") {
			return said
		}
		if line != "" {
			last = line
		}
	}
	return last
}

var colors = regexp.MustCompile("\x1b\\[[0-9;]*m|<\\{%[^%]*%\\}>")

// extend adds the rows of the file types.txt beside a program: components and their children.
func (p *program) extend(dir string) error {
	file := filepath.Join(dir, "types.txt")
	if _, err := os.Stat(file); err != nil {
		return nil
	}
	own, err := readTypes(file)
	if err != nil {
		return err
	}
	for _, words := range own.byName {
		r := parse(words)
		if have := p.rows[r.token]; have != nil {
			have.is, have.children = r.is, r.children
			have.inputs, have.outputs = append(r.inputs, have.inputs...), append(r.outputs, have.outputs...)
			continue
		}
		p.rows[r.token] = &r
	}
	return nil
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

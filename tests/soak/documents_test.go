package soak

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime/debug"
	"runtime/metrics"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/progression-labs-development/policypack"
	"github.com/progression-labs-development/policypack/internal/cli"
	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

const (
	// memory and perByte bound what a command may allocate in all for mutated documents, beside what it needs for the
	// ones as they are.
	memory  = 64 << 20
	perByte = 100
	// slow is how much longer than with the documents as they are a command may take.
	slow  = time.Second
	stuck = time.Minute
	// again is how many mutations a command gets once its documents were read as they are.
	again = 12
)

// TestDocuments runs the commands of the scripts in internal/cli and of the pages on their documents: policy
// configurations, bundles, plans, states, repositories with pipelines of all CI systems, baselines, attestations,
// reports, rules, and so on, first as they are and then mutated, with canaries where secrets are. No output and no file
// that a command writes holds one.
func TestDocuments(t *testing.T) {
	part := begin(t, "documents")
	scripts := readScripts(t)
	seed := uint64(time.Now().UnixNano())
	r := rand.New(rand.NewPCG(seed, 18))
	t.Logf("seed %d", seed)
	d := &documents{birds: newBirds(), work: t.TempDir(), kept: found(t), commands: map[string]bool{}, exits: map[int]int{}}
	before, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := os.Chdir(before); err != nil {
			t.Fatal(err)
		}
	}()
	for end := time.Now().Add(*length * 15 / 100); time.Now().Before(end) && part.failures < 20; {
		s := pick(r, scripts)
		c := pick(r, s.commands)
		whole := d.run(s, c, s.files)
		if whole.failure != "" {
			part.fail(t, "%s: %s\n  as it is: %s", s.name, strings.Join(c.args, " "), whole.failure)
			continue
		}
		for range again {
			files := s.mutated(r, pick(r, scripts))
			got := d.run(s, c, files)
			size := 0
			for _, data := range files {
				size += len(data)
			}
			switch most := whole.allocated + memory + uint64(perByte*size); {
			case got.failure != "" || s.computes: // which a mutated rule may do for long: a run has a budget for it
			case got.allocated > most:
				got.failure = fmt.Sprintf("allocates %d MB for %d bytes, where it takes %d MB as it is", got.allocated>>20, size,
					whole.allocated>>20)
			case got.took > 2*whole.took+slow:
				got.failure = fmt.Sprintf("takes %s, where it takes %s as it is", got.took, whole.took)
			}
			if got.failure != "" {
				part.fail(t, "%s: %s\n  %s\n  the documents are in %s", s.name, strings.Join(c.args, " "), got.failure, d.keep(s, c, files))
			}
		}
		part.ran("%d runs of %d commands, exit 0: %d, 1: %d, 2: %d", d.runs, len(d.commands), d.exits[0], d.exits[1], d.exits[2])
	}
	if d.runs == 0 {
		part.fail(t, "nothing was run")
	}
}

type documents struct {
	*birds

	work, kept string
	runs       int
	commands   map[string]bool
	exits      map[int]int
}

// found is the folder for inputs on which something fails. It stays.
func found(t *testing.T) string {
	t.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(cache, "policypack-tests", "soak-found", time.Now().UTC().Format("20060102T150405"))
}

// keep writes the documents and the command of a failure.
func (d *documents) keep(s *script, c command, files map[string][]byte) string {
	dir := filepath.Join(d.kept, fmt.Sprint(d.runs))
	text := fmt.Sprintf("script: %s\ndir: %s\nenv: %q\nstdin: %s\nargs: %q\n", s.name, c.dir, c.env, c.stdin, c.args)
	for name, data := range map[string][]byte{"command.txt": []byte(text)} {
		if err := put(dir, name, data); err != nil {
			return err.Error()
		}
	}
	for name, data := range files {
		if err := put(dir, filepath.Join("files", name), data); err != nil {
			return err.Error()
		}
	}
	return dir
}

func put(dir, name string, data []byte) error {
	name = filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return os.WriteFile(name, data, 0o644)
}

// outcome is what a run has come to.
type outcome struct {
	took      time.Duration // of the processor
	allocated uint64
	failure   string
}

// run runs a command on documents.
func (d *documents) run(s *script, c command, files map[string][]byte) (o outcome) {
	d.runs++
	d.commands[s.name+strings.Join(c.args, " ")] = true
	dir := filepath.Join(d.work, "w")
	defer os.RemoveAll(dir) //nolint:errcheck // the test's own folder
	for name, data := range files {
		if err := put(dir, name, d.plant(data)); err != nil {
			return outcome{failure: err.Error()}
		}
	}
	if err := os.MkdirAll(filepath.Join(dir, c.dir), 0o755); err != nil {
		return outcome{failure: err.Error()}
	}
	if err := os.Chdir(filepath.Join(dir, c.dir)); err != nil {
		return outcome{failure: err.Error()}
	}
	in, err := os.Open(os.DevNull)
	if c.stdin != "" {
		in, err = os.Open(c.stdin)
	}
	if err != nil { // the script makes it by another command
		return outcome{}
	}
	defer in.Close() //nolint:errcheck // read only
	fill := strings.NewReplacer("$WORK", dir, "${WORK}", dir, "$VERSION", policypack.Version(), "${VERSION}", policypack.Version())
	env := map[string]string{"PULUMI_HOME": filepath.Join(dir, "home"), "HOME": dir, "PATH": os.Getenv("PATH")}
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for _, kv := range c.env {
		key, value, _ := strings.Cut(kv, "=")
		env[key] = fill.Replace(value)
		if at, err := time.Parse(time.RFC3339, value); err == nil && key == "TEST_NOW" {
			now = at
		}
	}
	args := []string{"policypack"}
	for _, arg := range c.args {
		args = append(args, fill.Replace(arg))
	}
	var stdout, stderr bytes.Buffer
	ends := hangs(stuck, func() {
		panic(fmt.Sprintf("%s: %q hangs; the documents are in %s", s.name, c.args, d.keep(s, c, files)))
	})
	before, cpu := allocated(), processor()
	code := func() (code int) {
		defer func() {
			if v := recover(); v != nil {
				o.failure = fmt.Sprintf("panics: %v\n%s", v, debug.Stack())
			}
		}()
		return cli.Run(context.Background(), cli.Process{
			Args: args, Stdin: in, Stdout: &stdout, Stderr: &stderr, Getenv: func(key string) string { return env[key] },
			Now: func() time.Time { return now },
		})
	}()
	ends()
	o.took, o.allocated = processor()-cpu, allocated()-before
	d.exits[code]++
	switch {
	case o.failure != "":
	case code < 0 || code > 2:
		o.failure = fmt.Sprintf("exit code %d", code)
	case code == 2 && stdout.Len()+stderr.Len() == 0:
		o.failure = "exit code 2 without a word"
	case bytes.Contains(stderr.Bytes(), []byte("goroutine ")) || bytes.Contains(stdout.Bytes(), []byte("internal error")):
		o.failure = "panics: " + stderr.String()
	}
	for _, text := range []string{stdout.String(), stderr.String()} {
		for _, around := range d.find(text) {
			o.failure = "prints a canary: " + around
		}
	}
	if around := d.written(dir, files); around != "" {
		o.failure = around
	}
	return o
}

// written looks for canaries in the files that a command has made.
func (d *documents) written(dir string, files map[string][]byte) (failure string) {
	err := filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		rel, err := filepath.Rel(dir, name)
		if _, known := files[filepath.ToSlash(rel)]; known || err != nil {
			return err
		}
		text, err := os.ReadFile(name)
		for _, around := range d.find(string(text)) {
			failure = fmt.Sprintf("writes a canary into %s: %s", rel, around)
		}
		return err
	})
	if err != nil {
		return err.Error()
	}
	return failure
}

// script has the documents and the commands of a testscript.
type script struct {
	name     string
	files    map[string][]byte
	names    []string
	commands []command
	computes bool // it has rules
}

// command is a command with the folder, the environment and the standard input that the script gives it.
type command struct {
	args, env  []string
	dir, stdin string
}

// left out are commands that serve, or run other programs for long.
var leftOut = []string{"gate", "analyzer", "completion"}

func readScripts(t *testing.T) (all []*script) {
	t.Helper()
	for _, pattern := range []string{"internal/cli/testdata/script/*.txtar", "tests/docs/*.txtar", "tests/governance/*.txtar", "tests/central/*.txtar"} {
		names, err := filepath.Glob(filepath.Join(harness.Root(t), filepath.FromSlash(pattern)))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			s := &script{name: filepath.Base(name), files: map[string][]byte{}}
			for _, f := range archive.Files {
				s.files[f.Name] = f.Data
				s.computes = s.computes || strings.HasSuffix(f.Name, ".rego")
			}
			s.names = sorted(s.files)
			s.read(string(archive.Comment))
			if len(s.commands) > 0 && len(s.files) > 0 {
				all = append(all, s)
			}
		}
	}
	if len(all) < 50 {
		t.Fatalf("found %d scripts, want more", len(all))
	}
	return all
}

// read takes the commands of policypack out of a script.
func (s *script) read(text string) {
	var at command
	for line := range strings.Lines(text) {
		words := fields(line)
		for len(words) > 0 && strings.HasPrefix(words[0], "[") || len(words) > 0 && words[0] == "!" {
			words = words[1:]
		}
		if len(words) < 2 {
			continue
		}
		switch words[0] {
		case "env":
			at.env = append(slices.Clip(at.env), words[1:]...)
		case "cd":
			at.dir = filepath.Clean(filepath.Join(at.dir, strings.TrimPrefix(strings.TrimPrefix(words[1], "$WORK"), "/")))
			if words[1] == "$WORK" {
				at.dir = ""
			}
		case "stdin":
			at.stdin = words[1]
		case "exec", "code":
			words = words[1:]
			if len(words) > 1 && len(words[0]) == 1 {
				words = words[1:]
			}
			if len(words) > 1 && words[0] == "policypack" && !slices.Contains(leftOut, words[1]) && !strings.Contains(at.dir, "..") {
				c := at
				c.args = words[1:]
				s.commands = append(s.commands, c)
			}
			at.stdin = ""
		}
	}
}

// fields splits a line of a script as testscript does.
func fields(line string) (words []string) {
	line, _, _ = strings.Cut(strings.TrimSuffix(line, "\n"), " # ")
	var word strings.Builder
	quoted, any := false, false
	for _, c := range line {
		switch {
		case c == '\'':
			quoted, any = !quoted, true
		case !quoted && (c == ' ' || c == '\t'):
			if any || word.Len() > 0 {
				words = append(words, word.String())
			}
			word.Reset()
			any = false
		default:
			word.WriteRune(c)
		}
	}
	if any || word.Len() > 0 {
		words = append(words, word.String())
	}
	return words
}

// mutated returns the documents with some of them mutated.
func (s *script) mutated(r *rand.Rand, other *script) map[string][]byte {
	files := map[string][]byte{}
	for name, data := range s.files {
		files[name] = data
	}
	for range 1 + r.IntN(3) {
		name := pick(r, s.names)
		files[name] = mutate(r, files[name], other.files[pick(r, other.names)])
	}
	return files
}

func allocated() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

func processor() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

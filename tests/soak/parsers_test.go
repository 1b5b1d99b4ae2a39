package soak

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// TestParsers fuzzes each fuzz target of the project for the same time, one at a time on one processor. A target bounds
// the time and the memory that an input takes, and looks for the canary; see internal/fuzzing. What fails is written to
// testdata/fuzz beside the target, which makes it a test.
func TestParsers(t *testing.T) {
	part := begin(t, "parsers")
	root := harness.Root(t)
	targets := fuzzTargets(t, root)
	share := *length * 7 / 10 / time.Duration(len(targets))
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	cache = filepath.Join(cache, "policypack-tests", "soak")
	var inputs, added, total int
	var bin, built string
	dir := t.TempDir()
	for _, target := range targets {
		if built != target.dir {
			bin, built = filepath.Join(dir, "fuzz.test"), target.dir
			build(t, root, bin, target.dir)
		}
		t.Run(strings.TrimPrefix(target.dir, "internal/")+"."+target.name, func(t *testing.T) {
			got, out, err := fuzz(bin, filepath.Join(root, target.dir), target.name,
				filepath.Join(cache, filepath.FromSlash(target.dir)), share)
			inputs, added, total = inputs+got.inputs, added+got.added, total+got.total
			t.Logf("%d inputs, %d new in a corpus of %d", got.inputs, got.added, got.total)
			switch {
			case err != nil && !late(out):
				part.fail(t, "%v\n%s", err, out)
			case got.inputs == 0:
				part.fail(t, "no input was run:\n%s", out)
			}
		})
		part.ran("%d targets, %d inputs, %d new in a corpus of %d", len(targets), inputs, added, total)
	}
}

// late reports whether Go's fuzzing was only late to end: its deadline came while it minimised an input of new coverage.
func late(out string) bool {
	return strings.Contains(out, "\n            context deadline exceeded") && !strings.Contains(out, "Failing input written")
}

type target struct{ dir, name string }

var declaration = regexp.MustCompile(`(?m)^func (Fuzz\w+)\(f \*testing\.F\)`)

// fuzzTargets finds all targets below internal/, sorted by folder.
func fuzzTargets(t *testing.T, root string) (all []target) {
	t.Helper()
	err := filepath.WalkDir(filepath.Join(root, "internal"), func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(name, "_test.go") {
			return err
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		dir, err := filepath.Rel(root, filepath.Dir(name))
		for _, m := range declaration.FindAllSubmatch(text, -1) {
			all = append(all, target{filepath.ToSlash(dir), string(m[1])})
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 30 {
		t.Fatalf("found %d targets, want more", len(all))
	}
	slices.SortFunc(all, func(a, b target) int { return strings.Compare(a.dir+a.name, b.dir+b.name) })
	return all
}

// build builds the tests of a package for fuzzing.
func build(t *testing.T, root, bin, dir string) {
	t.Helper()
	cmd := exec.Command("go", "test", "-c", "-vet=off", "-fuzz=.", "-o", bin, "./"+dir)
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go test -c ./%s: %v\n%s", dir, err, out)
	}
}

// fuzzed is what the last line of progress says.
type fuzzed struct{ inputs, added, total int }

var (
	progress = regexp.MustCompile(`execs: (\d+) .*new interesting: (\d+) \(total: (\d+)\)`)
	seeds    = regexp.MustCompile(`baseline coverage: (\d+)/`)
)

// fuzz runs one target. The output is the end of what it prints.
func fuzz(bin, dir, name, cache string, share time.Duration) (got fuzzed, out string, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), share+2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, bin, "-test.run=^$", "-test.fuzz=^"+name+"$", "-test.fuzztime="+share.String(),
		"-test.fuzzminimizetime=20x", "-test.fuzzcachedir="+cache, "-test.parallel=1")
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "GOMAXPROCS=1")
	cmd.WaitDelay = 10 * time.Second
	text, err := cmd.CombinedOutput()
	for _, m := range seeds.FindAllSubmatch(text, -1) {
		got.inputs, _ = strconv.Atoi(string(m[1]))
	}
	base := got.inputs
	for _, m := range progress.FindAllSubmatch(text, -1) {
		for i, n := range []*int{&got.inputs, &got.added, &got.total} {
			*n, _ = strconv.Atoi(string(m[i+1]))
		}
	}
	got.inputs = max(got.inputs, base)
	if ctx.Err() != nil {
		err = errors.Join(err, fmt.Errorf("%s does not end", name))
	}
	if bytes.Contains(text, []byte("no fuzz tests to fuzz")) {
		err = errors.Join(err, errors.New("the target is not there"))
	}
	return got, string(text[max(0, len(text)-8000):]), err
}

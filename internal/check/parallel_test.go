package check

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/decisionlog"
	"github.com/progression-labs-development/policypack/internal/session"
)

// mixed writes many sources of all kinds, some of which cannot be checked, and returns their paths.
func mixed(t *testing.T, dir string) (paths []string) {
	t.Helper()
	for i := range 24 {
		name := fmt.Sprintf("s%d.json", i)
		var text string
		switch i % 8 {
		default:
			var resources []string
			for n := range 25 - i { // the first take longest
				resources = append(resources, fmt.Sprintf(
					`{"urn": "urn:pulumi:stack%d::shop::aws:secretsmanager/secret:Secret::s%d", "custom": true,
					"type": "aws:secretsmanager/secret:Secret", "inputs": {"name": "x"}}`, i, n))
			}
			text = fmt.Sprintf(`{"version": 3, "deployment": {"manifest": {}, "pending_operations": [{}],
				"resources": [%s]}}`, strings.Join(resources, ","))
		case 2:
			text = `{"version": 3, "deployment": {"resources": [{"urn": "x"}]}}`
		case 3:
			text = `{"version": 3, "deployment": {`
		case 4:
			name, text = fmt.Sprintf("app%d.env", i), "DATABASE_PASSWORD=Zr8k-vQ2m-Wp5t\n"
		case 5:
			text = `{"format_version": "1.2", "terraform_version": "1.9", "planned_values": {"root_module": {"resources": [
				{"address": "aws_secretsmanager_secret.a", "mode": "managed", "type": "aws_secretsmanager_secret",
				"name": "a", "provider_name": "registry.terraform.io/hashicorp/aws", "values": {"name": "x"}}]}},
				"resource_changes": [], "configuration": {"root_module": {}}}`
		case 6:
			paths = append(paths, filepath.Join(dir, "missing", name))
			continue
		}
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	return paths
}

// reported checks the sources on that many cores, and returns everything that a reader gets.
func reported(t *testing.T, cores int, paths []string) (text, log string) {
	t.Helper()
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
	file := filepath.Join(t.TempDir(), "log")
	decisions, err := decisionlog.Open(file, "", time.Now)
	if err != nil {
		t.Fatal(err)
	}
	r, err := New(t.Context(), Options{Session: session.Options{Log: &bytes.Buffer{}, Now: time.Now}, Log: decisions})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Check(t.Context(), paths); err != nil {
		t.Fatal(err)
	}
	out, err := json.MarshalIndent(r.Report, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	lines, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	own := regexp.MustCompile(`"(decision_id|timestamp|timer_[a-z_]+)":("[^"]*"|\d+)`)
	return string(out), own.ReplaceAllString(string(lines), "$1")
}

func TestSameOnAnyNumberOfCores(t *testing.T) { //nolint:paralleltest // sets GOMAXPROCS
	paths := mixed(t, t.TempDir())
	one, oneLog := reported(t, 1, paths)
	for _, want := range []string{`"raw-secret-resource"`, `"dotenv-file"`, "truncated", "no such file", "never finished"} {
		if !strings.Contains(one, want) {
			t.Fatalf("the report does not contain %s:\n%.2000s", want, one)
		}
	}
	if oneLog == "" {
		t.Fatal("there is no decision log")
	}
	for range 2 {
		many, manyLog := reported(t, 4, paths)
		if diff := cmp.Diff(one, many); diff != "" {
			t.Fatalf("report mismatch (-one core +four)\n%s", diff)
		}
		if diff := cmp.Diff(oneLog, manyLog); diff != "" {
			t.Fatalf("decision log mismatch (-one core +four)\n%s", diff)
		}
	}
}

func TestSourcesAtATime(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	sized := func(name string, size int64) target {
		path := filepath.Join(dir, name)
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.Truncate(size); err != nil { // takes no space
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		return target{name: name, path: path}
	}
	const cores = 4
	small := sized("small.json", 1000)
	for _, tt := range []struct {
		name string
		give target
		want int
	}{
		{"small files", small, cores},
		{"files that take two cores each", sized("large.json", share), 2},
		{"compressed files that take two cores each", sized("large.json.gz", share/packed), 2},
		{"files larger than what all cores have", sized("huge.json", 100*share), 1},
		{"repositories", target{name: ".", path: dir, dir: true}, 1},
		{"a file that does not exist", target{path: filepath.Join(dir, "missing")}, cores},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			all := make([]target, 50)
			for i := range all {
				all[i] = tt.give
			}
			var now, most atomic.Int64
			queue, met := make(chan chan *sourceRun, len(all)), make(chan struct{}, cores)
			start(t.Context(), all, cores, queue, func(i int, _ target) *sourceRun {
				n := now.Add(1)
				defer now.Add(-1)
				for old := most.Load(); n > old && !most.CompareAndSwap(old, n); old = most.Load() {
				}
				if i < tt.want { // the first wait for each other
					for met <- struct{}{}; len(met) < tt.want; {
						runtime.Gosched()
					}
				}
				return &sourceRun{}
			})
			for range all {
				<-<-queue
			}
			if got := most.Load(); got != int64(tt.want) {
				t.Errorf("got %d sources at a time, want %d", got, tt.want)
			}
		})
	}
}

// As long as the first source is being checked, only so many others are.
func TestResultsThatWait(t *testing.T) {
	t.Parallel()
	all := make([]target, 1000)
	for i := range all {
		all[i] = target{path: os.DevNull}
	}
	const cores = 2
	var started atomic.Int64
	release := make(chan struct{})
	queue := make(chan chan *sourceRun, 10)
	go start(t.Context(), all, cores, queue, func(i int, _ target) *sourceRun {
		if started.Add(1); i == 0 {
			<-release
		}
		return &sourceRun{}
	})
	first := <-queue
	for started.Load() < 11 {
		runtime.Gosched()
	}
	time.Sleep(10 * time.Millisecond)
	if got := started.Load(); got > 11 {
		t.Errorf("got %d sources started beside an unfinished one, want at most 11", got)
	}
	close(release)
	<-first
	for range all[1:] {
		<-<-queue
	}
}

func TestInterrupted(t *testing.T) {
	t.Parallel()
	paths := mixed(t, t.TempDir())
	ctx, cancel := context.WithCancel(t.Context())
	var lines []string
	r, err := New(ctx, Options{
		Session: session.Options{Log: &bytes.Buffer{}, Now: time.Now},
		Progress: func(line string) {
			lines = append(lines, line)
			if strings.HasPrefix(line, "checking 9 of ") {
				cancel()
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	err = r.Check(ctx, paths)
	if err == nil || !regexp.MustCompile(`^interrupted: the check is not complete and has no result \(\d+ of 21 sources `+
		`were checked\); run it again$`).MatchString(err.Error()) {
		t.Errorf("got %v, want an error that says what is missing", err)
	}
	if len(r.Report.Sources) == len(paths) || lines[len(lines)-1] != "" {
		t.Errorf("got %d of %d sources and the last line %q", len(r.Report.Sources), len(paths), lines[len(lines)-1])
	}
	// Before anything, too; and of a single source.
	for _, some := range [][]string{paths, paths[:1]} {
		if err := r.Check(ctx, some); err == nil {
			t.Errorf("%d sources: got no error from a run that was interrupted before it began", len(some))
		}
	}
}

func TestGarbageOfSmallSources(t *testing.T) { //nolint:paralleltest // sets GOGC
	given := debug.SetGCPercent(100)
	defer debug.SetGCPercent(given)
	dir := t.TempDir()
	one := target{path: filepath.Join(dir, "small.json")}
	large := target{path: filepath.Join(dir, "large.json")}
	for path, size := range map[string]int64{one.path: 1000, large.path: small + 1} {
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(path, size); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		name         string
		give         []target
		before, want int
	}{
		{"small ones", []target{one, one}, 100, percent},
		{"a single one", []target{one}, 100, 100},
		{"a large one among them", []target{one, large, one}, 100, 100},
		{"a repository among them", []target{one, {path: dir, dir: true}}, 100, 100},
		{"small ones, where GOGC says something else", []target{one, one}, 50, 50},
	} {
		debug.SetGCPercent(tt.before)
		back := collect(tt.give)
		if got := debug.SetGCPercent(tt.want); got != tt.want {
			t.Errorf("%s: got %d percent, want %d", tt.name, got, tt.want)
		}
		if back(); debug.SetGCPercent(tt.before) != tt.before {
			t.Errorf("%s: the percentage was not set back", tt.name)
		}
	}
}

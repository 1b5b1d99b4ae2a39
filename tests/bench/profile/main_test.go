package main

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/pprof/profile"
)

// The commands of docs/reference/performance.md, with fewer calls.
func TestCommands(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program")
	}
	for _, tt := range []struct {
		command string
		want    []string
		tables  int
		files   []string
	}{
		{
			"start",
			[]string{"start to the first answer:", "until GetAnalyzerInfo is answered", "inits of packages", "internal/pack."},
			4,
			[]string{"start.cpu", "start.allocs", "first.cpu", "first.allocs"},
		},
		{
			"analyze",
			[]string{"Analyze of 30 resources, 2 at a time:", "internal/facts.(*Resource).Scan", "internal/wire.Resource"},
			2,
			[]string{"analyze.cpu", "analyze.allocs"},
		},
		{
			"memory",
			[]string{"after a run of 180 resources the most memory is", "heap in use after a collection", "stage", "package"},
			4,
			[]string{"memory-1", "memory-30"},
		},
	} {
		t.Run(tt.command, func(t *testing.T) {
			dir := t.TempDir()
			var out bytes.Buffer
			args := []string{"-rounds", "3", "-resources", "30", "-callers", "2", "-rows", "200", "-o", dir, tt.command}
			if err := run(args, &out); err != nil {
				t.Fatal(err)
			}
			for _, want := range tt.want {
				if !strings.Contains(out.String(), want) {
					t.Errorf("nothing about %q in\n%s", want, &out)
				}
			}
			tables := 0
			for _, table := range regexp.MustCompile(`(?m)^(stages|packages|heap in use .*, by .*)\b.*\n.*\n(( +[\d.]+ %)+ .*\n)+`).
				FindAllString(out.String(), -1) {
				tables++
				sum := 0.0
				for _, share := range regexp.MustCompile(`([\d.]+) %  \S`).FindAllStringSubmatch(table, -1) {
					n, err := strconv.ParseFloat(share[1], 64)
					if err != nil {
						t.Fatal(err)
					}
					sum += n
				}
				if math.Abs(sum-100) > 5 { // what rounding of a hundred rows leaves
					t.Errorf("the shares are %.1f %% in all:\n%s", sum, table)
				}
			}
			if tables != tt.tables {
				t.Errorf("%d tables, want %d:\n%s", tables, tt.tables, &out)
			}
			for _, name := range tt.files {
				f, err := os.Open(filepath.Join(dir, name+".pb.gz"))
				if err != nil {
					t.Error(err)
					continue
				}
				if _, err := profile.Parse(f); err != nil {
					t.Errorf("%s: %v", name, err)
				}
				_ = f.Close()
			}
		})
	}
}

func TestArguments(t *testing.T) {
	for _, args := range [][]string{{}, {"stop"}, {"start", "memory"}, {"-rounds", "0", "start"}} {
		if err := run(args, &bytes.Buffer{}); err == nil {
			t.Errorf("%q is no error", args)
		}
	}
}

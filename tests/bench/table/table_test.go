package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const printed = `goos: linux
BenchmarkStart
    bench_test.go:1: said meanwhile
BenchmarkStart-2           	      31	        44.1 start-ms	         9.0 start-noop-ms	        2.5 start-x-noop
BenchmarkAnalyzeStack/1000-2         	       5	        1.3 peak-x-noop
BenchmarkCallers 	       5	        0.5 throughput-x-noop
BenchmarkSize 1 32.96 MB
--- FAIL: BenchmarkPreview
PASS
`

func TestTable(t *testing.T) {
	m, err := parse([]byte(printed))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	shown := slices.DeleteFunc(slices.Clone(rows), func(r row) bool {
		return !slices.Contains([]string{"Start", "AnalyzeStack/1000", "Callers", "Preview", sizeOf}, r.bench)
	})
	printTable(&out, shown, m)
	want := `figure                                       aim      now           holds
start to the first answer / no-op            ≤ 3      2.50          yes
Analyze, throughput of 16 callers / no-op    ≥ 0.6    0.50          no
run of 1,000 resources, peak memory / no-op  ≤ 1.3    1.30          yes
preview of 1,000 resources, time / no-op     ≤ 1.1    not measured  –
stripped program                             ≤ 33 MB  33.0 MB       yes
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("mismatch (-want +got):\n%s", diff)
	}
	if _, err := parse([]byte("BenchmarkStart 1 many start-ms\n")); err == nil {
		t.Error("a value that is not a number is accepted")
	}
}

// The rows name benchmarks and metrics that exist.
func TestRowsExist(t *testing.T) {
	var sources strings.Builder
	files, err := filepath.Glob("../*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		sources.Write(text)
	}
	for _, r := range rows {
		if r.bench == sizeOf {
			continue
		}
		name, _, _ := strings.Cut(r.bench, "/")
		if !strings.Contains(sources.String(), "func Benchmark"+name+"(") {
			t.Errorf("%s: there is no benchmark %s", r.name, name)
		}
		// a metric is printed under its name, or under one made of a prefix and its end
		prefix, end, _ := strings.Cut(r.metric, "-")
		if !strings.Contains(sources.String(), `"`+r.metric+`"`) &&
			(!strings.Contains(sources.String(), `"`+prefix+`"`) || !strings.Contains(sources.String(), `"-`+end+`"`)) {
			t.Errorf("%s: no benchmark prints %s", r.name, r.metric)
		}
		if r.rounds%2 == 0 {
			t.Errorf("%s: the median of %d rounds", r.name, r.rounds)
		}
	}
}

func TestRecord(t *testing.T) {
	m, err := parse([]byte(printed))
	if err != nil {
		t.Fatal(err)
	}
	day := time.Date(2026, 12, 1, 3, 0, 0, 0, time.UTC)
	head := line(columns()) + line(slices.Repeat([]string{"---"}, len(columns())))
	page := "# Page\n\n" + head + "| 0.1.0 | old |\n| 0.2.0 | wrong |\n\nThe end.\n\n| 0.2.0 | of another table |\n"
	got, err := record([]byte(page), "0.2.0", day, m)
	if err != nil {
		t.Fatal(err)
	}
	again, err := record(got, "0.2.0", day, m)
	if err != nil {
		t.Fatal(err)
	}
	row := regexp.MustCompile(`\| 0\.2\.0 \| 2026-12-01 \| \d+ cores, \w+ \| 2\.50 \| – \| .*\| 33\.0 MB \|\n`).Find(got)
	want := "# Page\n\n" + head + "| 0.1.0 | old |\n" + string(row) + "\nThe end.\n\n| 0.2.0 | of another table |\n"
	for _, text := range [][]byte{got, again} {
		if diff := cmp.Diff(want, string(text)); diff != "" || row == nil {
			t.Errorf("mismatch (-want +got):\n%s", diff)
		}
	}
	if _, err := record([]byte("# Page\n"), "0.2.0", day, m); err == nil {
		t.Error("a page without the table is written")
	}
}

// The page has the table that a release adds to, and every row has its columns.
func TestHistory(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "..", history))
	if err != nil {
		t.Fatal(err)
	}
	_, table, ok := strings.Cut(string(page), line(columns()))
	if !ok {
		t.Fatalf("%s has no table with the columns\n%s", history, line(columns()))
	}
	for row := range strings.Lines(table) {
		if !strings.HasPrefix(row, "|") {
			break
		}
		if n := strings.Count(row, "|") - 1; n != len(columns()) {
			t.Errorf("%d columns, want %d: %s", n, len(columns()), row)
		}
	}
}

package main

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// sizeOf is the figure that no benchmark measures.
const sizeOf = "Size"

// row is a figure of the table.
type row struct {
	name   string
	column string // its short name, in the history
	bench  string // the benchmark, without its prefix
	rounds int    // odd, for a median; 1 where a round takes a minute
	metric string // what the benchmark calls it
	unit   string // empty for a ratio
	aim    float64
	least  bool // the aim is the least that it should be, not the most
}

// rows are the figures, in the order of the table. Each benchmark measures the two sides of a ratio in turn.
var rows = []row{
	{"start to the first answer / no-op", "start", "Start", 31, "start-x-noop", "", 3, false},
	{"Analyze, p50, one caller / no-op", "one call", "Analyze", 5, "p50-x-noop", "", 1.3, false},
	{"Analyze, throughput of 16 callers / no-op", "16 callers", "Callers", 5, "throughput-x-noop", "", 0.6, true},
	{
		"run of 1,000 resources, peak memory / no-op", "memory, 1,000", "AnalyzeStack/1000", 5, "peak-x-noop", "",
		1.3, false,
	},
	{
		"run of 6,000 resources, peak memory / no-op", "memory, 6,000", "AnalyzeStack/6000", 3, "peak-x-noop", "",
		1.3, false,
	},
	{"preview of 1,000 resources, time / no-op", "preview", "Preview", 3, "preview-x-noop", "", 1.1, false},
	{"plan, peak memory / size of the file", "plan, memory", "TerraformCheck/plan", 3, "peak-x-file", "", 3, false},
	{"plan, time / decoding the JSON", "plan, time", "TerraformCheck/plan", 3, "check-x-json", "", 1.8, false},
	{"state, peak memory / size of the file", "state, memory", "TerraformCheck/state", 3, "peak-x-file", "", 3, false},
	{"state, time / decoding the JSON", "state, time", "TerraformCheck/state", 3, "check-x-json", "", 1.8, false},
	{"1,000 states, time / decoding them all", "states, time", "States/1000", 1, "check-x-json", "", 1.2, false},
	{"1,000 states, peak memory", "states, memory", "States/1000", 1, "peak-MiB", "MiB", 512, false},
	{"5,000 files, CPU time / gitleaks", "files", "Repository/5000", 1, "repository-x-gitleaks", "", 0.1, false},
	{"stripped program", "program", sizeOf, 1, "MB", "MB", 33, false},
}

func (r row) figure(v float64) string {
	switch {
	case r.unit == "MiB":
		return fmt.Sprintf("%.0f MiB", v)
	case r.unit != "":
		return fmt.Sprintf("%.1f %s", v, r.unit)
	case r.aim < 0.2:
		return fmt.Sprintf("%.3f", v)
	}
	return fmt.Sprintf("%.2f", v)
}

func (r row) aims() string {
	sign := "≤ "
	if r.least {
		sign = "≥ "
	}
	return sign + strings.TrimSpace(fmt.Sprintf("%v %s", r.aim, r.unit))
}

func (r row) holds(v float64) bool { return v == r.aim || v < r.aim != r.least }

// measured are the values of metrics, by benchmark and metric.
type measured map[string]map[string]float64

// of returns the figure of a row, and whether it was measured.
func (m measured) of(r row) (float64, bool) {
	v, ok := m[r.bench][r.metric]
	return v, ok
}

// parse reads the output of go test -bench.
func parse(text []byte) (measured, error) {
	all := measured{}
	for line := range strings.Lines(string(text)) {
		name, ok := strings.CutPrefix(line, "Benchmark")
		fields := strings.Fields(name)
		if !ok || len(fields) < 4 || len(fields)%2 != 0 {
			continue // the name alone, before the log of a benchmark; or no result
		}
		name = fields[0]
		if i := strings.LastIndexByte(name, '-'); i > 0 { // the number of cores
			name = name[:i]
		}
		all[name] = map[string]float64{}
		for i := 2; i < len(fields); i += 2 {
			var v float64
			if _, err := fmt.Sscan(fields[i], &v); err != nil {
				return nil, fmt.Errorf("%s: %q is not a number", name, fields[i])
			}
			all[name][fields[i+1]] = v
		}
	}
	return all, nil
}

// printTable prints the rows with their figures and aims.
func printTable(out io.Writer, wanted []row, m measured) {
	table := [][4]string{{"figure", "aim", "now", "holds"}}
	for _, r := range wanted {
		now, holds := "not measured", "–"
		if v, ok := m.of(r); ok {
			now, holds = r.figure(v), "no"
			if r.holds(v) {
				holds = "yes"
			}
		}
		table = append(table, [4]string{r.name, r.aims(), now, holds})
	}
	var width [4]int
	for _, line := range table {
		for i, cell := range line {
			width[i] = max(width[i], utf8.RuneCountInString(cell))
		}
	}
	for _, line := range table {
		text := ""
		for i, cell := range line {
			text += cell + strings.Repeat(" ", width[i]-utf8.RuneCountInString(cell)+2)
		}
		fmt.Fprintln(out, strings.TrimRight(text, " "))
	}
}

package cli

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/report"
)

// tally counts findings by class.
type tally struct {
	name    string
	counts  map[report.Class]int
	sources map[string]bool // names of the sources with findings that are not exempted
}

// tallies are tallies by name.
type tallies map[string]*tally

func (all tallies) add(name string, f *report.Finding) {
	t := all[name]
	if t == nil {
		t = &tally{name: name, counts: map[report.Class]int{}, sources: map[string]bool{}}
		all[name] = t
	}
	c := f.Class()
	t.counts[c]++
	if c != report.Exempted && c != report.Baseline {
		t.sources[f.Source] = true
	}
}

// sorted lists the tallies, those with the most findings of the most severe class first.
func (all tallies) sorted() []*tally {
	out := make([]*tally, 0, len(all))
	for _, t := range all {
		out = append(out, t)
	}
	slices.SortFunc(out, func(a, b *tally) int {
		for _, c := range report.Classes() {
			if d := cmp.Compare(b.counts[c], a.counts[c]); d != 0 {
				return d
			}
		}
		return strings.Compare(a.name, b.name)
	})
	return out
}

// cells formats the counts, one for each class.
func (t *tally) cells() []string {
	var cells []string
	for _, c := range report.Classes() {
		n := "-"
		if t != nil && t.counts[c] > 0 {
			n = strconv.Itoa(t.counts[c])
		}
		cells = append(cells, n)
	}
	return cells
}

// classHeads returns the column headers of the classes.
func classHeads() []string {
	var heads []string
	for _, c := range report.Classes() {
		heads = append(heads, strings.ToUpper(classNoun(c)))
	}
	return heads
}

// classNoun returns the plural noun for findings of a class.
func classNoun(c report.Class) string {
	if c == report.Violation {
		return "violations"
	}
	return string(c)
}

// maxFolders is the maximum number of folders, and of detectors, in the summary.
const maxFolders = 20

// writeSnapshot summarises many findings: counts by policy, by source, by folder and by detector. It does not list
// single findings.
func writeSnapshot(w io.Writer, r *report.Report) error {
	var b strings.Builder
	if head := r.AsOf(); head != "" {
		b.WriteString(head + "\n\n")
	}
	policies, sources, folders, detectors, total := tallies{}, tallies{}, tallies{}, tallies{}, tallies{}
	seen := map[string]bool{} // several calls may report the same finding
	for i := range r.Findings {
		f := &r.Findings[i]
		key := fmt.Sprintf("%+v", *f)
		if seen[key] {
			continue
		}
		seen[key] = true
		policies.add(f.Policy, f)
		sources.add(f.Source, f)
		if f.File != "" {
			folders.add(f.Folder(), f)
		}
		if f.Detector != "" {
			detectors.add(f.Detector, f)
		}
		total.add("", f)
	}
	levels := map[string]string{}
	for _, p := range r.Policies {
		levels[p.Name] = p.Level
	}
	rows := [][]string{append([]string{"POLICY", "LEVEL", "SOURCES"}, classHeads()...)}
	for _, t := range policies.sorted() {
		rows = append(rows, append([]string{t.name, levels[t.name], strconv.Itoa(len(t.sources))}, t.cells()...))
	}
	if len(policies) > 0 {
		printTable(&b, rows)
		b.WriteByte('\n')
	}
	writeSources(&b, r, sources)
	writeTallies(&b, "FOLDER", folders)
	writeTallies(&b, "DETECTOR", detectors)
	notes := map[string]int{}
	for _, n := range r.Notes {
		notes[n.Message]++
	}
	for _, n := range r.Notes {
		switch about := aboutSource(place.Visible(n.Source), place.VisibleLines(n.Message)); notes[n.Message] {
		case 0: // from several sources, and already printed
		case 1:
			fmt.Fprintln(&b, "note: "+about)
		default:
			fmt.Fprintf(&b, "note: %s (%s)\n", place.VisibleLines(n.Message), report.Plural(notes[n.Message], "source"))
			notes[n.Message] = 0
		}
	}
	for _, e := range r.Errors {
		fmt.Fprintln(&b, "error: "+place.VisibleLines(errorLine(e)))
	}
	if len(r.Notes)+len(r.Errors) > 0 {
		b.WriteByte('\n')
	}
	blocked := 0
	for _, t := range sources {
		if t.counts[report.Violation] > 0 {
			blocked++
		}
	}
	fmt.Fprintf(&b, "%d of %s would be blocked", blocked, report.Plural(len(r.Sources), "source"))
	var counts []string
	for _, c := range report.Classes() {
		switch t := total[""]; {
		case t == nil || t.counts[c] == 0:
		case t.counts[c] == 1:
			counts = append(counts, "1 "+string(c))
		default:
			counts = append(counts, fmt.Sprintf("%d %s", t.counts[c], classNoun(c)))
		}
	}
	if len(counts) > 0 {
		b.WriteString(": " + strings.Join(counts, ", "))
	}
	b.WriteString(".\n")
	if len(counts) > 0 {
		b.WriteString("To see each finding, use --summary=false or --report.\n")
	}
	if len(r.Errors) > 0 {
		fmt.Fprintf(&b, "%s: not everything could be checked.\n", report.Plural(len(r.Errors), "error"))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// writeSources writes a line for each source with findings, and the number of the others.
func writeSources(b *strings.Builder, r *report.Report, found tallies) {
	rows := [][]string{append([]string{"STACK", "SOURCE", "RESOURCES"}, classHeads()...)}
	for _, t := range found.sorted() {
		i := slices.IndexFunc(r.Sources, func(s report.Source) bool { return s.Name == t.name })
		if i < 0 {
			continue
		}
		s := r.Sources[i]
		stack := strings.Trim(strings.Join([]string{s.Organization, s.Project, s.Stack}, "/"), "/")
		if stack == "" {
			stack = "-"
		}
		rows = append(rows,
			append([]string{place.Visible(stack), place.Visible(s.Name), strconv.Itoa(s.Of(report.Resources))},
				t.cells()...))
	}
	if len(rows) > 1 {
		printTable(b, rows)
		if n := len(r.Sources) - len(rows) + 1; n > 0 {
			fmt.Fprintf(b, "and %s without findings\n", report.Plural(n, "source"))
		}
		b.WriteByte('\n')
	}
}

// writeTallies writes a line for each of the largest tallies, and the number of the others.
func writeTallies(b *strings.Builder, head string, all tallies) {
	if len(all) == 0 {
		return
	}
	list := all.sorted()
	rows := [][]string{append([]string{head}, classHeads()...)}
	for _, t := range list[:min(len(list), maxFolders)] {
		rows = append(rows, append([]string{place.Visible(t.name)}, t.cells()...))
	}
	printTable(b, rows)
	if n := len(list) - maxFolders; n > 0 {
		fmt.Fprintf(b, "and %d more\n", n)
	}
	b.WriteByte('\n')
}

func aboutSource(source, message string) string {
	if source == "" {
		return message
	}
	return source + ": " + message
}

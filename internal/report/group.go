package report

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	files "github.com/progression-labs-development/policypack/internal/detect/file"
	"github.com/progression-labs-development/policypack/internal/lazy"
)

const (
	// maxFull is the maximum number of findings of a source that are shown in full.
	maxFull = 40
	// maxPlace is the maximum width of the location column in one-line findings.
	maxPlace = 60
)

// Folder returns the group of the finding in reports: the directory of the file to change, otherwise the resource type.
func (f *Finding) Folder() string {
	if l := f.location(); l.File != "" {
		return path.Dir(l.File)
	}
	return cmp.Or(f.Type, f.Address, "stack")
}

// sample reports whether the file to change is part of tests, examples or documentation.
func (f *Finding) sample() bool {
	l := f.location()
	return l.File != "" && files.Sample(l.File)
}

// lines returns the first line of the message and the remaining ones.
func (f *Finding) lines() (first string, rest []string) {
	first, more, _ := strings.Cut(strings.TrimRight(f.Message, "\n"), "\n")
	if more == "" {
		return first, nil
	}
	return first, strings.Split(more, "\n")
}

// advice returns the lines after the first that at least a quarter of the group's messages share. With several
// findings, a line of a single message is specific to it and left out.
func (g *group) advice() []string {
	var order []string
	times := map[string]int{}
	for _, f := range g.Findings {
		_, rest := f.lines()
		for _, line := range rest {
			if times[line]++; times[line] == 1 {
				order = append(order, line)
			}
		}
	}
	return slices.DeleteFunc(order, func(line string) bool {
		n := times[line]
		return 4*n < len(g.Findings) || n == 1 && len(g.Findings) > 1
	})
}

// listMark matches the beginning of a list item.
var listMark = lazy.Regexp(`^ *([0-9]+\.|[-*]) `)

// steps returns the policy's remediation, one paragraph or list item per entry. Continuation lines are joined.
func (p *Policy) steps() []string {
	var out []string
	below := false // the previous line is part of a step
	for line := range strings.SplitSeq(strings.TrimSpace(p.Remediation), "\n") {
		text := strings.TrimLeft(line, " ")
		switch {
		case text == "":
		case below && text != line && !listMark().MatchString(line):
			out[len(out)-1] += " " + text
		default:
			out = append(out, line)
		}
		below = text != ""
	}
	return out
}

// shared returns the advice that several findings share, to be given once.
func (g *group) shared() []string {
	if len(g.Findings) < 2 {
		return nil
	}
	return g.advice()
}

// without returns the message without the shared lines.
func (f *Finding) without(shared []string) []string {
	first, rest := f.lines()
	own := []string{first}
	for _, line := range rest {
		if !slices.Contains(shared, line) {
			own = append(own, line)
		}
	}
	return own
}

// folders writes one line per finding, grouped by folder.
func (t *text) folders(all []*Finding) {
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b *Finding) int { return strings.Compare(a.Folder(), b.Folder()) })
	for len(all) > 0 {
		n := slices.IndexFunc(all, func(f *Finding) bool { return f.Folder() != all[0].Folder() })
		if n < 0 {
			n = len(all)
		}
		t.folder(all[:n])
		all = all[n:]
	}
}

func (t *text) folder(all []*Finding) {
	t.line("  " + t.in(bold, all[0].Folder()) + t.in(dim, fmt.Sprintf("  %d", len(all))))
	width := 0
	for _, f := range all {
		width = max(width, min(utf8.RuneCountInString(f.spot()), maxPlace))
	}
	for _, f := range all {
		mark, s := f.Class().mark()
		line := "  " + t.in(s, mark) + " " + fmt.Sprintf("%-*s", width, f.spot()) + "  " + f.Policy
		t.line(line + t.in(dim, prefixed("  ", f.Detector)+prefixed("  in commit ", f.Commit)+
			prefixed("  added in ", f.AddedIn)))
	}
	t.line("")
}

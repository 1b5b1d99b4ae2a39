package repository

import (
	"bytes"
	"crypto/sha256"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/place"
)

// mark is the digest of a secret or of a line. It identifies them in another version of a file without keeping them.
type mark [sha256.Size]byte

// marks are the marks of the findings on each line.
type marks map[int][]mark

// marks returns the marks of the secrets that begin on a line, or that of the line itself if none does: a finding there
// then follows from the structure.
func (x *examination) marks() marks {
	found := marks{}
	for _, line := range linesOf(&x.file) {
		found[line] = nil
	}
	if len(found) == 0 {
		return nil
	}
	text := place.Lines{Text: string(x.data)}
	for _, p := range slices.Concat(x.spans, x.told) {
		line := text.Position(p.from).Line
		if known, ok := found[line]; ok && p.from < p.to && p.to <= len(x.data) {
			found[line] = append(known, sha256.Sum256(x.data[p.from:p.to]))
		}
	}
	for line, known := range found {
		if len(known) == 0 {
			whole, _, _ := strings.Cut(text.Text[text.Start(line):], "\n")
			found[line] = []mark{sha256.Sum256(bytes.TrimSpace([]byte(whole)))}
		}
	}
	return found
}

// mark adds marks to those of the result.
func (res *result) mark(more marks) {
	if res.marks == nil {
		res.marks = marks{}
	}
	for line, all := range more {
		res.marks[line] = append(res.marks[line], all...)
	}
}

// linesOf returns the lines with facts of a file that a later version does not undo.
func linesOf(f *facts.File) []int {
	var lines []int
	for i := range f.Findings {
		lines = append(lines, f.Findings[i].At.Line)
	}
	for _, k := range f.CI {
		if k.By == "value" {
			lines = append(lines, k.At.Line)
		}
	}
	return lines
}

// seen is a set of marks.
type seen map[mark]bool

func (k seen) add(m marks) {
	for _, all := range m {
		for _, one := range all {
			k[one] = true
		}
	}
}

// has reports whether all marks of a line are known.
func (k seen) has(all []mark) bool {
	return len(all) > 0 && !slices.ContainsFunc(all, func(m mark) bool { return !k[m] })
}

package report

import (
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/model"
)

// Count is a number of items of one kind in a source.
type Count = model.Count

// The kinds of items that are common to sources. Others are named by the code that counts them.
const (
	Resources   = "resource"
	Files       = "file"
	Commits     = "commit"
	StagedFiles = "staged file"
)

// Of returns how many items of a kind were checked.
func (s *Source) Of(what string) int { return number(s.Checked, what) }

func number(counts []Count, what string) int {
	n := 0
	for _, c := range counts {
		if c.What == what {
			n += c.Count
		}
	}
	return n
}

// size returns how much of a source was checked and how much was not.
func (s *Source) size() string {
	base := Resources
	if s.Kind == Repository {
		base = Files
	}
	checked := s.Checked
	if number(checked, base)+number(checked, StagedFiles) == 0 {
		checked = append([]Count{{What: base}}, checked...)
	}
	text := "checked " + sum(checked)
	if len(s.NotChecked) > 0 {
		text += "; not checked: " + sum(s.NotChecked)
	}
	return text
}

// sum adds up counts by kind, in order of first appearance.
func sum(counts []Count) string {
	var parts, seen []string
	for _, c := range counts {
		if !slices.Contains(seen, c.What) {
			seen = append(seen, c.What)
			parts = append(parts, Plural(number(counts, c.What), c.What))
		}
	}
	return strings.Join(parts, ", ")
}

// reasons returns what was checked only in part or not at all, one reason per line.
func (s *Source) reasons() []string {
	var out []string
	add := func(all []Count, how string) {
		for _, c := range all {
			line := Plural(c.Count, c.What) + how + c.Reason
			if c.Example != "" {
				line += ", such as " + c.Example
			}
			out = append(out, line)
		}
	}
	add(s.Partly, " searched for known formats only: ")
	add(s.NotChecked, " not checked: ")
	if s.Index != nil && !*s.Index {
		out = append(out, "not a Git repository: all files were read, including ignored ones")
	}
	return out
}

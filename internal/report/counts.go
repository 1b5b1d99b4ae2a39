package report

import (
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/model"
)

// Count is a number of things of one kind in a source.
type Count = model.Count

// The kinds of things that every source of a sort has. The others are named where they are counted.
const (
	Resources   = "resource"
	Files       = "file"
	Commits     = "commit"
	StagedFiles = "staged file"
)

// Of returns how many things of a kind were checked.
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

// size says how much of a source was checked, and how much was not.
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

// sum adds up counts by their kinds, in the order in which these come.
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

// reasons says what was checked in part and what was not checked, one reason a line.
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
		out = append(out, "not a git repository: all files were read, ignored ones too")
	}
	return out
}

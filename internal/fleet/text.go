package fleet

import (
	"fmt"
	"io"
	"strings"

	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/report"
)

// heads are the heads of the table for people.
var heads = []string{"Stack", "Status", "Last update", "Attested", "Pack", "Configuration", "Policies", "Commit"}

// cells are the cells of a stack for people.
func (s *Stack) cells() []string {
	cells := []string{s.Name(), string(s.Status), "-", "-", "-", "-", "-", "-"}
	if s.Updated != "" {
		cells[2] = s.Updated
	}
	if a := s.Attestation; a != nil {
		copy(cells[3:], []string{a.attested(), a.PackVersion, short(a.Configuration), a.policies(), a.commit()})
	}
	for i := range cells {
		cells[i] = place.Visible(cells[i])
	}
	return cells
}

// writeText writes a table of all stacks, and why those that are not covered are not.
func writeText(w io.Writer, r *Report) error {
	var b strings.Builder
	rows := [][]string{make([]string, len(heads))}
	for i, h := range heads {
		rows[0][i] = strings.ToUpper(h)
	}
	for i := range r.Stacks {
		rows = append(rows, r.Stacks[i].cells())
	}
	report.Columns(&b, rows)
	b.WriteByte('\n')
	for i := range r.Stacks {
		s := &r.Stacks[i]
		if s.Status == Covered || s.Status == Empty {
			continue
		}
		at := ""
		if s.File != s.Name() {
			at = " (" + place.Visible(s.File) + ")"
		}
		fmt.Fprintf(&b, "%s%s: %s\n", place.Visible(s.Name()), at, s.Status)
		for _, reason := range s.Reasons {
			fmt.Fprintf(&b, "  %s\n", place.Visible(reason))
		}
	}
	for _, f := range r.Ignored {
		fmt.Fprintf(&b, "%s: %s\n  %s\n", place.Visible(f.Name), f.status(), place.Visible(f.Reason))
	}
	for _, n := range r.notes() {
		fmt.Fprintf(&b, "note: %s\n", place.Visible(n))
	}
	fmt.Fprintf(&b, "%s", r.Verdict())
	if tally := r.tally(); tally != "" {
		fmt.Fprintf(&b, ": %s", tally)
	}
	b.WriteString(".\n")
	if n := r.Unreadable(); n > 0 {
		fmt.Fprintf(&b, "%s could not be read.\n", report.Plural(n, "file"))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// status says what becomes of a file that does not count.
func (f *File) status() string {
	if f.Unread {
		return "not read"
	}
	return "not counted"
}

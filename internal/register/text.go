package register

import (
	"fmt"
	"io"
	"strings"

	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/report"
)

// writeText writes a table for a terminal. All entries of a baseline are one line.
func writeText(w io.Writer, r *Register) error {
	var b strings.Builder
	rows := [][]string{{"EXPIRES", "OWNER", "WHAT", "TICKET", "FIRST SEEN", "USED", "POLICIES", "ABOUT"}}
	for _, g := range r.groups() {
		what := g.what()
		if !g.Counts {
			what += " (does not count)"
		}
		row := []string{
			g.ends(), orNone(g.Owner), what, orNone(g.Ticket), orNone(g.FirstSeen), g.use(), g.policies(), g.at(),
		}
		for i := range row {
			row[i] = place.Visible(row[i])
		}
		rows = append(rows, row)
	}
	if len(rows) > 1 {
		report.Columns(&b, rows)
		b.WriteByte('\n')
	}
	for _, e := range r.Errors {
		fmt.Fprintf(&b, "not read: %s: %s\n", place.Visible(e.Source), place.VisibleLines(e.Message))
	}
	for _, n := range r.Notes {
		fmt.Fprintf(&b, "note: %s\n", place.Visible(n))
	}
	if asked := r.asked(); asked != "" {
		fmt.Fprintln(&b, place.Visible(asked))
	}
	fmt.Fprintf(&b, "%s. Read: %s.\n", r.verdict(), r.read())
	_, err := io.WriteString(w, b.String())
	return err
}

func orNone(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

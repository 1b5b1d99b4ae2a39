package fleet

import (
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/progression-labs-development/policypack/internal/report"
)

// columns are the columns of CSV; docs/govern/stack-coverage.md describes them.
var columns = []string{
	"status", "organization", "project", "stack", "updated", "resources", "attested", "kind", "pack_version",
	"pack_digest", "configuration",
	"policies_mandatory", "policies_advisory", "violations", "complete", "commit", "dirty", "reasons", "state",
	"attestation",
}

// writeCSV writes a row for each stack with a state, for each without one, and for each attestation that does not
// count.
func writeCSV(w io.Writer, r *Report) error {
	rows := [][]string{slices.Clone(columns)}
	for _, list := range [][]Stack{r.Stacks, r.Stateless} {
		for i := range list {
			rows = append(rows, list[i].record())
		}
	}
	for _, f := range r.Ignored {
		status := Ignored
		if f.Unread {
			status = Unread
		}
		row := make([]string, len(columns))
		row[0], row[17], row[19] = string(status), f.Reason, f.Name
		rows = append(rows, row)
	}
	return report.Rows(w, rows)
}

// record is the row of a stack.
func (s *Stack) record() []string {
	row := make([]string, len(columns))
	copy(row, []string{string(s.Status), s.Organization, s.Project, s.Stack, s.Updated, strconv.Itoa(s.Resources)})
	if a := s.Attestation; a != nil {
		copy(row[6:], []string{
			a.Time, a.Kind, a.PackVersion, a.PackDigest, a.Configuration, strconv.Itoa(a.Mandatory),
			strconv.Itoa(a.Advisory),
			strconv.Itoa(a.Counts.Violation), strconv.FormatBool(a.Complete),
		})
		if a.Commit != nil {
			row[15], row[16] = a.Commit.ID, strconv.FormatBool(a.Commit.Dirty)
		}
		row[19] = a.File
	}
	row[17], row[18] = strings.Join(s.Reasons, " | "), s.File
	return row
}

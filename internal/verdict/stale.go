package verdict

import (
	"fmt"
	"strings"

	"github.com/progression-labs-development/policypack/internal/rollout"
)

// BaselineFiles returns the files of which the baseline has rows, and the commit that it was written at.
func (c *Config) BaselineFiles() (files []string, commit string) { return c.plan.Files() }

// Migrate is the command that converts a baseline.
const Migrate = "policypack baseline --migrate FILE -o FILE"

// oldRows returns what there is to say about rows of files that an earlier version wrote, empty where there is
// nothing.
func (c *Config) oldRows() string {
	n := c.plan.OldRows()
	if n == 0 {
		return ""
	}
	rows := "1 baseline row for a file has"
	if n > 1 {
		rows = fmt.Sprintf("%d baseline rows for files have", n)
	}
	return rows + " the form of an earlier version, which counts the secrets of a file: one may pass for another. " +
		"Convert the file: " + Migrate
}

// Stale says, once the files of a repository have been checked, which rows of the baseline stand for more findings than
// there are, and whether some have the form of an earlier version. The function reports whether a file, or what a
// commit has of it, was looked at, or would have been if it were there.
func (c *Config) Stale(run *Run, looked func(file, commit string) bool) []Finding {
	var notes []string
	if doubt := c.oldRows(); doubt != "" {
		notes = append(notes, doubt+".")
	}
	stale := c.StaleRows(run, looked)
	for i := 0; i < len(stale); {
		file := stale[i].File
		var rows []string
		for ; i < len(stale) && stale[i].File == file; i++ {
			rows = append(rows, left(stale[i]))
		}
		notes = append(notes, fmt.Sprintf("Baseline rows for %s that no longer match: %s. Remove them, or a new "+
			"finding of that name passes as an old one.", file, strings.Join(rows, "; ")))
	}
	return c.said(run, "", notes)
}

// StaleRows returns the rows of the baseline that stand for more findings than there are, as [Config.Stale] says them.
func (c *Config) StaleRows(run *Run, looked func(file, commit string) bool) []rollout.StaleRow {
	return c.plan.Stale(func(row rollout.Row) (int, bool) {
		n, _ := run.rows.Load(row)
		held, _ := n.(int)
		return held, looked(row.File, row.Commit) && c.asked(run, row.Policy)
	})
}

// left says of a row what is left of it.
func left(s rollout.StaleRow) string {
	text := s.Policy
	if s.Name != "" {
		text += " " + s.Name
	}
	if s.Commit != "" {
		text += " in commit " + s.Commit
	}
	if s.Found > 0 {
		text += fmt.Sprintf(" (%d of %d left)", s.Found, s.Known)
	}
	return text
}

// asked reports whether the policy is switched on where the run has been.
func (c *Config) asked(run *Run, policy string) bool {
	if c.Enabled(policy) {
		return true
	}
	for _, at := range run.places() {
		if at.Enabled(policy) {
			return true
		}
	}
	return false
}

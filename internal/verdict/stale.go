package verdict

import (
	"fmt"
	"strings"

	"github.com/progression-labs-development/policypack/internal/rollout"
)

// BaselineFiles returns the files with entries in the baseline, and the commit at which it was written.
func (c *Config) BaselineFiles() (files []string, commit string) { return c.plan.Files() }

// Migrate is the command that converts a baseline.
const Migrate = "policypack baseline --migrate FILE -o FILE"

// oldRows returns a remark about entries for files that an earlier version wrote, or an empty string.
func (c *Config) oldRows() string {
	n := c.plan.OldRows()
	if n == 0 {
		return ""
	}
	rows := "1 baseline entry for a file uses"
	if n > 1 {
		rows = fmt.Sprintf("%d baseline entries for files use", n)
	}
	return rows + " the format of an earlier version, which identifies secrets by number and can confuse them. " +
		"Convert it: " + Migrate
}

// Stale returns notes about baseline entries that cover more findings than exist, and about entries in an earlier
// format, after the files of a repository have been checked. The function reports whether a file, or its version in a
// commit, was checked or would have been if it existed.
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
		notes = append(notes, fmt.Sprintf("Baseline entries for %s that no longer match: %s. Remove them, or they "+
			"exempt new findings with the same name.", file, strings.Join(rows, "; ")))
	}
	return c.said(run, "", notes)
}

// StaleRows returns the entries that [Config.Stale] reports.
func (c *Config) StaleRows(run *Run, looked func(file, commit string) bool) []rollout.StaleRow {
	return c.plan.Stale(func(row rollout.Row) (int, bool) {
		n, _ := run.rows.Load(row)
		held, _ := n.(int)
		return held, looked(row.File, row.Commit) && c.asked(run, row.Policy)
	})
}

// left describes what remains of an entry.
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

// asked reports whether the policy is enabled at any place of the run.
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

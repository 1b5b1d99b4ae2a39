package verdict

import "github.com/progression-labs-development/policypack/internal/pack"

// BreakGlass makes the findings that would stop the run advisory, and returns how many these are. What they are left to
// has been decided by then, so it shows as much as without it.
func BreakGlass(findings []Finding, until string) (passed int) {
	for i := range findings {
		f := &findings[i]
		if f.Level != pack.Mandatory {
			continue
		}
		f.Level = pack.Advisory
		f.Message += "\nThis would stop the run; break-glass lets it pass until " + until + "."
		passed++
	}
	return passed
}

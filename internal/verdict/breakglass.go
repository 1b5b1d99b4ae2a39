package verdict

import "github.com/progression-labs-development/policypack/internal/pack"

// BreakGlass makes the findings that would fail the run advisory, and returns their number. It runs after findings have
// been left to other policies, so that it shows the same findings as without break-glass.
func BreakGlass(findings []Finding, until string) (passed int) {
	for i := range findings {
		f := &findings[i]
		if f.Level != pack.Mandatory {
			continue
		}
		f.Level = pack.Advisory
		f.Message += "\nMandatory, but allowed by break-glass until " + until + "."
		passed++
	}
	return passed
}

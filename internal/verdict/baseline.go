package verdict

import (
	"slices"
	"time"

	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/report"
)

// Baseline is the setting baseline: the findings that were there before, and the day until which they pass.
type Baseline struct {
	Expires  string  `json:"expires"`
	Findings []Known `json:"findings"`
}

// Known is one finding of a baseline.
type Known struct {
	Policy string `json:"policy"`
	URN    string `json:"urn"`
	Path   string `json:"path"`
}

// NewBaseline keeps the findings of a report that may be put off, and what is left to them: once they no longer count, that
// does. What a policy cannot decide will be decided, and the settings have to be fixed.
func NewBaseline(r *report.Report, expires time.Time) Baseline {
	b := Baseline{Expires: expires.UTC().Format(time.DateOnly), Findings: []Known{}}
	for i := range r.Findings {
		f := &r.Findings[i]
		if f.Undecided || f.Class() == report.Exempted || f.URN == "" || f.Policy == pack.SettingsPolicy {
			continue
		}
		b.Findings = append(b.Findings, Known{Policy: f.Policy, URN: f.URN, Path: f.Path})
	}
	for _, l := range r.Left {
		b.Findings = append(b.Findings, Known{Policy: l.Policy, URN: l.URN, Path: l.Path})
	}
	slices.SortFunc(b.Findings, func(x, y Known) int {
		return slices.Compare([]string{x.Policy, x.URN, x.Path}, []string{y.Policy, y.URN, y.Path})
	})
	b.Findings = slices.Compact(b.Findings)
	return b
}

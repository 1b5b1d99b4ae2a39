package verdict

import (
	"slices"
	"strings"
	"time"

	"github.com/progression-labs-development/policypack/internal/exception"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/place"
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

// NewBaseline keeps the findings of a report that may be put off, and what is left to them: once they no longer count,
// that does. What a policy cannot decide will be decided, and the settings have to be fixed.
func NewBaseline(r *report.Report, expires time.Time) Baseline {
	return Baseline{Expires: expires.UTC().Format(time.DateOnly), Findings: known(r)}
}

// NewExceptions keeps the same findings as exceptions for the engine, one for each policy, as far as they are in
// resources: in files there are none. It returns how many it left out.
func NewExceptions(r *report.Report, day time.Time) (out exception.Set, files int) {
	reason := "known on " + day.UTC().Format(time.DateOnly) + ", when policypack baseline wrote it down"
	for _, k := range known(r) {
		if strings.HasPrefix(k.URN, place.FileURN) {
			files++
			continue
		}
		id := BaselineID + k.Policy
		if len(out) == 0 || out[len(out)-1].ID != id {
			out = append(out, exception.Entry{
				Exception: exception.Exception{ID: id, Reason: reason},
				Match:     []exception.Match{{Policies: []string{k.Policy}}},
			})
		}
		m := &out[len(out)-1].Match[0]
		if !slices.Contains(m.Targets, k.URN) {
			m.Targets = append(m.Targets, k.URN)
		}
	}
	return out, files
}

// BaselineID begins the ids of the exceptions that [NewExceptions] makes.
const BaselineID = "baseline-"

// known lists the findings of a report that may be put off, and what is left to them, sorted.
func known(r *report.Report) []Known {
	all := []Known{}
	for i := range r.Findings {
		f := &r.Findings[i]
		if f.Undecided || f.Class() == report.Exempted || f.URN == "" || f.Policy == pack.SettingsPolicy {
			continue
		}
		all = append(all, Known{Policy: f.Policy, URN: f.URN, Path: f.Path})
	}
	for _, l := range r.Left {
		all = append(all, Known{Policy: l.Policy, URN: l.URN, Path: l.Path})
	}
	slices.SortFunc(all, func(x, y Known) int {
		return slices.Compare([]string{x.Policy, x.URN, x.Path}, []string{y.Policy, y.URN, y.Path})
	})
	return slices.Compact(all)
}

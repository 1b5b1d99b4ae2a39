package verdict

import (
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/progression-labs-development/policypack/internal/exception"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/report"
	"github.com/progression-labs-development/policypack/internal/rollout"
)

// Baseline is the setting baseline: the findings that were there before, and the day until which they pass.
type Baseline struct {
	Expires string `json:"expires"`
	// Commit is that of the repository that the rows of files are of, empty where that is none, or several.
	Commit   string  `json:"commit,omitempty"`
	Findings []Known `json:"findings"`
}

// Known is one row of a baseline: of a resource, with a URN and a path, or of a file, with the name of a value and how
// many findings of that name there are.
type Known struct {
	Policy string  `json:"policy"`
	URN    string  `json:"urn,omitempty"`
	Path   *string `json:"path,omitempty"` // of a resource
	File   string  `json:"file,omitempty"`
	Name   string  `json:"name,omitempty"`  // in a file, empty where the file as a whole is meant
	Count  int     `json:"count,omitempty"` // in a file, where it is more than 1
	// Commit is the short id of the commit that has it, where the file as it is does not.
	Commit string `json:"commit,omitempty"`
}

// Row is what a row for a file is about.
func (k *Known) Row() rollout.Row {
	return rollout.Row{Policy: k.Policy, File: k.File, Name: k.Name, Commit: k.Commit}
}

// Findings is how many findings the row stands for.
func (k *Known) Findings() int { return max(1, k.Count) }

// Of returns the row that stands for so many findings, written as short as it can be.
func (k *Known) Of(n int) Known {
	row := *k
	if row.Count = n; n == 1 {
		row.Count = 0
	}
	return row
}

// At is the path of a row for a resource.
func (k *Known) At() string {
	if k.Path == nil {
		return ""
	}
	return *k.Path
}

// NewBaseline keeps the findings of a report that may be put off, and what is left to them: once they no longer count,
// that does. What a policy cannot decide will be decided, and the settings have to be fixed.
func NewBaseline(r *report.Report, expires time.Time, commit string) Baseline {
	return Baseline{Expires: expires.UTC().Format(time.DateOnly), Commit: commit, Findings: known(r)}
}

// Count returns how many findings the rows stand for.
func (b *Baseline) Count() int {
	n := 0
	for _, k := range b.Findings {
		n += k.Findings()
	}
	return n
}

// NewExceptions keeps the same findings as exceptions for the engine, one for each policy, as far as they are in
// resources: in files there are none. It returns how many it left out.
func NewExceptions(r *report.Report, day time.Time) (out exception.Set, files int) {
	reason := "known on " + day.UTC().Format(time.DateOnly) + ", when policypack baseline wrote it down"
	for _, k := range known(r) {
		if k.File != "" {
			files += k.Findings()
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
	out := []Known{}
	files := rows{}
	for f := range putOff(r) {
		if file, ok := strings.CutPrefix(f.URN, place.FileURN); ok {
			files.add(f.Source, rollout.Row{Policy: f.Policy, File: file, Name: f.ValueName, Commit: f.Commit})
			continue
		}
		out = append(out, Known{Policy: f.Policy, URN: f.URN, Path: &f.Path})
	}
	slices.SortFunc(out, func(x, y Known) int {
		return slices.Compare([]string{x.Policy, x.URN, *x.Path}, []string{y.Policy, y.URN, *y.Path})
	})
	out = slices.CompactFunc(out, func(x, y Known) bool {
		return x.Policy == y.Policy && x.URN == y.URN && *x.Path == *y.Path
	})
	return append(out, files.list()...)
}

// putOff yields the findings of a report that may be put off, and what is left to them.
func putOff(r *report.Report) iter.Seq[report.Left] {
	return decided(r, func(f *report.Finding) bool { return f.Class() != report.Exempted })
}

// all yields the findings of a report, and what is left to them, but for what is not decided.
func all(r *report.Report) iter.Seq[report.Left] {
	return decided(r, func(*report.Finding) bool { return true })
}

func decided(r *report.Report, wanted func(*report.Finding) bool) iter.Seq[report.Left] {
	return func(yield func(report.Left) bool) {
		for i := range r.Findings {
			f := &r.Findings[i]
			if f.Undecided || f.URN == "" || f.Policy == pack.SettingsPolicy || !wanted(f) {
				continue
			}
			one := report.Left{
				Policy: f.Policy, Source: f.Source, URN: f.URN, Path: f.Path, ValueName: f.ValueName,
				OldPath: f.OldPath, Commit: f.Commit,
			}
			if !yield(one) {
				return
			}
		}
		for _, l := range r.Left {
			if !yield(l) {
				return
			}
		}
	}
}

// rows counts findings in files, by source: what was checked twice is there once.
type rows map[rollout.Row]map[string]int

func (r rows) add(source string, row rollout.Row) {
	if r[row] == nil {
		r[row] = map[string]int{}
	}
	r[row][source]++
}

// list returns the rows, sorted.
func (r rows) list() []Known {
	var out []Known
	for _, row := range slices.SortedFunc(maps.Keys(r), rollout.Row.Compare) {
		k := Known{Policy: row.Policy, File: row.File, Name: row.Name, Commit: row.Commit}
		if n := slices.Max(slices.Collect(maps.Values(r[row]))); n > 1 {
			k.Count = n
		}
		out = append(out, k)
	}
	return out
}

package verdict

import (
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/progression-labs-development/policypack/internal/exception"
	"github.com/progression-labs-development/policypack/internal/order"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/report"
	"github.com/progression-labs-development/policypack/internal/rollout"
)

// Baseline is the setting baseline: existing findings, exempted until a day.
type Baseline struct {
	Expires string `json:"expires"`
	// Commit is the commit of the repository whose files have entries; empty if there is none, or several.
	Commit   string  `json:"commit,omitempty"`
	Findings []Known `json:"findings"`
}

// Known is an entry of a baseline. For a resource it has a URN and a path, for a file the name of a value and the
// number of findings with that name.
type Known struct {
	Policy string  `json:"policy"`
	URN    string  `json:"urn,omitempty"`
	Path   *string `json:"path,omitempty"` // for a resource
	File   string  `json:"file,omitempty"`
	Name   string  `json:"name,omitempty"`  // in a file; empty for the file as a whole
	Count  int     `json:"count,omitempty"` // in a file, if more than 1
	// Commit is the short id of the commit with the finding, if the file no longer has it.
	Commit string `json:"commit,omitempty"`
}

// Row returns what an entry for a file identifies.
func (k *Known) Row() rollout.Row {
	return rollout.Row{Policy: k.Policy, File: k.File, Name: k.Name, Commit: k.Commit}
}

// Findings returns the number of findings that the entry covers.
func (k *Known) Findings() int { return max(1, k.Count) }

// Of returns the entry for n findings, in its shortest form.
func (k *Known) Of(n int) Known {
	row := *k
	if row.Count = n; n == 1 {
		row.Count = 0
	}
	return row
}

// At returns the path of an entry for a resource.
func (k *Known) At() string {
	if k.Path == nil {
		return ""
	}
	return *k.Path
}

// NewBaseline returns a baseline of the findings that a report allows to postpone, including those covered by other
// findings, which apply once the others no longer do. It leaves out undecided findings and mistakes in the settings.
func NewBaseline(r *report.Report, expires time.Time, commit string) Baseline {
	return Baseline{Expires: expires.UTC().Format(time.DateOnly), Commit: commit, Findings: known(r)}
}

// Count returns the number of findings that the entries cover.
func (b *Baseline) Count() int {
	n := 0
	for _, k := range b.Findings {
		n += k.Findings()
	}
	return n
}

// NewExceptions returns the same findings as exceptions for the engine, one per policy. Exceptions exist only for
// resources; it also returns the number of findings in files that it left out.
func NewExceptions(r *report.Report, day time.Time) (out exception.Set, files int) {
	reason := "existing finding, recorded by policypack baseline on " + day.UTC().Format(time.DateOnly)
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

// BaselineID is the prefix of the ids of exceptions made by [NewExceptions].
const BaselineID = "baseline-"

// known lists the findings of a report that can be postponed, and those they cover, sorted.
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
	order.By(out, func(x, y Known) int {
		return slices.Compare([]string{x.Policy, x.URN, *x.Path}, []string{y.Policy, y.URN, *y.Path})
	})
	out = slices.CompactFunc(out, func(x, y Known) bool {
		return x.Policy == y.Policy && x.URN == y.URN && *x.Path == *y.Path
	})
	return append(out, files.list()...)
}

// putOff yields the findings of a report that can be postponed, and those they cover.
func putOff(r *report.Report) iter.Seq[report.Left] {
	return decided(r, func(f *report.Finding) bool { return f.Class() != report.Exempted })
}

// all yields the decided findings of a report, and those they cover.
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

// rows counts findings in files by source, so that a file checked twice counts once.
type rows map[rollout.Row]map[string]int

func (r rows) add(source string, row rollout.Row) {
	if r[row] == nil {
		r[row] = map[string]int{}
	}
	r[row][source]++
}

// list returns the entries, sorted.
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

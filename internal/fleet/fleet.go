// Package fleet compares the states of many stacks with the attestations of their updates: whose last update is
// attested, by which pack and which configuration.
//
// A state says when it was written, and not by what. An attestation says when its run ended. Both come from the clock
// of the runner, and of an attested update they are within moments of each other, in either order. So the newest
// attestation of an update of a stack covers its state where
//
//   - the state was written at most [Slack] after it, and
//   - none of its resources was created or modified after it.
//
// A state written later than the last attestation is not covered. It may have been an update without the pack, but
// also a refresh, an import or a destroy, which run no policies.
package fleet

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/blang/semver"

	"github.com/progression-labs-development/policypack/internal/attest"
	"github.com/progression-labs-development/policypack/internal/order"
	"github.com/progression-labs-development/policypack/internal/report"
)

// Slack is how much later than its attestation an update may write its state for the last time: the engine stops the
// plugins first, and each may take seconds.
const Slack = time.Minute

// Wanted is what an attestation must match besides being for a complete update without violations. Empty fields match
// anything.
type Wanted struct {
	Configuration string        // digest
	PackVersion   string        // at least
	MaxAge        time.Duration // of the attestation
}

// State describes a stack's state.
type State struct {
	File                         string
	Organization, Project, Stack string    // empty where nothing says it
	Updated                      time.Time // when it was written
	Changed                      time.Time // when its last resource was created or modified, zero where it does not say
	Resources                    int
	Pending                      int // operations that have not come to an end
}

// Fleet collects states and attestations. It keeps the newest attestation of each stack.
type Fleet struct {
	wanted Wanted
	least  semver.Version
	now    time.Time

	runs   map[name]map[string]*runs // by project and stack, then by organization
	states []State
	report Report
}

// name names a stack without its organization.
type name struct{ project, stack string }

// runs are the newest attested runs of a stack, nil where there is none.
type runs struct{ update, preview *run }

// run is what an attestation says, and why it is not good enough.
type run struct {
	Attestation

	at      time.Time
	refused []string
}

// New returns an empty fleet. The version in wanted must be a semantic version.
func New(w Wanted, version string, now time.Time) (*Fleet, error) {
	f := &Fleet{wanted: w, now: now, runs: map[name]map[string]*runs{}}
	if w.PackVersion != "" {
		var err error
		if f.least, err = semver.Parse(w.PackVersion); err != nil {
			return nil, fmt.Errorf("expected a version such as 1.2.3, got %q", w.PackVersion)
		}
	}
	f.report = Report{
		Format: Format, Version: version, Time: now.UTC().Format(time.RFC3339),
		Wanted: Asked{Configuration: w.Configuration, PackVersion: w.PackVersion},
	}
	if w.MaxAge > 0 {
		f.report.Wanted.MaxAge = w.MaxAge.String()
	}
	return f, nil
}

// diy is how the backends without organizations call theirs.
const diy = "organization"

// organization is the name by which attestations and states of an organization are compared.
func organization(s string) string {
	if s == diy {
		return ""
	}
	return s
}

// Attested takes in an attestation whose signature holds.
func (f *Fleet) Attested(file string, s *attest.Statement) {
	f.report.Attestations++
	at, err := s.Time()
	if err != nil {
		f.Ignored(file, "its time is malformed")
		return
	}
	counts := false
	for _, source := range s.Predicate.Sources {
		if source.Kind != report.Update && source.Kind != report.Preview {
			continue
		}
		counts = true
		if source.Project == "" || source.Stack == "" {
			f.Ignored(file, "it has no stack")
			continue
		}
		f.ran(source, &run{Attestation: said(file, source.Kind, s), at: at, refused: f.refused(source, s)})
	}
	if !counts {
		f.report.Others++
	}
}

// ran keeps a run where it is the newest. Of two within a second, the one that is less good counts.
func (f *Fleet) ran(source attest.Source, r *run) {
	key, org := name{source.Project, source.Stack}, organization(source.Organization)
	if f.runs[key] == nil {
		f.runs[key] = map[string]*runs{}
	}
	if f.runs[key][org] == nil {
		f.runs[key][org] = &runs{}
	}
	kept := &f.runs[key][org].update
	if source.Kind == report.Preview {
		kept = &f.runs[key][org].preview
	}
	if *kept == nil || cmp.Or(r.at.Compare((*kept).at), cmp.Compare(len(r.refused), len((*kept).refused))) > 0 {
		*kept = r
	}
}

// refused lists why an attestation is not good enough.
func (f *Fleet) refused(source attest.Source, s *attest.Statement) []string {
	out := attest.Wanted{
		Kind: source.Kind, Organization: source.Organization, Project: source.Project, Stack: source.Stack,
		Configuration: f.wanted.Configuration, MaxAge: f.wanted.MaxAge,
	}.Refused(s, f.now)
	if f.wanted.PackVersion != "" {
		got, err := semver.Parse(s.Predicate.Pack.Version)
		if err != nil || got.LT(f.least) {
			out = append(out,
				fmt.Sprintf("policypack %s ran; expected at least %s", s.Predicate.Pack.Version, f.wanted.PackVersion))
		}
	}
	return out
}

// Ignored notes a file of the attestations that does not count.
func (f *Fleet) Ignored(file, reason string) {
	f.report.Ignored = append(f.report.Ignored, File{Name: file, Reason: reason})
}

// Unreadable notes a file of the attestations that could not be read.
func (f *Fleet) Unreadable(file, reason string) {
	f.report.Ignored = append(f.report.Ignored, File{Name: file, Reason: reason, Unread: true})
}

// Skipped counts a file among the attestations that is none.
func (f *Fleet) Skipped() { f.report.Skipped++ }

// Deployed takes in a state.
func (f *Fleet) Deployed(s State) {
	s.Organization = organization(s.Organization)
	f.states = append(f.states, s)
}

// Unread notes a state that could not be read.
func (f *Fleet) Unread(file, reason string) {
	f.report.Stacks = append(f.report.Stacks, Stack{File: file, Status: Unread, Reasons: []string{reason}})
}

// Report returns what the states and the attestations come to. It is called once, at the end.
func (f *Fleet) Report() *Report {
	r := &f.report
	by := map[name][]State{}
	for _, s := range f.states {
		key := name{s.Project, s.Stack}
		by[key] = append(by[key], s)
	}
	for _, s := range f.states {
		r.Stacks = append(r.Stacks, f.stack(s, by[name{s.Project, s.Stack}]))
	}
	r.Stateless = []Stack{}
	for key, orgs := range f.runs {
		for org, n := range orgs {
			if !slices.ContainsFunc(by[key],
				func(s State) bool { return s.Organization == "" || s.Organization == org }) {
				newest := n.update
				if newest == nil {
					newest = n.preview
				}
				r.Stateless = append(r.Stateless, Stack{
					Organization: org, Project: key.project, Stack: key.stack, Status: Stateless,
					Attestation: &newest.Attestation,
				})
			}
		}
	}
	for _, list := range [][]Stack{r.Stacks, r.Stateless} {
		order.By(list, func(a, b Stack) int {
			return cmp.Or(cmp.Compare(a.Organization, b.Organization), cmp.Compare(a.Project, b.Project),
				cmp.Compare(a.Stack, b.Stack),
				cmp.Compare(a.File, b.File))
		})
	}
	order.By(r.Ignored,
		func(a, b File) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Reason, b.Reason)) })
	r.count()
	return r
}

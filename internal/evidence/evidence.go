// Package evidence says what the reports of runs prove about findings that are gone.
//
// That a finding is in no report proves little: its stack may not have been checked, its policy may have been disabled,
// the run may have broken off, or have been about another day. So an exemption or a row of a baseline is unused only
// where complete runs within the last days have looked for what it is about, in every stack that it may be about, and
// where no run within these days has found it. In every other case there is a reason to keep it, which is said.
package evidence

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/progression-labs-development/policypack/internal/fleet"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/report"
)

// Evidence collects the reports of runs.
type Evidence struct {
	pack         *pack.Pack
	today        time.Time
	days         int
	stacks       []fleet.Name // those that exist, nil where nobody has listed them
	runs         []*run
	repositories []repository
	unused       []string
}

// run is what a report says of one source.
type run struct {
	name     string // of the report
	day      string
	kind     string
	stack    fleet.Name
	asked    map[string]bool // the policies that looked at all of the source
	found    []finding
	complete bool
	with     []string // the sources that it was made with, none where that is not known
}

// finding is what a run has found, or left to another finding.
type finding struct{ policy, urn, path, exemption string }

// New returns a collection for reports of the last days up to a day. The stacks are those that exist, nil where that is
// not known.
func New(p *pack.Pack, stacks []fleet.Name, today time.Time, days int) *Evidence {
	return &Evidence{pack: p, stacks: stacks, today: today.UTC().Truncate(24 * time.Hour), days: days}
}

// Ignored says which reports, or which of their sources, prove nothing, and why.
func (v *Evidence) Ignored() []string { return v.unused }

func (v *Evidence) ignore(name, format string, args ...any) {
	v.unused = append(v.unused, name+": "+fmt.Sprintf(format, args...))
}

// Add takes in the report of a run.
func (v *Evidence) Add(name string, r *report.Report) {
	day, err := time.Parse(time.DateOnly, r.Day)
	switch {
	case r.WhatIf:
		v.ignore(name, "it says what would be found on another day (--on)")
		return
	case err != nil:
		v.ignore(name, "it does not say its day; an earlier version wrote it")
		return
	case day.After(v.today):
		v.ignore(name, "it is of %s, which is still to come", r.Day)
		return
	case day.Before(v.today.AddDate(0, 0, -v.days)):
		v.ignore(name, "it is of %s, more than %s ago", r.Day, report.Plural(v.days, "day"))
		return
	}
	v.Found(name, r)
}

// Of returns what is known of what stands in a source: runs that are known to be made without it prove nothing of it.
func (v *Evidence) Of(source string) *Evidence {
	without := func(with []string) bool { return len(with) > 0 && !slices.Contains(with, source) }
	one := *v
	one.runs = slices.DeleteFunc(slices.Clone(v.runs), func(r *run) bool { return without(r.with) })
	one.repositories = slices.DeleteFunc(slices.Clone(v.repositories), func(r repository) bool {
		return without(r.with)
	})
	return &one
}

// Found takes in what a run of now has found. With are the sources of what exempts findings that it was made with, none
// where that is not known.
func (v *Evidence) Found(name string, r *report.Report, with ...string) {
	for i := range r.Sources {
		s := &r.Sources[i]
		if s.Kind == "" { // another report, which is taken in by itself
			continue
		}
		one := &run{
			name: name, day: cmp.Or(r.Day, v.today.Format(time.DateOnly)), kind: s.Kind,
			stack: fleet.NewName(s.Organization, s.Project, s.Stack), asked: map[string]bool{}, with: with,
		}
		if why := hole(r, s); why != "" {
			v.ignore(cmp.Or(shown(s, name), name), "%s", why)
		} else {
			one.complete = true
		}
		for _, p := range r.Policies {
			one.asked[p.Name] = !slices.ContainsFunc(r.Disabled, func(d report.Disabled) bool {
				return d.Name == p.Name && of(d.Source, r, s)
			})
		}
		for i := range r.Findings {
			if f := &r.Findings[i]; of(f.Source, r, s) {
				one.found = append(one.found, finding{f.Policy, f.URN, f.Path, f.Exemption})
			}
		}
		for _, l := range r.Left {
			if of(l.Source, r, s) {
				one.found = append(one.found, finding{policy: l.Policy, urn: l.URN, path: l.Path})
			}
		}
		v.runs = append(v.runs, one)
	}
}

// of reports whether something of a report may be of the source: one without a source may be of each.
func of(name string, r *report.Report, s *report.Source) bool {
	return name == s.Name || !slices.ContainsFunc(r.Sources, func(s report.Source) bool { return s.Name == name })
}

// shown names a source of a report where it has several.
func shown(s *report.Source, name string) string {
	if s.Name == name {
		return name
	}
	return name + " (" + s.Name + ")"
}

// hole says why a source may hold more than was found, empty where it may not.
func hole(r *report.Report, s *report.Source) string {
	broken := slices.ContainsFunc(r.Errors, func(e report.Error) bool { return e.Source == s.Name || e.Source == "" })
	outage := slices.ContainsFunc(r.BreakGlass, func(g report.BreakGlass) bool { return len(g.Outages) > 0 })
	switch {
	case s.Unfinished:
		return "the run did not come to its end"
	case broken, outage:
		return "not all of it could be checked"
	case s.Part:
		return "only a part of the repository was checked"
	case s.Kind != report.Repository && (s.Project == "" || s.Stack == ""):
		return "it does not name the stack that it is about"
	}
	return ""
}

// blind says why a run proves nothing about a policy's findings, empty where it does. The strict way also doubts what a
// state shows only in part.
func (v *Evidence) blind(r *run, policy string, root, strict bool) string {
	p := v.pack.Policy(policy)
	switch {
	case p == nil:
		return "there is no policy " + policy
	case !r.asked[policy]:
		return policy + " was disabled"
	case r.kind != report.State && r.kind != report.TerraformState:
		return ""
	case p.NeedsConfiguration, root && slices.Contains(p.Applies.Types, rootType),
		strict && len(p.Applies.Findings) > 0:
		return "only a state was checked, which does not show all that " + policy + " looks at; give the report of a " +
			"preview or a plan"
	}
	return ""
}

const rootType = "pulumi:pulumi:Stack"

// some lists a few names.
func some(names []string) string {
	const most = 3
	if len(names) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
	}
	return strings.Join(names, ", ")
}

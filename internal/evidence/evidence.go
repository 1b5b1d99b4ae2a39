// Package evidence determines what the reports of runs prove about findings that are gone.
//
// The absence of a finding from a report proves little: its stack may not have been checked, its policy may have been
// disabled, or the run may have stopped early or been for another day. An exemption or a baseline entry is therefore
// unused only if complete runs of the last days looked for its findings in every stack that it may apply to, and no run
// of these days found any. In every other case there is a reason to keep it, which is reported.
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

// run is what a report says about one source.
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

// finding is something that a run found, or that another finding covers.
type finding struct{ policy, urn, path, exemption string }

// New returns an empty collection for reports of the given number of days before a day. The stacks are the existing
// ones, or nil if unknown.
func New(p *pack.Pack, stacks []fleet.Name, today time.Time, days int) *Evidence {
	return &Evidence{pack: p, stacks: stacks, today: today.UTC().Truncate(24 * time.Hour), days: days}
}

// Ignored returns the reports, or sources in them, that prove nothing, and why.
func (v *Evidence) Ignored() []string { return v.unused }

func (v *Evidence) ignore(name, format string, args ...any) {
	v.unused = append(v.unused, name+": "+fmt.Sprintf(format, args...))
}

// Add adds the report of a run.
func (v *Evidence) Add(name string, r *report.Report) {
	day, err := time.Parse(time.DateOnly, r.Day)
	switch {
	case r.WhatIf:
		v.ignore(name, "it is a what-if report (--on)")
		return
	case err != nil:
		v.ignore(name, "it has no day; an earlier version wrote it")
		return
	case day.After(v.today):
		v.ignore(name, "its day, %s, is in the future", r.Day)
		return
	case day.Before(v.today.AddDate(0, 0, -v.days)):
		v.ignore(name, "its day, %s, is more than %s ago", r.Day, report.Plural(v.days, "day"))
		return
	}
	v.Found(name, r)
}

// Of returns the evidence for something defined in a source: runs known to have been made without that source do not
// count.
func (v *Evidence) Of(source string) *Evidence {
	without := func(with []string) bool { return len(with) > 0 && !slices.Contains(with, source) }
	one := *v
	one.runs = slices.DeleteFunc(slices.Clone(v.runs), func(r *run) bool { return without(r.with) })
	one.repositories = slices.DeleteFunc(slices.Clone(v.repositories), func(r repository) bool {
		return without(r.with)
	})
	return &one
}

// Found adds the findings of the current run. With are the sources of exemptions that it was made with, or none if
// unknown.
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

// of reports whether something in a report may belong to the source; anything without a source may belong to any.
func of(name string, r *report.Report, s *report.Source) bool {
	return name == s.Name || !slices.ContainsFunc(r.Sources, func(s report.Source) bool { return s.Name == name })
}

// shown returns the name of a report, with the source if it has several.
func shown(s *report.Source, name string) string {
	if s.Name == name {
		return name
	}
	return name + " (" + s.Name + ")"
}

// hole says why a source may contain more findings than were found, or returns an empty string.
func hole(r *report.Report, s *report.Source) string {
	broken := slices.ContainsFunc(r.Errors, func(e report.Error) bool { return e.Source == s.Name || e.Source == "" })
	outage := slices.ContainsFunc(r.BreakGlass, func(g report.BreakGlass) bool { return len(g.Outages) > 0 })
	switch {
	case s.Unfinished:
		return "the run stopped early"
	case broken, outage:
		return "some of it could not be checked"
	case s.Part:
		return "only part of the repository was checked"
	case s.Kind != report.Repository && (s.Project == "" || s.Stack == ""):
		return "its stack is not known"
	}
	return ""
}

// blind says why a run proves nothing about a policy's findings, or returns an empty string. In strict mode it also
// rejects states, which show some things only in part.
func (v *Evidence) blind(r *run, policy string, root, strict bool) string {
	p := v.pack.Policy(policy)
	switch {
	case p == nil:
		return "unknown policy " + policy
	case !r.asked[policy]:
		return policy + " was disabled"
	case r.kind != report.State && r.kind != report.TerraformState:
		return ""
	case p.NeedsConfiguration, root && slices.Contains(p.Applies.Types, rootType),
		strict && len(p.Applies.Findings) > 0:
		return "only a state was checked, which lacks some of what " + policy + " checks; provide the report of a " +
			"preview or a plan"
	}
	return ""
}

const rootType = "pulumi:pulumi:Stack"

// some lists the first few names.
func some(names []string) string {
	const most = 3
	if len(names) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
	}
	return strings.Join(names, ", ")
}

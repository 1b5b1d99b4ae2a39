package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Merge joins the reports of several runs into one, as if a single run had checked everything. If two sources have the
// same name, as previews do, the later one also gets its stack's name, and a number if necessary. The day is the
// earliest one, so that nothing seems more recent than it is.
func Merge(version string, reports []*Report) *Report {
	out := New(version)
	names := map[string]bool{}
	for i, r := range reports {
		renamed := map[string]string{}
		for _, s := range r.Sources {
			name := s.Name
			if names[name] {
				name = strings.TrimSuffix(fmt.Sprintf("%s of %s/%s", s.Name, s.Project, s.Stack), " of /")
			}
			for n := 2; names[name]; n++ {
				name = fmt.Sprintf("%s (%d)", s.Name, n)
			}
			names[name] = true
			renamed[s.Name], s.Name = name, name
			out.Sources = append(out.Sources, s)
		}
		source := func(name string) string {
			if name == "" && len(r.Sources) == 1 {
				name = r.Sources[0].Name
			}
			if to, ok := renamed[name]; ok {
				return to
			}
			return name
		}
		for _, p := range r.Policies {
			if !slices.ContainsFunc(out.Policies, func(q Policy) bool { return q.Name == p.Name }) {
				out.Policies = append(out.Policies, p)
			}
		}
		for _, e := range r.Errors {
			e.Source = source(e.Source)
			out.Errors = append(out.Errors, e)
		}
		for _, n := range r.Notes {
			n.Source = source(n.Source)
			out.Notes = append(out.Notes, n)
		}
		for _, b := range r.Bundles {
			if !slices.Contains(out.Bundles, b) {
				out.Bundles = append(out.Bundles, b)
			}
		}
		out.BreakGlass = append(out.BreakGlass, r.BreakGlass...)
		for _, d := range r.Disabled {
			d.Source = source(d.Source)
			out.Disabled = append(out.Disabled, d)
		}
		for _, l := range r.Left {
			l.Source = source(l.Source)
			out.Left = append(out.Left, l)
		}
		for _, f := range r.Findings {
			f.Source = source(f.Source)
			out.Findings = append(out.Findings, f)
		}
		out.Browse = cmp.Or(out.Browse, r.Browse)
		out.WhatIf = out.WhatIf || r.WhatIf
		if i == 0 || r.Day < out.Day { // empty if it is in any of them
			out.Day = r.Day
		}
		if i == 0 {
			out.Digest = r.Digest
		} else if out.Digest != r.Digest {
			out.Digest = "" // different configurations
		}
	}
	return out
}

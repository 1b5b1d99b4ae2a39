package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/order"
	"github.com/progression-labs-development/policypack/internal/place"
)

// Shared by the formats for people: labels, plurals and groups.

// label returns the source's name for people.
func (s *Source) label() string {
	stack := strings.Join(
		slices.DeleteFunc([]string{s.Organization, s.Project, s.Stack}, func(p string) bool { return p == "" }), "/")
	switch s.Kind {
	case Preview, Update:
		if stack == "" {
			return s.Kind
		}
		return s.Kind + " of " + stack
	case TerraformPlan:
		return "Terraform plan " + s.Name
	case TerraformState:
		return "Terraform state " + s.Name
	case State:
		if stack != "" {
			return "state " + s.Name + " of " + stack
		}
	}
	return strings.TrimSpace(s.Kind + " " + s.Name)
}

func (r *Report) source(name string) *Source {
	for i := range r.Sources {
		if r.Sources[i].Name == name {
			return &r.Sources[i]
		}
	}
	return &Source{Name: name}
}

func (r *Report) policy(name string) *Policy {
	for i := range r.Policies {
		if r.Policies[i].Name == name {
			return &r.Policies[i]
		}
	}
	return &Policy{Name: name}
}

// subject returns what contains the finding: a file or a resource.
func (f *Finding) subject() string {
	return cmp.Or(f.File, f.Address, f.Name, f.URN)
}

// kind returns the type of the resource, unless the subject implies it.
func (f *Finding) kind() string {
	if f.File != "" || f.Address != "" || f.Name == "" {
		return ""
	}
	return f.Type
}

// at returns the position within the subject: line and column, or a property. It may be empty.
func (f *Finding) at() string {
	switch {
	case f.File != "":
		return place.Position{Line: f.Line, Column: f.Column}.String()
	case f.Address != "":
		return f.Attribute // empty if the address is enough, as for a variable
	default:
		return cmp.Or(f.Attribute, f.Path)
	}
}

// where returns the subject and the position within it.
func (f *Finding) where() string {
	switch at := f.at(); {
	case at == "":
		return f.subject()
	case f.File != "":
		return f.File + ":" + at
	default:
		return f.subject() + " at " + at
	}
}

// spot returns the line to change, if known, and the location of the finding.
func (f *Finding) spot() string {
	if f.File == "" && len(f.Locations) > 0 {
		return f.Locations[0].String() + "  " + f.where()
	}
	return f.where()
}

// headline returns the line of the message that states the problem. An exempted finding's message starts with the
// exemption.
func (f *Finding) headline() string {
	lines := strings.Split(f.Message, "\n")
	if f.Class() == Exempted && len(lines) > 1 {
		return lines[1]
	}
	return lines[0]
}

// place returns the location of an error.
func (e *Error) place() string {
	s := e.Source
	if e.File != "" && e.File != e.Source {
		s = e.File
	}
	if at := (place.Position{Line: e.Line, Column: e.Column}); at.Line > 0 {
		s += ":" + at.String()
	}
	return s
}

// Plural returns a number with its noun.
func Plural(n int, noun string) string {
	switch {
	case n == 1:
		return "1 " + noun
	case strings.HasSuffix(noun, "y") && !strings.HasSuffix(noun, "ay"):
		return fmt.Sprintf("%d %sies", n, strings.TrimSuffix(noun, "y"))
	default:
		return fmt.Sprintf("%d %ss", n, noun)
	}
}

// amount returns a number of findings of a class, in words.
func (c Class) amount(n int) string {
	switch c {
	case Violation:
		return Plural(n, "violation")
	case Baseline:
		return fmt.Sprintf("%d in the baseline", n)
	default:
		return fmt.Sprintf("%d %s", n, c)
	}
}

// counts returns the number of findings per class, without empty classes.
func (r *Report) counts() []string {
	var out []string
	for _, c := range Classes() {
		if n := r.Count(c); n > 0 {
			out = append(out, c.amount(n))
		}
	}
	if n := len(r.Errors); n > 0 {
		out = append(out, Plural(n, "error"))
	}
	return out
}

// AsOf returns the headline of a what-if report, or an empty string.
func (r *Report) AsOf() string {
	if !r.WhatIf {
		return ""
	}
	return "As of the end of " + r.Day + " (UTC), with today's files and configuration."
}

// verdict returns the result in one sentence, with the day of a what-if report.
func (r *Report) verdict() string {
	if r.WhatIf {
		return "As of " + r.Day + ": " + r.result()
	}
	return r.result()
}

func (r *Report) result() string {
	switch v, e := r.Count(Violation), len(r.Errors); {
	case v == 0 && e == 0 && len(r.BreakGlass) > 0:
		return r.passedByBreakGlass()
	case v > 0 && e > 0:
		return fmt.Sprintf("Failed: %s, and %s.", Plural(v, "violation"), couldNot(e))
	case e > 0:
		return "Incomplete: " + couldNot(e) + "."
	case v > 0:
		return "Failed: " + Plural(v, "violation") + " of mandatory policies."
	case r.disabled() != "" && len(r.Findings) > 0:
		return "Passed: no violations, but " + r.disabled() + "."
	case r.disabled() != "":
		return "Passed: nothing found, but " + r.disabled() + "."
	case len(r.Findings) > 0:
		return "Passed: no violations."
	default:
		return "Passed: nothing found."
	}
}

func (r *Report) passedByBreakGlass() string {
	n := 0
	for _, b := range r.BreakGlass {
		n += b.Passed
	}
	b := r.BreakGlass[0]
	return fmt.Sprintf("Passed by BREAK-GLASS until %s, by %s: %s. Without it, %s would have failed this run.", b.Until,
		b.Who, strings.TrimSuffix(b.Reason, "."),
		Plural(n, "finding"))
}

func couldNot(n int) string {
	if n == 1 {
		return "1 item could not be checked"
	}
	return fmt.Sprintf("%d items could not be checked", n)
}

// meaning returns the consequence of the result for the run.
func (r *Report) meaning() string {
	if len(r.Sources) == 1 {
		switch s := r.Sources[0]; {
		case s.Kind != Preview && s.Kind != Update:
		case r.Exit() == 0:
			return "The " + s.Kind + " continues."
		default:
			return "The " + s.Kind + " fails."
		}
	}
	return fmt.Sprintf("Exit code %d.", r.Exit())
}

// rank orders severities, worst first.
func rank(severity string) int {
	i := slices.Index([]string{"critical", "high", "medium", "low"}, severity)
	if i < 0 {
		return 4
	}
	return i
}

// group holds the findings of one policy.
type group struct {
	Policy   *Policy
	Findings []*Finding
	worst    int
}

// byPolicy groups findings by policy, worst first.
func (r *Report) byPolicy(classes ...Class) []group {
	index := map[string]int{}
	var groups []group
	for i := range r.Findings {
		f := &r.Findings[i]
		c := slices.Index(Classes(), f.Class())
		if len(classes) > 0 && !slices.Contains(classes, f.Class()) {
			continue
		}
		at, ok := index[f.Policy]
		if !ok {
			at = len(groups)
			index[f.Policy] = at
			groups = append(groups, group{Policy: r.policy(f.Policy), worst: c})
		}
		g := &groups[at]
		g.Findings = append(g.Findings, f)
		g.worst = min(g.worst, c)
	}
	order.Stable(groups, func(a, b group) int {
		return cmp.Or(cmp.Compare(a.worst, b.worst), cmp.Compare(rank(a.severity()), rank(b.severity())),
			strings.Compare(a.Policy.Name, b.Policy.Name))
	})
	for _, g := range groups {
		slices.SortStableFunc(g.Findings, func(a, b *Finding) int {
			return cmp.Compare(slices.Index(Classes(), a.Class()), slices.Index(Classes(), b.Class()))
		})
	}
	return groups
}

func (g *group) severity() string { return cmp.Or(g.Policy.Severity, g.Findings[0].Severity) }

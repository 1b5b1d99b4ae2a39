package report

import (
	"slices"

	"github.com/progression-labs-development/policypack/internal/exception"
	"github.com/progression-labs-development/policypack/internal/visible"
)

// cleaned returns the report with everything that is shown of it clean. It is for people; what programs read keeps its names.
func (r *Report) cleaned() *Report {
	c := *r
	c.Version, c.Digest = visible.Line(r.Version), visible.Line(r.Digest)
	c.Policies = make([]Policy, len(r.Policies))
	for i, p := range r.Policies {
		p.Name, p.Title, p.Description = visible.Line(p.Name), visible.Line(p.Title), visible.Text(p.Description)
		p.Remediation, p.URL, p.Level, p.Severity = visible.Text(p.Remediation), visible.Line(p.URL), visible.Line(p.Level), visible.Line(p.Severity)
		p.From = visible.Line(p.From)
		c.Policies[i] = p
	}
	c.Disabled = make([]Disabled, len(r.Disabled))
	for i, d := range r.Disabled {
		c.Disabled[i] = Disabled{visible.Line(d.Name), visible.Line(d.Source), visible.Line(d.From), d.Effect, visible.Line(d.Where)}
	}
	c.Sources = make([]Source, len(r.Sources))
	for i, s := range r.Sources {
		s.Name, s.Kind, s.File = visible.Line(s.Name), visible.Line(s.Kind), visible.Line(s.File)
		s.Organization, s.Project, s.Stack = visible.Line(s.Organization), visible.Line(s.Project), visible.Line(s.Stack)
		s.Formats, s.Skipped = cleanSkipped(s.Formats), cleanSkipped(s.Skipped)
		c.Sources[i] = s
	}
	c.Errors = make([]Error, len(r.Errors))
	for i, e := range r.Errors {
		e.Source, e.File, e.Message = visible.Line(e.Source), visible.Line(e.File), visible.Text(e.Message)
		c.Errors[i] = e
	}
	c.Notes = make([]Note, len(r.Notes))
	for i, n := range r.Notes {
		c.Notes[i] = Note{visible.Line(n.Source), visible.Text(n.Message)}
	}
	c.BreakGlass = make([]BreakGlass, len(r.BreakGlass))
	for i, b := range r.BreakGlass {
		for _, s := range []*string{&b.ID, &b.Stack, &b.Reason, &b.Who, &b.Until, &b.Commit} {
			*s = visible.Line(*s)
		}
		b.Outages = nil // the notes have them
		c.BreakGlass[i] = b
	}
	c.Findings = make([]Finding, len(r.Findings))
	for i, f := range r.Findings {
		for _, s := range []*string{
			&f.Policy, &f.Source, &f.URN, &f.Address, &f.Type, &f.Name, &f.Path, &f.Attribute, &f.File, &f.Severity, &f.Detector,
			&f.Exemption,
		} {
			*s = visible.Line(*s)
		}
		f.Message = visible.Text(f.Message)
		f.Exceptions = slices.Clone(f.Exceptions)
		for i, e := range f.Exceptions {
			f.Exceptions[i] = exception.Exception{ID: visible.Line(e.ID), Reason: visible.Line(e.Reason)}
		}
		c.Findings[i] = f
	}
	return &c
}

func cleanSkipped(all []Skipped) []Skipped {
	out := make([]Skipped, len(all))
	for i, x := range all {
		out[i] = Skipped{visible.Line(x.Reason), x.Files, visible.Line(x.Example)}
	}
	return out
}

package report

import (
	"slices"

	"github.com/progression-labs-development/policypack/internal/exception"
	"github.com/progression-labs-development/policypack/internal/place"
)

// cleaned returns the report with all displayed text escaped. It is for people; formats for programs keep names as they
// are.
func (r *Report) cleaned() *Report {
	c := *r
	c.Version, c.Digest, c.Day = place.Visible(r.Version), place.Visible(r.Digest), place.Visible(r.Day)
	c.Policies = make([]Policy, len(r.Policies))
	for i, p := range r.Policies {
		p.Name, p.Title, p.Description = place.Visible(p.Name), place.Visible(p.Title),
			place.VisibleLines(p.Description)
		p.Remediation, p.URL, p.Level, p.Severity = place.VisibleLines(p.Remediation), place.Visible(p.URL),
			place.Visible(p.Level), place.Visible(p.Severity)
		p.From = place.Visible(p.From)
		c.Policies[i] = p
	}
	c.Disabled = make([]Disabled, len(r.Disabled))
	for i, d := range r.Disabled {
		c.Disabled[i] = Disabled{
			place.Visible(d.Name), place.Visible(d.Source), place.Visible(d.From), d.Effect,
			place.Visible(d.Where),
		}
	}
	c.Sources = make([]Source, len(r.Sources))
	for i, s := range r.Sources {
		s.Name, s.Kind, s.File = place.Visible(s.Name), place.Visible(s.Kind), place.Visible(s.File)
		s.Organization, s.Project, s.Stack = place.Visible(s.Organization), place.Visible(s.Project),
			place.Visible(s.Stack)
		s.Checked, s.Partly, s.NotChecked = cleanCounts(s.Checked), cleanCounts(s.Partly),
			cleanCounts(s.NotChecked)
		c.Sources[i] = s
	}
	c.Errors = make([]Error, len(r.Errors))
	for i, e := range r.Errors {
		e.Source, e.File, e.Message = place.Visible(e.Source), place.Visible(e.File), place.VisibleLines(e.Message)
		c.Errors[i] = e
	}
	c.Notes = make([]Note, len(r.Notes))
	for i, n := range r.Notes {
		c.Notes[i] = Note{place.Visible(n.Source), place.VisibleLines(n.Message)}
	}
	c.Bundles = slices.Clone(r.Bundles)
	for i := range c.Bundles {
		b := &c.Bundles[i]
		b.Digest, b.Revision, b.Expires = place.Visible(b.Digest), place.Visible(b.Revision), place.Visible(b.Expires)
	}
	c.BreakGlass = make([]BreakGlass, len(r.BreakGlass))
	for i, b := range r.BreakGlass {
		for _, s := range []*string{&b.ID, &b.Stack, &b.Reason, &b.Who, &b.Until, &b.Commit} {
			*s = place.Visible(*s)
		}
		b.Outages = nil // the notes have them
		c.BreakGlass[i] = b
	}
	c.Findings = make([]Finding, len(r.Findings))
	for i, f := range r.Findings {
		for _, s := range []*string{
			&f.Policy, &f.Source, &f.URN, &f.Address, &f.Type, &f.Name, &f.Path, &f.Attribute, &f.File, &f.Severity,
			&f.Detector,
			&f.Exemption, &f.Entry.Owner, &f.Entry.Reason, &f.Entry.Expires, &f.Entry.Ticket, &f.Entry.ApprovedBy,
			&f.Commit, &f.AddedIn,
		} {
			*s = place.Visible(*s)
		}
		f.Message = place.VisibleLines(f.Message)
		f.Locations = slices.Clone(f.Locations)
		for i := range f.Locations {
			f.Locations[i].File = place.Visible(f.Locations[i].File)
		}
		f.Exceptions = slices.Clone(f.Exceptions)
		for i, e := range f.Exceptions {
			f.Exceptions[i] = exception.Exception{ID: place.Visible(e.ID), Reason: place.Visible(e.Reason)}
		}
		c.Findings[i] = f
	}
	return &c
}

func cleanCounts(all []Count) []Count {
	out := make([]Count, len(all))
	for i, c := range all {
		out[i] = Count{
			What: place.Visible(c.What), Count: c.Count, Reason: place.Visible(c.Reason),
			Example: place.Visible(c.Example),
		}
	}
	return out
}

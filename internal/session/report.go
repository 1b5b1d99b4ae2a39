package session

import (
	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/report"
	"github.com/progression-labs-development/policypack/internal/rollout"
	"github.com/progression-labs-development/policypack/internal/verdict"
)

// Describe tells a report what the run is about: the policies that are switched on, the digest of the configuration,
// and the stack as its only source. It tells what is known by now, which before Configure is less.
func (s *Session) Describe(r *report.Report) {
	s.mu.Lock()
	about, c := s.about, s.config
	s.mu.Unlock()
	source := report.Source{
		Name: report.Update, Kind: report.Update,
		Checked:    model.Counted(report.Count{What: report.Resources, Count: int(s.seen.Load())}),
		Unfinished: !s.Complete(),
	}
	if about == nil || about.Preview {
		source.Name, source.Kind = report.Preview, report.Preview
	}
	if about != nil {
		source.Organization, source.Project, source.Stack = about.Organization, about.Project, about.Name
	}
	r.Day = s.Day()
	r.Sources, r.BreakGlass = []report.Source{source}, s.BreakGlass()
	if c != nil {
		r.Bundles = s.Bundles()
		r.Policies, r.Digest, r.Exceptions = c.Policies(), c.Digest(), c.ExceptionsSetting()
		r.Disabled = s.Disabled((*pack.Policy).Previews)
	}
}

// Disabled returns the policies that do not count where the run is, and in the accounts that its resources are in. The
// function chooses the policies that are of interest.
func (s *Session) Disabled(of func(*pack.Policy) bool) []report.Disabled {
	s.mu.Lock()
	c, run := s.config, s.run
	s.mu.Unlock()
	if c == nil {
		return nil
	}
	return c.Reported(run, of)
}

// At returns what the configuration makes of decisions at a place.
func (s *Session) At(place rollout.Place) (*verdict.Config, error) {
	c, err := s.ready("")
	if err != nil {
		return nil, err
	}
	return c.config.On(place)
}

// Policies returns the policies that the configuration switches on, for a report; nil before there is a configuration.
func (s *Session) Policies() []report.Policy {
	c := s.current()
	if c == nil {
		return nil
	}
	return c.Policies()
}

// Day returns the day in UTC that the verdict is for.
func (s *Session) Day() string {
	if c := s.current(); c != nil {
		return c.Day()
	}
	return s.today()
}

// Bundles returns the organisation's bundles for a report; nil before there is a configuration.
func (s *Session) Bundles() (out []report.Bundle) {
	l, err := s.loaded()
	if err != nil || s.current() == nil {
		return nil
	}
	for _, b := range l.bundles {
		out = append(out, report.Bundle{
			Digest: b.Digest(), Revision: b.Revision(), Serial: b.Serial(), Expires: b.Expires(),
		})
	}
	return out
}

// Digest returns the digest of the configuration, empty before there is one.
func (s *Session) Digest() string {
	c := s.current()
	if c == nil {
		return ""
	}
	return c.Digest()
}

package analyzer

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/report"
	"github.com/progression-labs-development/policypack/internal/rollout"
	"github.com/progression-labs-development/policypack/internal/verdict"
)

// Describe tells a report what the run is about: the policies that are switched on, the digest of the configuration, and the
// stack as its only source. It tells what is known by now, which before Configure is less.
func (s *Server) Describe(r *report.Report) {
	s.mu.Lock()
	about, j := s.about, s.judges
	s.mu.Unlock()
	source := report.Source{Name: report.Update, Kind: report.Update, Resources: int(s.seen.Load())}
	if about == nil || about.GetDryRun() {
		source.Name, source.Kind = report.Preview, report.Preview
	}
	source.Organization, source.Project, source.Stack = about.GetOrganization(), about.GetProject(), about.GetStack()
	r.Sources, r.BreakGlass = []report.Source{source}, s.BreakGlass()
	if j != nil {
		r.Policies, r.Digest, r.Exceptions = j.reported(), j.digest(), j.verdict.ExceptionsSetting()
		r.Disabled = s.Disabled((*pack.Policy).Previews)
	}
}

// Disabled returns the policies that do not count where the run is, and in the accounts that its resources are in. The function
// chooses the policies that are of interest.
func (s *Server) Disabled(of func(*pack.Policy) bool) []report.Disabled {
	j := s.current()
	if j == nil {
		return nil
	}
	var out []report.Disabled
	add := func(at *verdict.Config, where string, but []report.Disabled) {
		for _, d := range at.Disabled() {
			one := report.Disabled{Name: d.Policy, From: d.From, Effect: d.How == verdict.InEffect}
			if d.How != verdict.InPart && of(j.loaded.pack.Policy(d.Policy)) && !slices.Contains(but, one) {
				one.Where = where
				out = append(out, one)
			}
		}
	}
	add(j.verdict, "", nil)
	everywhere := slices.Clone(out)
	for _, k := range j.shared.around(j.verdict.Place) {
		add(k.verdict, k.verdict.Place.In(j.verdict.Place), everywhere)
	}
	return out
}

// At returns what the configuration makes of decisions at a place.
func (s *Server) At(place rollout.Place) (*verdict.Config, error) {
	j, _, err := s.ready("")
	if err != nil {
		return nil, err
	}
	if j, err = j.on(place); err != nil {
		return nil, err
	}
	return j.verdict, nil
}

// Policies returns the policies that the configuration switches on, for a report; nil before there is a configuration.
func (s *Server) Policies() []report.Policy {
	j := s.current()
	if j == nil {
		return nil
	}
	return j.reported()
}

// Digest returns a digest of the configuration, with the defaults of what it leaves out: two runs with the same digest judge
// by the same levels and parameters, above the same floor. Which level a stack or a day gives a policy follows from these and is no part of it. It
// is SHA-256 in hex, empty before there is a configuration.
func (s *Server) Digest() string {
	j := s.current()
	if j == nil {
		return ""
	}
	return j.digest()
}

// current returns the judges at the place of the last call, nil before there is a configuration.
func (s *Server) current() *judges {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.judges
}

// counted is 1 for what Pulumi counts as a resource, which a provider is not.
func counted(r *facts.Resource) int64 {
	if strings.HasPrefix(r.Type, "pulumi:providers:") {
		return 0
	}
	return 1
}

func (j *judges) reported() []report.Policy {
	var out []report.Policy
	for _, p := range j.loaded.pack.Policies {
		if !j.verdict.Enabled(p.Name) {
			continue
		}
		level := j.verdict.LevelOf(p.Name)
		out = append(out, report.Policy{
			Name: p.Name, Title: p.Title, Description: p.Description, Remediation: p.Remediation, URL: p.URL,
			Level: string(level.Level), From: level.From, Severity: string(p.Severity), Scope: string(p.Scope), Standard: p.Standard, Tags: p.Tags,
		})
	}
	return out
}

// digest hashes the configuration as JSON, whose keys are sorted.
func (j *judges) digest() string {
	levels := map[string]pack.Level{}
	for _, p := range j.loaded.pack.Policies {
		levels[p.Name] = j.verdict.Configured.Level(p.Name)
	}
	parameters, err := ast.JSON(j.verdict.Configured.Context.Parameters.Value)
	if err != nil {
		return "" // it was made from JSON
	}
	whole := map[string]any{"levels": levels, "parameters": parameters, "settings": j.verdict.Configured.Settings}
	if floor := j.verdict.Floor().Raw(); floor != nil {
		whole["floor"] = floor
	}
	text, err := json.Marshal(whole)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "policypack-configuration/1\n%s", text))
	return hex.EncodeToString(sum[:])
}

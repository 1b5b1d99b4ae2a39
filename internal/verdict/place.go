package verdict

import (
	"slices"

	"github.com/progression-labs-development/policypack/internal/evaluator"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/rollout"
)

// found holds the plaintext secrets that the rules were given, in the order of their ids.
type found struct {
	all   []*facts.Finding
	known map[there]bool // where an older version reports something too; nil until needed
}

// there is the location of a finding.
type there struct {
	urn  string
	at   place.Position
	path string
}

func thereOf(f *facts.Finding) there { return there{f.URN, f.At, f.Path.String()} }

// foundIn returns the secrets if any decision may refer to one.
func foundIn(s *Subject, decisions []evaluator.Decision) *found {
	if len(decisions) == 0 || s.Findings == nil {
		return &found{}
	}
	return &found{all: s.Findings()}
}

// by returns the secret with an id, or nil.
func (f *found) by(id int) *facts.Finding {
	if id < 1 || id > len(f.all) {
		return nil
	}
	return f.all[id-1]
}

// knows reports whether an older version reports something at the location of a finding.
func (f *found) knows(c *Config, about *facts.Finding) bool {
	if f.known == nil {
		f.known = map[there]bool{}
		for _, one := range f.all {
			if c.firstFound(one) == "" {
				f.known[thereOf(one)] = true
			}
		}
	}
	return f.known[thereOf(about)]
}

// inFile returns, for each decision about a file, how a baseline identifies its finding; nil outside of files.
func (c *Config) inFile(run *Run, s *Subject, all *found, decisions []evaluator.Decision) []rollout.InFile {
	if s.File == nil {
		return nil
	}
	out := make([]rollout.InFile, len(decisions))
	of := map[rollout.Row]int{}
	for i := range decisions {
		d, f := &decisions[i], &out[i]
		about := c.about(d, all)
		f.Row = rollout.Row{
			Policy: d.Policy, File: s.File.Name, Name: c.Shown(run.Facts, c.nameOf(d, about, s.File)),
			Commit: s.File.Commit,
		}
		f.Was = s.File.Was
		f.Changed = changed(d, about, s.File)
		if f.Changed == "" {
			of[f.Row]++
		}
	}
	nth := map[rollout.Row]int{}
	for _, undecided := range [...]bool{false, true} { // undecided findings are not in a baseline
		for i := range out {
			if f := &out[i]; decisions[i].Undecided == undecided {
				if f.Changed == "" {
					nth[f.Row]++
				}
				f.Nth, f.Of = max(1, nth[f.Row]), max(1, of[f.Row])
			}
		}
	}
	for i, path := range oldPaths(all, decisions) {
		out[i].Old = path.String()
	}
	return out
}

// about returns the plaintext secret of a decision, or nil if its policy does not look at secrets.
func (c *Config) about(d *evaluator.Decision, all *found) *facts.Finding {
	of := c.pack.Policy(d.Policy).Applies.Repository
	if len(of) > 0 && !slices.Contains(of, facts.FileFindings) && !slices.Contains(of, facts.FileConfigured) {
		return nil
	}
	return all.by(d.Finding)
}

// nameOf returns the name of the value of a decision about a file, or an empty string for the file as a whole.
func (c *Config) nameOf(d *evaluator.Decision, about *facts.Finding, f *facts.File) string {
	switch {
	case about != nil && about.Value.Name != "":
		return about.Value.Name
	case len(d.Path) > 0:
		return d.Path.Keys()
	case d.At.Line > 0:
		return f.NameAt(d.At, c.pack.Policy(d.Policy).Applies.Repository)
	}
	return ""
}

// changed says why a decision is about a different value than the baseline's, or returns an empty string.
func changed(d *evaluator.Decision, about *facts.Finding, f *facts.File) string {
	valued := about != nil || slices.ContainsFunc(f.CI, func(k facts.FileKey) bool {
		return k.At == d.At && k.By == "value"
	})
	switch {
	case valued && f.Commit != "":
		return "it comes from a commit and is not in the current files"
	case valued && f.ChangedAt(d.At):
		return "the base branch does not have it under this name"
	case f.Replaced && d.At.Line == 0 && len(d.Path) > 0:
		return "the file is a different one on the base branch"
	}
	return ""
}

// oldPaths returns the paths by which version 1 baselines identify the findings of a file, by decision index: the path,
// or the detector, with a counter from the second finding of the same policy and detector. Findings that may be left to
// another policy are numbered last, so that they do not shift others.
func oldPaths(all *found, decisions []evaluator.Decision) []place.Path {
	out := make([]place.Path, len(decisions))
	counts := map[[2]string]int{}
	for _, yielding := range [...]bool{false, true} {
		for i := range decisions {
			d := &decisions[i]
			if len(d.Path) > 0 {
				out[i] = d.Path
			}
			if len(d.Path) > 0 || len(d.Yields) > 0 != yielding {
				continue
			}
			key := [2]string{d.Policy}
			if about := all.by(d.Finding); about != nil && about.Detector != "" {
				key[1] = about.Detector
				out[i] = append(out[i], about.Detector)
			}
			counts[key]++
			if n := counts[key]; n > 1 {
				out[i] = append(out[i], n)
			}
		}
	}
	return out
}

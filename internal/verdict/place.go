package verdict

import (
	"github.com/progression-labs-development/policypack/internal/evaluator"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/place"
)

// found are the plaintext secrets that the rules were shown, in the order of their ids.
type found struct {
	all   []*facts.Finding
	known map[there]bool // where an older version finds something too; nil until somebody asks
}

// there is the place of a finding.
type there struct {
	urn  string
	at   place.Position
	path string
}

func thereOf(f *facts.Finding) there { return there{f.URN, f.At, f.Path.String()} }

// foundIn returns them where some decision may be about one.
func foundIn(s *Subject, decisions []evaluator.Decision) *found {
	if len(decisions) == 0 || s.Findings == nil {
		return &found{}
	}
	return &found{all: s.Findings()}
}

// by returns the one with an id, nil where there is none.
func (f *found) by(id int) *facts.Finding {
	if id < 1 || id > len(f.all) {
		return nil
	}
	return f.all[id-1]
}

// knows reports whether an older version finds something at the place of a finding.
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

// marks are the paths of findings in a file that have none of their own, by the index of the decision: the detector,
// and from the second one on which one of the policy and the detector it is. What may be left to another policy is
// counted last, so that it moves no others.
func marks(s Subject, all *found, decisions []evaluator.Decision) map[int]place.Path {
	if s.File == nil {
		return nil
	}
	out := map[int]place.Path{}
	counts := map[[2]string]int{}
	for _, yielding := range [...]bool{false, true} {
		for i := range decisions {
			d := &decisions[i]
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

package verdict

import (
	"github.com/progression-labs-development/policypack/internal/evaluator"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/place"
)

// found are the plaintext secrets that the rules were shown, in the order of their ids.
type found []*facts.Finding

// foundIn returns them where some decision may be about one.
func foundIn(s *Subject, decisions []evaluator.Decision) found {
	if len(decisions) == 0 || s.Findings == nil {
		return nil
	}
	return s.Findings()
}

// by returns the one with an id, nil where there is none.
func (all found) by(id int) *facts.Finding {
	if id < 1 || id > len(all) {
		return nil
	}
	return all[id-1]
}

// marks are the paths of findings in a file that have none of their own, by the index of the decision: the detector, and
// from the second one on which one of the policy and the detector it is. What may be left to another policy is counted last,
// so that it moves no others.
func marks(s Subject, all found, decisions []evaluator.Decision) map[int]place.Path {
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

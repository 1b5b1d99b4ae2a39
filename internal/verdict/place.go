package verdict

import (
	"github.com/progression-labs-development/policypack/internal/evaluator"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/place"
)

// places finds plaintext secrets by their place.
type places struct {
	found func(urn string) []facts.Finding
	byURN map[string]map[where][]*facts.Finding
}

type where struct {
	at   place.Position
	path string
}

// of returns the plaintext secrets at the place that a decision names. One in a file may name its line and column alone.
func (p *places) of(urn string, d evaluator.Decision) []*facts.Finding {
	if len(d.Path) == 0 && d.At.Line == 0 {
		return nil
	}
	if p.byURN == nil {
		p.byURN = map[string]map[where][]*facts.Finding{}
	}
	if p.byURN[urn] == nil {
		index := map[where][]*facts.Finding{}
		findings := p.found(urn)
		for i := range findings {
			f := &findings[i]
			at := where{f.At, f.Path.String()}
			index[at] = append(index[at], f)
			if f.At.Line > 0 && len(f.Path) > 0 {
				index[where{f.At, ""}] = append(index[where{f.At, ""}], f)
			}
		}
		p.byURN[urn] = index
	}
	return p.byURN[urn][where{d.At, d.Path.String()}]
}

// marks are the paths of findings in a file that have none of their own, by the index of the decision: the detector, and
// from the second one on which one of the policy and the detector it is. What may be left to another policy is counted last,
// so that it moves no others.
func marks(s Subject, p *places, decisions []evaluator.Decision) map[int][]any {
	if s.File == nil {
		return nil
	}
	out := map[int][]any{}
	counts := map[[2]string]int{}
	for _, yielding := range [...]bool{false, true} {
		for i := range decisions {
			d := &decisions[i]
			if len(d.Path) > 0 || len(d.Yields) > 0 != yielding {
				continue
			}
			key := [2]string{d.Policy}
			if found := facts.Foremost(p.of(s.URN, *d)); found != nil && found.Detector != "" {
				key[1] = found.Detector
				out[i] = append(out[i], found.Detector)
			}
			counts[key]++
			if n := counts[key]; n > 1 {
				out[i] = append(out[i], n)
			}
		}
	}
	return out
}

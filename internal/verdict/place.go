package verdict

import (
	"github.com/progression-labs-development/policypack/internal/evaluator"
	"github.com/progression-labs-development/policypack/internal/facts"
)

// places finds plaintext secrets by their place.
type places struct {
	found func(urn string) []facts.Finding
	byURN map[string]map[place][]*facts.Finding
}

type place struct {
	at   facts.Position
	path string
}

// of returns the plaintext secrets at the place that a decision names. One in a file may name its line and column alone.
func (p *places) of(urn string, d evaluator.Decision) []*facts.Finding {
	if len(d.Path) == 0 && d.At.Line == 0 {
		return nil
	}
	if p.byURN == nil {
		p.byURN = map[string]map[place][]*facts.Finding{}
	}
	if p.byURN[urn] == nil {
		index := map[place][]*facts.Finding{}
		findings := p.found(urn)
		for i := range findings {
			f := &findings[i]
			at := place{f.At, facts.Path(f.Path)}
			index[at] = append(index[at], f)
			if f.At.Line > 0 && len(f.Path) > 0 {
				index[place{f.At, ""}] = append(index[place{f.At, ""}], f)
			}
		}
		p.byURN[urn] = index
	}
	return p.byURN[urn][place{d.At, facts.Path(d.Path)}]
}

// mark is the path of a finding in a file that has none of its own: the detector, and from the second one on which one of
// the policy and the detector it is.
func mark(counts map[[2]string]int, policy, detector string) []any {
	key := [2]string{policy, detector}
	counts[key]++
	var path []any
	if detector != "" {
		path = append(path, detector)
	}
	if n := counts[key]; n > 1 {
		path = append(path, n)
	}
	return path
}

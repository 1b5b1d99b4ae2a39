package detect

import (
	"github.com/progression-labs-development/policypack/internal/detect/file"
	"github.com/progression-labs-development/policypack/internal/detect/looks"
	"github.com/progression-labs-development/policypack/internal/detect/names"
)

// parts decides about the literals in a value that is a template. It returns false for templated if it is not one.
func (s *scan) parts(value string, start, end int, weigh func(v string, p looks.Part, start, end int) bool) (found,
	templated bool,
) {
	parts, templated := looks.Parts(value)
	for _, p := range parts {
		from, to := start, end
		if end-start == len(value) { // it is written as it is
			from, to = start+p.From, start+p.To
		}
		found = weigh(value[p.From:p.To], p, from, to) || found
	}
	return found, templated
}

// template decides about the value of a name if it is a template. A literal that is a default is treated like a value;
// literals beside a placeholder are secrets if one of them, or all together, look machine-generated.
func (s *scan) template(key, value string, start, end int) (found, templated bool) {
	if names.TierOf(key) == names.None {
		return false, false
	}
	beside, first, last := "", end, start
	found, templated = s.parts(value, start, end, func(v string, p looks.Part, from, to int) bool {
		if !p.Default {
			beside, first, last = beside+v, min(first, from), max(last, to)
		}
		return (p.Default || looks.MachineMade(v)) && s.weighSpan(key, v, from, to)
	})
	if !found && beside != "" && looks.MachineMade(beside) {
		found = s.weighSpan(key, beside, first, last)
	}
	return found, templated
}

// template is that of a scan for a file, in which each literal must look machine-generated.
func (f *fileScan) template(key, value string, start, end int) (found, templated bool) {
	before := f.Fallback
	defer func() { f.Fallback = before }()
	return f.s.parts(value, start, end, func(v string, _ looks.Part, from, to int) bool {
		f.Fallback = true
		return f.weigh(key, v, from, to)
	})
}

// expression decides about the fallback literals in the expression beside the name.
func (f *fileScan) expression(n file.Name) {
	for part := range f.Fallbacks(n) {
		f.Fallback = true
		if f.weigh(n.Key, f.Text[part.From:part.To], part.From, part.To) {
			f.past = max(f.past, part.To)
		}
	}
}

package facts

import (
	"slices"

	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/slot"
	"github.com/progression-labs-development/policypack/internal/taint"
)

// secretly reports whether a marked value is a secret on other grounds than its mark. Programs and SDKs mark a whole
// property because of one secret member, an endpoint along with a password, and the value of a parameter of any type.
// So the path, the name and the format decide, and documents are scanned.
func (r *Resource) secretly(d *detect.Detector, l leaf) bool {
	m := r.meaning(l)
	configuration := r.unconditioned(m, l)
	found := func(m slot.Meaning) bool {
		return len(d.Find(l.text, detect.Evidence{Name: l.key, Meaning: m})) > 0
	}
	switch {
	case m == slot.Holds:
		return true
	case m.Reference():
		return false
	case configuration, m == slot.Content && l.Meaning() != slot.Open:
		return found(slot.Content)
	case m != slot.Mixed && l.Whole:
		return found(slot.Content) || m == slot.Open && taint.Tells(l.text) && found(slot.Mixed)
	}
	return found(slot.Mixed)
}

// unconditioned reports whether the value is configuration, because it is that of a kind of secret whose condition is
// not met.
func (r *Resource) unconditioned(m slot.Meaning, l leaf) bool {
	return m == slot.Open && r.holdsSecrets() && covers(r.Kind.Values, l.path)
}

// repeats reports whether another resource's output only repeats a marked input of that resource. Such an output has
// the origin of the input and is not an origin itself.
func repeats(from taint.Source, all []taint.Source) bool {
	return from.Kind == taint.Output && slices.ContainsFunc(all, func(s taint.Source) bool {
		return s.Kind == taint.Input && s.URN == from.URN && s.Path == from.Path
	})
}

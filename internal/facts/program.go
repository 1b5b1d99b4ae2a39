package facts

import "github.com/progression-labs-development/policypack/internal/place"

// spells reports whether the program is not a Pulumi program. If so, documents also contain paths as the program spells
// them: shown for path, keyShown for the key of a finding if it is part of the path, and nameShown for the path of a
// secret's name.
func (r *Run) spells() bool { return r.stack.Program != nil }

// Spell returns the path as the run's program writes it.
func (r *Run) Spell(urn string, path place.Path) place.Path {
	if !r.spells() || len(path) == 0 {
		return path
	}
	return r.stack.Program.Spell(urn, path)
}

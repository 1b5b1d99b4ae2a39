package facts

import "github.com/progression-labs-development/policypack/internal/place"

// spells reports whether another program than Pulumi wrote the resources down. What a document says of places then has
// beside it how the program writes them: shown beside path, keyShown beside the key of a finding that is of the path,
// and nameShown for where the name of a secret is given.
func (r *Run) spells() bool { return r.stack.Program != nil }

// Spell returns the path as the run's program writes it.
func (r *Run) Spell(urn string, path place.Path) place.Path {
	if !r.spells() || len(path) == 0 {
		return path
	}
	return r.stack.Program.Spell(urn, path)
}

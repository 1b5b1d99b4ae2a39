package cli

import (
	"errors"
	"io/fs"
	"path"
	"path/filepath"
	"slices"

	"github.com/progression-labs-development/policypack/internal/example"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/policies"
)

// examplesOf reads the examples of a policy: of a built-in policy from the program, of a custom one from the folder of
// its rules. The file is nil if there is none.
func examplesOf(q *pack.Policy) (*example.File, error) { return examplesIn(policies.FS, q) }

// examplesIn does the same, with the built-in policies from a folder of a checkout.
func examplesIn(own fs.FS, q *pack.Policy) (*example.File, error) {
	name := path.Join(path.Dir(filepath.ToSlash(q.File)), "examples.yaml")
	if !q.Own {
		f, err := example.Load(filepath.FromSlash(name))
		if errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		}
		return f, err
	}
	data, err := fs.ReadFile(own, q.Package+"/examples.yaml")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return example.Parse(name, data)
}

// casesOf returns the cases of one list of the examples.
func casesOf(f *example.File, outcome example.Outcome) []example.Case {
	if f == nil {
		return nil
	}
	return slices.Collect(func(yield func(example.Case) bool) {
		for _, c := range f.Cases {
			if c.Outcome == outcome && !yield(c) {
				return
			}
		}
	})
}

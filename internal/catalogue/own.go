package catalogue

import (
	"io/fs"
	"sync"

	"github.com/progression-labs-development/policypack/rego"
)

// Own returns the catalogue that the program carries in itself. It is read once in a process, by whoever needs it
// first. All callers share it: it must not be changed.
func Own() (*Catalogue, error) { return own() }

var own = sync.OnceValues(func() (*Catalogue, error) {
	sub, err := fs.Sub(rego.FS, "catalogue")
	if err != nil {
		return nil, err
	}
	return Load(sub)
})

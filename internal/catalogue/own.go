package catalogue

import (
	"io/fs"
	"sync"

	"github.com/progression-labs-development/policypack/rego"
)

// Own returns the embedded catalogue. It is loaded on first use and shared by all callers, who must not modify it.
func Own() (*Catalogue, error) { return own() }

var own = sync.OnceValues(func() (*Catalogue, error) {
	sub, err := fs.Sub(rego.FS, "catalogue")
	if err != nil {
		return nil, err
	}
	return Load(sub)
})

package pack

import (
	"io/fs"
	"maps"
	"slices"
)

// aboutFiles is the name of the file with the rules about files of a repository, in one of the pack's own policies that
// also has rules about resources. Previews do not need it.
const aboutFiles = "repository.rego"

// later is a module that previews do not need, and that is parsed on demand.
type later struct {
	found
	fs fs.FS
}

// Whole returns the pack with all modules. Loading parses only the modules that previews need, since every start pays
// for it; Whole parses those that check files of a repository.
func (p *Pack) Whole() (*Pack, error) {
	whole := *p
	whole.Modules, whole.later = maps.Clone(p.Modules), nil
	var errs Errors
	for _, l := range slices.Clone(p.later) {
		l.parse(l.fs)
		errs = append(errs, l.errs...)
		if l.module != nil {
			whole.Modules[l.file] = l.module
		}
	}
	return &whole, errs.orNil()
}

package pack

import (
	"io/fs"
	"maps"
	"slices"
)

// aboutFiles is the name of the file of one of the pack's own policies that holds its rules about files of a
// repository, beside those about resources. A preview does without it.
const aboutFiles = "repository.rego"

// later is a module that previews do without, and that is not parsed before it is needed.
type later struct {
	found
	fs fs.FS
}

// Whole returns the pack with all modules. One that was loaded holds those that previews need, which every start pays
// for; what checks files of a repository is parsed here.
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

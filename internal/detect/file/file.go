// Package file says what is special about files: how the syntax of one writes the value for a name, and what a name in
// it must be backed by.
//
// A file holds much that reads like NAME = VALUE and is none: types, fields of forms, messages, selectors, vectors of
// tests. So a value that would count in a program has to look like a secret too, and the more so the less the place
// says that it is in use:
//
//   - In configuration and code a password needs a character that words have none of (a digit, a symbol); the value of
//     any other name must look made by a machine, or like a password where the name says secret.
//   - In prose, in comments, and under paths of tests, examples and documentation a weak password is an illustration:
//     the value must look made by a machine and be more than hexadecimal digits, and the name must be that of a
//     password or of a credential that a service gives out (an API key, a client secret, an access token): other
//     secrets, keys and tokens there are those of test vectors.
//
// Formats count everywhere; see [Source.Accepts] for what is left out.
package file

import (
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/ascii"
	"github.com/progression-labs-development/policypack/internal/detect/formats"
	"github.com/progression-labs-development/policypack/internal/dialect"
)

// Source is a file that is looked through for values: what its name and the syntax of its text say.
type Source struct {
	*formats.Cursor // the text that is looked at: that of the file, or one that is encoded in it
	dialect         dialect.Values
	sample          bool // tests, fixtures, examples, documentation
	plain           bool // values are no code, whatever signs are in them: ini, properties, .env files, SQL

	nested bool // the text is a literal of the file

	// Decoded says that the text is one that is encoded in the file, so that no offset means anything to its syntax.
	Decoded bool
	// Fallback says that the value being looked at is what stands in for a setting that is missing.
	Fallback bool
	lexer    lexer
	quotes   struct{ at, n int } // the triple quotes before an offset
	blocks   struct {            // the comments before an offset
		at int
		in bool
	}
}

// New returns the file of that name, whose text the cursor has entered. The name is slash-separated and from the root
// of the repository.
func New(name string, d dialect.Dialect, c *formats.Cursor) Source {
	k := d.Values
	if k.Has(dialect.Prose|dialect.SemiComment) && ascii.FirstByte(strings.TrimPrefix(c.Text[:min(len(c.Text), 256)],
		"\ufeff")) == '<' {
		k = dialect.Quoted | dialect.Markup | k&dialect.Prose // web.config
	}
	return Source{
		Cursor: c, dialect: k, sample: Sample(name),
		plain: k.Has(dialect.SemiComment) || k&(dialect.Commands|dialect.Colon) == dialect.Commands &&
			d.Language == dialect.Other,
	}
}

// Structured says that the file is a document of that structure, whatever its name says.
func (f *Source) Structured(as dialect.Structure) {
	if f.dialect.Has(dialect.Prose) {
		f.dialect = dialect.Config
		if as == dialect.YAML {
			f.dialect = dialect.Script | dialect.Colon | dialect.Commands
		}
	}
}

// Literals reports whether the file is source code whose literals may be texts, or holds here documents.
func (f *Source) Literals() bool {
	return f.dialect.Has(dialect.Quoted) &&
		!f.dialect.Has(dialect.Markup|dialect.Prose|dialect.Colon|dialect.SemiComment)
}

// Nest says that the literal is the text which is looked at until the function is called that it returns. What the
// literal stands in decides about what is in it.
func (f *Source) Nest(x Text) (leave func()) {
	outer := *f
	// a text in three quotes is no documentation where it is a value
	f.sample = f.weak(x.From) && (f.sample || x.Documents || f.dialect != dialect.Script)
	f.nested = true
	return func() {
		work := f.Work
		*f = outer
		f.Work = work
	}
}

// Commands reports whether lines of the file may be commands.
func (f *Source) Commands() bool { return f.dialect.Has(dialect.Commands) }

// Package file handles what is specific to files: how the syntax of a file writes the value for a name, and which
// further evidence a name in it needs.
//
// Files contain much that looks like NAME = VALUE and is not: types, form fields, messages, selectors, test vectors. A
// value that would be a secret in a program must therefore look like one too, the more so the less its location
// suggests that it is in use:
//
//   - In configuration and code a password needs a character that words do not have (a digit, a symbol); the value of
//     any other name must look machine-generated, or like a password if the name means secret.
//   - In prose, in comments, and under paths of tests, examples and documentation a weak password is an illustration:
//     the value must look machine-generated and not be only hexadecimal digits, and the name must be that of a
//     password or of a credential that a service issues (an API key, a client secret, an access token): other
//     secrets, keys and tokens there are test vectors.
//
// Formats are matched everywhere; for the exceptions, see [Source.Accepts].
package file

import (
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/ascii"
	"github.com/progression-labs-development/policypack/internal/detect/formats"
	"github.com/progression-labs-development/policypack/internal/dialect"
)

// Source is a file that is searched for values, with what follows from its name and the syntax of its text.
type Source struct {
	*formats.Cursor // the text that is looked at: that of the file, or one that is encoded in it
	dialect         dialect.Values
	sample          bool // tests, fixtures, examples, documentation
	plain           bool // values are no code, whatever signs are in them: ini, properties, .env files, SQL

	nested bool // the text is a literal of the file

	// Decoded reports whether the text was decoded from the file, so that its syntax does not apply to offsets.
	Decoded bool
	// Fallback reports whether the value being checked is the fallback for a missing setting.
	Fallback bool
	lexer    lexer
	quotes   struct{ at, n int } // the triple quotes before an offset
	blocks   struct {            // the comments before an offset
		at int
		in bool
	}
}

// New returns the file with that name, whose text the cursor has entered. The name is slash-separated and relative to
// the root of the repository.
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

// Structured declares the file to be a document of that structure, whatever its name.
func (f *Source) Structured(as dialect.Structure) {
	if f.dialect.Has(dialect.Prose) {
		f.dialect = dialect.Config
		if as == dialect.YAML {
			f.dialect = dialect.Script | dialect.Colon | dialect.Commands
		}
	}
}

// Literals reports whether the file is source code whose literals may be texts, or contains here-documents.
func (f *Source) Literals() bool {
	return f.dialect.Has(dialect.Quoted) &&
		!f.dialect.Has(dialect.Markup|dialect.Prose|dialect.Colon|dialect.SemiComment)
}

// Nest makes the literal the text that is searched, until the returned function is called. The context of the literal
// determines what is a secret in it.
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

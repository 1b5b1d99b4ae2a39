// Package dialect determines the syntax of a text from its file name: how values are written, what begins a comment,
// and the language of its commands or declarations. It is the only such table. Unknown files are treated as prose.
package dialect

import (
	"strings"
	"sync"
)

// Values is how the values of a text are written, as a combination of flags.
type Values uint16

// The ways of writing values, and of the comments between them.
const (
	Quoted       Values = 1 << iota // "value", 'value', `value`
	Bare                            // NAME=value
	Colon                           // name: value
	Spaced                          // ENV NAME value
	Commands                        // commands of a shell, or statements of SQL
	Markup                          // elements and attributes
	Prose                           // sentences
	HashComment                     // # begins a comment
	SlashComment                    // // and /* begin one
	DashComment                     // --
	SemiComment                     // ;
)

// The ways of writing values in families of languages.
const (
	Code   = Quoted | SlashComment
	Script = Quoted | HashComment
	Shells = Quoted | Bare | Commands | HashComment
	Config = Quoted | Bare | HashComment | SemiComment
)

// Has reports whether values are written in any of the ways.
func (v Values) Has(ways Values) bool { return v&ways != 0 }

// Language is the language of a text whose commands or declarations are followed.
type Language uint8

// The languages.
const (
	Other      Language = iota
	Shell               // a script of sh, or of a shell like it
	PowerShell          // a script of PowerShell
	Batch               // a script of cmd.exe
	Make                // a makefile
	Just                // a justfile
	Docker              // a Dockerfile
	Program             // source code in a language that has an SDK of Pulumi
)

// Structure is the format of a text that is a tree.
type Structure uint8

// The structures.
const (
	Unstructured Structure = iota
	JSON
	YAML
	HCL
	TOML
	XML
)

// Dialect is the syntax of a text.
type Dialect struct {
	Language  Language
	Structure Structure
	Values    Values
	Comments  []string // the signs that begin one; nil where nothing is known of them
	Hashes    bool     // a package manager fills it with versions and hashes
}

// Of returns the dialect of a file by its name. A match of the whole name, or of its beginning, takes precedence over
// the extension.
func Of(name string) Dialect {
	base := strings.ToLower(name[strings.LastIndexByte(name, '/')+1:])
	ending := base[strings.LastIndexByte(base, '.')+1:]
	x := index()
	d := Dialect{Values: Quoted | Bare | Colon | Prose}
	if r := x.endings[ending]; r != nil {
		d.override(r.Dialect)
	}
	if r := x.names[base]; r != nil {
		d.override(r.Dialect)
		return d
	}
	for _, p := range x.prefixes {
		beside := p.Language == Docker && (ending == "md" || ending == "dockerignore") // Dockerfile.md
		if strings.HasPrefix(base, p.text) && !beside {
			d.override(p.Dialect)
			break
		}
	}
	return d
}

// rows are the entries of the table, by what they match.
type rows struct {
	names, endings map[string]*row
	prefixes       []prefix
}

type prefix struct {
	text string
	*row
}

var index = sync.OnceValue(func() rows {
	x := rows{names: map[string]*row{}, endings: map[string]*row{}}
	for i := range table {
		r := &table[i]
		for name := range strings.FieldsSeq(r.names) {
			x.names[name] = r
		}
		for ending := range strings.FieldsSeq(r.endings) {
			x.endings[ending] = r
		}
		for text := range strings.FieldsSeq(r.prefixes) {
			x.prefixes = append(x.prefixes, prefix{text, r})
		}
	}
	return x
})

// override replaces the properties that another dialect sets.
func (d *Dialect) override(o Dialect) {
	if o.Language != Other {
		d.Language = o.Language
	}
	if o.Structure != Unstructured {
		d.Structure = o.Structure
	}
	if o.Values != 0 {
		d.Values = o.Values
	}
	if o.Comments != nil {
		d.Comments = o.Comments
	}
	if d.Hashes = o.Hashes; d.Hashes {
		d.Structure = Unstructured // what a machine has written is not worth a tree
	}
}

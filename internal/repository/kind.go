package repository

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/command"
	"github.com/progression-labs-development/policypack/internal/dialect"
	"github.com/progression-labs-development/policypack/internal/facts"
)

// kind is a kind of files: by what one is known, what it is to the rules, and what reads it.
type kind struct {
	name facts.FileKind // what rules are told, in input.file.kind
	// match reports whether a file is called, or begins, like one of the kind.
	match func(f *named) bool
	// folders are where files of the kind lie, from the root or from some folder below it; nil: anywhere.
	folders []string
	// root says that what runs such files looks for them at the root of the repository alone, in folders where there
	// are some. Elsewhere they are what a template, or a test, is made of.
	root bool
	// dialect is how the text is written; nil: as its name says.
	dialect *dialect.Dialect
	// read adds what the file means. Where it is something else that is called alike, it sets the kind to
	// facts.FileOther.
	read func(x *examination)
	// ci says that it is a kind of a CI system.
	ci bool
	// foreign reports whether a file of that name is likely to be something else, so that it is no error if it cannot
	// be read; nil: of a CI system those below the root are, which a note names; of others none.
	foreign func(name string) bool
}

// systems are the kinds of CI systems: those that lie in folders of their own before the others, and by name.
var systems []kind

// add declares a kind of a CI system. It is called where the system's file declares a variable for it; there is no
// list.
func add(k kind) kind { //nolint:unparam // it is a result that lets a variable call it
	k.ci = true
	systems = append(systems, k)
	own := func(k kind) int { return min(1, len(k.folders)) }
	slices.SortFunc(systems, func(a, b kind) int {
		return cmp.Or(own(b)-own(a), cmp.Compare(a.name, b.name))
	})
	return k
}

// kinds returns the table of kinds. A file is of the first that matches, or of none: then it is text, in the dialect
// that package dialect knows by its name.
func kinds() []kind {
	return slices.Concat([]kind{
		{name: "pulumi-project", match: isProject, read: (*examination).pulumiProject},
		{name: "pulumi-stack", match: isStack, read: (*examination).pulumiStack},
	}, systems, []kind{
		{name: facts.FileDotenv, match: isDotenv, read: (*examination).dotenv},
		{name: "makefile", match: isMakefile, read: (*examination).makefile},
		{name: "dockerfile", match: in(dialect.Docker), read: (*examination).dockerfile},
		{name: "package-json", match: isPackage, read: (*examination).packageJSON},
		{name: "script", match: in(dialect.Just), read: (*examination).justfile},
		{name: "script", match: isTaskfile, read: (*examination).taskfile},
		{name: "script", match: in(dialect.PowerShell), read: script(command.PowerShell)},
		{name: "script", match: in(dialect.Batch), read: script(command.Batch)},
		{name: "script", match: begins("#!"), read: (*examination).interpreted},
		{name: "script", match: in(dialect.Shell), read: script(command.Shell)},
		{name: "script", match: begins("#cloud-config"), read: (*examination).cloudConfig},
		{name: "script", match: isHook, folders: []string{".husky"}, read: script(command.Shell)},
	})
}

// of returns the kind of a file, nil where it is of none.
func of(table []kind, f *named) *kind {
	for i := range table {
		if k := &table[i]; k.match(f) && k.in(f.name) {
			return k
		}
	}
	return nil
}

// in reports whether a file lies where files of the kind do.
func (k *kind) in(name string) bool {
	dir := parent(name)
	if k.folders == nil {
		return !k.root || dir == ""
	}
	return slices.ContainsFunc(k.folders, func(folder string) bool {
		return dir == folder || !k.root && strings.HasSuffix(dir, "/"+folder)
	})
}

// nested reports whether a file of the kind lies below the root, and the folders for CI systems there: one of a part of
// the repository, or of a test.
func (k *kind) nested(name string) bool {
	dir := parent(name)
	return dir != "" && !slices.Contains(k.folders, dir) && (dir[0] != '.' || strings.Contains(dir, "/"))
}

// named is what a file is known by.
type named struct {
	name, base string
	head       []byte // what it begins with, as far as that is known
	text       []byte // all of it, as far as that is known
	dialect    dialect.Dialect
}

func namedBy(name string, data []byte) *named {
	return &named{
		name: name, base: name[strings.LastIndexByte(name, '/')+1:],
		head: data[:min(len(data), 256)], text: data, dialect: dialect.Of(name),
	}
}

// yaml returns the name of a file of YAML without its folder and ending.
func (f *named) yaml() (stem string, ok bool) {
	if stem, ok = strings.CutSuffix(f.base, ".yaml"); !ok {
		stem, ok = strings.CutSuffix(f.base, ".yml")
	}
	return stem, ok
}

// stack returns the stack whose configuration a file holds by its name, or nothing.
func (f *named) stack() string {
	if stem, ok := f.yaml(); ok && strings.HasPrefix(stem, "Pulumi.") {
		return stem[len("Pulumi."):]
	}
	return ""
}

// holds reports whether the text has all of the parts in it.
func (f *named) holds(parts ...string) bool {
	return !slices.ContainsFunc(parts, func(p string) bool { return !bytes.Contains(f.text, []byte(p)) })
}

func isStack(f *named) bool { return f.stack() != "" }

func isPackage(f *named) bool { return f.base == "package.json" }

func isProject(f *named) bool {
	return f.base == "Pulumi.yaml" || f.base == "Pulumi.yml" || f.base == "Pulumi.json"
}

func isDotenv(f *named) bool { return command.Dotenv(f.base) || command.DotenvTemplate(f.base) }

// isMakefile leaves out what is called make itself, which is no makefile.
func isMakefile(f *named) bool {
	return f.dialect.Language == dialect.Make && !strings.EqualFold(f.base, "make")
}

func isTaskfile(f *named) bool {
	stem, ok := f.yaml()
	return ok && (strings.EqualFold(stem, "taskfile") || strings.EqualFold(stem, "taskfile.dist"))
}

// isHook reports whether a file may be one of husky's hooks, which it runs with sh.
func isHook(f *named) bool { return strings.IndexByte(f.base, '.') < 0 }

// in returns a match of the files in a language.
func in(language dialect.Language) func(*named) bool {
	return func(f *named) bool { return f.dialect.Language == language }
}

// begins returns a match of the files that begin with a text.
func begins(text string) func(*named) bool {
	return func(f *named) bool { return bytes.HasPrefix(f.head, []byte(text)) }
}

package repository

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/command"
	"github.com/progression-labs-development/policypack/internal/dialect"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/order"
)

// kind is a kind of file: how it is recognised, what it is to policies, and what reads it.
type kind struct {
	name facts.FileKind // what rules are told, in input.file.kind
	// match reports whether the name or the first bytes of a file match the kind.
	match func(f *named) bool
	// folders are the folders for files of the kind, below the root or any other folder; nil for any folder.
	folders []string
	// root limits the kind to the root of the repository, or to its folders there, which is where the tools that run
	// such files look for them. Elsewhere they are parts of a template or a test.
	root bool
	// dialect is the syntax of the text; nil if it follows from the name.
	dialect *dialect.Dialect
	// read adds the facts of the file. If the file turns out to be something else with the same name, it sets the kind
	// to facts.FileOther.
	read func(x *examination)
	// ci reports whether the kind belongs to a CI system.
	ci bool
	// foreign reports whether a file of that name is likely to be something else, so that failing to parse it is not an
	// error. If nil, these are the files of CI systems below the root, which a note lists, and no others.
	foreign func(name string) bool
}

// systems are the kinds of CI systems: those with folders of their own first, then by name.
var systems []kind

// add registers a kind of a CI system. It is called by a variable declaration in the system's file, so there is no list
// to edit.
func add(k kind) kind { //nolint:unparam // it is a result that lets a variable call it
	k.ci = true
	systems = append(systems, k)
	own := func(k kind) int { return min(1, len(k.folders)) }
	order.By(systems, func(a, b kind) int {
		return cmp.Or(own(b)-own(a), cmp.Compare(a.name, b.name))
	})
	return k
}

// kinds returns the table of kinds. The first matching kind applies. A file without one is text, in the dialect that
// package dialect determines by its name.
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

// of returns the kind of a file, or nil.
func of(table []kind, f *named) *kind {
	for i := range table {
		if k := &table[i]; k.match(f) && k.in(f.name) {
			return k
		}
	}
	return nil
}

// in reports whether a file is in a folder for files of the kind.
func (k *kind) in(name string) bool {
	dir := parent(name)
	if k.folders == nil {
		return !k.root || dir == ""
	}
	return slices.ContainsFunc(k.folders, func(folder string) bool {
		return dir == folder || !k.root && strings.HasSuffix(dir, "/"+folder)
	})
}

// nested reports whether a file of the kind is below the root and its folders for CI systems: one of a part of the
// repository, or of a test.
func (k *kind) nested(name string) bool {
	dir := parent(name)
	return dir != "" && !slices.Contains(k.folders, dir) && (dir[0] != '.' || strings.Contains(dir, "/"))
}

// named is what a file is recognised by.
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

// yaml returns the name of a YAML file without its folder and extension.
func (f *named) yaml() (stem string, ok bool) {
	if stem, ok = strings.CutSuffix(f.base, ".yaml"); !ok {
		stem, ok = strings.CutSuffix(f.base, ".yml")
	}
	return stem, ok
}

// stack returns the stack that a file configures by its name, or an empty string.
func (f *named) stack() string {
	if stem, ok := f.yaml(); ok && strings.HasPrefix(stem, "Pulumi.") {
		return stem[len("Pulumi."):]
	}
	return ""
}

// holds reports whether the text contains all of the parts.
func (f *named) holds(parts ...string) bool {
	return !slices.ContainsFunc(parts, func(p string) bool { return !bytes.Contains(f.text, []byte(p)) })
}

func isStack(f *named) bool { return f.stack() != "" }

func isPackage(f *named) bool { return f.base == "package.json" }

func isProject(f *named) bool {
	return f.base == "Pulumi.yaml" || f.base == "Pulumi.yml" || f.base == "Pulumi.json"
}

func isDotenv(f *named) bool { return command.Dotenv(f.base) || command.DotenvTemplate(f.base) }

// isMakefile excludes files of make's own source, which are not makefiles.
func isMakefile(f *named) bool {
	return f.dialect.Language == dialect.Make && !strings.EqualFold(f.base, "make")
}

func isTaskfile(f *named) bool {
	stem, ok := f.yaml()
	return ok && (strings.EqualFold(stem, "taskfile") || strings.EqualFold(stem, "taskfile.dist"))
}

// isHook reports whether a file may be one of husky's hooks, which run with sh.
func isHook(f *named) bool { return strings.IndexByte(f.base, '.') < 0 }

// in returns a matcher for files in a language.
func in(language dialect.Language) func(*named) bool {
	return func(f *named) bool { return f.dialect.Language == language }
}

// begins returns a matcher for files that begin with a text.
func begins(text string) func(*named) bool {
	return func(f *named) bool { return bytes.HasPrefix(f.head, []byte(text)) }
}

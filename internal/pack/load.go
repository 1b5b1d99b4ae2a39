package pack

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"
)

// Source is a tree of Rego files, with what they may define.
type Source struct {
	FS fs.FS
	// Prefix precedes the file names in messages: policies, rego, or the path from the user.
	Prefix string
	// Root is the package root for the modules: policies, lib, main, rules. If the root is policies or rules, each
	// folder is a policy.
	Root string
}

// Own returns the pack's own sources.
func Own(policies, rego fs.FS) []Source {
	lib, _ := fs.Sub(rego, "lib")
	main, _ := fs.Sub(rego, "main")
	return []Source{
		{FS: policies, Prefix: "policies", Root: "policies"},
		{FS: lib, Prefix: "rego/lib", Root: "lib"},
		{FS: main, Prefix: "rego/main", Root: "main"},
	}
}

var folderName = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)

// Load parses the modules of the sources and reads their policies; for what is parsed later, see [Pack.Whole]. Docs is
// the page that the policies' URLs point into. The error is an [Errors] with every mistake.
func Load(sources []Source, docs string) (*Pack, error) {
	return (&Pack{}).With(sources, docs)
}

// With returns the pack with the modules and policies of further sources added. The receiver does not change.
func (p *Pack) With(sources []Source, docs string) (*Pack, error) {
	p = &Pack{
		Policies: slices.Clone(p.Policies), Modules: maps.Clone(p.Modules), later: slices.Clone(p.later),
		Rules: p.Rules, Schema: p.Schema,
	}
	if p.Modules == nil {
		p.Modules = map[string]*ast.Module{}
	}
	var errs Errors
	for _, s := range sources {
		if err := p.load(s, docs, &errs); err != nil {
			return nil, err
		}
		p.Rules = p.Rules || s.Root == "rules"
	}
	slices.SortFunc(p.Policies, func(a, b *Policy) int { return strings.Compare(a.Name, b.Name) })
	for i := 1; i < len(p.Policies); i++ {
		a, b := p.Policies[i-1], p.Policies[i]
		if a.Name != b.Name {
			continue
		}
		if a.Own {
			a, b = b, a
		}
		errs.add(a.File, a.Row, "the name %s is already taken by %s; rename the folder", a.Name, b)
	}
	return p, errs.orNil()
}

// found is a Rego file of a source.
type found struct {
	name, file, folder string
	main               bool // the file that a policy's METADATA stands in
	head               bool // it is parsed to its package line alone: its rules are about files of a repository
	module             *ast.Module
	errs               Errors
}

// load reads one source. It lists all files, parses them in parallel, and then reads the policies in order.
func (p *Pack) load(s Source, docs string, errs *Errors) error {
	files, err := s.files(errs)
	if err != nil {
		return fmt.Errorf("%s: %w", s.Prefix, err)
	}
	if s.Root == "policies" {
		files = slices.DeleteFunc(files, func(f found) bool {
			is := path.Base(f.name) == aboutFiles
			if is {
				p.later = append(p.later, later{f, s.FS})
			}
			return is
		})
	}
	for i := range files {
		files[i].head = files[i].main && s.Root == "policies"
	}
	var wg sync.WaitGroup
	limit := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i := range files {
		wg.Go(func() {
			limit <- struct{}{}
			defer func() { <-limit }()
			files[i].parse(s.FS)
		})
	}
	wg.Wait()
	for i := range files {
		f := &files[i]
		*errs = append(*errs, f.errs...)
		if f.module == nil {
			continue
		}
		if f.head {
			p.later = append(p.later, later{found{name: f.name, file: f.file, main: true}, s.FS})
		} else {
			p.Modules[f.file] = f.module
		}
		want := "data." + s.Root
		if s.policies() {
			want += "." + f.folder
		}
		if got := f.module.Package.Path.String(); got != want && !strings.HasPrefix(got, want+".") {
			errs.add(f.file, f.module.Package.Location.Row, "the package must be %s, not %s",
				strings.TrimPrefix(want, "data."),
				strings.TrimPrefix(got, "data."))
			continue
		}
		if f.main {
			if q := policy(f.file, f.module, f.folder, s.Root == "policies", docs, errs); q != nil {
				p.Policies = append(p.Policies, q)
			}
		}
	}
	return nil
}

// policies reports whether the source's folders are policies.
func (s Source) policies() bool { return s.Root == "policies" || s.Root == "rules" }

// files lists the Rego files of the source, without tests, and reports other mistakes in the tree.
func (s Source) files(errs *Errors) ([]found, error) {
	var files []found
	complete := map[string]bool{} // folder to whether it holds its policy
	err := fs.WalkDir(s.FS, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		file := path.Join(s.Prefix, name)
		folder, rest, nested := strings.Cut(name, "/")
		if d.IsDir() {
			if name != "." && strings.HasPrefix(d.Name(), ".") {
				return fs.SkipDir
			}
			if s.policies() && name != "." && !nested && folder != "lib" {
				complete[folder] = false
				if !folderName.MatchString(folder) {
					errs.add(file, 0, "the folder name must be lower case with underscores, such as bucket_owner")
				}
			}
			return nil
		}
		switch path.Ext(name) {
		case ".rego":
		case ".json", ".yaml", ".yml":
			if s.Root == "rules" && path.Base(name) != "examples.yaml" && !strings.HasPrefix(d.Name(), ".") {
				errs.add(file, 0, "data files are not loaded; define the values in Rego, or as parameters of the policy")
			}
			return nil
		default:
			return nil
		}
		switch {
		case strings.HasSuffix(name, "_test.rego"):
		case s.policies() && !nested:
			errs.add(file, 0, "each policy needs its own folder: %s/NAME/NAME.rego", s.Prefix)
		default:
			f := found{name: name, file: file, folder: folder, main: s.policies() && folder != "lib" &&
				rest == folder+".rego"}
			if f.main {
				complete[folder] = true
			}
			files = append(files, f)
		}
		return nil
	})
	for folder, ok := range complete {
		if !ok {
			errs.add(path.Join(s.Prefix, folder), 0, "the folder contains no policy; expected %s/%s.rego", folder,
				folder)
		}
	}
	return files, err
}

// onlyFiles matches the METADATA, up to the package line, of one of the pack's own policies that checks only files of a
// repository. When a preview starts, only that much of it is read, and the names of its rules.
var onlyFiles = regexp.MustCompile(`\A(#.*\n)*#   scope: repository\n(#.*\n)*package .*\n`)

// parse parses the module. Mistakes are recorded with file and line. Annotations are expensive, so only a policy's are
// parsed.
func (f *found) parse(fsys fs.FS) {
	b, err := fs.ReadFile(fsys, f.name)
	if err != nil {
		f.errs.add(f.file, 0, "%v", err)
		return
	}
	if f.head {
		head := slices.Clone(onlyFiles.Find(b))
		f.head = len(head) > 0
		for _, rule := range [...]string{"deny", "undecided"} {
			if f.head && bytes.Contains(b, []byte("\n"+rule+" contains ")) {
				head = append(head, rule+" contains {} if false\n"...)
			}
		}
		if f.head {
			b = head
		}
	}
	f.module, err = ast.ParseModuleWithOpts(f.file, string(b), ast.ParserOptions{
		ProcessAnnotation: f.main, RegoVersion: ast.RegoV1, Capabilities: Capabilities(),
	})
	switch {
	case err != nil:
		f.errs.rego(err)
	case f.module == nil:
		f.errs.add(f.file, 1, "the file is empty; expected a Rego module")
	}
}

// rego adds the errors of OPA's parser or compiler.
func (e *Errors) rego(err error) {
	var list ast.Errors
	if !errors.As(err, &list) {
		e.add("rego", 0, "%v", err)
		return
	}
	for _, one := range list {
		file, row := "rego", 0
		if one.Location != nil {
			file, row = one.Location.File, one.Location.Row
		}
		e.add(file, row, "%s", one.Message)
	}
}

// SetSchema decodes the JSON schema of the input document, which an organisation's rules are checked against.
func (p *Pack) SetSchema(b []byte) error {
	if err := json.Unmarshal(b, &p.Schema); err != nil {
		return fmt.Errorf("rego/schemas/input.json: %w", err)
	}
	return nil
}

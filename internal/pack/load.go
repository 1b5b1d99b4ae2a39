package pack

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/progression-labs-development/policypack/internal/lazy"
)

// Source is a tree of Rego files, with what they may define.
type Source struct {
	FS fs.FS
	// Prefix precedes the file names in messages: policies, rego, or the path from the user.
	Prefix string
	// Root is the package root for the modules: policies, lib, main, rules. If the root is policies or rules, each
	// folder is a policy.
	Root string
	own  bool // one of the program's own, whose modules are parsed when they are compiled
}

// Own returns the pack's own sources.
func Own(policies, rego fs.FS) []Source {
	lib, _ := fs.Sub(rego, "lib")
	main, _ := fs.Sub(rego, "main")
	return []Source{
		{FS: policies, Prefix: "policies", Root: "policies", own: true},
		{FS: lib, Prefix: "rego/lib", Root: "lib", own: true},
		{FS: main, Prefix: "rego/main", Root: "main", own: true},
	}
}

// Load reads the policies of the sources. The program's own are read from [MetadataFile], and their modules are parsed
// when they are compiled. Docs is the page that the policies' URLs point into. The error is an [Errors] with every
// mistake.
func Load(sources []Source, docs string) (*Pack, error) {
	return (&Pack{}).With(sources, docs)
}

// With returns the pack with the modules and policies of further sources added. The receiver does not change.
func (p *Pack) With(sources []Source, docs string) (*Pack, error) {
	with := *p
	with.Policies, with.own, with.modules = slices.Clone(p.Policies), slices.Clone(p.own), maps.Clone(p.modules)
	var errs Errors
	for _, s := range sources {
		var err error
		switch {
		case !s.own:
			err = with.load(s, docs, &errs)
			with.Rules = with.Rules || s.Root == "rules"
		case s.policies():
			err = with.described(s, docs, &errs)
			fallthrough
		default:
			with.own = append(with.own, s)
		}
		if err != nil {
			return nil, err
		}
	}
	slices.SortFunc(with.Policies, func(a, b *Policy) int { return strings.Compare(a.Name, b.Name) })
	for i := 1; i < len(with.Policies); i++ {
		a, b := with.Policies[i-1], with.Policies[i]
		if a.Name != b.Name {
			continue
		}
		if a.Own {
			a, b = b, a
		}
		errs.add(a.File, a.Row, "the name %s is already taken by %s; rename the folder", a.Name, b)
	}
	return &with, errs.orNil()
}

// load parses the modules of a source and reads its policies.
func (p *Pack) load(s Source, docs string, errs *Errors) error {
	files, err := s.parse(nil, errs)
	if err != nil {
		return err
	}
	if p.modules == nil {
		p.modules = map[string]*ast.Module{}
	}
	for i := range files {
		f := &files[i]
		if f.module == nil {
			continue
		}
		p.modules[f.file] = f.module
		if !f.main || f.stray {
			continue
		}
		if m := f.metadata(errs); m != nil {
			if q := m.policy(s.Root == "policies", docs, errs); q != nil {
				p.Policies = append(p.Policies, q)
			}
		}
	}
	return nil
}

// Modules returns all modules that the policies need, by file, those of the program's own sources parsed now. Without
// [Pack.Whole], the modules with the rules about files of a repository are left out.
func (p *Pack) Modules() (map[string]*ast.Module, error) {
	modules := maps.Clone(p.modules)
	if modules == nil {
		modules = map[string]*ast.Module{}
	}
	var errs Errors
	for _, s := range p.own {
		files, err := s.parse(p.needless, &errs)
		if err != nil {
			return nil, err
		}
		for i := range files {
			modules[files[i].file] = files[i].module
		}
	}
	return modules, errs.orNil()
}

// aboutFiles is the name of the file with the rules about files of a repository, in one of the program's own policies
// that also has rules about resources.
const aboutFiles = "repository.rego"

// needless reports whether a file of the program's own policies has rules about files of a repository alone, which
// previews do without.
func (p *Pack) needless(f *found) bool {
	return !p.whole && f.policy && (path.Base(f.name) == aboutFiles || slices.ContainsFunc(p.Policies,
		func(q *Policy) bool { return q.Own && q.Package == f.folder && !q.Previews() }))
}

// Whole returns the pack with all modules, also those with the rules about files of a repository, which previews do
// without: every start pays for those that it compiles.
func (p *Pack) Whole() *Pack {
	whole := *p
	whole.whole = true
	return &whole
}

// found is a Rego file of a source.
type found struct {
	name, file, folder string
	policy             bool // it is in the folder of a policy
	main               bool // the file that a policy's METADATA stands in
	stray              bool // its package is not that of its folder
	module             *ast.Module
	errs               Errors
}

// parse lists the files of a source and parses them in parallel, all but those that a function leaves out.
func (s Source) parse(without func(*found) bool, errs *Errors) ([]found, error) {
	files, err := s.files(errs)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.Prefix, err)
	}
	if without != nil {
		files = slices.DeleteFunc(files, func(f found) bool { return without(&f) })
	}
	var wg sync.WaitGroup
	limit := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i := range files {
		wg.Go(func() {
			limit <- struct{}{}
			defer func() { <-limit }()
			files[i].parse(s)
		})
	}
	wg.Wait()
	for i := range files {
		*errs = append(*errs, files[i].errs...)
	}
	return files, nil
}

// policies reports whether the source's folders are policies.
func (s Source) policies() bool { return s.Root == "policies" || s.Root == "rules" }

var folderName = lazy.Regexp(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)

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
				if !folderName().MatchString(folder) {
					errs.add(file, 0, "the folder name must be lower case with underscores, such as bucket_owner")
				}
			}
			return nil
		}
		switch path.Ext(name) {
		case ".rego":
		case ".json", ".yaml", ".yml":
			if s.Root == "rules" && path.Base(name) != "examples.yaml" && !strings.HasPrefix(d.Name(), ".") {
				errs.add(file, 0, "data files are not loaded; define the values in Rego, or as parameters of the "+
					"policy")
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
			f := found{name: name, file: file, folder: folder, policy: s.policies() && folder != "lib"}
			if f.main = f.policy && rest == folder+".rego"; f.main {
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

// parse parses the module. Mistakes are recorded with file and line. Annotations are expensive, so only those of an
// organisation's policies are parsed; the program's own are in [MetadataFile].
func (f *found) parse(s Source) {
	b, err := fs.ReadFile(s.FS, f.name)
	if err != nil {
		f.errs.add(f.file, 0, "%v", err)
		return
	}
	f.module, err = ast.ParseModuleWithOpts(f.file, string(b), ast.ParserOptions{
		ProcessAnnotation: f.main && !s.own, RegoVersion: ast.RegoV1, Capabilities: Capabilities(),
	})
	switch {
	case err != nil:
		f.errs.rego(err)
		return
	case f.module == nil:
		f.errs.add(f.file, 1, "the file is empty; expected a Rego module")
		return
	}
	want := "data." + s.Root
	if s.policies() {
		want += "." + f.folder
	}
	if got := f.module.Package.Path.String(); got != want && !strings.HasPrefix(got, want+".") {
		f.stray = true
		f.errs.add(f.file, f.module.Package.Location.Row, "the package must be %s, not %s",
			strings.TrimPrefix(want, "data."), strings.TrimPrefix(got, "data."))
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

package source

import (
	"cmp"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/dialect"
	"github.com/progression-labs-development/policypack/internal/document"
	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/place"
)

// Program is a Pulumi program on disk. The zero value knows of none, and gives positions from the project's own folder.
type Program struct {
	dir    string // of Pulumi.yaml
	prefix string // that folder from the root of the repository
	files  map[string]*file
	main   string // the program's main file, from dir; empty where nobody knows
	config string // the folder of the stacks' configuration, from dir
	yaml   []string
}

// file is a file of YAML that was read. It has no root where it is not there, or is broken.
type file struct {
	lines place.Lines
	root  *document.Node
}

// maxFile is the size in bytes of a file that is looked into.
const maxFile = 1 << 20

// Programs are the programs in a folder. They are looked for when the first is asked for.
type Programs struct {
	dir   string
	below []string // the projects' files below the folder, nil until they have been looked for
	known map[string]*Program
}

// NewPrograms returns the programs in a folder.
func NewPrograms(dir string) *Programs { return &Programs{dir: dir, known: map[string]*Program{}} }

// Of returns the program of a project: in the folder or above it, as Pulumi does, else below it, where folders of
// packages and hidden ones are passed over. Of a project without a name the one above is taken.
func (all *Programs) Of(project string) *Program {
	p := all.known[project]
	if p == nil {
		p = all.find(project)
		all.known[project] = p
	}
	return p
}

func (all *Programs) find(project string) *Program {
	p := &Program{files: map[string]*file{}}
	abs, err := filepath.Abs(all.dir)
	if err != nil {
		return p
	}
	if at := above(abs, names[:]...); at != "" && p.open(at, project) || project == "" {
		return p
	}
	if all.below == nil {
		all.below = projects(abs)
	}
	for _, at := range all.below {
		if p.open(at, project) {
			break
		}
	}
	return p
}

// deep is how many folders below the first are looked into.
const deep = 6

// projects returns the projects' files below a folder.
func projects(dir string) []string {
	found := []string{}
	_ = filepath.WalkDir(dir, func(at string, e os.DirEntry, err error) error {
		rel, _ := filepath.Rel(dir, at)
		switch {
		case err != nil:
		case e.IsDir() && at != dir && (Foreign(e.Name()) || strings.Count(rel, string(filepath.Separator)) >= deep):
			return filepath.SkipDir
		case e.Type().IsRegular() && slices.Contains(names[:], e.Name()):
			found = append(found, at)
		}
		return nil
	})
	return found
}

// names are those of a project's file.
var names = [...]string{"Pulumi.yaml", "Pulumi.yml"}

// Foreign reports whether a folder of that name holds what others wrote: packages, and what tools keep for themselves.
func Foreign(name string) bool {
	switch name {
	case "node_modules", "vendor", "site-packages", "dist-packages", "venv":
		return true
	}
	return strings.HasPrefix(name, ".") && name != "." && name != ".."
}

// open takes the file of a project, if it is that of the project.
func (p *Program) open(at, project string) bool {
	dir := filepath.Dir(at)
	p.files = map[string]*file{}
	p.dir = dir
	base := filepath.Base(at)
	root := p.file(base).root
	name := text(root, "name")
	if root == nil || project != "" && name != project {
		p.dir = ""
		return false
	}
	p.prefix = Below(dir)
	p.config = cmp.Or(text(root, "stackConfigDir"), text(root, "config"))
	folder := text(root, "main")
	if path.Ext(folder) != "" {
		p.main, folder = folder, path.Dir(folder)
	}
	p.yaml = []string{base, path.Join(folder, "Main.yaml")}
	for _, name := range [...]string{
		"index.ts", "index.js", "src/index.ts", "__main__.py", "main.go", "Program.cs", "Program.fs",
		"src/main/java/myproject/App.java",
	} {
		if p.main == "" && isFile(filepath.Join(dir, filepath.FromSlash(path.Join(folder, name)))) {
			p.main = path.Join(folder, name)
		}
	}
	return true
}

func isFile(at string) bool {
	info, err := os.Stat(at)
	return err == nil && info.Mode().IsRegular()
}

// text is the text at a key of a mapping.
func text(n *document.Node, key string) string {
	if n == nil {
		return ""
	}
	return model.Text(n, key)
}

// file reads a file of the project, by its path from the project's folder.
func (p *Program) file(name string) *file {
	if f := p.files[name]; f != nil {
		return f
	}
	f := &file{}
	p.files[name] = f
	at := filepath.Join(p.dir, filepath.FromSlash(name))
	if info, err := os.Stat(at); p.dir == "" || err != nil || !info.Mode().IsRegular() || info.Size() > maxFile {
		return f
	}
	data, err := os.ReadFile(at)
	if err != nil {
		return f
	}
	roots, err := document.Parse(dialect.YAML, string(data))
	if err != nil || len(roots) == 0 {
		return f
	}
	f.lines, f.root = place.Lines{Text: string(data)}, roots[0]
	return f
}

// at is the location of a byte of a file of the project.
func (p *Program) at(name string, offset int) place.Location {
	lines := &p.file(name).lines
	position := lines.Position(offset)
	l := place.Location{File: path.Join(p.prefix, name), Line: position.Line, Column: position.Column}
	if c := lines.Column16(position); c != position.Column {
		l.Column16 = c
	}
	return l
}

// Locate returns where the program declares a resource, or what stands at a path in it, with the lines that led there
// behind it. The frames are what Pulumi says of it, the innermost first. Of the stack itself, a path is that of an
// output or of a key of the configuration.
func (p *Program) Locate(urn string, at place.Path, frames ...string) []place.Location {
	u, ok := place.ParseURN(urn)
	if !ok {
		return nil
	}
	if u.Types == model.RootType {
		return p.ofStack(u.Stack, at)
	}
	if all := p.frames(frames); len(all) > 0 {
		return all
	}
	for _, name := range p.yaml {
		for _, section := range [...]string{"resources", "components"} {
			m := p.file(name).member(section, u.Name)
			if m == nil {
				continue
			}
			offset := m.From
			if properties := m.Value.Member("properties"); properties != nil {
				offset = deepest(properties.Value, at, offset)
			}
			return []place.Location{p.at(name, offset)}
		}
	}
	return nil
}

// ofStack returns where a key of the configuration is set, or an output made.
func (p *Program) ofStack(stack string, at place.Path) []place.Location {
	if len(at) == 0 {
		return nil
	}
	key, _ := at[0].(string)
	if namespace, name, ok := strings.Cut(key, ":"); ok {
		settings := path.Join(p.config, "Pulumi."+stack+".yaml")
		for _, in := range [...]string{settings, p.base()} {
			m := p.file(in).member("config", key)
			if m == nil && p.dir != "" && namespace == text(p.file(p.base()).root, "name") {
				m = p.file(in).member("config", name)
			}
			if m != nil {
				return []place.Location{p.at(in, deepest(m.Value, at[1:], m.From))}
			}
		}
		return nil
	}
	for _, name := range p.yaml {
		if m := p.file(name).member("outputs", key); m != nil {
			return []place.Location{p.at(name, deepest(m.Value, at[1:], m.From))}
		}
	}
	if p.main != "" {
		return []place.Location{{File: path.Join(p.prefix, p.main)}}
	}
	return nil
}

// base is the name of the project's file.
func (p *Program) base() string {
	if len(p.yaml) == 0 {
		return ""
	}
	return p.yaml[0]
}

// member returns a member of a mapping at the top of the file, nil where there is none.
func (f *file) member(section, key string) *document.Member {
	if f.root == nil {
		return nil
	}
	if s := f.root.Member(section); s != nil {
		return s.Value.Member(key)
	}
	return nil
}

// deepest follows a path as far as the document goes, and returns where the last step stands.
func deepest(n *document.Node, at place.Path, offset int) int {
	for _, step := range at {
		switch step := step.(type) {
		case string:
			m := n.Member(step)
			if m == nil {
				if f := n.Member("fn::secret"); f != nil && f.Value.Member(step) != nil {
					m = f.Value.Member(step)
				} else {
					return offset
				}
			}
			n, offset = m.Value, m.From
		case int:
			if step < 0 || step >= n.Len() {
				return offset
			}
			n = n.Items()[step]
			offset = n.From
		default:
			return offset
		}
	}
	return offset
}

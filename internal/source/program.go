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

// Program is a Pulumi program on disk. The zero value is for an unknown program; its positions are relative to the
// project's folder.
type Program struct {
	dir    string // folder of Pulumi.yaml
	prefix string // that folder, relative to the root of the repository
	files  map[string]*file
	main   string // the program's main file, relative to dir; empty if unknown
	config string // the folder of the stack configuration files, relative to dir
	yaml   []string
}

// file is a parsed YAML file. Its root is nil if the file is missing or malformed.
type file struct {
	lines place.Lines
	root  *document.Node
}

// maxFile is the maximum size in bytes of a file that is read.
const maxFile = 1 << 20

// Programs are the programs in a folder. They are located on first use.
type Programs struct {
	dir   string
	below []string // the project files below the folder, nil until located
	known map[string]*Program
}

// NewPrograms returns the programs in a folder.
func NewPrograms(dir string) *Programs { return &Programs{dir: dir, known: map[string]*Program{}} }

// Of returns the program of a project. It searches the folder and its parents, as Pulumi does, then subfolders,
// skipping hidden folders and those of packages. For a project without a name, it uses only the folder and its parents.
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

// deep is the maximum depth of subfolders that are searched.
const deep = 6

// projects returns the project files below a folder.
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

// names are the names of a project file.
var names = [...]string{"Pulumi.yaml", "Pulumi.yml"}

// Foreign reports whether a folder with that name contains third-party files: packages, or data of tools.
func Foreign(name string) bool {
	switch name {
	case "node_modules", "vendor", "site-packages", "dist-packages", "venv":
		return true
	}
	return strings.HasPrefix(name, ".") && name != "." && name != ".."
}

// open opens a project file, and reports whether it is that of the project.
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

// text returns the string at a key of a mapping.
func text(n *document.Node, key string) string {
	if n == nil {
		return ""
	}
	return model.Text(n, key)
}

// file parses a file of the project, by its path relative to the project's folder.
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

// at returns the location of a byte offset in a file of the project.
func (p *Program) at(name string, offset int) place.Location {
	lines := &p.file(name).lines
	position := lines.Position(offset)
	l := place.Location{File: path.Join(p.prefix, name), Line: position.Line, Column: position.Column}
	if c := lines.Column16(position); c != position.Column {
		l.Column16 = c
	}
	return l
}

// Locate returns where the program declares a resource, or the value at a path in it, followed by the lines that led
// there. The frames are Pulumi's positions, innermost first. For the root stack, the path is that of an output or of a
// configuration key.
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

// ofStack returns where a configuration key is set or an output is exported.
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

// base returns the name of the project file.
func (p *Program) base() string {
	if len(p.yaml) == 0 {
		return ""
	}
	return p.yaml[0]
}

// member returns a member of a top-level mapping of the file, or nil.
func (f *file) member(section, key string) *document.Member {
	if f.root == nil {
		return nil
	}
	if s := f.root.Member(section); s != nil {
		return s.Value.Member(key)
	}
	return nil
}

// deepest follows a path as far as the document has it, and returns the offset of the last step found.
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

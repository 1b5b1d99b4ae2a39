package inventory

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/dialect"
	"github.com/progression-labs-development/policypack/internal/document"
	"github.com/progression-labs-development/policypack/internal/lazy"
	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/repository"
	"github.com/progression-labs-development/policypack/internal/source"
)

// maxFile is the size in bytes of a file that is looked into.
const maxFile = 1 << 20

// tree is a working tree that is looked through.
type tree struct {
	inv      *Inventory
	dir      string
	prefix   string            // the folder from the root of its repository
	projects map[string]string // names by the folder of Pulumi.yaml
	stacks   []string          // files of stacks
	code     []string
	modules  map[string]*module // Terraform's, by their folders
}

// AddTree takes in the programs below a folder: what Pulumi.yaml and the files of stacks say, the components that code
// registers, Terraform's modules. Folders of packages, of tests and hidden ones are passed over.
func (inv *Inventory) AddTree(ctx context.Context, dir string) error {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	t := &tree{
		inv: inv, dir: dir, prefix: source.Below(abs), projects: map[string]string{}, modules: map[string]*module{},
	}
	err = filepath.WalkDir(dir, func(at string, e fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil && at == dir:
			return err
		case err != nil:
			inv.unread(at, "cannot be opened")
			if e != nil && e.IsDir() {
				return fs.SkipDir
			}
		case e.IsDir() && at != dir && (source.Foreign(e.Name()) || slices.Contains(ofTests, e.Name())):
			return fs.SkipDir
		case e.Type().IsRegular():
			t.file(filepath.ToSlash(t.rel(at)))
		}
		return nil
	})
	if err != nil {
		return err
	}
	t.ofStacks()
	t.ofCode()
	t.ofModules()
	return nil
}

// ofTests are the folders whose programs are deployed nowhere.
var ofTests = []string{"testdata", "test", "tests", "__tests__", "fixtures", "__fixtures__"}

func (t *tree) rel(at string) string {
	rel, err := filepath.Rel(t.dir, at)
	if err != nil {
		return at
	}
	return rel
}

// shown is the name of a file as evidence has it.
func (t *tree) shown(name string) string {
	return t.inv.shown(filepath.ToSlash(filepath.Join(t.dir, filepath.FromSlash(name))))
}

func (inv *Inventory) unread(name, why string) {
	inv.Unread = append(inv.Unread, inv.shown(filepath.ToSlash(name))+": "+why)
}

var (
	stackFile = lazy.Regexp(`^Pulumi\.(.+)\.ya?ml$`)
	manifest  = lazy.Regexp(`^(package\.json|requirements.*\.txt|pyproject\.toml|setup\.py|Pipfile|go\.mod|pom\.xml|` +
		`build\.gradle(\.kts)?|.*\.(cs|fs)proj)$`)
	// sdk is a provider's package, as manifests of all languages name it.
	sdk = lazy.Regexp(`(?i)pulumi[/._-](aws|gcp|google-native|azure)`)
)

// file looks at a file by its name.
func (t *tree) file(name string) {
	base := path.Base(name)
	switch {
	case base == "Pulumi.yaml", base == "Pulumi.yml":
		t.project(name)
	case base == "Main.yaml", base == "Main.yml":
		t.resources(name, t.yaml(name))
	case base == "PulumiPlugin.yaml", base == "PulumiPlugin.yml":
		t.code = append(t.code, name)
	case stackFile().MatchString(base):
		t.stacks = append(t.stacks, name)
	case isTerraform(base):
		t.terraform(name)
	case strings.HasSuffix(base, ".json") && base != "package.json" && base != "package-lock.json",
		strings.HasSuffix(base, ".json.gz"):
		t.inv.Exports = append(t.inv.Exports, filepath.Join(t.dir, filepath.FromSlash(name)))
	case manifest().MatchString(base):
		for _, m := range sdk().FindAllSubmatch(t.read(name), -1) {
			t.inv.provider(strings.ToLower(string(m[1]))).file(t.shown(name))
		}
	default:
		if d := dialect.Of(name); d.Language == dialect.Program {
			t.code = append(t.code, name)
		}
	}
}

// read returns the content of a file, nil where it is too large or cannot be read, which is noted.
func (t *tree) read(name string) []byte {
	at := filepath.Join(t.dir, filepath.FromSlash(name))
	info, err := os.Stat(at)
	if err == nil && info.Size() > maxFile {
		if strings.HasPrefix(path.Base(name), "Pulumi") || isTerraform(path.Base(name)) {
			t.inv.unread(at, "larger than 1 MiB")
		}
		return nil
	}
	data, err := os.ReadFile(at)
	if err != nil {
		t.inv.unread(at, "cannot be read")
		return nil
	}
	return data
}

// yaml reads a file of YAML, nil where it is broken, which is noted.
func (t *tree) yaml(name string) *document.Node {
	data := t.read(name)
	if data == nil || len(bytes.TrimSpace(data)) == 0 {
		return nil
	}
	roots, err := document.Parse(dialect.YAML, string(data))
	if err != nil || len(roots) == 0 || roots[0].Kind() != model.Object {
		t.inv.unread(filepath.Join(t.dir, filepath.FromSlash(name)), "not a YAML mapping")
		return nil
	}
	return roots[0]
}

// project reads Pulumi.yaml.
func (t *tree) project(name string) {
	root := t.yaml(name)
	if root == nil {
		return
	}
	project := model.Text(root, "name")
	t.inv.projects.add(project)
	t.projects[path.Dir(name)] = project
	t.inv.programs = append(t.inv.programs, filepath.Join(t.dir, filepath.FromSlash(path.Dir(name))))
	if backend := root.Member("backend"); backend != nil {
		if url := model.Text(backend.Value, "url"); url != "" {
			found(t.inv.backends, url).file(t.shown(name))
		}
	}
	t.code = append(t.code, name) // the components of a package in YAML
	t.resources(name, root)
}

// resources reads the resources of a program in YAML.
func (t *tree) resources(name string, root *document.Node) {
	if root == nil {
		return
	}
	section := root.Member("resources")
	if section == nil {
		return
	}
	for _, m := range section.Value.Members() {
		token := model.Text(m.Value, "type")
		if pkg, member, ok := strings.Cut(token, ":"); ok && !strings.Contains(member, ":") {
			token = pkg + ":index:" + member // as Pulumi reads it
		}
		pkg := packageOf(token)
		if e := t.inv.provider(pkg); e != nil {
			e.file(t.shown(name))
		}
		if pkg == "" || pkg == "pulumi" || t.inv.ofProvider(pkg) || strings.Count(token, ":") != 2 {
			continue
		}
		if !called(token) {
			continue // whether it is a component at all, the program does not say
		}
		if h := t.inv.seen(token, ""); h != nil {
			h.seen.file(t.shown(name))
		}
	}
}

// ofStacks reads the files of stacks, whose projects are known by now.
func (t *tree) ofStacks() {
	for _, name := range t.stacks {
		s := t.inv.stackOf(stackFile().FindStringSubmatch(path.Base(name))[1], t.projectOf(name))
		if s != nil {
			s.from.file(t.shown(name))
		}
		root := t.yaml(name)
		if root == nil {
			continue
		}
		config := root.Member("config")
		if config == nil {
			continue
		}
		for _, m := range config.Value.Members() {
			pkg, _, ok := strings.Cut(m.Key, ":")
			if e := t.inv.provider(pkg); ok && e != nil {
				e.file(t.shown(name))
			}
		}
	}
}

// projectOf returns the project that a file belongs to, by the Pulumi.yaml in its folder or above; empty where there is
// none.
func (t *tree) projectOf(name string) string {
	for dir := path.Dir(name); ; dir = path.Dir(dir) {
		if project, ok := t.projects[dir]; ok || dir == "." {
			return project
		}
	}
}

// making is code that makes a secret of a cloud's manager, in the SDKs of all languages; the group is the manager.
var making = lazy.Regexp(`(?i)\b(secretsmanager|secretmanager|keyvault)\w*\.(new)?secret`)

// generating is code that makes a password.
var generating = lazy.Regexp(`(?i)\brandom\w*\.(new)?random(password|string|bytes)`)

// made is what such code makes: the secrets of a manager, and the globs over their types.
var made = map[string]struct {
	provider string
	families []string
}{
	"secretsmanager": {"aws", []string{"aws:secretsmanager/*:*"}},
	"secretmanager":  {"gcp", []string{"gcp:secretmanager/*:*"}},
	"keyvault":       {"azure", []string{"azure:keyvault/*:*", "azure-native:keyvault:Secret"}},
}

// ofCode reads the components that code registers. A file that registers one and makes secrets shows that it holds
// them.
func (t *tree) ofCode() {
	for _, name := range t.code {
		data := t.read(name)
		all := repository.Components(name, data)
		tokens := set{}
		for _, c := range all {
			h := t.inv.seen(c.Token, t.projectOf(name))
			if h == nil {
				continue
			}
			tokens.add(c.Token)
			h.seen.file(fmt.Sprintf("%s:%d", t.shown(name), c.At.Line))
			h.sources.add(path.Join(t.prefix, name))
		}
		for _, m := range making().FindAllSubmatch(data, -1) {
			secrets := made[strings.ToLower(string(m[1]))]
			t.inv.provider(secrets.provider).file(t.shown(name))
			if len(tokens) != 1 {
				continue
			}
			h := t.inv.holders[tokens.sorted()[0]]
			h.holds.file(t.shown(name))
			h.generated = h.generated || generating().Match(data)
			for _, family := range secrets.families {
				h.families.add(family)
			}
		}
	}
}

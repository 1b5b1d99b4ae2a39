package inventory

import (
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/progression-labs-development/policypack/internal/catalogue"
	"github.com/progression-labs-development/policypack/internal/dialect"
	"github.com/progression-labs-development/policypack/internal/document"
	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/terraform"
)

// module is a folder of Terraform.
type module struct {
	calls     []call
	types     []string // of its resources
	providers []string // that it configures
	called    bool     // by another module of the tree
}

type call struct{ source, file string }

func isTerraform(base string) bool {
	return slices.ContainsFunc([]string{".tf", ".tofu", ".tf.json", ".tofu.json"},
		func(ending string) bool { return strings.HasSuffix(base, ending) })
}

// terraform reads a file of a module.
func (t *tree) terraform(name string) {
	data := t.read(name)
	dir := path.Dir(name)
	m := t.modules[dir]
	if m == nil {
		m = &module{}
		t.modules[dir] = m
	}
	if strings.HasSuffix(name, ".json") {
		if roots, err := document.Parse(dialect.JSON, string(data)); err == nil && len(roots) > 0 {
			m.json(roots[0], name)
		} else {
			t.inv.unread(filepath.Join(t.dir, filepath.FromSlash(name)), "not JSON")
		}
		return
	}
	file, diags := hclsyntax.ParseConfig(data, "", hcl.InitialPos)
	if diags.HasErrors() {
		t.inv.unread(filepath.Join(t.dir, filepath.FromSlash(name)), "not valid HCL")
	}
	if file == nil {
		return
	}
	body, _ := file.Body.(*hclsyntax.Body)
	if body == nil {
		return
	}
	for _, b := range body.Blocks {
		switch {
		case b.Type == "resource" && len(b.Labels) == 2:
			m.types = append(m.types, b.Labels[0])
		case b.Type == "provider" && len(b.Labels) == 1:
			m.providers = append(m.providers, b.Labels[0])
		case b.Type == "module" && len(b.Labels) == 1 && b.Body.Attributes["source"] != nil:
			v, diags := b.Body.Attributes["source"].Expr.Value(nil)
			if !diags.HasErrors() && v.IsKnown() && !v.IsNull() && v.Type().FriendlyName() == "string" {
				m.calls = append(m.calls, call{v.AsString(), name})
			}
		}
	}
}

// json reads a file of a module that is written in JSON.
func (m *module) json(root *document.Node, name string) {
	if providers := root.Member("provider"); providers != nil {
		for _, p := range providers.Value.Members() {
			m.providers = append(m.providers, p.Key)
		}
	}
	if resources := root.Member("resource"); resources != nil {
		for _, r := range resources.Value.Members() {
			m.types = append(m.types, r.Key)
		}
	}
	if calls := root.Member("module"); calls != nil {
		for _, c := range calls.Value.Members() {
			if source := model.Text(c.Value, "source"); source != "" {
				m.calls = append(m.calls, call{source, name})
			}
		}
	}
}

func local(source string) bool {
	return strings.HasPrefix(source, "./") || strings.HasPrefix(source, "../")
}

// ofModules follows the calls of the root modules, which name a module by its source as a plan does.
func (t *tree) ofModules() {
	var dirs []string
	for dir, m := range t.modules {
		dirs = append(dirs, dir)
		for _, c := range m.calls {
			if to := t.modules[path.Join(dir, c.source)]; local(c.source) && to != nil {
				to.called = true
			}
		}
	}
	slices.Sort(dirs)
	for _, dir := range dirs {
		m := t.modules[dir]
		for _, name := range slices.Concat(m.types, m.providers) {
			pkg, _, _ := strings.Cut(name, "_")
			if e := t.inv.provider(pkg); e != nil {
				e.file(t.shown(dir))
			}
		}
		if !m.called {
			t.inv.roots = append(t.inv.roots, filepath.Join(t.dir, filepath.FromSlash(dir)))
			t.follow(dir, "", nil)
		}
	}
}

// follow takes in what the module in a folder calls, by the sources that lead there.
func (t *tree) follow(dir, from string, above []string) {
	if slices.Contains(above, dir) {
		return // a circle, which Terraform refuses
	}
	for _, c := range t.modules[dir].calls {
		source := terraform.Canonical(c.source, from)
		if !t.inv.plain(sourceName(), source) || strings.Contains(source, "://") || source == "." || source == ".." {
			t.inv.odd++
			continue
		}
		h := t.inv.holder(source, true)
		h.seen.file(t.shown(c.file))
		to := path.Join(dir, c.source)
		if !local(c.source) || t.modules[to] == nil {
			continue
		}
		writes, makes := false, false
		for _, typ := range t.modules[to].types {
			kind := t.inv.catalogue.KindOfTerraform(typ)
			switch {
			case kind == nil:
			case kind.Own && (kind.Class == catalogue.Store || kind.Class == catalogue.Version):
				h.holds.file(t.shown(to))
				writes = writes || kind.Class == catalogue.Version || kind.ValueInStore
			case kind.Class == catalogue.Generator:
				makes = true
			}
		}
		h.generated = h.generated || writes && makes
		t.follow(to, source, append(slices.Clone(above), dir))
	}
}

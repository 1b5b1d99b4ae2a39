package docs

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// checked reports whether a block is checked without a line of the world.
func (b *block) checked(commands []command) bool {
	return b.language == "json" || b.language == "yaml" && len(commands) == 0
}

// checkRest checks the blocks that no line of the world names: configurations, and those of CI systems.
func (w *world) checkRest(dir string) {
	for _, b := range w.page.blocks {
		switch {
		case b.language == "yaml":
			w.checkYAML(b)
		case b.used == "" && b.language == "json":
			w.checkConfig(b, dir)
		}
	}
}

func (w *world) checkConfig(b *block, dir string) {
	w.t.Helper()
	file := filepath.Join(dir, "policy-config.json")
	harness.WriteFiles(w.t, dir, map[string]string{"policy-config.json": moved(b.text)})
	cmd := exec.Command(filepath.Join(w.home.Bin, "policypack"), "config", "validate", file)
	cmd.Dir, cmd.Env = dir, w.home.Environ()
	if out, err := cmd.CombinedOutput(); err != nil {
		w.t.Errorf("%s: no configuration that passes `policypack config validate`. Where it is something else, add a line to "+
			"the world: `file NAME TEXT`, `by TEXT TEST` or `cannot TEXT REASON`.\n%s", b.at, out)
	}
}

// checkYAML checks that our action has the inputs that a workflow gives it, and our hooks the ids that are asked for.
func (w *world) checkYAML(b *block) {
	w.t.Helper()
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(b.text), &doc); err != nil {
		w.t.Errorf("%s: %v", b.at, err)
		return
	}
	mappings(&doc, func(m map[string]*yaml.Node) {
		if uses := m["uses"]; uses != nil && strings.HasPrefix(uses.Value, "progression-labs-development/policypack@") {
			w.checkNames(b, "input", keys(m["with"]), func(root *yaml.Node) []string { return keys(field(root, "inputs")) },
				"action.yml")
		}
		if repo := m["repo"]; repo != nil && strings.HasSuffix(repo.Value, "progression-labs-development/policypack") {
			w.checkNames(b, "hook", ids(m["hooks"]), ids, ".pre-commit-hooks.yaml")
		}
	})
}

func (w *world) checkNames(b *block, kind string, got []string, of func(*yaml.Node) []string, file string) {
	w.t.Helper()
	text, err := os.ReadFile(filepath.Join(harness.Root(w.t), file))
	if err != nil {
		w.t.Error(err)
		return
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		w.t.Error(err)
		return
	}
	names := of(doc.Content[0])
	if len(names) == 0 {
		w.t.Errorf("%s has no %s", file, kind)
	}
	for _, name := range got {
		if !slices.Contains(names, name) {
			w.t.Errorf("%s: %s has no %s %s; it has %s", b.at, file, kind, name, strings.Join(names, ", "))
		}
	}
}

// mappings calls f for every mapping of a document.
func mappings(n *yaml.Node, f func(map[string]*yaml.Node)) {
	if n.Kind == yaml.MappingNode {
		m := map[string]*yaml.Node{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			m[n.Content[i].Value] = n.Content[i+1]
		}
		f(m)
	}
	for _, child := range n.Content {
		mappings(child, f)
	}
}

func field(n *yaml.Node, name string) *yaml.Node {
	for i := 0; n != nil && n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == name {
			return n.Content[i+1]
		}
	}
	return nil
}

func keys(n *yaml.Node) []string {
	var names []string
	for i := 0; n != nil && i+1 < len(n.Content); i += 2 {
		names = append(names, n.Content[i].Value)
	}
	return names
}

// ids are the ids in a list of mappings.
func ids(n *yaml.Node) []string {
	var names []string
	for i := 0; n != nil && i < len(n.Content); i++ {
		if id := field(n.Content[i], "id"); id != nil {
			names = append(names, id.Value)
		}
	}
	return names
}

package source

import (
	"encoding/json"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/progression-labs-development/policypack/internal/dialect"
	"github.com/progression-labs-development/policypack/internal/document"
	"github.com/progression-labs-development/policypack/internal/place"
)

// Terraform is a root module on disk, with the modules installed by `terraform init`.
type Terraform struct {
	dir     string
	prefix  string              // dir relative to the root of the repository
	modules map[string]string   // the folders of modules, relative to dir, by their dotted names; "" is the root's
	read    map[string][]config // the parsed files of a folder
}

// config is a file of a module: body is its HCL, json the content of a .tf.json file.
type config struct {
	file  string // relative to dir, slash-separated
	lines place.Lines
	body  *hclsyntax.Body
	json  *document.Node
}

// FindTerraform returns the root module of a plan: that of the first folder that contains one.
func FindTerraform(dirs ...string) *Terraform {
	t := &Terraform{modules: map[string]string{"": "."}, read: map[string][]config{}}
	for _, dir := range dirs {
		abs, err := filepath.Abs(dir)
		if err != nil {
			continue
		}
		if len(files(abs)) > 0 {
			t.dir = abs
			t.init()
			break
		}
	}
	return t
}

// init locates the repository and the modules.
func (t *Terraform) init() {
	t.prefix = Below(t.dir)
	data, err := os.ReadFile(filepath.Join(t.dir, ".terraform", "modules", "modules.json"))
	if err != nil {
		return
	}
	var list struct {
		Modules []struct{ Key, Dir string }
	}
	if json.Unmarshal(data, &list) != nil {
		return
	}
	for _, m := range list.Modules {
		if m.Key != "" {
			t.modules[m.Key] = path.Clean(filepath.ToSlash(m.Dir))
		}
	}
}

// folder parses the files of a module, by its folder relative to dir.
func (t *Terraform) folder(name string) []config {
	if files, ok := t.read[name]; ok || t.dir == "" {
		return files
	}
	var all []config
	for _, at := range files(filepath.Join(t.dir, filepath.FromSlash(name))) {
		info, err := os.Stat(at)
		if err != nil || !info.Mode().IsRegular() || info.Size() > maxFile {
			continue
		}
		data, err := os.ReadFile(at)
		if err != nil {
			continue
		}
		c := config{file: path.Join(name, filepath.Base(at)), lines: place.Lines{Text: string(data)}}
		switch {
		case strings.HasSuffix(at, ".json"):
			if roots, err := document.Parse(dialect.JSON, string(data)); err == nil && len(roots) > 0 {
				c.json = roots[0]
			}
		default:
			file, _ := hclsyntax.ParseConfig(data, "", hcl.InitialPos) // parses as much as possible of a malformed file
			if file != nil {
				c.body, _ = file.Body.(*hclsyntax.Body)
			}
		}
		if c.body != nil || c.json != nil {
			all = append(all, c)
		}
	}
	t.read[name] = all
	return all
}

// files returns the files of a module, sorted.
func files(dir string) []string {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	var all []string
	for _, e := range entries {
		name := e.Name()
		if strings.HasSuffix(name, ".tf") || strings.HasSuffix(name, ".tofu") || strings.HasSuffix(name, ".tf.json") ||
			strings.HasSuffix(name, ".tofu.json") {
			all = append(all, filepath.Join(dir, name))
		}
	}
	return all
}

// Locate returns the line of an address in the plan, such as module.db.aws_db_instance.main[0], or of an attribute in
// Terraform's spelling: the line of the attribute if the configuration has it, otherwise that of the block.
func (t *Terraform) Locate(address, attribute string) []place.Location {
	if t.dir == "" || address == "" {
		return nil
	}
	words, modules := strings.Split(withoutKeys(address), "."), []string{}
	for len(words) > 2 && words[0] == "module" {
		modules = append(modules, words[1])
		words = words[2:]
	}
	block := blockOf(words)
	folder, ok := t.modules[strings.Join(modules, ".")]
	if !ok || block == nil {
		return nil
	}
	at := place.ParsePath(attribute)
	if block[0] == "action" && len(at) > 0 { // its arguments are in a nested block
		at = append(place.Path{"config"}, at...)
	}
	files := t.folder(folder)
	for i := range files {
		c := &files[i] // a pointer, so that lines are indexed only once
		var offset int
		if c.body != nil {
			offset = inBody(c.body, block, at)
		} else {
			offset = inJSON(c.json, block, at)
		}
		if offset >= 0 {
			return t.at(c, offset)
		}
	}
	return nil
}

// withoutKeys returns an address without instance keys.
func withoutKeys(address string) string {
	var b strings.Builder
	for rest := address; ; {
		before, after, ok := strings.Cut(rest, "[")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		if quoted, err := strconv.QuotedPrefix(after); err == nil {
			after = after[len(quoted):]
		}
		_, rest, _ = strings.Cut(after, "]")
	}
}

// blockOf returns the type and the labels of the block that declares an address. If the address has more words, the
// labels are the last ones.
func blockOf(words []string) []string {
	if len(words) < 2 {
		return nil
	}
	switch words[0] {
	case "var":
		return []string{"variable", words[1]}
	case "output", "module", "check", "provider":
		return words[:2]
	case "local":
		return []string{"locals"}
	case "data", "ephemeral", "action":
		if len(words) < 3 {
			return nil
		}
		return words[:3]
	default:
		return []string{"resource", words[0], words[1]}
	}
}

// inBody returns the offset of a block or of an attribute in it, or -1.
func inBody(body *hclsyntax.Body, block []string, at place.Path) int {
	for _, b := range body.Blocks {
		if b.Type == block[0] && slices.Equal(b.Labels, block[1:]) {
			return inBlock(b, at)
		}
	}
	return -1
}

// inBlock follows a path as far as the block has it.
func inBlock(b *hclsyntax.Block, at place.Path) int {
	offset := b.TypeRange.Start.Byte
	if len(at) == 0 {
		return offset
	}
	name, _ := at[0].(string)
	if a := b.Body.Attributes[name]; a != nil {
		return inExpression(a.Expr, at[1:], a.NameRange.Start.Byte)
	}
	index, rest := 0, at[1:]
	if len(rest) > 0 {
		if i, ok := rest[0].(int); ok {
			index, rest = i, rest[1:]
		}
	}
	var same []*hclsyntax.Block
	for _, inner := range b.Body.Blocks {
		switch {
		case inner.Type == name:
			same = append(same, inner)
		case inner.Type == "dynamic" && len(inner.Labels) == 1 && inner.Labels[0] == name:
			for _, content := range inner.Body.Blocks {
				if content.Type == "content" {
					return inBlock(content, rest)
				}
			}
		}
	}
	if index >= 0 && index < len(same) {
		return inBlock(same[index], rest)
	}
	return offset
}

// inExpression follows a path as far as the expression is literal.
func inExpression(e hclsyntax.Expression, at place.Path, offset int) int {
	for _, step := range at {
		var next hclsyntax.Expression
		switch e := e.(type) {
		case *hclsyntax.ObjectConsExpr:
			for _, item := range e.Items {
				if key, ok := keyOf(item.KeyExpr); ok && key == step {
					next, offset = item.ValueExpr, item.KeyExpr.Range().Start.Byte
				}
			}
		case *hclsyntax.TupleConsExpr:
			if i, ok := step.(int); ok && i >= 0 && i < len(e.Exprs) {
				next, offset = e.Exprs[i], e.Exprs[i].Range().Start.Byte
			}
		case *hclsyntax.FunctionCallExpr: // merge, jsonencode
			for _, arg := range e.Args {
				if at := inExpression(arg, place.Path{step}, -1); at >= 0 {
					offset = at
				}
			}
		}
		if next == nil {
			return offset
		}
		e = next
	}
	return offset
}

func keyOf(e hclsyntax.Expression) (any, bool) {
	if word := hcl.ExprAsKeyword(e); word != "" {
		return word, true
	}
	v, diags := e.Value(nil)
	if diags.HasErrors() || v.IsNull() || !v.IsKnown() || v.Type().FriendlyName() != "string" {
		return nil, false
	}
	return v.AsString(), true
}

// inJSON is inBody for a JSON file.
func inJSON(root *document.Node, block []string, at place.Path) int {
	n, offset := root, -1
	for _, name := range block {
		m := n.Member(name)
		if m == nil {
			return -1
		}
		n, offset = m.Value, m.From
	}
	return deepest(n, at, offset)
}

// at returns the location of a byte offset in a file.
func (t *Terraform) at(c *config, offset int) []place.Location {
	position := c.lines.Position(offset)
	l := place.Location{File: path.Join(t.prefix, c.file), Line: position.Line, Column: position.Column}
	if strings.HasPrefix(l.File, "../") || path.IsAbs(l.File) {
		return nil // outside the repository
	}
	if column := c.lines.Column16(position); column != position.Column {
		l.Column16 = column
	}
	return []place.Location{l}
}

package repository

import (
	"cmp"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/order"
	"github.com/progression-labs-development/policypack/internal/place"
)

// sealedKeys are the members of Pulumi.STACK.yaml, and of encrypted values in it, that contain ciphertext.
var sealedKeys = [...]string{"encryptionsalt", "encryptedkey", "secure"}

// secure is the only member of an encrypted value.
const secure = "secure"

// parse parses the first or the last document of the file as YAML. If that fails, the error describes what was
// expected.
func (x *examination) parse(want string, first bool) *document {
	d, err := parseYAML(string(x.data))
	if e := (*yamlError)(nil); errors.As(err, &e) {
		at := place.Position{}
		if e.line > 0 {
			// the parser may count one more
			at = place.Position{Line: min(e.line, place.At(x.data, len(x.data)).Line), Column: 1}
		}
		x.fail(at, "not valid YAML; expected "+want)
		return nil
	} else if err != nil {
		x.fail(place.Position{}, err.Error()+": not parsed; expected "+want)
		return nil
	}
	if d.root == nil {
		return nil // an empty file says nothing
	}
	if first {
		d.root = d.first
	}
	if !isMapping(d.root) {
		x.fail(d.at(d.root), "expected "+want)
		return nil
	}
	return d
}

// pulumiStack reads Pulumi.STACK.yaml. https://www.pulumi.com/docs/iac/concepts/projects/stack-settings-file/
func (x *examination) pulumiStack() {
	x.file.Stack = x.stack()
	d := x.parse("a stack settings file: a mapping with config", true) // Pulumi reads no other
	if d == nil {
		return
	}
	if key, provider := memberOf(d.root, "secretsprovider"); provider != nil {
		x.file.SecretsProvider, x.file.SecretsProviderAt = scheme(text(provider)), d.at(key)
	} else if key, salt := memberOf(d.root, "encryptionsalt"); text(salt) != "" {
		// a passphrase needs no provider beside it
		x.file.SecretsProvider, x.file.SecretsProviderAt = "passphrase", d.at(key)
	}
	for _, p := range members(d.root) {
		if slices.Contains(sealedKeys[:], p.key.Value) && p.value.Kind == yaml.ScalarNode {
			x.ciphertext(d, p.value)
		}
	}
	key, values := memberOf(d.root, "config")
	if values != nil && !isMapping(values) && values.Tag != "!!null" {
		x.fail(d.at(key), "expected a mapping of configuration keys to values under config")
	}
	x.config(d, values, func(p pair) (string, *yaml.Node) { return p.key.Value, p.value })
}

// scheme returns the scheme of a secrets provider, without the location of its key: other if Pulumi does not support
// it.
// https://www.pulumi.com/docs/iac/concepts/secrets/#available-encryption-providers
func scheme(provider string) string {
	name, _, _ := strings.Cut(provider, ":")
	switch name {
	case "":
		return "default"
	case "default", "passphrase", "awskms", "azurekeyvault", "gcpkms", "hashivault":
		return name
	}
	return "other"
}

// pulumiProject reads Pulumi.yaml: overrides of policy enforcement, and the configuration, which contains defaults for
// the project's own keys and values for keys of any namespace.
// https://www.pulumi.com/docs/iac/concepts/projects/project-file/
func (x *examination) pulumiProject() {
	d := x.parse("a Pulumi project: a mapping with name and runtime", true)
	if d == nil {
		return
	}
	x.overrides(d)
	project := text(member(d.root, "name"))
	key, values := memberOf(d.root, "config")
	if values != nil && !isMapping(values) && values.Kind != yaml.ScalarNode { // once, a text was the stacks' folder
		x.fail(d.at(key), "expected a mapping of configuration keys to values, or to type and default, under config")
	}
	x.config(d, values, func(p pair) (name string, value *yaml.Node) {
		name, value = p.key.Value, p.value
		if !strings.Contains(name, ":") && project != "" {
			name = project + ":" + name
		}
		if isMapping(value) { // a declaration: without a value or a default, the stacks give the value
			declared := value
			if value = member(declared, "value"); value == nil {
				value = member(declared, "default")
			}
		}
		return name, value
	})
}

// ciphertext marks a value that may look like a key because of the name beside it.
func (x *examination) ciphertext(d *document, n *yaml.Node) {
	from, to := d.span(n)
	x.told = append(x.told, part{from: from, to: to, named: true})
}

// config reads the configuration of a file. Each returns the full key and the value of a member, nil without a value.
func (x *examination) config(d *document, n *yaml.Node, each func(pair) (string, *yaml.Node)) {
	c := &config{examination: x, doc: d, values: map[string]string{}, nodes: map[string]*yaml.Node{}}
	for _, p := range members(n) {
		if name, value := each(p); value != nil {
			c.add(name, p.key, value)
		}
	}
	c.find()
}

// config is the configuration in a file.
type config struct {
	*examination
	doc       *document
	values    map[string]string
	nodes     map[string]*yaml.Node
	encrypted []string
}

// add adds a key. The encrypted parts of a value are ignored.
func (c *config) add(name string, key, value *yaml.Node) {
	scalars(value, func(key, n *yaml.Node) {
		if key != nil && key.Value == secure {
			c.ciphertext(c.doc, n)
		}
	})
	whole, isSecret := plainValue(value, 0)
	c.file.Config = append(c.file.Config, facts.FileConfig{At: c.doc.at(key), Key: c.shown(name), Secret: isSecret})
	if _, twice := c.values[name]; twice {
		return
	}
	c.nodes[name] = value
	switch v := whole.(type) {
	case string:
		c.values[name] = v
	case nil:
		if isSecret {
			c.values[name] = "[secret]"
			c.encrypted = append(c.encrypted, name)
		}
	default:
		if text, err := json.Marshal(v); err == nil {
			c.values[name] = string(text)
		}
	}
}

// plainValue returns a value without its encrypted parts, nil if nothing is left, and whether there were any.
func plainValue(n *yaml.Node, depth int) (v any, isSecret bool) {
	n = resolved(n)
	if n == nil || depth > 32 {
		return nil, false
	}
	switch n.Kind {
	case yaml.ScalarNode:
		return text(n), false
	case yaml.SequenceNode:
		list := make([]any, 0, len(n.Content)) // what is encrypted keeps its place
		for _, item := range n.Content {
			v, s := plainValue(item, depth+1)
			list, isSecret = append(list, v), isSecret || s
		}
		return list, isSecret
	case yaml.MappingNode:
		all := members(n)
		if len(all) == 1 && all[0].key.Value == secure {
			return nil, true
		}
		object := map[string]any{}
		for _, p := range all {
			v, s := plainValue(p.value, depth+1)
			if isSecret = isSecret || s; !s || v != nil {
				object[p.key.Value] = v
			}
		}
		return object, isSecret
	}
	return nil, false
}

// find adds findings for the plain values.
func (c *config) find() {
	found := facts.ConfigFindings(c.detector, c.values, c.encrypted)
	for i := range found {
		key, _ := found[i].Path[0].(string)
		n := c.place(key, found[i].Path[1:])
		found[i].At = c.doc.at(n)
		if n.Kind == yaml.ScalarNode {
			from, to := c.doc.span(n)
			c.told = append(c.told, part{from: from, to: to})
		}
		if found[i].Path[0] = c.shown(key); found[i].Path[0] != key && strings.Contains(key, found[i].Key) {
			found[i].Key = "[secret]"
		}
		found[i].Key = c.shown(found[i].Key)
		found[i].Value.Name = keysOf(c.detector, found[i].Path).Keys()
	}
	// If a value is found twice, the path determines the position; the same position is one finding.
	order.Stable(found, func(a, b facts.Finding) int {
		return cmp.Or(before(a.At, b.At), strings.Compare(a.Path.String(), b.Path.String()))
	})
	c.file.Findings = append(c.file.Findings, found...)
}

// place returns the node at a path below a key, as deep as the document goes: a path may continue inside a string.
func (c *config) place(key string, path []any) *yaml.Node {
	n := resolved(c.nodes[key])
	for _, step := range path {
		next := (*yaml.Node)(nil)
		switch s := step.(type) {
		case string:
			next = member(n, s)
		case int:
			if n.Kind == yaml.SequenceNode && s < len(n.Content) {
				next = resolved(n.Content[s])
			}
		}
		if next == nil {
			break
		}
		n = next
	}
	return n
}

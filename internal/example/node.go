package example

import (
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// fields says what to do with the value of each key that a mapping may have.
type fields map[string]func(*yaml.Node)

// mapping hands each value of n to the field of its key, in the order of the file.
func (p *parser) mapping(n *yaml.Node, what string, known fields) {
	p.pairs(n, what, func(key, value *yaml.Node) {
		set, ok := known[key.Value]
		if !ok {
			p.fail(key, "%s: unknown key %q; expected one of %s", what, key.Value,
				strings.Join(slices.Sorted(maps.Keys(known)), ", "))
			return
		}
		set(value)
	})
}

// pairs calls f for each key of a mapping; keys must be texts and must not repeat.
func (p *parser) pairs(n *yaml.Node, what string, f func(key, value *yaml.Node)) {
	n = resolve(n)
	if n.Kind != yaml.MappingNode {
		p.fail(n, "%s: expected a mapping, got %s", what, kind(n))
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if key.Kind != yaml.ScalarNode {
			p.fail(key, "%s: expected a string as key, got %s", what, kind(key))
			continue
		}
		if seen[key.Value] {
			p.fail(key, "%s: duplicate key %q", what, key.Value)
			continue
		}
		seen[key.Value] = true
		f(key, resolve(n.Content[i+1]))
	}
}

func (p *parser) items(n *yaml.Node, what string) []*yaml.Node {
	if n.Kind != yaml.SequenceNode {
		p.fail(n, "%s: expected a list, got %s", what, kind(n))
		return nil
	}
	all := make([]*yaml.Node, len(n.Content))
	for i, item := range n.Content {
		all[i] = resolve(item)
	}
	return all
}

func (p *parser) text(n *yaml.Node, what string) string {
	if n.Kind != yaml.ScalarNode || n.Tag != "!!str" {
		p.fail(n, "%s: expected a string, got %s", what, kind(n))
		return ""
	}
	return n.Value
}

func (p *parser) texts(n *yaml.Node, what string) []string {
	var all []string
	for _, item := range p.items(n, what) {
		all = append(all, p.text(item, what))
	}
	return all
}

func (p *parser) flag(n *yaml.Node, what string) bool {
	var b bool
	if n.Kind != yaml.ScalarNode || n.Tag != "!!bool" || n.Decode(&b) != nil {
		p.fail(n, "%s: expected true or false, got %s", what, kind(n))
	}
	return b
}

func (p *parser) number(n *yaml.Node, what string) int {
	var i int
	if n.Kind != yaml.ScalarNode || n.Tag != "!!int" || n.Decode(&i) != nil || i < 1 {
		p.fail(n, "%s: expected a number of at least 1, got %s", what, kind(n))
	}
	return i
}

// resolve follows an alias to its anchor.
func resolve(n *yaml.Node) *yaml.Node {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}

// kind names what a node is, for messages; it never shows the value.
func kind(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	case yaml.ScalarNode:
		switch n.Tag {
		case "!!str":
			return "a string"
		case "!!int", "!!float":
			return "a number"
		case "!!bool":
			return "true or false"
		case "!!null":
			return "nothing"
		}
		return n.Tag
	}
	return "nothing"
}

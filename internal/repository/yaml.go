package repository

import (
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/progression-labs-development/policypack/internal/place"
)

// maxYAML is the size above which a file is not parsed as YAML: the supported ones are written by people.
const maxYAML = 2 << 20

// maxNodes limits the nodes visited in a document whose aliases repeat it.
const maxNodes = 500_000

// document is a YAML text and its tree.
type document struct {
	place.Lines
	root  *yaml.Node // of the last document of the text
	first *yaml.Node // of the first one
	all   []*yaml.Node
	// last is the position of the last lookup. Later nodes on the same line are searched from there.
	last struct{ line, column, offset int }
}

// yamlError is the line at which a text is not valid YAML. It quotes nothing from the text.
type yamlError struct{ line int }

func (e *yamlError) Error() string {
	if e.line == 0 {
		return "not valid YAML"
	}
	return "line " + strconv.Itoa(e.line) + ": not valid YAML"
}

// parseYAML parses a text. If it has several documents, the last one applies: earlier ones are headers.
func parseYAML(text string) (d *document, err error) {
	defer func() {
		if recover() != nil { // the parser's own faults
			d, err = nil, &yamlError{}
		}
	}()
	if len(text) > maxYAML {
		return nil, errors.New("larger than 2 MB")
	}
	d = &document{Lines: place.Lines{Text: text}}
	in := yaml.NewDecoder(strings.NewReader(text))
	for {
		var n yaml.Node
		if err := in.Decode(&n); errors.Is(err, io.EOF) {
			return d, nil
		} else if err != nil {
			return nil, &yamlError{lineOf(err)}
		}
		if len(n.Content) > 0 {
			d.root = n.Content[0]
			d.all = append(d.all, d.root)
			if d.first == nil {
				d.first = d.root
			}
		}
		if size(&n, map[*yaml.Node]int{}) > maxNodes {
			return nil, errors.New("expands too far through its aliases")
		}
	}
}

// size returns the number of nodes of a tree with its aliases expanded, more than maxNodes if they are recursive.
func size(n *yaml.Node, known map[*yaml.Node]int) int {
	if s, ok := known[n]; ok {
		return s
	}
	s := 1
	if n.Anchor != "" {
		known[n] = maxNodes + 1 // an alias in it would be one of itself
	}
	if n.Kind == yaml.AliasNode && n.Alias != nil {
		s += size(n.Alias, known)
	}
	for _, c := range n.Content {
		if s += size(c, known); s > maxNodes {
			break
		}
	}
	if n.Anchor != "" {
		known[n] = s
	}
	return s
}

// lineOf extracts the line from the parser's message, which may quote the document.
func lineOf(err error) int {
	_, rest, ok := strings.Cut(err.Error(), "line ")
	if !ok {
		return 0
	}
	digits := rest[:len(rest)-len(strings.TrimLeft(rest, "0123456789"))]
	n, err := strconv.Atoi(digits)
	if err != nil {
		return 0
	}
	return n
}

// pair is a member of a mapping.
type pair struct{ key, value *yaml.Node }

// members returns the members of a mapping, followed by those of merge keys, which it overrides.
func members(n *yaml.Node) []pair { return merged(n, 0) }

func merged(n *yaml.Node, depth int) []pair {
	n = resolved(n)
	if n == nil || n.Kind != yaml.MappingNode || depth > 8 {
		return nil
	}
	var own, from []pair
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := resolved(n.Content[i]), resolved(n.Content[i+1])
		if key == nil || value == nil {
			continue
		}
		if key.Value != "<<" || key.Tag != "!!merge" {
			own = append(own, pair{key, value})
			continue
		}
		if value.Kind == yaml.SequenceNode {
			for _, v := range value.Content {
				from = append(from, merged(v, depth+1)...)
			}
		} else {
			from = append(from, merged(value, depth+1)...)
		}
	}
	if len(from) == 0 {
		return own
	}
	seen := make(map[string]bool, len(own)+len(from))
	all := own[:0]
	for _, p := range append(own, from...) {
		if !seen[p.key.Value] && len(all) < maxNodes {
			seen[p.key.Value] = true
			all = append(all, p)
		}
	}
	return all
}

// member returns the value of a key of a mapping, or nil.
func member(n *yaml.Node, key string) *yaml.Node {
	_, value := memberOf(n, key)
	return value
}

func memberOf(n *yaml.Node, key string) (name, value *yaml.Node) {
	for _, p := range members(n) {
		if p.key.Value == key {
			return p.key, p.value
		}
	}
	return nil, nil
}

// items returns the items of a sequence. A scalar is treated as a sequence of one item.
func items(n *yaml.Node) []*yaml.Node {
	n = resolved(n)
	switch {
	case n == nil:
		return nil
	case n.Kind == yaml.ScalarNode:
		return []*yaml.Node{n}
	case n.Kind != yaml.SequenceNode:
		return nil
	}
	all := make([]*yaml.Node, 0, len(n.Content))
	for _, item := range n.Content {
		if item = resolved(item); item != nil {
			all = append(all, item)
		}
	}
	return all
}

// texted returns the scalars among the items of a sequence.
func texted(n *yaml.Node) []*yaml.Node {
	return slices.DeleteFunc(items(n), func(item *yaml.Node) bool { return item.Kind != yaml.ScalarNode })
}

// text returns the string of a scalar; null is empty.
func text(n *yaml.Node) string {
	n = resolved(n)
	if n == nil || n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		return ""
	}
	return n.Value
}

func isMapping(n *yaml.Node) bool { n = resolved(n); return n != nil && n.Kind == yaml.MappingNode }

func resolved(n *yaml.Node) *yaml.Node {
	for i := 0; n != nil && n.Kind == yaml.AliasNode; i++ {
		if i > 8 {
			return nil
		}
		n = n.Alias
	}
	return n
}

// scalars calls yield for the scalars of a tree with the key that they are under.
func scalars(n *yaml.Node, yield func(key, value *yaml.Node)) {
	left := maxNodes
	var visit func(key, n *yaml.Node, depth int)
	visit = func(key, n *yaml.Node, depth int) {
		if n = resolved(n); n == nil || depth > 64 || left < 0 {
			return
		}
		left--
		switch n.Kind {
		case yaml.ScalarNode:
			yield(key, n)
		case yaml.SequenceNode:
			for _, item := range n.Content {
				visit(key, item, depth+1)
			}
		case yaml.MappingNode:
			for _, p := range members(n) {
				visit(p.key, p.value, depth+1)
			}
		}
	}
	visit(nil, n, 0)
}

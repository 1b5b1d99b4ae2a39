package document

import (
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/progression-labs-development/policypack/internal/detect/ascii"
	"github.com/progression-labs-development/policypack/internal/model"
)

// yamlReader converts the parser's nodes, which have lines and columns, to nodes with byte offsets.
type yamlReader struct {
	*builder
	lines []int // offset of each line
	steps int
	// newest is the most recent position: later nodes on the same line are searched for from there.
	newest struct{ line, column, offset int }
}

func (b *builder) yaml() error {
	r := yamlReader{builder: b}
	in := yaml.NewDecoder(strings.NewReader(b.text))
	for {
		var n yaml.Node
		err := in.Decode(&n)
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return errBroken
		}
		for _, c := range n.Content {
			root := r.value(c, 0)
			if root == nil {
				return errBroken
			}
			b.roots = append(b.roots, root)
		}
	}
}

// offset returns the byte offset of a node. Columns are in characters.
func (r *yamlReader) offset(line, column int) int {
	t := r.text
	if r.lines == nil {
		start := len(t) - len(strings.TrimPrefix(t, "\ufeff"))
		for r.lines = append(r.lines, start); start < len(t); r.lines = append(r.lines, start) {
			start += lineLength(t[start:])
		}
	}
	at := r.newest
	if line != at.line || column < at.column {
		at.line, at.column, at.offset = line, 1, r.lines[min(line, len(r.lines))-1]
	}
	for ; at.column < column && at.offset < len(t); at.column++ {
		if r.steps++; r.steps > 16*len(t)+1<<20 {
			panic(errLarge) // aliases that jump back repeatedly on a long line
		}
		if t[at.offset] < utf8.RuneSelf {
			at.offset++
			continue
		}
		_, size := utf8.DecodeRuneInString(t[at.offset:])
		at.offset += size
	}
	r.newest = at
	return at.offset
}

// lineLength returns the length of the first line, including its line break. YAML has five kinds of them.
func lineLength(t string) int {
	for i := 0; i < len(t); i++ {
		switch c := t[i]; {
		case c == '\n':
			return i + 1
		case c == '\r':
			if i+1 < len(t) && t[i+1] == '\n' {
				return i + 2
			}
			return i + 1
		case c == 0xc2 && strings.HasPrefix(t[i:], "\u0085"):
			return i + 2
		case c == 0xe2 && (strings.HasPrefix(t[i:], "\u2028") || strings.HasPrefix(t[i:], "\u2029")):
			return i + 3
		}
	}
	return len(t)
}

func (r *yamlReader) value(n *yaml.Node, depth int) *Node {
	if depth > maxDepth {
		return nil
	}
	from := r.content(r.offset(n.Line, n.Column))
	switch n.Kind {
	case yaml.ScalarNode:
		return r.scalar(n, from)
	case yaml.AliasNode:
		return r.alias(n, from)
	case yaml.SequenceNode:
		list := r.node(model.List, from, from)
		list.items = make([]*Node, 0, len(n.Content))
		for _, c := range n.Content {
			item := r.value(c, depth+1)
			if item == nil {
				return nil
			}
			list.items = append(list.items, item)
			list.To = max(list.To, item.To)
		}
		return list
	case yaml.MappingNode:
		if rest := r.text[from:]; strings.HasPrefix(rest, "{{") { // a template, which parses as a nested mapping
			if i := strings.Index(rest[:lineLength(rest)], "}}"); i > 0 {
				return r.written(from, from+i+len("}}"))
			}
		}
		object := r.node(model.Object, from, from)
		members := make([]Member, 0, len(n.Content)/2)
		for i := 0; i+1 < len(n.Content); i += 2 {
			m := Member{Key: n.Content[i].Value}
			if key := r.value(n.Content[i], depth+1); key != nil && key.kind == model.String {
				m.Key, m.From, m.To = key.text, key.From, key.To
			}
			if m.Value = r.value(n.Content[i+1], depth+1); m.Value == nil {
				return nil
			}
			members = append(members, m)
			object.To = max(object.To, m.Value.To)
		}
		r.object(object, members)
		return object
	}
	return r.node(model.Null, from, from)
}

// content skips the anchor and the tag of a node.
func (r *yamlReader) content(i int) int {
	t := r.text
	for i < len(t) && (t[i] == '&' || t[i] == '!') {
		for i < len(t) && !ascii.IsSpace(t[i]) {
			i++
		}
		for i < len(t) && ascii.IsSpace(t[i]) {
			i++
		}
	}
	return i
}

// alias returns the scalar of an anchor where it is used. Any other value is Unknown here, and parsed at the anchor.
func (r *yamlReader) alias(n *yaml.Node, from int) *Node {
	if n.Alias == nil || n.Alias.Kind != yaml.ScalarNode {
		return r.node(model.Unknown, from, from)
	}
	return r.scalar(n.Alias, r.content(r.offset(n.Alias.Line, n.Alias.Column)))
}

func (r *yamlReader) scalar(n *yaml.Node, from int) *Node {
	t := r.text
	switch {
	case strings.TrimSpace(n.Value) == "":
		return r.node(model.Null, from, from)
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		from, to := block(t, from)
		return r.decoded(n.Value, from, to, Block)
	case n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 && from < len(t):
		return r.decoded(n.Value, from+1, closing(t, from), Encoded)
	case n.Tag == "!!null":
		return r.node(model.Null, from, from)
	case strings.HasPrefix(t[from:], n.Value):
		return r.written(from, from+len(n.Value))
	}
	return r.decoded(n.Value, from, folded(t, from, n.Value), Encoded)
}

// closing returns the position of the quote that closes the one at i.
func closing(t string, i int) int {
	q := t[i]
	for j := i + 1; j < len(t); j++ {
		switch {
		case t[j] == '\\' && q == '"':
			j++
		case t[j] != q:
		case q == '\'' && j+1 < len(t) && t[j+1] == q:
			j++
		default:
			return j
		}
	}
	return len(t)
}

// block returns the lines of the block scalar whose header is at i.
func block(t string, i int) (from, to int) {
	from = i + lineLength(t[i:])
	indent := -1
	for to = from; to < len(t); {
		next := to + lineLength(t[to:])
		line := t[to:next]
		if text := strings.TrimRight(line, " \t\r\n"); text != "" {
			n := len(text) - len(strings.TrimLeft(text, " "))
			if indent < 0 {
				indent = n
			}
			if n < indent {
				break
			}
		}
		to = next
	}
	for to > from && ascii.IsSpace(t[to-1]) {
		to--
	}
	return from, max(from, to)
}

// folded returns the end of a multi-line plain scalar: the end of its last word.
func folded(t string, i int, value string) int {
	for word := range strings.FieldsSeq(value) {
		j := strings.Index(t[i:], word)
		if j < 0 {
			return i
		}
		i += j + len(word)
	}
	return i
}

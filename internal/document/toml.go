package document

import (
	"github.com/pelletier/go-toml/v2/unstable"

	"github.com/progression-labs-development/policypack/internal/model"
)

// tomlReader parses TOML.
type tomlReader struct {
	*builder
	parser unstable.Parser
}

func (b *builder) toml() error {
	r := tomlReader{builder: b}
	root := r.node(model.Object, 0, len(b.text))
	table := root
	r.parser.Reset([]byte(b.text))
	for r.parser.NextExpression() {
		switch e := r.parser.Expression(); e.Kind {
		case unstable.Table:
			table = root.table(b, keysOf(e), false)
		case unstable.ArrayTable:
			table = root.table(b, keysOf(e), true)
		case unstable.KeyValue:
			r.put(table, e, 0)
		}
	}
	if r.parser.Error() != nil {
		return errBroken
	}
	b.finish(root)
	b.roots = []*Node{root}
	return nil
}

func keysOf(e *unstable.Node) (keys []string) {
	for it := e.Key(); it.Next(); {
		keys = append(keys, string(it.Node().Data))
	}
	return keys
}

// table returns the table at the keys. For an array of tables, it is a new one at the end of the list.
func (n *Node) table(b *builder, keys []string, many bool) *Node {
	for i, key := range keys {
		last := i == len(keys)-1
		var at *Node
		for j := range n.members {
			if n.members[j].Key == key {
				at = n.members[j].Value
			}
		}
		switch {
		case at == nil && last && many:
			at = b.node(model.List, n.From, n.To)
			n.members = append(n.members, Member{Key: key, Value: at})
		case at == nil || at.kind != model.Object && at.kind != model.List:
			at = b.node(model.Object, n.From, n.To)
			n.members = append(n.members, Member{Key: key, Value: at})
		}
		if at.kind == model.List {
			if last && many || len(at.items) == 0 {
				at.items = append(at.items, b.node(model.Object, n.From, n.To))
			}
			at = at.items[len(at.items)-1]
		}
		n = at
	}
	return n
}

// put adds a pair to a table or, if its key is dotted, to a nested one.
func (r *tomlReader) put(n *Node, e *unstable.Node, depth int) {
	var last *unstable.Node
	var keys []string
	for it := e.Key(); it.Next(); {
		last = it.Node()
		keys = append(keys, string(last.Data))
	}
	if len(keys) > 1 {
		n = n.table(r.builder, keys[:len(keys)-1], false)
	}
	n.members = append(n.members, Member{
		Key: string(last.Data), From: int(last.Raw.Offset), To: int(last.Raw.Offset + last.Raw.Length),
		Value: r.value(e.Value(), depth+1),
	})
}

func (r *tomlReader) value(e *unstable.Node, depth int) *Node {
	from, to := int(e.Raw.Offset), int(e.Raw.Offset+e.Raw.Length)
	if depth > maxDepth {
		panic(errLarge)
	}
	switch e.Kind {
	case unstable.String:
		quotes := 1
		if t := r.text[from:to]; len(t) >= 6 && t[1] == t[0] && t[2] == t[0] {
			quotes = 3
		}
		return r.decoded(string(e.Data), from+quotes, to-quotes, Encoded)
	case unstable.Array:
		n := r.node(model.List, from, to)
		for it := e.Children(); it.Next(); {
			if it.Node().Kind != unstable.Comment {
				n.items = append(n.items, r.value(it.Node(), depth+1))
			}
		}
		return n
	case unstable.InlineTable:
		n := r.node(model.Object, from, to)
		for it := e.Children(); it.Next(); {
			if it.Node().Kind == unstable.KeyValue {
				r.put(n, it.Node(), depth+1)
			}
		}
		return n
	}
	n := r.node(model.String, from, to)
	n.text = string(e.Data)
	return n
}

// finish sorts the members of the objects, once they are complete.
func (b *builder) finish(n *Node) {
	for _, item := range n.items {
		b.finish(item)
	}
	for _, m := range n.members {
		b.finish(m.Value)
	}
	if n.kind == model.Object {
		b.object(n, n.members)
	}
}

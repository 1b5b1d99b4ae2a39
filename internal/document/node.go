package document

import (
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/model"
)

// Form is how the bytes of a text are written.
type Form uint8

// Forms of a String.
const (
	Exact   Form = iota // the bytes are the text
	Encoded             // with escapes, or folded
	Block               // the lines of the text, each indented
)

// Node is a value of a document: a String, a List, an Object, Null, or Unknown for an expression. Numbers and booleans
// are Strings, as written.
type Node struct {
	model.Unset
	// From and To are the byte range of the value in the text, without its quotes.
	From, To int
	// Form is the form of a String.
	Form Form

	kind    model.Kind
	text    string
	members []Member // sorted by key
	keys    []string
	items   []*Node
}

// Member is a member of an object.
type Member struct {
	Key      string
	From, To int // of the key in the text
	Value    *Node
}

// Kind returns the kind of the value.
func (n *Node) Kind() model.Kind { return n.kind }

// Text returns the value of a String.
func (n *Node) Text() string { return n.text }

// Len returns the number of entries of a List.
func (n *Node) Len() int { return len(n.items) }

// Item returns an entry of a List.
func (n *Node) Item(i int) model.Value { return n.items[i] }

// Keys returns the keys of an Object, sorted.
func (n *Node) Keys() []string { return n.keys }

// Field returns an entry of an Object, or nil.
func (n *Node) Field(key string) model.Value {
	if m := n.Member(key); m != nil {
		return m.Value
	}
	return nil
}

// Member returns a member of an Object, or nil.
func (n *Node) Member(key string) *Member {
	i, ok := slices.BinarySearch(n.keys, key)
	if !ok {
		return nil
	}
	return &n.members[i]
}

// Members returns the members of an Object, sorted by key.
func (n *Node) Members() []Member { return n.members }

// Items returns the entries of a List.
func (n *Node) Items() []*Node { return n.items }

// builder builds the trees of a text.
type builder struct {
	text  string
	roots []*Node
	slab  []Node
	nodes int
	first []Node // the first slab, if it is to be used again
	// The members and the items of the objects and lists that are being read.
	members []Member
	items   []*Node
}

func (b *builder) node(kind model.Kind, from, to int) *Node {
	if b.nodes++; b.nodes > maxNodes {
		panic(errLarge)
	}
	if len(b.slab) == 0 {
		b.slab = make([]Node, min(512, max(16, b.nodes)))
	}
	n := &b.slab[0]
	b.slab = b.slab[1:]
	n.kind, n.From, n.To = kind, from, to
	return n
}

// written returns a String with the text of the byte range.
func (b *builder) written(from, to int) *Node {
	n := b.node(model.String, from, to)
	n.text = b.text[from:to]
	return n
}

// decoded returns a String whose bytes are in a different form.
func (b *builder) decoded(text string, from, to int, form Form) *Node {
	n := b.node(model.String, from, to)
	n.text, n.Form = text, form
	if b.text[from:to] == text {
		n.Form = Exact
	}
	return n
}

// object returns an Object with the members. Members with the same key become a list, so that none hides another.
func (b *builder) object(n *Node, members []Member) {
	slices.SortStableFunc(members, func(x, y Member) int { return strings.Compare(x.Key, y.Key) })
	kept := members[:0]
	for _, m := range members {
		if len(kept) == 0 || kept[len(kept)-1].Key != m.Key {
			kept = append(kept, m)
			continue
		}
		last := &kept[len(kept)-1]
		if last.Value.kind != model.List || !last.Value.repeated() {
			list := b.node(model.List, last.Value.From, last.Value.To)
			list.items = []*Node{last.Value}
			list.Form = Block // used as a marker
			last.Value = list
		}
		last.Value.items = append(last.Value.items, m.Value)
		last.Value.To = max(last.Value.To, m.Value.To)
	}
	n.members = kept
	n.keys = make([]string, len(kept))
	for i := range kept {
		n.keys[i] = kept[i].Key
	}
}

// repeated reports whether the list was created for members with the same key.
func (n *Node) repeated() bool { return n.Form == Block }

package terraform

import (
	"cmp"
	"slices"

	"github.com/progression-labs-development/policypack/internal/model"
)

// view is a tree as the model sees it, with Pulumi's names. Unset values, which are null, and empty lists and maps are
// omitted, since a missing block is an empty list.
type view struct {
	model.Unset
	tree
	kind     model.Kind
	spelling *spelling
	block    bool // of an object: its keys are attributes
	fields   []entry
	names    []string // of the fields
}

// entry is a key of an object in Pulumi's spelling, with its value.
type entry struct {
	name  string
	value model.Value
}

// properties returns the view of a resource's properties, which is an Object.
func (t tree) properties(s *spelling) model.Value {
	if v := t.view(s, true); v != nil && v.Kind() == model.Object {
		return v
	}
	return model.Of(map[string]any(nil))
}

// view returns the view of a value, nil if it is omitted.
func (t tree) view(s *spelling, block bool) model.Value {
	switch {
	case t.unknown == true && anyTrue(t.sensitive):
		return model.Marked{Value: model.Unseen{}}
	case t.unknown == true:
		return model.Unseen{}
	case t.sensitive == true:
		if v := (tree{t.value, t.unknown, nil}).view(s, block); v != nil {
			return model.Marked{Value: v}
		}
		return nil
	case t.isObject():
		if block || t.present() {
			return &view{tree: t, kind: model.Object, spelling: s, block: block}
		}
		return nil
	}
	n, ok := t.list()
	switch {
	case ok && n == 0, t.value == nil && !ok:
		return nil
	case ok && n == 1 && s.single() && t.blocks():
		return t.item(0).view(s, true)
	case ok:
		return &view{tree: t, kind: model.List, spelling: s.item(), block: t.blocks()}
	}
	return model.Of(t.value)
}

// present reports whether an object has an entry that is not omitted.
func (t tree) present() bool {
	object, _ := t.value.(map[string]any)
	missing, _ := t.unknown.(map[string]any)
	for key := range object {
		if t.at(key).view(nil, false) != nil {
			return true
		}
	}
	for _, v := range missing {
		if anyTrue(v) {
			return true
		}
	}
	return false
}

// Kind returns Object or List.
func (v *view) Kind() model.Kind { return v.kind }

// Len returns the number of entries of a list.
func (v *view) Len() int {
	n, _ := v.list()
	return n
}

// Item returns an entry of a list. An omitted entry is a Null, so that later indexes stay the same.
func (v *view) Item(i int) model.Value {
	if item := v.item(i).view(v.spelling, v.block); item != nil {
		return item
	}
	return model.Unset{}
}

// entries returns the keys that are not omitted, by Pulumi's names. If two are the same, the later one applies.
func (v *view) entries() []entry {
	if v.kind != model.Object || v.fields != nil {
		return v.fields
	}
	keys := v.keys()
	v.fields = make([]entry, 0, len(keys))
	for _, key := range keys {
		name, inner := v.spelling.entry(key, v.block)
		if value := v.at(key).view(inner, false); value != nil {
			v.fields = append(v.fields, entry{name, value})
		}
	}
	slices.SortStableFunc(v.fields, func(a, b entry) int { return cmp.Compare(a.name, b.name) })
	last := v.fields[:0]
	for i, e := range v.fields {
		if i+1 == len(v.fields) || v.fields[i+1].name != e.name {
			last = append(last, e)
		}
	}
	v.fields = last
	return v.fields
}

// Keys returns the keys of an object.
func (v *view) Keys() []string {
	if entries := v.entries(); v.names == nil {
		v.names = make([]string, len(entries))
		for i, e := range entries {
			v.names[i] = e.name
		}
	}
	return v.names
}

// Field returns an entry of an object, or nil.
func (v *view) Field(name string) model.Value {
	entries := v.entries()
	i, ok := slices.BinarySearchFunc(entries, name, func(e entry, name string) int { return cmp.Compare(e.name, name) })
	if !ok {
		return nil
	}
	return entries[i].value
}

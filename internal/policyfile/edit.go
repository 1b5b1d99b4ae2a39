package policyfile

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Entry is a key of an object and its value, or an item of a list, which has no key.
type Entry struct {
	Key   string
	Value any
}

// object is a JSON object with its keys in this order.
type object []Entry

// MarshalJSON writes the keys in their order.
func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, e := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		key, err := encoded(e.Key)
		if err != nil {
			return nil, err
		}
		value, err := encoded(e.Value)
		if err != nil {
			return nil, err
		}
		b.Write(slices.Concat(key, []byte(":"), value))
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

func encoded(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSpace(b.Bytes()), err
}

// path returns the keys that lead from the top of the file to something of a policy.
func (f *File) path(policy string, keys []string) []string {
	return slices.Concat(f.above, []string{policy}, keys)
}

// of returns what the keys lead to below a policy, nil where there is nothing.
func (f *File) of(policy string, keys []string) *Document {
	at := f.Root
	for _, key := range f.path(policy, keys) {
		field := at.Field(key)
		if field == nil {
			return nil
		}
		at = field.Value
	}
	return at
}

// Set returns the text of the file with another value of a policy, which the keys lead to, and everything else as it is
// written. What is missing on the way there is added. The file has no mistakes, and data is the text that it was parsed
// from.
func (f *File) Set(data []byte, value any, policy string, keys ...string) ([]byte, error) {
	root := f.Root
	if root == nil { // the file is empty
		data, root = []byte("{}\n"), &Document{Value: map[string]any{}, to: len("{}")}
	}
	path, at := f.path(policy, keys), root
	for i, key := range path {
		below := at.Field(key)
		if below == nil {
			return insert(data, root, at, []Entry{{key, nested(path[i+1:], value)}})
		}
		d := below.Value
		switch {
		case i == len(path)-1:
			return replace(data, root, d, value)
		case d.Shape() == "null":
			return replace(data, root, d, nested(path[i+1:], value))
		case d.Shape() == "a text" && i == len(f.above): // the policy's level
			return replace(data, root, d,
				object{{"enforcementLevel", d.Value}, {path[i+1], nested(path[i+2:], value)}})
		case d.Shape() != "an object":
			return nil, fmt.Errorf("%s: expected an object, got %s", strings.Join(path[:i+1], "."), d.Shape())
		}
		at = d
	}
	return data, nil
}

// nested puts a value below keys.
func nested(keys []string, value any) any {
	for _, key := range slices.Backward(keys) {
		value = object{{key, value}}
	}
	return value
}

// Add returns the text of the file with further entries of an object or a list of a policy, behind those that are
// there, in the same way.
func (f *File) Add(data []byte, entries []Entry, policy string, keys ...string) ([]byte, error) {
	at := f.of(policy, keys)
	switch {
	case len(entries) == 0:
		return data, nil
	case at != nil && (at.Shape() == "an object" || at.Shape() == "a list"):
		return insert(data, f.Root, at, entries)
	case entries[0].Key != "":
		return f.Set(data, object(entries), policy, keys...)
	}
	list := make([]any, len(entries))
	for i, e := range entries {
		list[i] = e.Value
	}
	return f.Set(data, list, policy, keys...)
}

// SetItem is Set for an item of a list, by its number.
func (f *File) SetItem(data []byte, value any, i int, policy string, keys ...string) ([]byte, error) {
	at := f.of(policy, keys)
	if at == nil || i >= len(at.Items) {
		return nil, fmt.Errorf("no item %d", i)
	}
	return replace(data, f.Root, at.Items[i], value)
}

// Remove returns the text of the file without the entries of an object or a list of a policy for which the function
// says so, by their numbers.
func (f *File) Remove(data []byte, gone func(i int) bool, policy string, keys ...string) []byte {
	at := f.of(policy, keys)
	if at == nil {
		return data
	}
	all := at.parts()
	last := -1 // the last one that stays
	for i := range all {
		if !gone(i) {
			last = i
		}
	}
	var out []byte
	from := 0
	cut := func(begin, end int) {
		out = append(out, data[from:begin]...)
		from = end
	}
	for i := range last {
		if gone(i) {
			cut(all[i].from, all[i+1].from)
		}
	}
	switch {
	case last < 0 && len(all) > 0:
		cut(at.from+1, at.to-1)
	case last+1 < len(all):
		cut(all[last].to, all[len(all)-1].to)
	}
	return append(out, data[from:]...)
}

// part is an entry of an object, with its key, or of a list.
type part struct {
	from, to int
	value    *Document
}

func (d *Document) parts() (out []part) {
	for _, f := range d.Fields {
		out = append(out, part{f.from, f.Value.to, f.Value})
	}
	for _, item := range d.Items {
		out = append(out, part{item.from, item.to, item})
	}
	return out
}

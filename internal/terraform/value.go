package terraform

import (
	"fmt"
	"maps"
	"slices"

	"google.golang.org/protobuf/types/known/structpb"
)

// The engine's signature of a secret and its sentinel for what is not known yet, as package facts reads them.
const (
	sigKey    = "4dabf18193072939515e22adb298388d"
	sigSecret = "1b47061264138c4ac30d75fd1eb44270"
	unknown   = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
)

// maxDepth bounds how deeply values may be nested.
const maxDepth = 200

// tree is a value as a plan describes it: the value, and two trees of the same shape that are true where a part of it is
// not known yet or sensitive.
type tree struct{ value, unknown, sensitive any }

// at returns the part under a key.
func (t tree) at(key string) tree {
	return tree{field(t.value, key), field(t.unknown, key), field(t.sensitive, key)}
}

// item returns an item of a list.
func (t tree) item(i int) tree {
	return tree{item(t.value, i), item(t.unknown, i), item(t.sensitive, i)}
}

func field(v any, key string) any {
	switch v := v.(type) {
	case bool:
		return v
	case map[string]any:
		return v[key]
	}
	return nil
}

func item(v any, i int) any {
	switch v := v.(type) {
	case bool:
		return v
	case []any:
		if i < len(v) {
			return v[i]
		}
	}
	return nil
}

// keys are the keys of an object, with those that are not known yet, sorted.
func (t tree) keys() []string {
	object, _ := t.value.(map[string]any)
	missing, _ := t.unknown.(map[string]any)
	keys := slices.AppendSeq(make([]string, 0, len(object)), maps.Keys(object))
	for key, v := range missing {
		if _, ok := object[key]; !ok && anyTrue(v) {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

// anyTrue tells whether some part of the tree is marked.
func anyTrue(v any) bool {
	switch v := v.(type) {
	case bool:
		return v
	case []any:
		return slices.ContainsFunc(v, anyTrue)
	case map[string]any:
		for _, inner := range v {
			if anyTrue(inner) {
				return true
			}
		}
	}
	return false
}

// isObject tells whether the value is an object, or would be one if it were known.
func (t tree) isObject() bool {
	if t.value == nil {
		_, ok := t.unknown.(map[string]any)
		return ok
	}
	_, ok := t.value.(map[string]any)
	return ok
}

// list returns the length of a list, and whether the value is one, or would be one if it were known.
func (t tree) list() (int, bool) {
	values, ok := t.value.([]any)
	missing, open := t.unknown.([]any)
	return max(len(values), len(missing)), ok || t.value == nil && open
}

// blocks tells whether the value is a list of blocks.
func (t tree) blocks() bool {
	n, ok := t.list()
	for i := range n {
		if !t.item(i).isObject() {
			return false
		}
	}
	return ok && n > 0
}

// wire turns the tree into a property of the engine's protocol, with names as Pulumi spells them. It is nil for what is
// not set, which is null, and for empty lists and maps, since a block that is not there is an empty list.
func (t tree) wire(s *spelling, block bool, depth int) (*structpb.Value, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("nested deeper than %d levels", maxDepth)
	}
	if t.unknown == true {
		return mark(structpb.NewStringValue(unknown), anyTrue(t.sensitive)), nil
	}
	if t.sensitive == true {
		v, err := tree{t.value, t.unknown, nil}.wire(s, block, depth+1)
		if v == nil || err != nil {
			return nil, err
		}
		return mark(v, true), nil
	}
	if t.isObject() {
		return t.wireObject(s, block, depth)
	}
	if n, ok := t.list(); ok {
		return t.wireList(n, s, depth)
	}
	if t.value == nil {
		return nil, nil
	}
	return structpb.NewValue(t.value)
}

func (t tree) wireObject(s *spelling, block bool, depth int) (*structpb.Value, error) {
	object := &structpb.Struct{Fields: map[string]*structpb.Value{}}
	for _, key := range t.keys() {
		name, inner := s.entry(key, block)
		v, err := t.at(key).wire(inner, false, depth+1)
		if err != nil {
			return nil, err
		}
		if v != nil {
			object.Fields[name] = v
		}
	}
	if len(object.Fields) == 0 && !block {
		return nil, nil
	}
	return structpb.NewStructValue(object), nil
}

func (t tree) wireList(n int, s *spelling, depth int) (*structpb.Value, error) {
	if n == 0 {
		return nil, nil
	}
	blocks := t.blocks()
	if n == 1 && blocks && s.single() {
		return t.item(0).wire(s, true, depth+1)
	}
	list := &structpb.ListValue{Values: make([]*structpb.Value, n)}
	for i := range n {
		v, err := t.item(i).wire(s.item(), blocks, depth+1)
		if err != nil {
			return nil, err
		}
		if v == nil {
			v = structpb.NewNullValue() // keeps the indexes of the items behind it
		}
		list.Values[i] = v
	}
	return structpb.NewListValue(list), nil
}

// mark wraps a value as a secret.
func mark(v *structpb.Value, secret bool) *structpb.Value {
	if !secret {
		return v
	}
	return structpb.NewStructValue(&structpb.Struct{Fields: map[string]*structpb.Value{
		sigKey: structpb.NewStringValue(sigSecret), "value": v,
	}})
}

// spell returns a place in the tree as Terraform writes it. What lies inside of a text, such as a template, stays as it is;
// what the tree does not have is turned into snake case.
func (t tree) spell(s *spelling, path []any) []any {
	out := make([]any, 0, len(path)+1)
	block := true
	for len(path) > 0 {
		n, isList := t.list()
		switch step := path[0].(type) {
		case string:
			if isList && n == 1 && t.blocks() && s.single() {
				out = append(out, 0)
				t, block = t.item(0), true
				continue
			}
			switch {
			case t.isObject():
				key, inner := t.key(s, step, block)
				out = append(out, key)
				t, s, block = t.at(key), inner, false
			case t.value == nil:
				out = append(out, snake(step))
				t, s = tree{}, nil
			default:
				return append(out, path...)
			}
		case int:
			out = append(out, step)
			block = isList && t.blocks()
			t, s = t.item(step), s.item()
		default:
			return append(out, path...)
		}
		path = path[1:]
	}
	return out
}

// key returns the key of an object that is spelled so.
func (t tree) key(s *spelling, name string, block bool) (string, *spelling) {
	for _, key := range t.keys() {
		if spelled, inner := s.entry(key, block); spelled == name {
			return key, inner
		}
	}
	if block {
		return snake(name), nil
	}
	return name, nil
}

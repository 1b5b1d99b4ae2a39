package terraform

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/progression-labs-development/policypack/internal/model"
)

// maxDepth is the maximum nesting depth of values.
const maxDepth = model.MaxDepth

// shallow returns an error for a value that is nested too deeply.
func (t tree) shallow() error { return cmp.Or(shallow(t.value, 0), shallow(t.unknown, 0)) }

func shallow(v any, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("nested deeper than %d levels", maxDepth)
	}
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			if err := shallow(item, depth+1); err != nil {
				return err
			}
		}
	case map[string]any:
		for _, item := range v {
			if err := shallow(item, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

// tree is a value as a plan describes it: the value itself, and two trees of the same shape that are true for unknown
// and sensitive parts.
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

// keys returns the keys of an object, including those with unknown values, sorted.
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

// anyTrue reports whether any part of the tree is marked.
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

// isObject reports whether the value is an object, or would be one if it were known.
func (t tree) isObject() bool {
	if t.value == nil {
		_, ok := t.unknown.(map[string]any)
		return ok
	}
	_, ok := t.value.(map[string]any)
	return ok
}

// list returns the length of a list, and whether the value is one or would be one if it were known.
func (t tree) list() (int, bool) {
	values, ok := t.value.([]any)
	missing, open := t.unknown.([]any)
	return max(len(values), len(missing)), ok || t.value == nil && open
}

// blocks reports whether the value is a list of blocks.
func (t tree) blocks() bool {
	n, ok := t.list()
	for i := range n {
		if !t.item(i).isObject() {
			return false
		}
	}
	return ok && n > 0
}

// spell returns a path in the tree in Terraform's spelling. Steps inside a string, such as a template, stay as they
// are; those not in the tree are converted to snake case.
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

// key returns the key of an object with the given spelling, or a likely one if there is none.
func (t tree) key(s *spelling, name string, block bool) (string, *spelling) {
	if key, inner, ok := t.find(s, name, block); ok {
		return key, inner
	}
	if block {
		return snake(name), nil
	}
	return name, nil
}

func (t tree) find(s *spelling, name string, block bool) (key string, inner *spelling, ok bool) {
	for _, key := range t.keys() {
		if spelled, inner := s.entry(key, block); spelled == name {
			return key, inner, true
		}
	}
	return "", nil, false
}

// gives reports whether a property of a resource, in Pulumi's spelling, is set.
func (t tree) gives(s *spelling, name string) bool {
	key, inner, ok := t.find(s, name, true)
	return ok && t.at(key).view(inner, false) != nil
}

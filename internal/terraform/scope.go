package terraform

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/jsontext"
)

// scope is a module of the configuration, with its instance as far as known.
type scope struct {
	module *configModule
	call   *moduleCall // nil for the root
	parent *scope
	names  []string // of the modules on the way here
	steps  []step   // the instances of the outer ones of them that are known
	source string   // canonical, empty for the root
}

// scopeOf returns the scope of a module instance, nil if it is not in the configuration.
func (d *Document) scopeOf(steps []step) *scope {
	if d.file.Configuration == nil || d.file.Configuration.RootModule == nil {
		return nil
	}
	s := &scope{module: d.file.Configuration.RootModule}
	for i, at := range steps {
		if s = s.child(at.name); s == nil {
			return nil
		}
		s.steps = steps[:i+1]
	}
	return s
}

// child returns the scope of a module called here, without an instance; nil if there is none.
func (s *scope) child(name string) *scope {
	call := s.module.ModuleCalls[name]
	if call == nil || call.Module == nil {
		return nil
	}
	return &scope{
		module: call.Module, call: call, parent: s, names: append(slices.Clip(s.names), name), steps: s.steps,
		source: Canonical(call.Source, s.source),
	}
}

// index indexes the resources and data sources of a module and its submodules by address.
func (m *configModule) index() {
	if m == nil {
		return
	}
	m.byAddress = make(map[string]*configResource, len(m.Resources))
	for _, r := range m.Resources {
		if r != nil {
			m.byAddress[r.Address] = r
		}
	}
	for _, call := range m.ModuleCalls {
		if call != nil {
			call.Module.index()
		}
	}
}

// expression is what the configuration shows of an expression.
type expression struct {
	constant   any
	isConstant bool
	references []string // where it is no constant
	blocks     []map[string]json.RawMessage
	isBlocks   bool
	block      map[string]json.RawMessage // of a block that there can be only one of
}

// parse parses an expression: {"constant_value": …}, {"references": […]}, {} for a function call, a list of blocks, or
// one block.
func parse(raw json.RawMessage) expression {
	var e expression
	if trimmed := bytes.TrimLeft(raw, " \t\r\n"); len(trimmed) > 0 && trimmed[0] == '[' {
		e.isBlocks = true
		for item := range jsontext.Items(raw) {
			switch item[0] {
			case '{':
				e.blocks = append(e.blocks, objectOf(item))
			case 'n':
				e.blocks = append(e.blocks, nil)
			default:
				return expression{blocks: e.blocks}
			}
		}
		return e
	}
	var decoder jsontext.Decoder
	for key, value := range jsontext.Fields(raw) {
		switch key {
		case "constant_value":
			if v, err := decoder.Decode(value); err == nil {
				return expression{constant: v, isConstant: true}
			}
		case "references":
			if e.references = nil; json.Unmarshal(value, &e.references) == nil {
				continue
			}
		}
		e.block = objectOf(raw)
	}
	if e.references != nil {
		e.block = nil
	}
	return e
}

// objectOf returns the fields of an object, nil for any other value.
func objectOf(raw json.RawMessage) map[string]json.RawMessage {
	var object map[string]json.RawMessage
	for key, value := range jsontext.Fields(raw) {
		if object == nil {
			object = map[string]json.RawMessage{}
		}
		object[key] = value
	}
	return object
}

// references collects the references of an expression, including those in its blocks.
func references(raw json.RawMessage, depth int) []string {
	if depth > maxDepth || !bytes.Contains(raw, []byte(`"references"`)) {
		return nil
	}
	e := parse(raw)
	all := e.references
	for _, block := range append(e.blocks, e.block) {
		for _, key := range sortedKeys(block) {
			all = append(all, references(block[key], depth+1)...)
		}
	}
	return all
}

// object resolves the expressions of a block.
func (d *Document) object(f frame, block map[string]json.RawMessage, depth int) tree {
	values, missing, sensitive := map[string]any{}, map[string]any{}, map[string]any{}
	for key, raw := range block {
		t := d.value(f, raw, depth)
		values[key], missing[key], sensitive[key] = t.value, t.unknown, t.sensitive
	}
	return tree{values, missing, sensitive}
}

// join merges the trees of a list's items into one tree.
func join(items []tree) tree {
	values, missing, sensitive := make([]any, len(items)), make([]any, len(items)), make([]any, len(items))
	for i, t := range items {
		values[i], missing[i], sensitive[i] = t.value, t.unknown, t.sensitive
	}
	return tree{values, missing, sensitive}
}

// path returns the configuration path of the scope, for use in an index.
func (s *scope) path() string { return strings.Join(s.names, ".") }

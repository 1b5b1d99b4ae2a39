package terraform

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/place"
)

// literal is a literal value in the configuration, with its location. The steps are the module instance that contains
// it or, for an argument, the one that receives it.
type literal struct {
	value any
	by    model.Writer
	steps []step
}

// outside is the value of a root variable that is set from outside.
type outside struct {
	name  string
	value any
}

// literal adds a literal value in a frame. The literal of an argument is in the calling module.
func (o *origins) literal(f frame, kind model.WriterKind, block, name string, value any) {
	if o.lookups > 0 || value == nil {
		return
	}
	in := f.scope
	if kind == model.Argument {
		in = f.parent
	}
	by := model.Writer{Kind: kind, Module: in.where(), Block: block, Name: name}
	o.literals = append(o.literals, literal{value, by, f.steps})
}

// withoutKeys returns the address of a module without instance keys.
func withoutKeys(steps []step) string {
	names := make([]string, len(steps))
	for i, s := range steps {
		names[i] = "module." + s.name
	}
	return strings.Join(names, ".")
}

// where returns the address of the module without instance keys.
func (s *scope) where() string { return strings.TrimSuffix(s.prefix(), ".") }

// traces are the origins of a planned resource. They are computed on demand.
type traces struct {
	d   *Document
	n   namer
	r   *row
	all model.Sources // by property, nil until somebody asks
}

var _ model.Leaves = (*traces)(nil)

func (t *traces) sources() model.Sources {
	if t.all == nil {
		t.all = t.n.sources(t.d, t.r)
	}
	return t.all
}

// Properties returns the names of the properties that have an origin, sorted.
func (t *traces) Properties() []string { return t.sources().Properties() }

// Of returns the origins of a property.
func (t *traces) Of(property string) []model.Origin { return t.sources()[property] }

// Leaf returns the origin of a value. It is a proven literal if the value itself is one that the expression refers to.
// Referring only to literals is not proof, since functions, templates and conditions are not in the plan. An expression
// without references in the plan (a function of literals, a local value) proves nothing.
func (t *traces) Leaf(path place.Path) model.Origin {
	r := t.r
	if r.config == nil || len(r.prefix) > 0 || len(path) == 0 {
		return model.Origin{}
	}
	value := t.d.values.load(r).inputs
	spelled := value.spell(r.spelling, path)
	key, _ := spelled[0].(string)
	for _, step := range spelled {
		value = value.step(step)
	}
	written := t.d.values.expressions(r.config).of[key]
	if value.value == nil || written == nil {
		return model.Origin{}
	}
	want := text(value.value)
	o := &origins{rows: map[*row]bool{}, key: r.key, seen: map[string]bool{}}
	f, partly := frameOf(r), false
	for _, at := range expressionsAt(written, spelled[1:], 0) {
		e := parse(at.raw)
		if !e.isConstant {
			t.d.follow(o, f, references(at.raw, 0))
			partly = partly || at.inside
		} else if _, ok := find(e.constant, want, 0); ok {
			return model.Origin{Kind: model.Literal, By: model.Writer{
				Kind: model.Attribute, Module: f.where(), Block: f.block, Name: key,
				Inner: place.Path(spelled[1:]).String(), URN: t.n.row(r), Path: path.String(),
			}}
		}
	}
	for _, one := range o.given {
		if _, ok := find(one.value, want, 0); ok {
			return model.Origin{Kind: model.Variable, From: one.name}
		}
	}
	for _, one := range o.literals {
		if inner, ok := find(one.value, want, 0); ok {
			return model.Origin{Kind: model.Literal, By: t.written(one, inner, path)}
		}
	}
	if partly {
		for _, at := range t.d.rows {
			if at.lookup == "" || at.config == nil || !slices.Contains(o.read, at.config) {
				continue
			}
			if _, ok := find(t.d.values.load(at).outputs.value, want, 0); ok {
				return model.Origin{Kind: model.LookedUp, From: at.config.Address}
			}
		}
	}
	return o.otherwise(partly)
}

// otherwise returns the origin of a value that the plan does not show to be a literal. A part of an object may still be
// one, next to parts that are looked up, unless the lookup usually returns a secret.
func (o *origins) otherwise(partly bool) model.Origin {
	for _, one := range o.more {
		if one.Kind == model.LookedUp && (!partly || readsSecrets(one.From)) {
			one.Partly = partly
			return one
		}
	}
	if len(o.rows) > 0 {
		return model.Origin{Kind: model.OutputOf}
	}
	if len(o.given) > 0 {
		return model.Origin{Kind: model.Variable, From: o.given[0].name, Partly: true}
	}
	return model.Origin{}
}

// readsSecrets reports whether the address is that of a data source or ephemeral resource that reads secrets.
func readsSecrets(address string) bool {
	kind, rest, _ := strings.Cut(address, ".")
	typ, _, _ := strings.Cut(rest, ".")
	if kind == "ephemeral" {
		return true
	}
	for _, word := range [...]string{
		"secret", "password", "credential", "token", "vault_generic", "vault_kv", "ssm_parameter", "sops",
		"onepassword", "external", "http", "auth", "private_key", "api_key",
	} {
		if strings.Contains(typ, word) {
			return true
		}
	}
	return false
}

// written returns the location of a literal for findings: the configuration for root variables, the module for other
// variables and arguments of calls, and otherwise the resource that uses it.
func (t *traces) written(l literal, inner place.Path, path place.Path) model.Writer {
	by := l.by
	by.URN, by.Path, by.Inner = t.n.row(t.r), path.String(), inner.String()
	var at place.Path
	switch by.Kind {
	case model.Argument:
		at = place.Path{by.Name}
	case model.Default:
		at = place.Path{defaultSpace + ":" + strings.TrimPrefix(by.Block, "var.")}
	case model.Attribute, model.Output:
		return by
	}
	if len(l.steps) == 0 {
		by.URN = t.n.root()
	} else if m := t.d.byID[address(l.steps)]; m != nil {
		by.URN = t.n.urn(m.types, withoutKeys(l.steps)) // it is written once for all instances
	} else {
		return by
	}
	by.Path = append(at, inner...).String()
	return by
}

// expressionAt is the expression of a value, or of an object that contains it.
type expressionAt struct {
	raw    json.RawMessage
	inside bool
}

// expressionsAt returns the expressions of a value at a path in the blocks of an expression. In a set the matching
// block cannot be determined, so it returns those of all blocks.
func expressionsAt(raw json.RawMessage, path place.Path, depth int) []expressionAt {
	e := parse(raw)
	rest := path
	for len(rest) > 0 {
		if _, index := rest[0].(int); !index {
			break
		}
		rest = rest[1:]
	}
	if len(rest) == 0 || depth > maxDepth || !e.isBlocks && e.block == nil {
		return []expressionAt{{raw, len(path) > 0 && !e.isBlocks && e.block == nil}}
	}
	key, _ := rest[0].(string)
	var all []expressionAt
	for _, block := range append(e.blocks, e.block) {
		if inner := block[key]; inner != nil {
			all = append(all, expressionsAt(inner, rest[1:], depth+1)...)
		}
	}
	return all
}

// find returns the path of a string, number or boolean in a value.
func find(value any, want string, depth int) (place.Path, bool) {
	if depth > maxDepth {
		return nil, false
	}
	switch v := value.(type) {
	case map[string]any:
		for _, key := range sortedKeys(v) {
			if path, ok := find(v[key], want, depth+1); ok {
				return append(place.Path{key}, path...), true
			}
		}
	case []any:
		for i := range v {
			if path, ok := find(v[i], want, depth+1); ok {
				return append(place.Path{i}, path...), true
			}
		}
	case nil:
	default:
		return nil, want != "" && text(v) == want
	}
	return nil, false
}

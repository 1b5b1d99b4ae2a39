package terraform

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/model"
)

// maxOrigins limits the instances of one resource among the origins of a value.
const maxOrigins = 100

// origins are the resources that a value is built from.
type origins struct {
	rows map[*row]bool
	// open reports whether a part of the value comes from something that the plan does not show, such as a local value.
	open bool
	// more are the origins other than resources, in the order in which they were found.
	more []model.Origin
	// literals are the literal values in the configuration, and given the values of root variables that are set from
	// outside. The arguments of a data source are neither.
	literals []literal
	given    []outside
	read     []*configResource // the data sources

	lookups int    // the data sources and ephemeral resources through which it goes at the moment
	key     string // of the instance whose value it is, in brackets
	seen    map[string]bool
}

// sorted returns the resources by address.
func (o *origins) sorted() []*row {
	return slices.SortedFunc(maps.Keys(o.rows), func(a, b *row) int { return strings.Compare(a.address, b.address) })
}

// from adds an origin other than a resource.
func (o *origins) from(kind model.OriginKind, name string) {
	if one := (model.Origin{Kind: kind, From: name}); !slices.Contains(o.more, one) {
		o.more = append(o.more, one)
	}
}

// origins follows the references of a resource's expression through variables and outputs of modules to resources. The
// origins of a data source are those of its arguments.
func (d *Document) origins(at *row, raw json.RawMessage) *origins {
	o := &origins{rows: map[*row]bool{}, key: at.key, seen: map[string]bool{}}
	texts := references(raw, 0)
	if len(texts) == 0 && parse(raw).isConstant {
		o.from(model.Literal, "")
	}
	d.follow(o, frameOf(at), texts)
	return o
}

// follow continues from references in a frame.
func (d *Document) follow(o *origins, f frame, texts []string) {
	counted := slices.ContainsFunc(texts, func(text string) bool {
		return strings.HasPrefix(text, "each.") || strings.HasPrefix(text, "count.")
	})
	for _, text := range texts {
		place := f.path() + " " + address(f.steps) + " " + text + " " + string(f.each)
		if o.seen[place] {
			continue
		}
		o.seen[place] = true
		r := parseReference(text)
		switch r.kind {
		case "var":
			d.followVariable(o, f, r.name)
		case "local":
			o.open = true
		case "each":
			if e := parse(f.each); e.isConstant {
				o.literal(f, model.Attribute, f.block, "for_each", e.constant)
			}
			d.follow(o, frame{scope: f.scope, block: f.block}, references(f.each, 0))
		case "module":
			d.followOutput(o, f.scope, r, texts)
		case "data", "ephemeral":
			o.from(model.LookedUp, r.kind+"."+r.typ+"."+r.name)
			if c := f.module.byAddress[r.kind+"."+r.typ+"."+r.name]; c != nil {
				o.read = append(o.read, c)
				o.lookups++
				e := d.values.expressions(c)
				for _, name := range sortedKeys(e.of) {
					d.follow(o, frame{f.scope, c.Address, c.ForEachExpression, ""}, references(e.of[name], 0))
				}
				o.lookups--
			}
		case "resource":
			// A reference to one instance is listed together with its prefix, which refers to all instances.
			if !slices.ContainsFunc(texts, func(longer string) bool { return strings.HasPrefix(longer, text+"[") }) {
				d.instances(o, f.scope, r, counted)
			}
		}
	}
}

// followVariable continues from a variable, to the arguments of the module's call or to the variable's default.
func (d *Document) followVariable(o *origins, f frame, name string) {
	declared := f.declared(name)
	if f.call == nil {
		o.from(model.Variable, name)
		one := d.file.Variables[name]
		if declared.Default != nil && (one == nil || reflect.DeepEqual(one.Value, declared.Default)) {
			o.literal(f, model.Default, "var."+name, "default", declared.Default)
		} else if one != nil {
			o.given = append(o.given, outside{name, one.Value})
		}
		return
	}
	raw := f.call.Expressions[name]
	if raw == nil {
		o.from(model.Literal, "")
		o.literal(f, model.Default, "var."+name, "default", declared.Default)
		return
	}
	if e := parse(raw); e.isConstant {
		o.from(model.Literal, "")
		o.literal(f, model.Argument, f.caller().block, name, e.constant)
		return
	}
	d.follow(o, f.caller(), references(raw, 0))
}

// followOutput continues in the module whose output is referred to. A reference to an attribute is listed together with
// its prefix, which is less specific and is ignored.
func (d *Document) followOutput(o *origins, s *scope, r reference, texts []string) {
	inner := s.instance(r)
	if inner == nil {
		o.open = true
		return
	}
	names := sortedKeys(inner.module.Outputs)
	if len(r.rest) > 0 {
		names = r.rest[:1]
	} else if slices.ContainsFunc(texts,
		func(text string) bool { return strings.HasPrefix(text, "module."+r.name+".") }) {
		return
	}
	for _, name := range names {
		if out := inner.module.Outputs[name]; out != nil {
			if e := parse(out.Expression); e.isConstant {
				o.literal(frame{scope: inner}, model.Output, "output."+name, "value", e.constant)
			}
			d.follow(o, frame{scope: inner}, references(out.Expression, 0))
		}
	}
}

// instances adds the instances of a resource that the reference may mean. An instance that is selected by the key of
// the referring instance (counted) is not known; it is assumed to be the one with the same key.
func (d *Document) instances(o *origins, s *scope, r reference, counted bool) {
	var found []*row
	for _, at := range d.byConfig[s.path()+" "+r.typ+"."+r.name] {
		if len(at.module) < len(s.steps) || !slices.Equal(at.module[:len(s.steps)], s.steps) {
			continue
		}
		switch {
		case r.key != "" && at.key != r.key:
		case r.key == "" && counted && at.key != "" && at.key == o.key:
			o.rows[at] = true
			return
		default:
			found = append(found, at)
		}
	}
	if len(found) > maxOrigins {
		found, o.open = found[:maxOrigins], true
	}
	for _, at := range found {
		o.rows[at] = true
	}
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

package terraform

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/model"
)

// maxOrigins bounds how many instances of one resource a value is said to be built from.
const maxOrigins = 100

// origins are the resources that a value is built from.
type origins struct {
	rows map[*row]bool
	// open tells that it is also built from something that the plan does not show, such as a local value.
	open bool
	// more are the origins that are no resources, in the order in which they were found.
	more []model.Origin

	key  string // of the instance whose value it is, in brackets
	seen map[string]bool
}

// sorted returns the resources by address.
func (o *origins) sorted() []*row {
	return slices.SortedFunc(maps.Keys(o.rows), func(a, b *row) int { return strings.Compare(a.address, b.address) })
}

// from adds an origin that is no resource.
func (o *origins) from(kind model.OriginKind, name string) {
	if one := (model.Origin{Kind: kind, From: name}); !slices.Contains(o.more, one) {
		o.more = append(o.more, one)
	}
}

// origins follows the references of an expression of a resource through the variables and outputs of modules, to
// resources. A data source is what it is read by.
func (d *Document) origins(at *row, raw json.RawMessage) *origins {
	o := &origins{rows: map[*row]bool{}, key: at.key, seen: map[string]bool{}}
	texts := references(raw, 0)
	if len(texts) == 0 && parse(raw).isConstant {
		o.from(model.Literal, "")
	}
	d.follow(o, at.scope, at.config.ForEachExpression, texts)
	return o
}

// follow goes on from references in a scope; each is the expression behind each.value there.
func (d *Document) follow(o *origins, s *scope, each json.RawMessage, texts []string) {
	counted := slices.ContainsFunc(texts, func(text string) bool {
		return strings.HasPrefix(text, "each.") || strings.HasPrefix(text, "count.")
	})
	for _, text := range texts {
		place := s.path() + " " + address(s.steps) + " " + text + " " + string(each)
		if o.seen[place] {
			continue
		}
		o.seen[place] = true
		r := parseReference(text)
		switch r.kind {
		case "var":
			switch {
			case s.call == nil:
				o.from(model.Variable, r.name)
			case s.call.Expressions[r.name] == nil || parse(s.call.Expressions[r.name]).isConstant:
				o.from(model.Literal, "") // the default of the module's variable, or what its call writes down
			default:
				d.follow(o, s.parent, s.call.ForEachExpression, references(s.call.Expressions[r.name], 0))
			}
		case "local":
			o.open = true
		case "each":
			d.follow(o, s, nil, references(each, 0))
		case "module":
			d.followOutput(o, s, r, texts)
		case "data", "ephemeral":
			o.from(model.LookedUp, r.kind+"."+r.typ+"."+r.name)
			if c := s.module.byAddress[r.kind+"."+r.typ+"."+r.name]; c != nil {
				for _, name := range sortedKeys(c.Expressions) {
					d.follow(o, s, c.ForEachExpression, references(c.Expressions[name], 0))
				}
			}
		case "resource":
			// A reference to one instance is listed with what is in front of it: all of them.
			if !slices.ContainsFunc(texts, func(longer string) bool { return strings.HasPrefix(longer, text+"[") }) {
				d.instances(o, s, r, counted)
			}
		}
	}
}

// followOutput goes on in a module whose output is referred to. A reference to an attribute is listed with what is in
// front of it, which says less and is left out.
func (d *Document) followOutput(o *origins, s *scope, r reference, texts []string) {
	inner := s.child(r.name)
	if inner == nil {
		o.open = true
		return
	}
	if r.key != "" && len(inner.steps) == len(s.names) {
		inner.steps = append(slices.Clip(inner.steps), step{r.name, "module." + r.name + r.key})
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
			d.follow(o, inner, nil, references(out.Expression, 0))
		}
	}
}

// instances adds the instances of a resource that the reference may mean. Which one it is that is looked up by the key
// of the instance that refers to it (counted) is not told; it is taken for the one with the same key.
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

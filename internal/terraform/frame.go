package terraform

import (
	"encoding/json"
	"strconv"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"
)

// frame is the context in which an expression is evaluated: a module and the enclosing block, which determines
// each.value.
type frame struct {
	*scope
	block string          // the address of the block in the module: aws_db_instance.main, module.db
	each  json.RawMessage // its for_each
	key   string          // of its instance, in brackets; empty where it is not known which
}

// frameOf returns the frame for the expressions of a resource.
func frameOf(r *row) frame {
	return frame{r.scope, r.config.Address, r.config.ForEachExpression, r.key}
}

// caller returns the frame for the arguments of the module call.
func (s *scope) caller() frame {
	f := frame{scope: s.parent, block: "module." + s.names[len(s.names)-1], each: s.call.ForEachExpression}
	if len(s.steps) == len(s.names) {
		f.key = strings.TrimPrefix(s.steps[len(s.steps)-1].text, f.block)
	}
	return f
}

// maximal returns the references of an expression without those that are a prefix of another one. Terraform lists
// var.db.password, and then var.db.
func maximal(references []string) []string {
	var all []string
	for i, text := range references {
		shorter := false
		for j, other := range references {
			rest, ok := strings.CutPrefix(other, text)
			shorter = shorter || j != i && ok && rest != "" && (rest[0] == '.' || rest[0] == '[')
			shorter = shorter || j < i && other == text
		}
		if !shorter {
			all = append(all, text)
		}
	}
	return all
}

// traversal splits a reference into steps: names and keys are strings, indexes are ints.
func traversal(text string) []any {
	var steps []any
	for rest := text; rest != ""; {
		if rest[0] == '[' {
			n := keyLength(rest)
			steps = append(steps, keyOf(rest[:n]))
			rest = strings.TrimPrefix(rest[n:], ".")
			continue
		}
		end := strings.IndexAny(rest, ".[")
		if end < 0 {
			end = len(rest)
		}
		steps = append(steps, rest[:end])
		rest = strings.TrimPrefix(rest[end:], ".")
	}
	return steps
}

// keyOf parses a key in brackets.
func keyOf(bracketed string) any {
	inner := strings.TrimSuffix(strings.TrimPrefix(bracketed, "["), "]")
	if n, err := strconv.Atoi(inner); err == nil {
		return n
	}
	if text, err := strconv.Unquote(inner); err == nil {
		return strings.NewReplacer("$${", "${", "%%{", "%{").Replace(text)
	}
	return inner
}

// step returns the part of a value at one step of a traversal.
func (t tree) step(step any) tree {
	switch step := step.(type) {
	case string:
		return t.at(step)
	case int:
		return t.item(step)
	}
	return tree{unknown: true}
}

// value resolves an expression: constants, and the target of a single reference, through variables, arguments and
// outputs of modules, and for_each. Anything else is unknown, since the plan does not distinguish a value from an
// expression built from it.
func (d *Document) value(f frame, raw json.RawMessage, depth int) tree {
	e := parse(raw)
	switch {
	case depth > maxDepth:
	case e.isConstant:
		return tree{value: e.constant}
	case e.isBlocks:
		list := make([]tree, len(e.blocks))
		for i, block := range e.blocks {
			list[i] = d.object(f, block, depth+1)
		}
		return join(list)
	case e.block != nil:
		return d.object(f, e.block, depth+1)
	}
	if all := maximal(e.references); len(all) == 1 {
		return d.referred(f, all[0], depth+1)
	}
	return tree{unknown: true}
}

// referred returns the target of a reference.
func (d *Document) referred(f frame, text string, depth int) tree {
	var t tree
	r, steps := parseReference(text), traversal(text)
	if len(steps) < 2 || depth > maxDepth {
		return tree{unknown: true}
	}
	steps = steps[2:]
	switch {
	case r.kind == "var":
		t = d.variable(f.scope, r.name, depth)
	case r.kind == "each" && r.name == "value" && f.key != "" && f.each != nil:
		t = d.value(frame{scope: f.scope, block: f.block}, f.each, depth).step(keyOf(f.key))
	case r.kind == "module" && len(r.rest) > 0:
		inner := f.instance(r)
		if inner == nil || inner.module.Outputs[r.rest[0]] == nil {
			return tree{unknown: true}
		}
		t = d.value(frame{scope: inner}, inner.module.Outputs[r.rest[0]].Expression, depth)
		if steps = steps[1:]; r.key != "" {
			steps = steps[1:]
		}
	default:
		return tree{unknown: true}
	}
	for _, step := range steps {
		t = t.step(step)
	}
	return t
}

// instance returns the scope of the module that a reference points to, with its instance if known.
func (s *scope) instance(r reference) *scope {
	inner := s.child(r.name)
	if inner != nil && len(inner.steps) == len(s.names) && (r.key != "" || inner.call.single()) {
		inner.steps = append(inner.steps[:len(inner.steps):len(inner.steps)], step{r.name, "module." + r.name + r.key})
	}
	return inner
}

// single reports whether the module has exactly one instance, without a key.
func (c *moduleCall) single() bool { return c.ForEachExpression == nil && !bool(c.CountExpression) }

// variable resolves a variable of a module.
func (d *Document) variable(s *scope, name string, depth int) tree {
	if s == nil || depth > maxDepth {
		return tree{unknown: true}
	}
	declared := s.declared(name)
	t := tree{unknown: true}
	switch {
	case s.call == nil:
		if given := d.file.Variables[name]; given != nil {
			t = tree{value: given.Value}
		} else if declared.Default != nil {
			t = tree{value: declared.Default}
		}
	case s.call.Expressions[name] != nil:
		t = d.value(s.caller(), s.call.Expressions[name], depth)
	default:
		t = tree{value: declared.Default}
	}
	if declared.Sensitive {
		t.sensitive = true
	}
	return t
}

// declared returns a variable of the module, or an empty one if it has none.
func (s *scope) declared(name string) *tfjson.ConfigVariable {
	if v := s.module.Variables[name]; v != nil {
		return v
	}
	return &tfjson.ConfigVariable{}
}

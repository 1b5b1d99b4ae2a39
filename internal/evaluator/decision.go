package evaluator

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/progression-labs-development/policypack/internal/place"
)

// decision validates one result of the router: {policy, rule, decision: {message, path?, urn?, level?, kind?, finding?,
// yields?}, finding?}; for a file, with line and column instead of urn. Any other form is an error with the policy's
// name and is never dropped. The error does not quote the decision, which may contain anything.
func (e *Evaluator) decision(t *ast.Term, file bool) (Decision, error) {
	outer, ok := t.Value.(ast.Object)
	if !ok {
		return Decision{}, fmt.Errorf("rego/main/main.rego: decisions must be objects, got %s", ast.ValueName(t.Value))
	}
	var d Decision
	d.Policy, _ = text(outer, "policy")
	rule, _ := text(outer, "rule")
	d.Undecided = rule == "undecided"
	wrong := func(format string, args ...any) (Decision, error) {
		return Decision{}, fmt.Errorf("policy %s: rule %s: %s", d.Policy, rule, fmt.Sprintf(format, args...))
	}
	inner := outer.Get(ast.InternedTerm("decision"))
	if d.Policy == "" || inner == nil {
		return Decision{}, fmt.Errorf("rego/main/main.rego: a decision without policy or content")
	}
	body, ok := inner.Value.(ast.Object)
	if !ok {
		return wrong("a violation must have the form {\"message\": …, \"path\": […]}, got %s",
			ast.ValueName(inner.Value))
	}
	for _, k := range body.Keys() {
		switch key, _ := k.Value.(ast.String); key {
		case "message", "path", "level", "yields", "kind", "finding":
		case "urn":
			if file {
				return wrong("urn: violations in files have line and column instead")
			}
		case "line", "column":
			if !file {
				return wrong("%s: only violations in files can have it, from rules with input.scope == \"repository\"",
					string(key))
			}
		default:
			return wrong("unknown key %s in a violation; expected message, path, level, kind, finding, yields, and "+
				"urn, or in files line and column", k)
		}
	}
	var err error
	if d.At, err = position(body); err != nil {
		return wrong("%v", err)
	}
	if d.Message, ok = text(body, "message"); !ok || strings.TrimSpace(d.Message) == "" {
		return wrong("message: expected a non-empty string")
	}
	if strings.Contains(d.Message, "<undefined>") {
		return wrong("message: it contains a value that is undefined for this resource")
	}
	if body.Get(ast.InternedTerm("level")) != nil {
		if level, _ := text(body, "level"); level != "advisory" {
			return wrong("level: expected advisory; a violation cannot be stricter than its policy")
		}
		d.Advisory = true
	}
	if body.Get(ast.InternedTerm("kind")) != nil {
		d.Kind, _ = text(body, "kind")
		if q := e.names[d.Policy]; q == nil || q.Kinds[d.Kind].Since == "" {
			return wrong("kind: expected one of custom.kinds in the policy's METADATA")
		}
	}
	for _, o := range [...]ast.Object{outer, body} { // the policy's fields take precedence over the router's
		if t := o.Get(ast.InternedTerm("finding")); t != nil {
			n, _ := t.Value.(ast.Number)
			if d.Finding, _ = n.Int(); d.Finding < 1 {
				return wrong("finding: expected the id of one of input.findings")
			}
		}
	}
	if u := body.Get(ast.InternedTerm("urn")); u != nil {
		d.URN, _ = text(body, "urn")
		if _, ok := place.ParseURN(d.URN); !ok {
			return wrong("urn: expected the URN of a resource")
		}
	}
	if d.Path, err = path(body); err != nil {
		return wrong("%v", err)
	}
	if d.Yields, err = e.yields(body, file); err != nil {
		return wrong("yields: %v", err)
	}
	return d, nil
}

// position parses line and column, which are 0 if missing.
func position(o ast.Object) (at place.Position, err error) {
	for _, to := range []struct {
		key string
		n   *int
	}{{"line", &at.Line}, {"column", &at.Column}} {
		t := o.Get(ast.InternedTerm(to.key))
		if t == nil {
			continue
		}
		number, _ := t.Value.(ast.Number)
		if *to.n, err = strconv.Atoi(string(number)); err != nil || *to.n < 0 {
			return at, fmt.Errorf("%s: expected a whole number", to.key)
		}
	}
	return at, nil
}

// path parses a path. It is nil if missing.
func path(o ast.Object) (out place.Path, err error) {
	p := o.Get(ast.InternedTerm("path"))
	if p == nil {
		return nil, nil
	}
	steps, ok := p.Value.(*ast.Array)
	if !ok {
		return nil, fmt.Errorf("path: expected an array of strings and numbers, got %s", ast.ValueName(p.Value))
	}
	for i := range steps.Len() {
		switch s := steps.Elem(i).Value.(type) {
		case ast.String:
			out = append(out, string(s))
		case ast.Number:
			n, err := strconv.Atoi(string(s))
			if err != nil {
				return nil, errors.New("path: expected whole numbers as indexes")
			}
			out = append(out, n)
		default:
			return nil, fmt.Errorf("path: expected an array of strings and numbers, got %s in it", ast.ValueName(s))
		}
	}
	return out, nil
}

// yields parses the policies to which a decision may be left: an array of {policy, urn?, path?, owns?}; for a file,
// with line and column instead of urn.
func (e *Evaluator) yields(body ast.Object, file bool) ([]Target, error) {
	t := body.Get(ast.InternedTerm("yields"))
	if t == nil {
		return nil, nil
	}
	list, ok := t.Value.(*ast.Array)
	if !ok {
		return nil, fmt.Errorf("expected an array of {\"policy\": …}, got %s", ast.ValueName(t.Value))
	}
	targets := make([]Target, 0, list.Len())
	for i := range list.Len() {
		o, ok := list.Elem(i).Value.(ast.Object)
		if !ok {
			return nil, fmt.Errorf("expected an array of {\"policy\": …}, got %s in it",
				ast.ValueName(list.Elem(i).Value))
		}
		var to Target
		for _, k := range o.Keys() {
			switch key, _ := k.Value.(ast.String); {
			case key == "policy", key == "path", key == "owns", key == "urn" && !file,
				(key == "line" || key == "column") && file:
			default:
				return nil, fmt.Errorf("unknown key %s in an entry; expected policy, path, owns, and urn, or in "+
					"files line and column", k)
			}
		}
		if to.Policy, _ = text(o, "policy"); e.names[to.Policy] == nil {
			return nil, errors.New("policy: no policy has this name")
		}
		to.URN, _ = text(o, "urn")
		var err error
		if to.At, err = position(o); err != nil {
			return nil, err
		}
		if to.Path, err = path(o); err != nil {
			return nil, err
		}
		if owns := o.Get(ast.InternedTerm("owns")); owns != nil {
			to.Owns = owns.Value.Compare(ast.Boolean(true)) == 0
		}
		targets = append(targets, to)
	}
	return targets, nil
}

func text(o ast.Object, key string) (string, bool) {
	t := o.Get(ast.InternedTerm(key))
	if t == nil {
		return "", false
	}
	s, ok := t.Value.(ast.String)
	return string(s), ok
}

package evaluator

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// decision validates one answer of the router: {policy, rule, decision: {message, path?, urn?, level?}}, about a file with
// line and column in place of urn. What does not have that form is an error that names the policy; it is never dropped. A
// wrong decision is not quoted, it may hold anything.
func decision(t *ast.Term, file bool) (Decision, error) {
	outer, ok := t.Value.(ast.Object)
	if !ok {
		return Decision{}, fmt.Errorf("rego/main/main.rego: want objects as decisions, got %s", ast.ValueName(t.Value))
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
		return wrong("want violations of the form {\"message\": …, \"path\": […]}, got %s", ast.ValueName(inner.Value))
	}
	for _, k := range body.Keys() {
		switch key, _ := k.Value.(ast.String); key {
		case "message", "path", "level":
		case "urn":
			if file {
				return wrong("urn: a violation in a file has line and column")
			}
		case "line", "column":
			if !file {
				return wrong("%s: only a violation in a file has it: want a rule that asks for input.scope == \"repository\"", string(key))
			}
		default:
			return wrong("a violation has the keys message, path, level, urn, and in a file line and column, not %s", k)
		}
	}
	for _, to := range []struct {
		key string
		n   *int
	}{{"line", &d.At.Line}, {"column", &d.At.Column}} {
		t := body.Get(ast.InternedTerm(to.key))
		if t == nil {
			continue
		}
		number, _ := t.Value.(ast.Number)
		var err error
		if *to.n, err = strconv.Atoi(string(number)); err != nil || *to.n < 0 {
			return wrong("%s: want a whole number", to.key)
		}
	}
	if d.Message, ok = text(body, "message"); !ok || strings.TrimSpace(d.Message) == "" {
		return wrong("message: want a text")
	}
	if strings.Contains(d.Message, "<undefined>") {
		return wrong("message: a value in it is not defined for this resource")
	}
	if body.Get(ast.InternedTerm("level")) != nil {
		if level, _ := text(body, "level"); level != "advisory" {
			return wrong("level: want advisory; a violation cannot be more than its policy")
		}
		d.Advisory = true
	}
	if u := body.Get(ast.InternedTerm("urn")); u != nil {
		if d.URN, ok = text(body, "urn"); !ok || !strings.HasPrefix(d.URN, "urn:pulumi:") {
			return wrong("urn: want the URN of a resource")
		}
	}
	if p := body.Get(ast.InternedTerm("path")); p != nil {
		steps, ok := p.Value.(*ast.Array)
		if !ok {
			return wrong("path: want an array of strings and numbers, got %s", ast.ValueName(p.Value))
		}
		for i := range steps.Len() {
			switch s := steps.Elem(i).Value.(type) {
			case ast.String:
				d.Path = append(d.Path, string(s))
			case ast.Number:
				n, err := strconv.Atoi(string(s))
				if err != nil {
					return wrong("path: want whole numbers as indexes")
				}
				d.Path = append(d.Path, n)
			default:
				return wrong("path: want an array of strings and numbers, got %s in it", ast.ValueName(s))
			}
		}
	}
	return d, nil
}

func text(o ast.Object, key string) (string, bool) {
	t := o.Get(ast.InternedTerm(key))
	if t == nil {
		return "", false
	}
	s, ok := t.Value.(ast.String)
	return string(s), ok
}

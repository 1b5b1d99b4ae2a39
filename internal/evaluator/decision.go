package evaluator

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// decision validates one answer of the router: {policy, rule, decision: {message, path?, urn?}}. What does not have that
// form is an error that names the policy; it is never dropped. A wrong decision is not quoted, it may hold anything.
func decision(t *ast.Term) (Decision, error) {
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
		case "message", "path", "urn", "level":
		default:
			return wrong("a violation has the keys message, path, urn and level, not %s", k)
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

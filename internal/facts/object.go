package facts

import (
	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/progression-labs-development/policypack/internal/place"
)

// object collects the pairs of an ast.Object, which is then created once, in its final size.
type object struct {
	pairs [][2]*ast.Term
}

func (o *object) add(key string, value *ast.Term) {
	o.pairs = append(o.pairs, [2]*ast.Term{ast.InternedTerm(key), value})
}

func (o *object) str(key, value string) { o.add(key, ast.StringTerm(value)) }

func (o *object) strs(key string, values []string) { o.add(key, Strings(values)) }

func (o *object) term() *ast.Term { return ast.ObjectTerm(o.pairs...) }

// Strings returns the values as an array term.
func Strings(values []string) *ast.Term {
	if len(values) == 0 {
		return ast.InternedEmptyArray
	}
	terms := make([]*ast.Term, len(values))
	for i, v := range values {
		terms[i] = ast.StringTerm(v)
	}
	return ast.ArrayTerm(terms...)
}

// pathTerm returns a property path, whose steps are strings and ints, as an array term.
func pathTerm(steps place.Path) *ast.Term {
	terms := make([]*ast.Term, len(steps))
	for i, step := range steps {
		switch s := step.(type) {
		case string:
			terms[i] = ast.InternedTerm(s)
		case int:
			terms[i] = ast.InternedTerm(s)
		}
	}
	return ast.ArrayTerm(terms...)
}

// place adds a path in a resource and, if the program is not a Pulumi program, the path as that program spells it.
func (o *object) place(run *Run, urn string, path place.Path) {
	o.add("path", pathTerm(path))
	if run.spells() {
		o.str("shown", run.Spell(urn, path).String())
	}
}

// terms returns the terms of a resource's items as an array.
func terms[T interface {
	term(run *Run, urn string) *ast.Term
}](run *Run, urn string, items []T) *ast.Term {
	all := make([]*ast.Term, len(items))
	for i, item := range items {
		all[i] = item.term(run, urn)
	}
	return ast.ArrayTerm(all...)
}

func paths(list []place.Path) *ast.Term {
	if len(list) == 0 {
		return ast.InternedEmptyArray
	}
	terms := make([]*ast.Term, len(list))
	for i, p := range list {
		terms[i] = pathTerm(p)
	}
	return ast.ArrayTerm(terms...)
}

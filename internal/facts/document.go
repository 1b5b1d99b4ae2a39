package facts

import (
	"maps"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

// Scope says what a document is about.
type Scope string

// The scopes of the design: one resource, the whole stack.
const (
	ScopeResource Scope = "resource"
	ScopeStack    Scope = "stack"
)

// Context is what every document of a run carries beside its subject: the settings, the names of the policies that are
// switched on, and the parameters of the candidates, all as terms that are made once.
type Context struct {
	Settings   *ast.Term // object
	Enabled    *ast.Term // array of policy names
	Parameters *ast.Term // object: policy name to its parameters
}

// ResourceDocument returns the input document for one resource and the policies that are to judge it.
func ResourceDocument(run *Run, ctx Context, r *Resource, candidates *ast.Term) (ast.Value, error) {
	res, err := r.document(run)
	if err != nil {
		return nil, err
	}
	o := ctx.document(ScopeResource, run.term(r.Project, r.Stack), candidates)
	o.add("resource", res)
	o.add("findings", ast.InternedEmptyArray)
	if r.Kind != nil {
		o.add("kind", ast.NewTerm(r.Kind.Value()))
	}
	return o.term().Value, nil
}

// StackDocument returns the input document for the whole stack. Each of its resources has the shape of a resource
// document's `resource`, with its `kind`.
func StackDocument(run *Run, ctx Context, resources []*Resource, candidates *ast.Term) (ast.Value, error) {
	terms := make([]*ast.Term, len(resources))
	var project, stack string
	for i, r := range resources {
		t, err := r.document(run)
		if err != nil {
			return nil, err
		}
		if r.Kind != nil {
			t.Value.(ast.Object).Insert(ast.InternedTerm("kind"), ast.NewTerm(r.Kind.Value()))
		}
		terms[i], project, stack = t, r.Project, r.Stack
	}
	o := ctx.document(ScopeStack, run.term(project, stack), candidates)
	o.add("resources", ast.ArrayTerm(terms...))
	o.add("findings", ast.InternedEmptyArray)
	return o.term().Value, nil
}

func (c Context) document(scope Scope, run, candidates *ast.Term) *object {
	o := new(object)
	o.str("scope", string(scope))
	o.add("run", run)
	o.add("settings", c.Settings)
	o.add("enabled", c.Enabled)
	o.add("policies", candidates)
	o.add("parameters", c.Parameters)
	return o
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// Reference returns a policy's entry in input.policies, by which the router finds it.
func Reference(name, pkg string, own bool) *ast.Term {
	o := new(object)
	o.str("name", name)
	o.str("package", pkg)
	o.add("own", ast.InternedTerm(own))
	return o.term()
}

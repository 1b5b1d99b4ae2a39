package facts

import (
	"maps"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/model"
)

// Scope is the kind of subject that a document describes.
type Scope string

// Scopes of a policy: one resource, the whole stack, one file of a repository. A policy with both of the first two is
// evaluated for each resource, and once more for what is only known about the whole stack.
const (
	ScopeResource   Scope = "resource"
	ScopeStack      Scope = "stack"
	ScopeBoth       Scope = "both"
	ScopeRepository Scope = "repository"
)

// Context is the part that all documents of a run share: the settings, the names of the enabled policies, and the
// parameters of the candidates, as prebuilt terms.
type Context struct {
	Settings   *ast.Term // object
	Enabled    *ast.Term // array of policy names
	Parameters *ast.Term // object: policy name to its parameters
}

// ResourceDocument returns the input document for one resource and the policies to evaluate on it.
func ResourceDocument(run *Run, ctx Context, r *Resource, candidates *ast.Term) (ast.Value, error) {
	res, err := r.document(run)
	if err != nil {
		return nil, err
	}
	o := ctx.document(ScopeResource, run.term(r.Project, r.Stack, r.hide), candidates)
	o.add("resource", res)
	o.add("findings", findings(run, r))
	if r.Kind != nil {
		o.add("kind", ast.NewTerm(r.Kind.Value()))
	}
	if r.Type == model.RootType {
		o.add("config", run.configKeys(r.hide))
	}
	return o.term().Value, nil
}

// StackDocument returns the input document for the whole stack: the findings of ScanStack and, if whole is set, each of
// its resources, in the form of a resource document's `resource` with its `kind`.
func StackDocument(run *Run, d *detect.Detector, ctx Context, resources []*Resource, whole bool, candidates *ast.Term) (
	ast.Value, error,
) {
	var terms, found, written, ci []*ast.Term
	var project, stack string
	if whole {
		for _, r := range resources {
			r.Hide(run, d)
		}
	}
	for _, r := range resources {
		project, stack = r.Project, r.Stack
		for i := range r.Findings {
			found = append(found, r.Findings[i].term(run, len(found)+1, r))
		}
		for i := range r.Written {
			o := r.Written[i].term(run, r.URN)
			o.str("urn", r.shown(r.URN))
			o.str("type", r.Type)
			o.str("name", r.shown(r.Name))
			o.strs("ancestors", r.Ancestors)
			o.str("manager", r.Kind.Manager)
			o.str("class", r.Kind.Class)
			written = append(written, o.term())
		}
		for i := range r.ci {
			o := r.ci[i].term(run, r.URN)
			o.str("urn", r.shown(r.URN))
			o.str("type", r.Type)
			o.str("resource", r.shown(r.Name))
			o.strs("ancestors", r.Ancestors)
			ci = append(ci, o.term())
		}
		if !whole {
			continue
		}
		t, err := r.document(run)
		if err != nil {
			return nil, err
		}
		if r.Kind != nil {
			t.Value.(ast.Object).Insert(ast.InternedTerm("kind"), ast.NewTerm(r.Kind.Value()))
		}
		terms = append(terms, t)
	}
	o := ctx.document(ScopeStack, run.term(project, stack, run.HideNames(d)), candidates)
	if whole {
		o.add("resources", ast.ArrayTerm(terms...))
	}
	o.add("findings", ast.ArrayTerm(found...))
	o.add("written", ast.ArrayTerm(written...))
	o.add("ci", ast.ArrayTerm(ci...))
	o.add("components", componentsTerm(resources))
	return o.term().Value, nil
}

func findings(run *Run, r *Resource) *ast.Term {
	terms := make([]*ast.Term, len(r.Findings))
	for i := range r.Findings {
		terms[i] = r.Findings[i].term(run, i+1, r)
	}
	return ast.ArrayTerm(terms...)
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

// Reference returns a policy's entry in input.policies, which the router uses to find the policy.
func Reference(name, pkg string, own bool) *ast.Term {
	o := new(object)
	o.str("name", name)
	o.str("package", pkg)
	o.add("own", ast.InternedTerm(own))
	return o.term()
}

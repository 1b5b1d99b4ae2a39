// Package evaluator evaluates the rules. It compiles them once; each call queries the router about an input document
// and returns the decisions of the policies listed in it.
//
// It queries package topdown directly: package rego would link OPA's compiler to WebAssembly, and costs each call more
// than many rules do.
package evaluator

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/metrics"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/open-policy-agent/opa/v1/topdown"
	"github.com/open-policy-agent/opa/v1/topdown/cache"

	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/place"
)

// Decision is one violation, or one case that a policy cannot decide.
type Decision struct {
	Policy    string
	Undecided bool
	Message   string
	Path      place.Path // steps are strings and ints; empty for the resource as a whole
	URN       string     // the resource that a stack policy reports
	Advisory  bool       // the policy itself lowers the level of this decision
	Kind      string     // one of the policy's kinds, empty for the original kind
	Finding   int        // the id of the finding that the decision is about, 0 if none
	// At is the position in the file of the document; zero for the file as a whole.
	At place.Position
	// Yields are the policies that may report the same problem, for which one diagnostic is enough. Package verdict
	// decides whether the decision is left to one of them.
	Yields []Target
}

// Target is what another policy may report for the same problem.
type Target struct {
	Policy string
	URN    string // of the resource, empty for that of the decision
	// At and Path are its location; without them, anywhere in the resource or file.
	At   place.Position
	Path place.Path
	// Owns reports whether the policy decides what is allowed at the decision's location, so that it has found nothing
	// wrong there if it reports nothing.
	Owns bool
}

// Evaluator holds the compiled rules. It is safe for concurrent use.
type Evaluator struct {
	compiler *ast.Compiler
	names    map[string]*pack.Policy
	store    storage.Store
	data     storage.Transaction // of the store, which is empty and never written
	cache    cache.InterQueryValueCache
}

// router is the query that every call asks, about another document.
var router = ast.NewBody(ast.Equality.Expr(ast.VarTerm(answer),
	ast.RefTerm(ast.DefaultRootDocument, ast.StringTerm("main"), ast.StringTerm("decisions"))))

const answer = "decisions" // the router's variable

// New compiles the pack's modules. The error lists every mistake as file:line: message.
func New(ctx context.Context, p *pack.Pack) (*Evaluator, error) {
	c, err := p.Compile()
	if err != nil {
		return nil, err
	}
	e := &Evaluator{
		compiler: c, names: make(map[string]*pack.Policy, len(p.Policies)),
		store: inmem.NewWithOpts(inmem.OptRoundTripOnWrite(false), inmem.OptReturnASTValuesOnRead(true)),
		cache: cache.NewInterQueryValueCache(ctx, nil),
	}
	for _, q := range p.Policies {
		e.names[q.Name] = q
	}
	if e.data, err = e.store.NewTransaction(ctx); err != nil {
		return nil, fmt.Errorf("rules: %w", err)
	}
	return e, nil
}

// query asks the router about a document. It returns nil if the router has no answer.
func (e *Evaluator) query(ctx context.Context, document ast.Value, stop topdown.Cancel) (
	decisions *ast.Term, err error,
) {
	q := topdown.NewQuery(router).WithCompiler(e.compiler).WithStore(e.store).WithTransaction(e.data).
		WithInput(ast.NewTerm(document)).WithCancel(stop).WithStrictBuiltinErrors(true).
		WithInterQueryBuiltinValueCache(e.cache).WithMetrics(metrics.NoOp())
	err = q.Iter(ctx, func(found topdown.QueryResult) error {
		decisions = found[answer]
		return nil
	})
	return decisions, err
}

// Decide evaluates the document and returns the decisions, sorted by policy, location and message, without duplicates.
// If it returns an error, nothing was decided and the caller must fail closed. An organisation's rules have the budget;
// without such rules nothing is measured.
func (e *Evaluator) Decide(ctx context.Context, document ast.Value, b Budget) ([]Decision, error) {
	object, own, others := split(document)
	if len(others) == 0 {
		return e.decide(ctx, document)
	}
	var decisions []Decision
	if len(own) > 0 {
		var err error
		if decisions, err = e.decide(ctx, asking(object, own)); err != nil {
			return nil, err
		}
	}
	answer, err := e.within(ctx, object, others, b)
	if err != nil {
		return nil, explain(err)
	}
	more, err := e.read(answer, scope(document) == string(facts.ScopeRepository))
	if err != nil {
		return nil, err
	}
	return sorted(append(decisions, more...)), nil
}

func (e *Evaluator) decide(ctx context.Context, document ast.Value) ([]Decision, error) {
	stop := topdown.NewCancel()
	defer context.AfterFunc(ctx, stop.Cancel)()
	answer, err := e.query(ctx, document, stop)
	if err != nil {
		return nil, explain(err)
	}
	decisions, err := e.read(answer, scope(document) == string(facts.ScopeRepository))
	return sorted(decisions), err
}

func sorted(decisions []Decision) []Decision {
	// Of two that differ only in what they yield to, keep the one that yields less.
	slices.SortFunc(decisions, func(a, b Decision) int {
		return cmp.Or(compare(a, b), cmp.Compare(len(a.Yields), len(b.Yields)), cmp.Compare(a.Finding, b.Finding))
	})
	return slices.CompactFunc(decisions, func(a, b Decision) bool { return compare(a, b) == 0 })
}

// read extracts the decisions from the router's answer about a document, which may be about a file.
func (e *Evaluator) read(answer *ast.Term, file bool) ([]Decision, error) {
	if answer == nil {
		return nil, errors.New("rego/main/main.rego: the router returned no result")
	}
	var decisions []Decision
	var bad []error
	add := func(t *ast.Term) {
		d, err := e.decision(t, file)
		if err != nil {
			bad = append(bad, err)
			return
		}
		decisions = append(decisions, d)
	}
	switch v := answer.Value.(type) {
	case ast.Set:
		v.Foreach(add)
	case *ast.Array:
		v.Foreach(add)
	default:
		return nil, errors.New("rego/main/main.rego: expected a set of decisions")
	}
	if len(bad) > 0 {
		slices.SortFunc(bad, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
		return nil, errors.Join(bad...)
	}
	return decisions, nil
}

func scope(document ast.Value) string {
	o, ok := document.(ast.Object)
	if !ok {
		return ""
	}
	s, _ := text(o, "scope")
	return s
}

func compare(a, b Decision) int {
	undecided := map[bool]int{true: 1}
	return cmp.Or(strings.Compare(a.Policy, b.Policy), cmp.Compare(undecided[a.Undecided], undecided[b.Undecided]),
		strings.Compare(a.URN, b.URN), cmp.Compare(a.At.Line, b.At.Line), cmp.Compare(a.At.Column, b.At.Column),
		strings.Compare(a.Path.String(), b.Path.String()),
		strings.Compare(a.Message, b.Message))
}

// explain adds the rule's file and line to an evaluation error.
func explain(err error) error {
	var t *topdown.Error
	if errors.As(err, &t) && t.Location != nil {
		return fmt.Errorf("%s:%d: evaluating this rule failed: %s (%s)", t.Location.File, t.Location.Row,
			t.Message, t.Code)
	}
	var budget *budgetError
	if errors.As(err, &budget) {
		return err
	}
	return fmt.Errorf("rules: %w", err)
}

// Package unit runs the tests of rules that are written in Rego. What a test is and when it passes is as in `opa test`:
//
//   - A test is a rule with a name that starts with test_, anywhere in its reference. It passes if it is true. Of
//     several rules with the same name each is a test; the second is called NAME#01.
//   - A rule with a variable after that name, such as test_names[case.note], is a test of many cases. It passes if all
//     cases that it comes to are true; a case counts from the moment that its name is known, so one that fails is not
//     overlooked.
//   - A rule with a name that starts with todo_test_ is counted, but not run.
package unit

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/open-policy-agent/opa/v1/topdown"

	"github.com/progression-labs-development/policypack/internal/pack"
)

const (
	prefix     = "test_"
	skipPrefix = "todo_" + prefix
)

// Result is the outcome of one test.
type Result struct {
	File   string
	Name   string // with what precedes the name in its reference, but not the package
	Failed bool
	Err    error  // from evaluating the test
	Output string // of print
	// Row is that of the expression that failed last in the file of the test, or that of the test if there is none.
	// Expression is the text of that expression, empty if there is none.
	Row        int
	Expression string
}

// Run compiles the modules, which have their files as keys, with the capabilities that rules have at run time, and runs
// the tests in some of them. Each test may take as long as the limit. Mistakes in the modules are an [ast.Errors].
func Run(ctx context.Context, tests, others map[string]*ast.Module, limit time.Duration) ([]Result, error) {
	modules := maps.Clone(tests)
	maps.Copy(modules, others)
	c := ast.NewCompiler().WithCapabilities(pack.Capabilities()).WithEnablePrintStatements(true)
	r := runner{c, inmem.New(), limit}
	for after, stage := range map[ast.StageID]func(*ast.Rule, map[string]int){
		ast.StageRewriteRuleHeadRefs: number, ast.StageRewriteLocalVars: announce,
	} {
		r.compiler.WithStageAfterID(after, ast.CompilerStageDefinition{
			Name: "Tests", MetricName: "tests", Stage: func(c *ast.Compiler) *ast.Error {
				count := map[string]int{}
				for _, file := range slices.Sorted(maps.Keys(tests)) {
					for _, rule := range c.Modules[file].Rules {
						stage(rule, count)
					}
				}
				return nil
			},
		})
	}
	if r.compiler.Compile(modules); r.compiler.Failed() {
		return nil, r.compiler.Errors
	}
	var results []Result
	for _, file := range slices.Sorted(maps.Keys(tests)) {
		for _, rule := range r.compiler.Modules[file].Rules {
			name, ref := nameOf(rule)
			if name == "" {
				continue
			}
			one := Result{File: file, Name: ref.String(), Row: rule.Loc().Row}
			if strings.HasPrefix(name, prefix) {
				r.test(ctx, rule, ref, &one)
			}
			if ctx.Err() != nil {
				return nil, context.Cause(ctx)
			}
			results = append(results, one)
		}
	}
	return results, nil
}

// nameOf returns the name of a test and its reference up to that name, or "" for another rule.
func nameOf(rule *ast.Rule) (string, ast.Ref) {
	ref := rule.Head.Ref().GroundPrefix()
	for i, term := range ref {
		name := text(term)
		if strings.HasPrefix(name, prefix) || strings.HasPrefix(name, skipPrefix) {
			return name, ref[: i+1 : i+1]
		}
	}
	return "", nil
}

func text(term *ast.Term) string {
	switch v := term.Value.(type) {
	case ast.Var:
		return string(v)
	case ast.String:
		return string(v)
	}
	return ""
}

// number renames a test if one with its name was there before, since rules with one name would be one rule.
func number(rule *ast.Rule, count map[string]int) {
	name, ref := nameOf(rule)
	if !strings.HasPrefix(name, prefix) {
		return
	}
	key := rule.Module.Package.Path.Extend(ref).String()
	if n := count[key]; n > 0 {
		renamed, rest := slices.Clone(ref), rule.Head.Ref()[len(ref):]
		if name = fmt.Sprintf("%s#%02d", name, n); len(ref) == 1 {
			renamed[0] = ast.VarTerm(name)
		} else {
			renamed[len(ref)-1] = ast.StringTerm(name)
		}
		rule.Head.SetRef(append(renamed, rest...))
	}
	count[key]++
}

// announce makes a rule of many cases call internal.test_case as soon as the names of a case are known: what fails
// after that call fails the case. The compiler has put the expressions that make the names last, so they are moved as
// well.
func announce(rule *ast.Rule, _ map[string]int) {
	name, ref := nameOf(rule)
	names := rule.Head.Ref()[len(ref):]
	if !strings.HasPrefix(name, prefix) || len(names) == 0 || announces(rule.Body) {
		return
	}
	var moved, rest ast.Body
	needed := ast.NewVarSet()
	for _, expr := range rule.Body {
		assigns := (expr.IsEquality() || expr.IsAssignment()) && slices.ContainsFunc(names, expr.Operand(0).Equal)
		if expr.Generated && assigns {
			moved = append(moved, expr)
			ast.WalkVars(expr.Operand(1), add(needed))
		} else {
			rest = append(rest, expr)
		}
	}
	ast.WalkVars(ast.NewArray(names...), add(needed))
	// Each variable is known after the first expression that has it.
	known := 0
	for i, expr := range rest {
		ast.WalkVars(expr, func(v ast.Var) bool {
			if needed.Contains(v) {
				delete(needed, v)
				known = i + 1
			}
			return false
		})
	}
	moved = append(moved, ast.NewExpr([]*ast.Term{
		ast.NewTerm(ast.InternalTestCase.Ref()), ast.ArrayTerm(names...),
	}))
	rule.Body = slices.Concat(rest[:known], moved, rest[known:])
}

func add(set ast.VarSet) func(ast.Var) bool {
	return func(v ast.Var) bool {
		if !ast.ReservedVars.Contains(v) {
			set.Add(v)
		}
		return false
	}
}

// announces reports whether the author wrote the call.
func announces(body ast.Body) (found bool) {
	ast.WalkExprs(body, func(expr *ast.Expr) bool {
		found = found || expr.IsCall() && expr.Operator().Equal(ast.InternalTestCase.Ref())
		return found
	})
	return found
}

type runner struct {
	compiler *ast.Compiler
	store    storage.Store // of no documents
	limit    time.Duration
}

// test runs a test. A trace costs more than the test itself, so only a failed test is run again with one.
func (r runner) test(ctx context.Context, rule *ast.Rule, ref ast.Ref, result *Result) {
	query := rule.Module.Package.Path.Extend(ref)
	t := &tracer{cases: rule.Head.DocKind() == ast.PartialObjectDoc}
	var value ast.Value
	value, result.Output, result.Err = r.evaluate(ctx, query, t)
	result.Failed = result.Err == nil && !t.passed(value)
	if result.Failed || result.Err != nil && !topdown.IsCancel(result.Err) {
		t = &tracer{file: result.File}
		_, _, _ = r.evaluate(ctx, query, t)
		if t.failed != nil {
			result.Row, result.Expression = t.failed.Row, string(t.failed.Text)
		}
	}
}

// evaluate returns the value of a rule, nil if it is undefined, and what it prints.
func (r runner) evaluate(ctx context.Context, ref ast.Ref, t *tracer) (value ast.Value, output string, err error) {
	ctx, stop := context.WithTimeout(ctx, r.limit)
	defer stop()
	cancel := topdown.NewCancel()
	defer context.AfterFunc(ctx, cancel.Cancel)()
	txn, err := r.store.NewTransaction(ctx)
	if err != nil {
		return nil, "", err
	}
	defer r.store.Abort(ctx, txn)
	// Parsed for the positions in errors of the compiler.
	body, err := ast.ParseBody(ref.String())
	if err != nil {
		return nil, "", err
	}
	body[0] = ast.Equality.Expr(body[0].Terms.(*ast.Term), ast.VarTerm("value")).SetLocation(body[0].Location)
	qc := r.compiler.QueryCompiler()
	if body, err = qc.Compile(body); err != nil {
		return nil, "", err
	}
	var printed bytes.Buffer
	q := topdown.NewQuery(body).WithCompiler(r.compiler).WithQueryCompiler(qc).WithStore(r.store).
		WithTransaction(txn).WithCancel(cancel).WithPrintHook(topdown.NewPrintHook(&printed))
	if t.Enabled() {
		q = q.WithQueryTracer(t)
	}
	err = q.Iter(ctx, func(result topdown.QueryResult) error {
		value = result["value"].Value
		return nil
	})
	return value, printed.String(), err
}

// tracer is told of every event of an evaluation. It keeps the cases that are announced, or the last expression that
// failed in a file.
type tracer struct {
	cases  bool
	names  []*ast.Array
	file   string
	failed *ast.Location
}

func (t *tracer) Enabled() bool { return t.cases || t.file != "" }

func (*tracer) Config() topdown.TraceConfig { return topdown.TraceConfig{} }

func (t *tracer) TraceEvent(e topdown.Event) {
	expr, ok := e.Node.(*ast.Expr)
	switch {
	case !ok:
	case t.cases && e.Op == topdown.TestCaseOp:
		if names, ok := expr.Operand(0).Value.(*ast.Array); ok {
			t.names = append(t.names, names)
		}
	case e.Op == topdown.FailOp && expr.Location != nil && expr.Location.File == t.file:
		t.failed = expr.Location
	}
}

// passed reports whether the value of a test is true, or that of each of its cases.
func (t *tracer) passed(value ast.Value) bool {
	for _, names := range t.names {
		var path ast.Ref
		names.Foreach(func(name *ast.Term) { path = append(path, name) })
		if _, err := value.Find(path); err != nil {
			return false
		}
	}
	return isTrue(value, t.cases)
}

func isTrue(value ast.Value, cases bool) bool {
	if object, ok := value.(ast.Object); ok && cases {
		return !object.Until(func(_, v *ast.Term) bool { return !isTrue(v.Value, cases) })
	}
	return value == ast.Boolean(true)
}

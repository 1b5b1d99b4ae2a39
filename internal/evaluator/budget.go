package evaluator

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// Budget is the total CPU time that an organisation's rules may use for a document. It is CPU time rather than wall
// time, so that a busy machine does not change the verdict. The built-in rules have no budget.
type Budget struct {
	Limit   time.Duration
	On      string // what the document is about, as in "a resource"
	Setting string // the parameter of the policy settings that sets it
}

// stride is the number of evaluation steps between two readings of the clock.
const stride = 64

// meter stops an evaluation that exceeds its budget. The evaluating goroutine calls it.
type meter struct {
	ctx   context.Context //nolint:containedctx // OPA's own check of it is disabled when there is a meter
	limit time.Duration
	from  time.Duration
	steps uint
	over  bool
	ended bool // the caller no longer waits for a result
}

// Cancel does nothing: only the meter stops an evaluation.
func (m *meter) Cancel() {}

// Cancelled reports whether the evaluation must stop.
func (m *meter) Cancelled() bool {
	if m.over || m.ended {
		return true
	}
	if m.steps++; m.steps%stride == 0 {
		m.over, m.ended = threadTime()-m.from > m.limit, m.ctx.Err() != nil
	}
	return m.over || m.ended
}

// metered evaluates the document within the limit, and returns the CPU time used. If the limit is exceeded, over is
// true and there is no result.
func (e *Evaluator) metered(ctx context.Context, document ast.Value, limit time.Duration) (
	answer *ast.Term, took time.Duration, over bool, err error,
) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	m := &meter{ctx: ctx, limit: limit, from: threadTime()}
	answer, err = e.query(ctx, document, m)
	took = threadTime() - m.from
	switch {
	case m.over:
		return nil, took, true, nil
	case m.ended && topdown.IsCancel(err):
		return nil, took, false, ctx.Err()
	}
	return answer, took, false, err
}

// within evaluates an organisation's rules in the document within their budget. If they exceed it, each is evaluated
// again on its own, so that the error can name the policy.
func (e *Evaluator) within(ctx context.Context, document ast.Object, policies []*ast.Term, b Budget) (*ast.Term,
	error,
) {
	answer, _, over, err := e.metered(ctx, asking(document, policies), b.Limit)
	if !over {
		return answer, err
	}
	slowest, most := "", time.Duration(-1)
	for _, p := range policies {
		_, took, over, err := e.metered(ctx, asking(document, []*ast.Term{p}), b.Limit)
		if err != nil && ctx.Err() != nil {
			return nil, err
		}
		if took > most {
			slowest, most = nameOf(p), took
		}
		if over {
			break
		}
	}
	return nil, &budgetError{slowest, b}
}

// budgetError returns the policy that used up the budget.
type budgetError struct {
	policy string
	budget Budget
}

func (e *budgetError) Error() string {
	return fmt.Sprintf("policy %s: the organisation's rules have used more than the %s of CPU time that they may "+
		"take on %s, this policy most of it: make its rules faster, or raise the parameter %s of the policy "+
		"settings", e.policy, e.budget.Limit,
		e.budget.On, e.budget.Setting)
}

// split returns the document's built-in policies and those of an organisation.
func split(document ast.Value) (object ast.Object, own, others []*ast.Term) {
	object, ok := document.(ast.Object)
	if !ok {
		return nil, nil, nil
	}
	t := object.Get(ast.InternedTerm("policies"))
	if t == nil {
		return object, nil, nil
	}
	list, _ := t.Value.(*ast.Array)
	if list == nil {
		return object, nil, nil
	}
	list.Foreach(func(p *ast.Term) {
		if o, ok := p.Value.(ast.Object); ok {
			if v := o.Get(ast.InternedTerm("own")); v != nil && v.Value.Compare(ast.Boolean(false)) == 0 {
				others = append(others, p)
				return
			}
		}
		own = append(own, p)
	})
	return object, own, others
}

// asking returns the document with a different list of policies to evaluate.
func asking(document ast.Object, policies []*ast.Term) ast.Object {
	fields := make([][2]*ast.Term, 0, document.Len())
	document.Foreach(func(k, v *ast.Term) {
		if s, _ := k.Value.(ast.String); s == "policies" {
			v = ast.ArrayTerm(policies...)
		}
		fields = append(fields, [2]*ast.Term{k, v})
	})
	return ast.NewObject(fields...)
}

func nameOf(policy *ast.Term) string {
	o, ok := policy.Value.(ast.Object)
	if !ok {
		return ""
	}
	name, _ := text(o, "name")
	return name
}

package session

import (
	"context"
	"sync"

	"github.com/progression-labs-development/policypack/internal/catalogue"
	"github.com/progression-labs-development/policypack/internal/evaluator"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/policies"
	"github.com/progression-labs-development/policypack/rego"
)

// What the program carries in itself is read and compiled once in a process, by whoever needs it first, and never
// changed.
var (
	ownPack = sync.OnceValues(func() (*pack.Pack, error) {
		return pack.Load(pack.Own(policies.FS, rego.FS), Docs())
	})
	ownEvaluator = sync.OnceValues(func() (*evaluator.Evaluator, error) { return compiled(ownPack()) })
	ownFiles     = sync.OnceValues(func() (*evaluator.Evaluator, error) { return compiledWhole(ownPack()) })
)

// OwnPack returns the built-in policies. All callers share them, so they must not be modified.
func OwnPack() (*pack.Pack, error) { return ownPack() }

// readOwn starts to read what does not depend on where the pack lies.
func readOwn() {
	go ownPack()       //nolint:errcheck // reported by load
	go catalogue.Own() //nolint:errcheck // reported by load
}

// compiled returns the evaluator of resources and stacks.
func compiled(p *pack.Pack, err error) (*evaluator.Evaluator, error) {
	if err != nil {
		return nil, err
	}
	return evaluator.New(context.Background(), p)
}

// compiledWhole returns the evaluator that also has the rules about files of a repository.
func compiledWhole(p *pack.Pack, err error) (*evaluator.Evaluator, error) {
	if err != nil {
		return nil, err
	}
	return compiled(p.Whole(), nil)
}

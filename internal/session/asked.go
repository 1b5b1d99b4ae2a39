package session

import (
	"slices"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/progression-labs-development/policypack/internal/exception"
	"github.com/progression-labs-development/policypack/internal/expiry"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/mistake"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/verdict"
)

// setup is a loaded pack with a configuration.
type setup struct {
	*loaded
	config *verdict.Config // at no place
	types  sync.Map        // of typeAt to *ast.Term, nil where no policy is asked
	labels sync.Map        // *pack.Config to what its decisions have in common in the log
}

// typeAt is a type token with the levels at a place.
type typeAt struct {
	levels *pack.Config
	token  string
}

// configured applies a configuration to the pack.
func (l *loaded) configured(settings map[string]pack.Setting, exceptions exception.Set, when expiry.When) (*setup,
	error,
) {
	config, floor, said, err := l.configure(settings, when)
	if wrong := mistake.Join(err); len(wrong) > 0 {
		return nil, append(wrong, verdict.Mistakes(l.pack, config, when)...) // all at once
	}
	if err != nil {
		return nil, err
	}
	given := verdict.Given{Said: said, Exceptions: exceptions, Floor: floor, Catalogue: l.catalogue, When: when}
	v, err := verdict.New(l.pack, config, given)
	if err != nil {
		return nil, err
	}
	return &setup{loaded: l, config: v}, nil
}

// around is the call with the levels of the account that a resource is in, where levels depend on it.
func (c call) around(r *facts.Resource) (call, error) {
	if !c.config.ByAccount() {
		return c, nil
	}
	account, ok := r.Account()
	if !ok {
		return c, nil
	}
	place := c.config.Place
	place.Account = account
	return c.on(place)
}

// places are the configurations at the places of resources by their URNs; nil where levels do not depend on it.
type places map[string]*verdict.Config

func (c call) places(resources []*facts.Resource) (places, error) {
	if !c.config.ByAccount() {
		return nil, nil
	}
	out := make(places, len(resources))
	for _, r := range resources {
		if _, twice := out[r.URN]; twice {
			continue
		}
		around, err := c.around(r)
		if err != nil {
			return nil, err
		}
		out[r.URN] = around.config
	}
	return out, nil
}

// of returns a function that returns the configuration at the place of the resource with a URN, that of the stack for
// others; nil where levels do not depend on it.
func (p places) of(stack *verdict.Config) func(urn string) *verdict.Config {
	if p == nil {
		return nil
	}
	return func(urn string) *verdict.Config {
		if at := p[urn]; at != nil {
			return at
		}
		return stack
	}
}

// asked lists the policies that are asked about the resource, nil if there is none. Where nothing was found in it, that
// depends on the type alone.
func (c call) asked(r *facts.Resource) *ast.Term {
	of := func(p *pack.Policy) bool { return p.Previews() && p.Scope != facts.ScopeStack && p.Applies.To(r) }
	if !r.Plain() {
		return c.list(c.config.Enabled, of)
	}
	key := typeAt{c.config.Config, r.Type}
	if t, ok := c.types.Load(key); ok {
		return t.(*ast.Term)
	}
	t := c.list(c.config.Enabled, of)
	c.types.Store(key, t)
	return t
}

// askedOfStack lists the policies that are asked about the stack, nil if there is none, and whether one of them reads
// all resources. One that is switched on at the place of any resource is asked.
func (c call) askedOfStack(resources []*facts.Resource, around places) (candidates *ast.Term, whole bool) {
	all := []*verdict.Config{c.config}
	for _, r := range resources {
		if at := around[r.URN]; at != nil && !slices.Contains(all, at) {
			all = append(all, at)
		}
	}
	enabled := func(policy string) bool {
		return slices.ContainsFunc(all, func(at *verdict.Config) bool { return at.Enabled(policy) })
	}
	candidates = c.list(enabled, func(p *pack.Policy) bool {
		if p.Scope == facts.ScopeStack && p.Applies.Everything() {
			whole = true
			return true
		}
		return p.Previews() && p.Scope != facts.ScopeResource && slices.ContainsFunc(resources, p.Applies.ToStack)
	})
	return candidates, whole
}

func (c call) list(enabled func(policy string) bool, asked func(*pack.Policy) bool) *ast.Term {
	var terms []*ast.Term
	for _, p := range c.pack.Policies {
		if enabled(p.Name) && asked(p) {
			terms = append(terms, c.refs[p.Name])
		}
	}
	if terms == nil {
		return nil
	}
	return ast.ArrayTerm(terms...)
}

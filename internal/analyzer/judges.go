package analyzer

import (
	"maps"
	"slices"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/progression-labs-development/policypack"
	"github.com/progression-labs-development/policypack/internal/allowance"
	"github.com/progression-labs-development/policypack/internal/exception"
	"github.com/progression-labs-development/policypack/internal/expiry"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/rollout"
	"github.com/progression-labs-development/policypack/internal/verdict"
)

// judges are the policies that a configuration switches on at one place.
type judges struct {
	loaded  *loaded
	verdict *verdict.Config
	labels  *labels  // of the decision log
	shared  *shared  // by all places of the configuration
	types   sync.Map // type token to *ast.Term, nil where no policy is asked
}

// shared are the judges of one configuration by the key of their place.
type shared struct {
	mu      sync.Mutex
	byPlace map[string]*judges
	under   map[string]under // by the rows of the floor that are for a place
}

// under is a configuration with what a floor pins, and what its decisions have in common.
type under struct {
	verdict *verdict.Config
	labels  *labels
}

// around returns the judges at the places within a place, in their order: the accounts of a stack, the stacks of a repository. An
// account that is not known is none.
func (s *shared) around(place rollout.Place) []*judges {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []*judges
	for _, key := range slices.Sorted(maps.Keys(s.byPlace)) {
		at := s.byPlace[key].verdict.Place
		inAccount := at.String() == place.String() && at.Account != "" && at.Account != place.Account
		if inAccount || place.Stack == "" && at.Stack != "" {
			out = append(out, s.byPlace[key])
		}
	}
	return out
}

func newJudges(l *loaded, settings map[string]pack.Setting, when expiry.When) (*judges, error) {
	config, floor, said, err := l.configure(settings, when)
	if err != nil {
		return nil, err
	}
	v, err := verdict.New(l.pack, config, said, when)
	if err != nil {
		return nil, err
	}
	v.Opened = l.opened(config)
	v = v.WithFloor(floor)
	j := &judges{loaded: l, verdict: v, shared: &shared{
		byPlace: map[string]*judges{}, under: map[string]under{"": {v, &labels{}}},
	}}
	return j.at(rollout.Place{})
}

// except has Pulumi's policy exceptions applied, at every place.
func (j *judges) except(exceptions exception.Set) {
	j.verdict.Exceptions = exceptions
	for _, u := range j.shared.under {
		u.verdict.Exceptions = exceptions
	}
}

// on returns the judges with the levels of a place, and with the parameters that the floor pins there.
func (j *judges) on(place rollout.Place) (*judges, error) {
	if j.verdict.Place.Equal(place) {
		return j, nil
	}
	return j.at(place)
}

func (j *judges) at(place rollout.Place) (*judges, error) {
	s := j.shared
	s.mu.Lock()
	defer s.mu.Unlock()
	key := place.Key()
	if s.byPlace[key] != nil {
		return s.byPlace[key], nil
	}
	bound := j.verdict.Bound(place)
	u, ok := s.under[bound.Key()]
	if !ok {
		v, err := s.under[""].verdict.Under(bound)
		if err != nil {
			return nil, err
		}
		v.Opened = j.loaded.opened(v.Base)
		u = under{v, &labels{}}
		s.under[bound.Key()] = u
	}
	s.byPlace[key] = &judges{loaded: j.loaded, verdict: u.verdict.At(place), labels: u.labels, shared: s}
	return s.byPlace[key], nil
}

// around returns the judges with the levels of the account that a resource is in, where levels depend on it.
func (j *judges) around(r *facts.Resource) (*judges, error) {
	if !j.verdict.ByAccount() {
		return j, nil
	}
	account, ok := r.Account()
	if !ok {
		return j, nil
	}
	place := j.verdict.Place
	place.Account = account
	return j.on(place)
}

// places are the judges at the places of resources by their URNs; nil where levels do not depend on it.
type places map[string]*judges

func (j *judges) places(resources []*facts.Resource) (places, error) {
	if !j.verdict.ByAccount() {
		return nil, nil
	}
	out := make(places, len(resources))
	for _, r := range resources {
		if _, twice := out[r.URN]; twice {
			continue
		}
		around, err := j.around(r)
		if err != nil {
			return nil, err
		}
		out[r.URN] = around
	}
	return out, nil
}

// of returns a function that returns the configuration at the place of the resource with a URN, that of the stack for others;
// nil where levels do not depend on it.
func (p places) of(stack *judges) func(urn string) *verdict.Config {
	if p == nil {
		return nil
	}
	return func(urn string) *verdict.Config {
		if j := p[urn]; j != nil {
			return j.verdict
		}
		return stack.verdict
	}
}

// of lists the policies that are to judge the resource, nil if there is none. Where nothing was found in it, that depends
// on the type alone.
func (j *judges) of(r *facts.Resource) *ast.Term {
	asked := func(p *pack.Policy) bool {
		return p.Previews() && p.Scope != facts.ScopeStack && p.Applies.To(r)
	}
	if !r.Plain() {
		return j.list(asked)
	}
	if t, ok := j.types.Load(r.Type); ok {
		return t.(*ast.Term)
	}
	t := j.list(asked)
	j.types.Store(r.Type, t)
	return t
}

// ofStack lists the policies that are to judge the stack, nil if there is none, and whether one of them reads all
// resources. One that is switched on at the place of any resource is asked.
func (j *judges) ofStack(resources []*facts.Resource, around places) (candidates *ast.Term, whole bool) {
	all := []*judges{j}
	for _, r := range resources {
		if k := around[r.URN]; k != nil && !slices.Contains(all, k) {
			all = append(all, k)
		}
	}
	enabled := func(policy string) bool {
		return slices.ContainsFunc(all, func(k *judges) bool { return k.verdict.Enabled(policy) })
	}
	candidates = j.listOf(enabled, func(p *pack.Policy) bool {
		if p.Scope == facts.ScopeStack && p.Applies.Everything() {
			whole = true
			return true
		}
		return p.Previews() && p.Scope != facts.ScopeResource && slices.ContainsFunc(resources, p.Applies.ToStack)
	})
	return candidates, whole
}

// remarks says which policies do not count where the run is, and at the places within it.
func (j *judges) remarks(of func(*pack.Policy) bool) []string {
	var out []string
	here := j.verdict.Remark("", of)
	if here != "" {
		out = append(out, here)
	}
	for _, k := range j.shared.around(j.verdict.Place) {
		if k.verdict.Remark("", of) == here {
			continue
		}
		if remark := k.verdict.Remark(k.verdict.Place.In(j.verdict.Place), of); remark != "" {
			out = append(out, remark)
		}
	}
	return out
}

// opened finds the parameters that let everything pass.
func (l *loaded) opened(config *pack.Config) []allowance.Opened {
	var out []allowance.Opened
	for _, p := range l.pack.Policies {
		if p.Parameters.Allows == nil {
			continue
		}
		var values any
		if t := config.Context.Parameters.Get(ast.StringTerm(p.Name)); t != nil {
			values, _ = ast.JSON(t.Value)
		}
		parameters, _ := values.(map[string]any)
		out = append(out, allowance.Open(p, parameters, l.catalogue)...)
	}
	return out
}

func (j *judges) list(asked func(*pack.Policy) bool) *ast.Term {
	return j.listOf(j.verdict.Enabled, asked)
}

func (j *judges) listOf(enabled func(policy string) bool, asked func(*pack.Policy) bool) *ast.Term {
	var terms []*ast.Term
	for _, p := range j.loaded.pack.Policies {
		if enabled(p.Name) && asked(p) {
			terms = append(terms, j.loaded.refs[p.Name])
		}
	}
	if terms == nil {
		return nil
	}
	return ast.ArrayTerm(terms...)
}

// tell tells the findings to whoever wants them.
func (s *Server) tell(findings, left []verdict.Finding) {
	if s.options.Found != nil && len(findings) > 0 {
		s.options.Found(findings)
	}
	if s.options.Left != nil && len(left) > 0 {
		s.options.Left(left)
	}
}

// answer turns the findings into the engine's diagnostics, in the same order.
func answer(findings []verdict.Finding) *pulumirpc.AnalyzeResponse {
	response := &pulumirpc.AnalyzeResponse{}
	for i := range findings {
		f := &findings[i]
		response.Diagnostics = append(response.Diagnostics, diagnostic(f.Rule, f.Level, f.Message, f.Named))
	}
	return response
}

// fail is an error of a call.
func (j *judges) fail(run *verdict.Run, code codes.Code, err error) error {
	return status.Error(code, j.verdict.Shown(run.Facts, err.Error()))
}

// diagnostic makes one diagnostic. Its level is never disabled: such a one would crash the engine, and a policy that is
// switched off is not asked.
func diagnostic(p *pack.Policy, level pack.Level, message, urn string) *pulumirpc.AnalyzeDiagnostic {
	if p.URL != "" {
		message += "\n" + p.URL
	}
	return &pulumirpc.AnalyzeDiagnostic{
		PolicyName: p.Name, PolicyPackName: Name, PolicyPackVersion: policypack.Version(), Description: p.Title,
		Message: message, EnforcementLevel: enforcement(level), Urn: urn, Severity: severity(p.Severity),
	}
}

package analyzer

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/progression-labs-development/policypack"
	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/exemption"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/rollout"
)

// judges are the policies that a configuration switches on, and what becomes of their decisions.
type judges struct {
	loaded     *loaded
	base       *pack.Config // as it was configured
	config     *pack.Config // with the levels of the stack
	exemptions *exemption.Set
	plan       *rollout.Plan
	notes      map[string]string // what the plan has to say about a policy's findings
	labels     *labels           // of the decision log
	said       []string          // what there is to say about the configuration itself
	stack      string            // whose levels these are, empty where no stack is known
	detector   *detect.Detector
	types      sync.Map // type token to *ast.Term, nil where no policy is asked
	used       sync.Map // ids of the exemptions that matched
}

func newJudges(l *loaded, settings map[string]pack.Setting, now time.Time) (*judges, error) {
	config, said, err := l.configure(settings)
	if err != nil {
		return nil, err
	}
	exemptions, wrongExemptions := exemption.Parse(config.Settings, l.pack.Names(), now)
	plan, wrongPlan := rollout.Parse(config.Settings, l.pack.Names(), now)
	detector, wrongDetector := newDetector(config.Settings)
	if err := errors.Join(wrongExemptions, wrongPlan, wrongDetector); err != nil {
		return nil, fmt.Errorf("the policy configuration is not valid:\n  %s", strings.ReplaceAll(err.Error(), "\n", "\n  "))
	}
	return &judges{
		loaded: l, base: config, config: config, exemptions: exemptions, plan: plan, detector: detector, said: said, labels: &labels{},
	}, nil
}

// on returns the judges with the levels that the plan gives the stack. An empty name changes nothing.
func (j *judges) on(stack string) *judges {
	if stack == "" || j.stack == stack {
		return j
	}
	return j.at(stack)
}

// at returns judges with the levels that the plan gives the stack, or what belongs to none where the name is empty.
func (j *judges) at(stack string) *judges {
	k := &judges{
		loaded: j.loaded, base: j.base, exemptions: j.exemptions, plan: j.plan, detector: j.detector, said: j.said, labels: j.labels, stack: stack,
		notes: map[string]string{},
	}
	k.config = j.base.Adjust(j.loaded.pack, func(policy string, l pack.Level) pack.Level {
		level, note := j.plan.Level(policy, stack, string(l))
		k.notes[policy] = note
		return pack.Level(level)
	})
	return k
}

// newDetector makes the detector that the settings ask for.
func newDetector(settings map[string]any) (*detect.Detector, error) {
	var o detect.Options
	patterns, _ := settings["extraPatterns"].([]any)
	for _, p := range patterns {
		s, _ := p.(string)
		o.ExtraPatterns = append(o.ExtraPatterns, s)
	}
	o.MinEntropy, _ = settings["minEntropy"].(float64)
	d, err := detect.New(o)
	if err != nil {
		return nil, fmt.Errorf("policy settings: parameters: %w", err)
	}
	return d, nil
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
// resources.
func (j *judges) ofStack(resources []*facts.Resource) (candidates *ast.Term, whole bool) {
	candidates = j.list(func(p *pack.Policy) bool {
		if p.Scope == facts.ScopeStack && p.Applies.Everything() {
			whole = true
			return true
		}
		return p.Previews() && p.Scope != facts.ScopeResource && slices.ContainsFunc(resources, p.Applies.ToStack)
	})
	return candidates, whole
}

func (j *judges) list(asked func(*pack.Policy) bool) *ast.Term {
	var terms []*ast.Term
	for _, p := range j.loaded.pack.Policies {
		if j.config.Enabled(p.Name) && asked(p) {
			terms = append(terms, j.loaded.refs[p.Name])
		}
	}
	if terms == nil {
		return nil
	}
	return ast.ArrayTerm(terms...)
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

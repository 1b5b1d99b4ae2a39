package analyzer

import (
	"strings"
	"sync"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/progression-labs-development/policypack"
	"github.com/progression-labs-development/policypack/internal/evaluator"
	"github.com/progression-labs-development/policypack/internal/exemption"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/pack"
)

// judges are the policies that a configuration switches on, and what becomes of their decisions.
type judges struct {
	loaded     *loaded
	config     *pack.Config
	exemptions *exemption.Set
	types      sync.Map // type token to *ast.Term, nil where no policy is asked
	used       sync.Map // ids of the exemptions that matched
}

func newJudges(l *loaded, settings map[string]pack.Setting, now time.Time) (*judges, error) {
	config, err := l.pack.Configure(settings)
	if err != nil {
		return nil, err
	}
	exemptions, err := exemption.Parse(config.Settings, l.pack.Names(), now)
	if err != nil {
		return nil, err
	}
	return &judges{loaded: l, config: config, exemptions: exemptions}, nil
}

// of lists the policies that are to judge the resource, nil if there is none. It depends on the type alone.
func (j *judges) of(r *facts.Resource) *ast.Term {
	if t, ok := j.types.Load(r.Type); ok {
		return t.(*ast.Term)
	}
	t := j.list(func(p *pack.Policy) bool { return p.Scope == facts.ScopeResource && p.Applies.To(r) })
	j.types.Store(r.Type, t)
	return t
}

// ofStack lists the policies that are to judge the stack, nil if there is none.
func (j *judges) ofStack() *ast.Term {
	return j.list(func(p *pack.Policy) bool { return p.Scope == facts.ScopeStack })
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

// diagnostics turns decisions into the engine's diagnostics, in the same order. The engine applies no levels: each
// diagnostic carries the one that the configuration gives the policy. An exempted finding stays, as an advisory.
func (j *judges) diagnostics(urn string, decisions []evaluator.Decision) []*pulumirpc.AnalyzeDiagnostic {
	var out []*pulumirpc.AnalyzeDiagnostic
	for _, d := range decisions {
		p := j.loaded.pack.Policy(d.Policy)
		level, message := j.config.Level(p.Name), strings.TrimSpace(d.Message)
		if d.Undecided {
			switch j.config.OnUnknown(p.Name) {
			case pack.Allow:
				continue
			case pack.Warn:
				level = pack.Advisory
			case pack.Deny:
			}
		}
		about := urn
		if d.URN != "" {
			about = d.URN
		}
		if e := j.exemptions.Find(p.Name, about, d.Path); e != nil {
			j.used.Store(e.ID, true)
			if j.exemptions.Expired(e) {
				message += "\n" + j.exemptions.Note(e)
			} else {
				level, message = pack.Advisory, j.exemptions.Note(e)+"\n"+message
			}
		}
		if p.Name == pack.SettingsPolicy {
			level = pack.Mandatory
		}
		out = append(out, diagnostic(p, level, message, d.URN))
	}
	return out
}

// pending says what there is to say about the exemptions themselves, on the stack.
func (j *judges) pending(project, stack, root string) []*pulumirpc.AnalyzeDiagnostic {
	used := func(id string) bool { _, ok := j.used.Load(id); return ok }
	var out []*pulumirpc.AnalyzeDiagnostic
	for _, note := range j.exemptions.Pending(project, stack, used) {
		out = append(out, diagnostic(j.loaded.pack.Policy(pack.SettingsPolicy), pack.Advisory, note, root))
	}
	return out
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

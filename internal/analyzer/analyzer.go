// Package analyzer speaks the engine's protocol: it implements pulumirpc.AnalyzerServer over the facts, the pack and the
// evaluator.
//
// The engine calls Handshake, ConfigureStack, GetAnalyzerInfo and Configure, then Remediate and Analyze for every
// resource, AnalyzeStack and Cancel. `policy analyze` and `policy publish` leave ConfigureStack out, and a launcher may
// leave Handshake out, so each call works without the ones before it. Calls may come concurrently.
package analyzer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/progression-labs-development/policypack"
	"github.com/progression-labs-development/policypack/internal/decisionlog"
	"github.com/progression-labs-development/policypack/internal/evaluator"
	"github.com/progression-labs-development/policypack/internal/exception"
	"github.com/progression-labs-development/policypack/internal/expiry"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/rollout"
	"github.com/progression-labs-development/policypack/internal/verdict"
	"github.com/progression-labs-development/policypack/internal/wire"
)

// Options are what the process knows when it starts.
type Options struct {
	// Dir is the directory of PulumiPolicy.yaml, empty where the pack has none: its levels, parameters and rules are read
	// there. The caller takes it from the process, and the engine's word in Handshake does not count, since that may be
	// relative to a directory that only a variable of the environment names.
	Dir string
	// Rules are further directories with an organisation's rules.
	Rules []string
	// Bundle is a file with an organisation's bundle; see package central.
	Bundle string
	// Unbundled says that a configuration which pins keys needs no bundle: it is checked, and nothing is judged by it.
	Unbundled bool
	// Log receives what the person who runs the engine should see besides diagnostics.
	Log io.Writer
	// Now is the clock; it is read once a run, for the date.
	Now func() time.Time
	// NoGrace says that what has expired fails at once, as in a check of a pull request.
	NoGrace bool
	// BreakGlass is a token with which a run passes.
	BreakGlass BreakGlass
	// Watch is told the engine's address at Handshake, so that the process can end with the engine.
	Watch func(engine string)
	// Found is told what a call has found, before the call answers; it may be nil. Calls may come concurrently.
	Found func([]verdict.Finding)
	// Left is told what a call has left to other findings; like Found.
	Left func([]verdict.Finding)
	// Decided is told what each policy that was asked has decided, before the call answers; it may be nil. Calls may come
	// concurrently.
	Decided func([]decisionlog.Decision)
	// Analyzed is called at the end of AnalyzeStack and at Cancel, before the call answers; it may be nil. Its error becomes a
	// mandatory finding about the stack.
	Analyzed func() error
	// Started is told the server that [Serve] has made, before it answers; it may be nil.
	Started func(*Server)
	// Done is called when the engine has said that the run is over.
	Done func()
}

// Server answers the engine.
type Server struct {
	pulumirpc.UnimplementedAnalyzerServer
	options Options
	seen    atomic.Int64 // resources
	ended   atomic.Bool  // the stack as a whole was checked
	failed  atomic.Bool  // a call has failed

	load  func() (*loaded, error) // once, after the pack's directory is known
	spare func() (*loaded, error) // the pack's own policies alone, for when the rest does not load

	mu     sync.Mutex
	run    *verdict.Run
	about  *pulumirpc.AnalyzerStackConfigureRequest // nil before ConfigureStack
	except exception.Set
	place  rollout.Place // what ConfigureStack says of it
	judges *judges       // at the place of the last call
	glass  *glass        // nil where no token is in force
}

// New returns a server. It begins to read the pack's own policies at once, in the background: the engine's first calls
// come some milliseconds later.
func New(options Options) *Server {
	s := &Server{options: options}
	readOwn()
	s.load = sync.OnceValues(func() (*loaded, error) { return load(options) })
	s.spare = sync.OnceValues(func() (*loaded, error) { return load(Options{Unbundled: true}) })
	s.run = verdict.NewRun(facts.NewRun(nil, s.today()))
	return s
}

func (s *Server) today() string { return s.options.Now().UTC().Format(time.DateOnly) }

func (s *Server) when() expiry.When {
	return expiry.When{Now: s.options.Now(), NoGrace: s.options.NoGrace}
}

// Handshake learns which engine to watch.
func (s *Server) Handshake(_ context.Context, req *pulumirpc.AnalyzerHandshakeRequest) (
	_ *pulumirpc.AnalyzerHandshakeResponse, err error,
) {
	defer s.guard("Handshake", "", &err)
	if req.GetEngineAddress() != "" && s.options.Watch != nil {
		s.options.Watch(req.GetEngineAddress())
	}
	go s.load() //nolint:errcheck // the calls that need it report its error
	return &pulumirpc.AnalyzerHandshakeResponse{}, nil
}

// ConfigureStack learns what the run is about.
func (s *Server) ConfigureStack(_ context.Context, req *pulumirpc.AnalyzerStackConfigureRequest) (
	_ *pulumirpc.AnalyzerStackConfigureResponse, err error,
) {
	defer s.guard("ConfigureStack", "", &err)
	glass, err := s.options.breakGlass(req)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		s.glass = nil // what was in force was so for another stack
		return nil, refused(err)
	}
	stack := wire.Stack(req)
	s.run, s.about, s.glass = verdict.NewRun(facts.NewRun(stack, s.today())), req, glass
	s.place = rollout.Place{
		Organization: req.GetOrganization(), Project: req.GetProject(), Stack: req.GetStack(), Tags: req.GetTags(),
		Account: facts.ConfiguredAccount(stack),
	}
	s.ended.Store(false)
	return &pulumirpc.AnalyzerStackConfigureResponse{}, nil
}

// GetPluginInfo returns the version.
func (s *Server) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: policypack.Version()}, nil
}

// GetAnalyzerInfo describes the pack and its policies.
func (s *Server) GetAnalyzerInfo(context.Context, *emptypb.Empty) (_ *pulumirpc.AnalyzerInfo, err error) {
	defer s.guard("GetAnalyzerInfo", "", &err)
	l, err := s.loaded()
	if err != nil {
		return nil, err
	}
	return info(l.pack, s.inForce() == nil)
}

// Configure takes levels and parameters.
func (s *Server) Configure(_ context.Context, req *pulumirpc.ConfigureAnalyzerRequest) (_ *emptypb.Empty, err error) {
	defer s.guard("Configure", "", &err)
	l, err := s.loaded()
	if err != nil {
		return nil, err
	}
	settings := map[string]pack.Setting{}
	for name, c := range req.GetPolicyConfig() {
		settings[name] = pack.Setting{Level: level(c.GetEnforcementLevel()), Parameters: c.GetProperties().AsMap()}
	}
	j, err := newJudges(l, settings, s.when())
	if err != nil && s.Outage(err) {
		if j, err = newJudges(l, nil, s.when()); err != nil {
			j, err = s.spareJudges()
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil {
		j.except(s.except)
	}
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, place.VisibleLines(s.run.Facts.Scrub(err.Error())))
	}
	if s.judges != nil && s.judges.digest() != j.digest() { // what counted so far did so by other levels
		s.run = verdict.NewRun(s.run.Facts)
	}
	s.judges = j
	return &emptypb.Empty{}, nil
}

// Except has the next call of Configure apply Pulumi's policy exceptions. It is for sources of which the engine knows nothing: in
// a preview or update the engine applies them itself.
func (s *Server) Except(exceptions exception.Set) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.except = exceptions
}

// Analyze judges one resource by its inputs.
func (s *Server) Analyze(ctx context.Context, req *pulumirpc.AnalyzeRequest) (response *pulumirpc.AnalyzeResponse, err error) {
	defer s.sparedAnalysis("this resource", &response, &err)
	defer s.guard("Analyze", req.GetUrn(), &err)
	j, run, err := s.ready(req.GetUrn())
	if err != nil {
		return nil, err
	}
	r, err := facts.New(wire.Resource(req), j.loaded.catalogue)
	if err != nil {
		return nil, j.fail(run, codes.InvalidArgument, err)
	}
	s.seen.Add(counted(r))
	if j, err = j.around(r); err != nil {
		return nil, status.Error(codes.FailedPrecondition, err.Error())
	}
	c := start()
	r.Scan(run.Facts, j.verdict.Detector)
	candidates := j.of(r)
	if candidates == nil {
		findings := s.pass(nil)
		s.tell(findings, nil)
		return answer(findings), nil
	}
	document, err := facts.ResourceDocument(run.Facts, j.verdict.Context, r, candidates)
	if err != nil {
		return nil, j.fail(run, codes.InvalidArgument, err)
	}
	m := decisionlog.Metrics{Document: c.lap()}
	decisions, err := j.loaded.decide(ctx, document, j.budget("a resource"))
	if err != nil {
		return nil, j.fail(run, codes.Internal, fmt.Errorf("resource %q: %w", r.URN, err))
	}
	m.Eval = c.lap()
	about := verdict.Subject{URN: r.URN, Findings: func() []*facts.Finding { return facts.InDocument(r) }}
	findings, left := j.verdict.Findings(run, about, decisions)
	findings = s.pass(findings)
	about.URN = run.Facts.Named(about.URN)
	s.decided(j, facts.ScopeResource, about, r.Type, candidates, slices.Concat(findings, left), m)
	s.tell(findings, left)
	return answer(findings), nil
}

// AnalyzeStack judges the stack as a whole, by outputs.
func (s *Server) AnalyzeStack(ctx context.Context, req *pulumirpc.AnalyzeStackRequest) (
	response *pulumirpc.AnalyzeResponse, err error,
) {
	defer s.sparedAnalysis("the stack as a whole", &response, &err)
	defer s.guard("AnalyzeStack", "", &err)
	first := ""
	if rows := req.GetResources(); len(rows) > 0 {
		first = rows[0].GetUrn()
	}
	j, run, err := s.ready(first)
	if err != nil {
		return nil, err
	}
	resources := make([]*facts.Resource, len(req.GetResources()))
	root, n := "", int64(0)
	for i, row := range wire.Resources(req) {
		if resources[i], err = facts.New(row, j.loaded.catalogue); err != nil {
			return nil, j.fail(run, codes.InvalidArgument, err)
		}
		n += counted(resources[i])
	}
	s.seen.Store(n)
	var findings, left []verdict.Finding
	c := start()
	facts.ScanStack(run.Facts, j.verdict.Detector, resources)
	for _, r := range resources {
		if r.Type == model.RootType {
			root = r.URN
		}
	}
	around, err := j.places(resources)
	if err != nil {
		return nil, status.Error(codes.FailedPrecondition, err.Error())
	}
	if candidates, whole := j.ofStack(resources, around); candidates != nil {
		document, err := facts.StackDocument(run.Facts, j.verdict.Detector, j.verdict.Context, resources, whole, candidates)
		if err != nil {
			return nil, j.fail(run, codes.InvalidArgument, err)
		}
		m := decisionlog.Metrics{Document: c.lap()}
		decisions, err := j.loaded.decide(ctx, document, j.stackBudget(len(resources)))
		if err != nil {
			return nil, j.fail(run, codes.Internal, fmt.Errorf("stack: %w", err))
		}
		m.Eval = c.lap()
		about := verdict.Subject{URN: root, Findings: func() []*facts.Finding { return facts.InDocument(resources...) }, At: around.of(j)}
		findings, left = j.verdict.Findings(run, about, decisions)
		findings = s.pass(findings)
		about.URN = run.Facts.Named(about.URN)
		s.decided(j, facts.ScopeStack, about, model.RootType, candidates, slices.Concat(findings, left), m)
	} else {
		findings = s.pass(nil)
	}
	if len(resources) > 0 {
		findings = append(findings, j.verdict.Pending(run, resources[0].Project, resources[0].Stack, run.Facts.Named(root),
			j.remarks((*pack.Policy).Previews))...)
	}
	s.tell(findings, left)
	s.ended.Store(true)
	response = answer(findings)
	if err := s.analyzed(); err != nil {
		if root == "" {
			return nil, err
		}
		level := pack.Mandatory
		if s.Outage(err) {
			level = pack.Advisory
		}
		// An error of the call would take the findings of the stack with it.
		p := j.loaded.pack.Policy(pack.SettingsPolicy)
		response.Diagnostics = append(response.Diagnostics, diagnostic(p, level, j.verdict.Shown(run.Facts, status.Convert(err).Message()), root))
	}
	return response, nil
}

// analyzed says that the stack has been judged.
func (s *Server) analyzed() error {
	if s.options.Analyzed == nil {
		return nil
	}
	if err := s.options.Analyzed(); err != nil {
		return status.Error(codes.FailedPrecondition, err.Error())
	}
	return nil
}

// Remediate changes nothing: the engine prints what a remediation replaces, plaintext included.
func (s *Server) Remediate(context.Context, *pulumirpc.AnalyzeRequest) (*pulumirpc.RemediateResponse, error) {
	return &pulumirpc.RemediateResponse{}, nil
}

// Cancel ends the run, and with it the process.
func (s *Server) Cancel(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	if err := s.analyzed(); err != nil {
		fmt.Fprintln(s.options.Log, "policypack: "+place.VisibleLines(err.Error()))
	}
	if s.options.Done != nil {
		s.options.Done()
	}
	return &emptypb.Empty{}, nil
}

// loaded waits for the pack.
func (s *Server) loaded() (*loaded, error) {
	l, err := s.load()
	if err != nil && s.Outage(err) {
		l, err = s.spare()
	}
	if err != nil {
		return nil, status.Error(codes.FailedPrecondition, err.Error())
	}
	return l, nil
}

// ready returns what a judgement needs. Without a Configure call the policies' own levels and defaults count; without
// ConfigureStack the URN tells the stack, on which levels may depend.
func (s *Server) ready(urn string) (*judges, *verdict.Run, error) {
	l, err := s.loaded()
	if err != nil {
		return nil, nil, err
	}
	if s.options.BreakGlass.Token != "" && s.inForce() == nil {
		return nil, nil, refused(errors.New("this run does not say which stack it is of; unset the variable"))
	}
	var j *judges
	if s.current() == nil {
		if j, err = newJudges(l, nil, s.when()); err != nil && s.Outage(err) {
			j, err = s.spareJudges()
		}
		if err != nil {
			return nil, nil, status.Error(codes.FailedPrecondition, err.Error())
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.judges == nil {
		s.judges = j
	}
	if place := s.placeOf(urn); place.Stack != "" {
		at, err := s.judges.on(place)
		if err != nil {
			return nil, nil, status.Error(codes.FailedPrecondition, err.Error())
		}
		s.judges = at
	}
	return s.judges, s.run, nil
}

// placeOf returns the place of the run, by the URN of one of its resources where the engine has not said it.
func (s *Server) placeOf(urn string) rollout.Place {
	if s.place.Stack != "" {
		return s.place
	}
	u, _ := place.ParseURN(urn)
	return rollout.Place{Project: u.Project, Stack: u.Stack}
}

// spareJudges are those of the pack's own policies as they are, for when the configuration does not count.
func (s *Server) spareJudges() (*judges, error) {
	l, err := s.spare()
	if err != nil {
		return nil, err
	}
	return newJudges(l, nil, s.when())
}

// guard turns a panic into an error of the call. The panic's value is not repeated, since it may hold an input; the
// stack trace on the log holds no values.
func (s *Server) guard(call, urn string, err *error) {
	v := recover()
	if v != nil || *err != nil {
		s.failed.Store(true)
	}
	if v == nil {
		return
	}
	what := fmt.Sprintf("%T", v)
	if re, ok := v.(interface{ RuntimeError() }); ok {
		what = fmt.Sprint(re)
	}
	fmt.Fprintf(s.options.Log, "policypack: panic in %s: %s\n%s\n", call, what, debug.Stack())
	where := ""
	if urn != "" && s.mu.TryLock() {
		if s.judges != nil {
			where = fmt.Sprintf(" of resource %q", s.judges.verdict.Shown(s.run.Facts, urn))
		}
		s.mu.Unlock()
	}
	*err = status.Errorf(codes.Internal, "policypack %s: internal error in %s%s (%s); please report it at %s/issues with "+
		"the stack trace on stderr", policypack.Version(), call, where, what, policypack.Repository)
}

var _ pulumirpc.AnalyzerServer = (*Server)(nil)

// decide asks the rules, which are compiled by then or soon will be.
func (l *loaded) decide(ctx context.Context, document ast.Value, b evaluator.Budget) ([]evaluator.Decision, error) {
	e, err := l.evaluator()
	if err != nil {
		return nil, err
	}
	return e.Decide(ctx, document, b)
}

// Package analyzer implements the engine's protocol, pulumirpc.AnalyzerServer, for a session.
//
// The engine calls Handshake, ConfigureStack, GetAnalyzerInfo and Configure, then Remediate and Analyze for every
// resource, AnalyzeStack and Cancel. `policy analyze` and `policy publish` leave out ConfigureStack, and a launcher may
// leave out Handshake, so each call works without the earlier ones. Calls may be concurrent.
package analyzer

import (
	"context"
	"errors"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/progression-labs-development/policypack"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/plugin"
	"github.com/progression-labs-development/policypack/internal/session"
	"github.com/progression-labs-development/policypack/internal/verdict"
	"github.com/progression-labs-development/policypack/internal/wire"
)

// Server implements the engine's protocol.
type Server struct {
	pulumirpc.UnimplementedAnalyzerServer
	session *session.Session
	watch   func(engine string) // so that the process can end with the engine
	done    func()              // the run is over
}

// Process is what Serve needs from its process.
type Process = plugin.Process

// Serve serves the engine until the run is over or the engine is gone. It detects the latter by the end of stdin, if
// that is a pipe, and by the engine's health service. It returns nil in both cases.
func Serve(ctx context.Context, p Process, s *session.Session) error {
	life := plugin.New(ctx, p, grpc.ForceServerCodecV2(newCodec()))
	life.RegisterService(service(), &Server{session: s, watch: life.Watch, done: life.Done})
	return life.Serve()
}

// Handshake receives the address of the engine to watch.
func (s *Server) Handshake(_ context.Context, req *pulumirpc.AnalyzerHandshakeRequest) (
	_ *pulumirpc.AnalyzerHandshakeResponse, err error,
) {
	defer s.session.Guard("Handshake", "", &err)
	if req.GetEngineAddress() != "" {
		s.watch(req.GetEngineAddress())
	}
	go s.session.Load()
	return &pulumirpc.AnalyzerHandshakeResponse{}, nil
}

// ConfigureStack receives the stack of the run.
func (s *Server) ConfigureStack(_ context.Context, req *pulumirpc.AnalyzerStackConfigureRequest) (
	*pulumirpc.AnalyzerStackConfigureResponse, error,
) {
	return &pulumirpc.AnalyzerStackConfigureResponse{}, coded(s.session.Begin(wire.Stack(req)))
}

// GetPluginInfo returns the version.
func (s *Server) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: policypack.Version()}, nil
}

// GetAnalyzerInfo describes the pack and its policies.
func (s *Server) GetAnalyzerInfo(context.Context, *emptypb.Empty) (_ *pulumirpc.AnalyzerInfo, err error) {
	defer func() { err = coded(err) }()
	defer s.session.Guard("GetAnalyzerInfo", "", &err)
	p, err := s.session.Pack()
	if err != nil {
		return nil, err
	}
	return info(p, !s.session.InForce())
}

// Configure receives levels and parameters.
func (s *Server) Configure(_ context.Context, req *pulumirpc.ConfigureAnalyzerRequest) (*emptypb.Empty, error) {
	defer s.session.Prepare() // not earlier: until then the engine waits for each answer
	return &emptypb.Empty{}, coded(s.session.Configure(settings(req), nil))
}

func settings(req *pulumirpc.ConfigureAnalyzerRequest) map[string]pack.Setting {
	out := map[string]pack.Setting{}
	for name, c := range req.GetPolicyConfig() {
		out[name] = pack.Setting{Level: level(c.GetEnforcementLevel()), Parameters: c.GetProperties().AsMap()}
	}
	return out
}

// Analyze evaluates the policies for one resource, with its inputs. Over gRPC the request is not decoded before, see
// service.
func (s *Server) Analyze(ctx context.Context, req *pulumirpc.AnalyzeRequest) (*pulumirpc.AnalyzeResponse, error) {
	text, err := proto.Marshal(req)
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	return s.analyze(ctx, string(text))
}

func (s *Server) analyze(ctx context.Context, message string) (*pulumirpc.AnalyzeResponse, error) {
	r, err := wire.Resource(message)
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	return answer(s.session.Resource(ctx, r))
}

// AnalyzeStack evaluates the policies for the stack as a whole, with outputs; like Analyze.
func (s *Server) AnalyzeStack(ctx context.Context, req *pulumirpc.AnalyzeStackRequest) (*pulumirpc.AnalyzeResponse,
	error,
) {
	text, err := proto.Marshal(req)
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	return s.analyzeStack(ctx, string(text))
}

func (s *Server) analyzeStack(ctx context.Context, message string) (*pulumirpc.AnalyzeResponse, error) {
	all, err := wire.Resources(message)
	if err != nil {
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	return answer(s.session.Stack(ctx, all))
}

// Remediate changes nothing: the engine would print the values that a remediation replaces, including plaintext.
func (s *Server) Remediate(context.Context, *pulumirpc.AnalyzeRequest) (*pulumirpc.RemediateResponse, error) {
	return &pulumirpc.RemediateResponse{}, nil
}

// Cancel ends the run and the process.
func (s *Server) Cancel(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	s.session.Close()
	s.done()
	return &emptypb.Empty{}, nil
}

// answer converts the findings to the engine's diagnostics, in the same order.
func answer(findings []verdict.Finding, err error) (*pulumirpc.AnalyzeResponse, error) {
	if err != nil {
		return nil, coded(err)
	}
	response := &pulumirpc.AnalyzeResponse{}
	for i := range findings {
		response.Diagnostics = append(response.Diagnostics, diagnostic(&findings[i]))
	}
	return response, nil
}

// diagnostic converts one finding. Its level is never disabled: such a diagnostic would crash the engine, and a
// disabled policy is not evaluated.
func diagnostic(f *verdict.Finding) *pulumirpc.AnalyzeDiagnostic {
	message := f.Message
	if f.Rule.URL != "" {
		message += "\n" + f.Rule.URL
	}
	return &pulumirpc.AnalyzeDiagnostic{
		PolicyName: f.Rule.Name, PolicyPackName: Name, PolicyPackVersion: policypack.Version(),
		Description: f.Rule.Title,
		Message:     message, EnforcementLevel: enforcement(f.Level), Urn: f.Named, Severity: severity(f.Rule.Severity),
	}
}

// coded returns an error with a gRPC status code; nil stays nil.
func coded(err error) error {
	if err == nil {
		return nil
	}
	code := codes.FailedPrecondition
	var e *session.Error
	if errors.As(err, &e) {
		code = map[session.Fault]codes.Code{
			session.Input:      codes.InvalidArgument,
			session.Evaluation: codes.Internal,
		}[e.Fault]
	}
	return status.Error(code, err.Error())
}

var _ pulumirpc.AnalyzerServer = (*Server)(nil)

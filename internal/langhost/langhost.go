// Package langhost is the host of the runtime `policypack`: it speaks the engine's protocol of languages, so that
// Pulumi treats packs with `runtime: policypack` as it treats those in any other language, those that Pulumi Cloud
// requires included, which are installed and started through a language host only.
//
// Such a pack has nothing to compile or install: running it starts the analyzer on the pack's directory, in its own
// process. The engine reads the port of that process from the stream of RunPlugin.
package langhost

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/progression-labs-development/policypack"
	"github.com/progression-labs-development/policypack/internal/plugin"
)

// Name is the runtime in PulumiPolicy.yaml.
const Name = "policypack"

// Options are set when the process starts.
type Options struct {
	// Program is the executable that serves as the analyzer: `PROGRAM analyzer ENGINE DIR`.
	Program string
}

// Serve answers the engine until the run is over or the engine exits.
func Serve(ctx context.Context, p plugin.Process, o Options) error {
	s := plugin.New(ctx, p, grpc.UnaryInterceptor(unsupported))
	pulumirpc.RegisterLanguageRuntimeServer(s, New(s.Context(), o, s.Watch, s.Done))
	return s.Serve()
}

// Server answers the engine.
type Server struct {
	pulumirpc.UnimplementedLanguageRuntimeServer
	options Options
	ctx     context.Context    // of the packs that run
	cancel  context.CancelFunc // ends them
	watch   func(engine string)
	done    func()
}

// New returns a server. The packs that it starts are stopped with ctx. It calls watch with the engine's address, and
// done when the engine reports the end of the run.
func New(ctx context.Context, o Options, watch func(engine string), done func()) *Server {
	s := &Server{options: o, watch: watch, done: done}
	s.ctx, s.cancel = context.WithCancel(ctx)
	return s
}

// Handshake learns which engine to watch.
func (s *Server) Handshake(_ context.Context, req *pulumirpc.LanguageHandshakeRequest) (
	*pulumirpc.LanguageHandshakeResponse, error,
) {
	if req.GetEngineAddress() != "" {
		s.watch(req.GetEngineAddress())
	}
	return &pulumirpc.LanguageHandshakeResponse{}, nil
}

// GetPluginInfo returns the version.
func (s *Server) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: policypack.Version()}, nil
}

// InstallDependencies has nothing to install: policies and engine are in this program, the organisation's rules in the
// pack.
func (s *Server) InstallDependencies(req *pulumirpc.InstallDependenciesRequest,
	_ grpc.ServerStreamingServer[pulumirpc.InstallDependenciesResponse],
) error {
	dir := req.GetInfo().GetProgramDirectory()
	if dir == "" {
		dir = req.GetDirectory() //nolint:staticcheck // all that an engine before 3.137 sends
	}
	if err := isPack(dir); err != nil && !req.GetIsPlugin() {
		return noProgram()
	} else if err != nil {
		return err
	}
	return nil
}

// GetRequiredPackages is what the engine asks first about a program: that there are no such programs is said here,
// before the engine has begun an update.
func (s *Server) GetRequiredPackages(context.Context, *pulumirpc.GetRequiredPackagesRequest) (
	*pulumirpc.GetRequiredPackagesResponse, error,
) {
	return nil, noProgram()
}

// Run runs no programs.
func (s *Server) Run(context.Context, *pulumirpc.RunRequest) (*pulumirpc.RunResponse, error) {
	return nil, noProgram()
}

// Cancel ends the packs that run, and the process.
func (s *Server) Cancel(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	s.cancel()
	s.done()
	return &emptypb.Empty{}, nil
}

var _ pulumirpc.LanguageRuntimeServer = (*Server)(nil)

// isPack reports what is wrong with a directory that should be a pack.
func isPack(dir string) error {
	switch _, err := os.Stat(filepath.Join(dir, "PulumiPolicy.yaml")); {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return status.Errorf(codes.FailedPrecondition, "%s: not a policy pack: it contains no PulumiPolicy.yaml; "+
			"if Pulumi Cloud requires the pack, remove the directory, and Pulumi will download it again", dir)
	default:
		return status.Error(codes.FailedPrecondition, err.Error())
	}
}

func noProgram() error {
	return status.Errorf(codes.FailedPrecondition, "`runtime: %s` is for policy packs (PulumiPolicy.yaml), not "+
		"for programs; set the program's language in Pulumi.yaml, and pass the pack with --policy-pack", Name)
}

// unsupported says of calls that are not answered what they are for. The code stays, since the engine goes on without
// what a host does not implement.
func unsupported(ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	res, err := handler(ctx, req)
	if status.Code(err) != codes.Unimplemented {
		return res, err
	}
	what, known := purposes[path.Base(info.FullMethod)]
	if !known {
		what = "is not needed for policy packs"
	}
	return nil, status.Error(codes.Unimplemented, fmt.Sprintf("%s %s; the runtime %s only supports policy packs",
		path.Base(info.FullMethod), what, Name))
}

// purposes are what the calls are for that the engine makes of a language in which one writes programs.
var purposes = map[string]string{
	"GetRequiredPlugins":     "lists the plugins that a program needs",
	"RuntimeOptionsPrompts":  "asks questions for a new program",
	"Template":               "fills in the template of a new program",
	"About":                  "describes a program's toolchain",
	"GetProgramDependencies": "lists a program's dependencies",
	"GenerateProgram":        "generates a program in the runtime's language",
	"GenerateProject":        "generates a project in the runtime's language",
	"GeneratePackage":        "generates an SDK in the runtime's language",
	"Pack":                   "packs an SDK",
	"Link":                   "adds an SDK to a program",
}

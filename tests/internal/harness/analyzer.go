package harness

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pulumi/pulumi/pkg/v3/resource/analyzer"
	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"
)

// Timeout bounds every wait of the harness.
const Timeout = 60 * time.Second

// Start says how an analyzer is started. The zero value is how the engine starts it for `--policy-pack DIR` in the
// project's own folder, by the language host: as policypack analyzer ENGINE . with a pipe as its input.
type Start struct {
	// Bin is the program; the pack if it is empty.
	Bin string
	// Args are the arguments; nil means analyzer, the engine's address and a dot. "ENGINE" stands for the address.
	Args []string
	// Dir is the working directory; the project's folder if it is empty.
	Dir string
	// Env are variables behind the caller's own, of which those of Pulumi and the pack are taken out.
	Env []string
	// DevNull gives the process /dev/null as its input in place of a pipe.
	DevNull bool
	// NoHandshake leaves out the Handshake that Ready makes.
	NoHandshake bool
	// NoStack leaves out the ConfigureStack that Ready makes, as `policy analyze` does.
	NoStack bool
	// Record keeps every answer for Emitted.
	Record bool
}

// Analyzer is a running analyzer.
type Analyzer struct {
	process
	// Client makes single calls.
	Client pulumirpc.AnalyzerClient
	// Plugin is the engine's own view of the same process.
	Plugin plugin.Analyzer

	start   Start
	answers []Emission
}

// Emission is something that the process has given away.
type Emission struct {
	From string // the call, stdout or stderr
	Text string // the bytes; of an answer as they are on the wire
}

// record keeps what comes back from a call: the answer, headers and trailers, and the error with its details.
func (a *Analyzer) record(ctx context.Context, method string, req, reply any, conn *grpc.ClientConn,
	invoke grpc.UnaryInvoker, opts ...grpc.CallOption,
) error {
	if !a.start.Record {
		return invoke(ctx, method, req, reply, conn, opts...)
	}
	var header, trailer metadata.MD
	err := invoke(ctx, method, req, reply, conn, append(opts, grpc.Header(&header), grpc.Trailer(&trailer))...)
	call := method[strings.LastIndexByte(method, '/')+1:]
	got := []Emission{{call, fmt.Sprint(header, trailer)}}
	if m, ok := reply.(proto.Message); ok && err == nil {
		b, _ := proto.Marshal(m)
		got = append(got, Emission{call, string(b)})
	}
	if err != nil {
		b, _ := proto.Marshal(status.Convert(err).Proto())
		got = append(got, Emission{call + " error", err.Error()}, Emission{call + " error", string(b)})
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.answers = append(a.answers, got...)
	return err
}

// Emitted is everything that the process has given away so far, if Start says Record.
func (a *Analyzer) Emitted() []Emission {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append(slices.Clone(a.answers), Emission{"stdout", a.stdout.String()}, Emission{"stderr", a.stderr.String()})
}

// StartAnalyzer starts an analyzer and connects to it. When the test ends, the process is killed and must have printed
// nothing but its port.
func StartAnalyzer(t testing.TB, start Start) *Analyzer {
	t.Helper()
	a := &Analyzer{start: start, process: process{Engine: NewEngine(t)}}
	bin := start.Bin
	if bin == "" {
		bin = Policypack(t)
	}
	args := start.Args
	if args == nil {
		args = []string{"analyzer", "ENGINE", "."}
	}
	a.cmd = exec.Command(bin, expand(args, a.Engine.Addr)...)
	a.cmd.Dir = start.Dir
	if a.cmd.Dir == "" {
		a.cmd.Dir = Root(t)
	}
	a.cmd.Env = append(CleanEnviron(), start.Env...)
	a.run(t, start.DevNull, rpcutil.GrpcChannelOptions(), grpc.WithChainUnaryInterceptor(a.record))
	a.Client = pulumirpc.NewAnalyzerClient(a.conn)
	a.Plugin = plugin.NewAnalyzerWithClient("policypack", a.Client)
	return a
}

func expand(args []string, addr string) []string {
	out := make([]string, len(args))
	for i, arg := range args {
		out[i] = strings.ReplaceAll(arg, "ENGINE", addr)
	}
	return out
}

// Ready makes the calls that the engine makes before the first resource. stack may be nil for a preview of some stack.
// config is what --policy-pack-config would hold: it is merged with the pack's own as the engine does it.
func (a *Analyzer) Ready(t testing.TB, stack *pulumirpc.AnalyzerStackConfigureRequest,
	config map[string]plugin.AnalyzerPolicyConfig,
) {
	t.Helper()
	if err := a.TryReady(stack, config); err != nil {
		t.Fatalf("%v\nstderr:\n%s", err, a.Stderr())
	}
}

// TryReady is Ready for a caller that expects an error.
func (a *Analyzer) TryReady(stack *pulumirpc.AnalyzerStackConfigureRequest,
	config map[string]plugin.AnalyzerPolicyConfig,
) error {
	ctx, cancel := context.WithTimeout(context.Background(), Timeout)
	defer cancel()
	if !a.start.NoHandshake {
		dir := a.cmd.Dir
		_, err := a.Client.Handshake(ctx, &pulumirpc.AnalyzerHandshakeRequest{
			EngineAddress: a.Engine.Addr, RootDirectory: &dir, ProgramDirectory: &dir,
		})
		if err != nil {
			return err
		}
	}
	if !a.start.NoStack {
		if stack == nil {
			stack = &pulumirpc.AnalyzerStackConfigureRequest{
				Organization: "acme", Project: "shop", Stack: "production", DryRun: true,
			}
		}
		if _, err := a.Client.ConfigureStack(ctx, stack); err != nil {
			return err
		}
	}
	info, err := a.Plugin.GetAnalyzerInfo(ctx)
	if err != nil {
		return err
	}
	merged, mistakes, err := analyzer.ReconcilePolicyPackConfig(info.Policies, info.InitialConfig, config)
	if err != nil {
		return err
	}
	if len(mistakes) > 0 {
		return EngineRefused(mistakes)
	}
	return a.Plugin.Configure(ctx, merged)
}

// EngineRefused are the mistakes that the engine itself finds in a configuration.
type EngineRefused []string

func (e EngineRefused) Error() string { return strings.Join(e, "\n") }

// Info is the answer to GetAnalyzerInfo.
func (a *Analyzer) Info(t testing.TB) *pulumirpc.AnalyzerInfo {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), Timeout)
	defer cancel()
	info, err := a.Client.GetAnalyzerInfo(ctx, &emptypb.Empty{})
	if err != nil {
		t.Fatalf("GetAnalyzerInfo: %v\nstderr:\n%s", err, a.Stderr())
	}
	return info
}

// Engine is a server that stands for the engine: it answers health checks and nothing else.
type Engine struct {
	Addr   string
	server *grpc.Server
}

// NewEngine starts a server until the test ends.
func NewEngine(t testing.TB) *Engine {
	t.Helper()
	lis, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	e := &Engine{Addr: lis.Addr().String(), server: grpc.NewServer()}
	go func() { _ = e.server.Serve(lis) }()
	t.Cleanup(e.server.Stop)
	return e
}

// Stop ends the server at once, as a SIGKILL of the engine does.
func (e *Engine) Stop() { e.server.Stop() }

// Alive reports whether a process still runs.
func Alive(pid int) bool {
	stat, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	if err != nil {
		return false
	}
	_, state, _ := strings.Cut(string(stat), ") ")
	return !strings.HasPrefix(state, "Z")
}

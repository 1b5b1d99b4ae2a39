package langhost

import (
	"context"
	"errors"
	"net"
	"os/exec"
	"sync"
	"time"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// grace is how long an analyzer has to end by itself once its input has ended: it may still write its report.
const grace = 5 * time.Second

// analyzerKind is the kind of plugin that a policy pack is. Engines of before 2025 name none.
const analyzerKind = "analyzer"

// RunPlugin starts the analyzer on the pack's directory, in the program's working directory and with the environment of
// the request, as the engine starts an analyzer that is an executable. It streams what the process writes, and its exit
// code at last. When the engine ends the call, dies, or cancels, the process's input ends, and with it the process.
func (s *Server) RunPlugin(req *pulumirpc.RunPluginRequest,
	stream grpc.ServerStreamingServer[pulumirpc.RunPluginResponse],
) error {
	if kind := req.GetKind(); kind != analyzerKind && kind != "" {
		return status.Errorf(codes.InvalidArgument, "`runtime: %s` is for policy packs, but this is a plugin of "+
			"kind %s", Name, kind)
	}
	dir := req.GetInfo().GetProgramDirectory()
	if err := isPack(dir); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(stream.Context())
	defer cancel()
	defer context.AfterFunc(s.ctx, cancel)()

	cmd := exec.CommandContext(ctx, s.options.Program, "analyzer", engineOf(req.GetArgs()), dir)
	cmd.Dir = req.GetPwd()
	cmd.Env = req.GetEnv() // holds what is secret: it goes to the process and nowhere else
	input, err := cmd.StdinPipe()
	if err != nil {
		return status.Error(codes.Internal, err.Error())
	}
	cmd.Cancel, cmd.WaitDelay = input.Close, grace
	out := &sender{stream: stream}
	cmd.Stdout = writer(func(p []byte) error {
		return out.send(&pulumirpc.RunPluginResponse{Output: &pulumirpc.RunPluginResponse_Stdout{Stdout: p}})
	})
	cmd.Stderr = writer(func(p []byte) error {
		return out.send(&pulumirpc.RunPluginResponse{Output: &pulumirpc.RunPluginResponse_Stderr{Stderr: p}})
	})
	if err := cmd.Start(); err != nil {
		return status.Errorf(codes.FailedPrecondition, "start the analyzer: %v", err)
	}
	if err := cmd.Wait(); err != nil && cmd.ProcessState == nil {
		return status.Errorf(codes.Internal, "wait for the analyzer: %v", err)
	}
	if err := ctx.Err(); err != nil {
		return status.FromContextError(err).Err()
	}
	// -1 if a signal has ended it
	code := cmd.ProcessState.ExitCode()
	return out.send(&pulumirpc.RunPluginResponse{Output: &pulumirpc.RunPluginResponse_Exitcode{Exitcode: int32(code)}}) //nolint:gosec // 32 bits at most
}

// engineOf returns the engine's address, which stands behind the engine's flags for logging and tracing. It is empty
// where there is none; Handshake then tells it to the analyzer.
func engineOf(args []string) string {
	if len(args) == 0 {
		return ""
	}
	last := args[len(args)-1]
	if host, port, err := net.SplitHostPort(last); err != nil || host == "" || port == "" {
		return ""
	}
	return last
}

// sender sends one message at a time, as gRPC wants it.
type sender struct {
	mu     sync.Mutex
	stream grpc.ServerStreamingServer[pulumirpc.RunPluginResponse]
}

func (s *sender) send(m *pulumirpc.RunPluginResponse) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stream.Send(m)
}

// writer swallows what can no longer be sent, so that a process at its end is not stopped by a pipe that nobody reads.
type writer func([]byte) error

func (w writer) Write(p []byte) (int, error) {
	if err := w(p); err != nil && !errors.Is(err, context.Canceled) && status.Code(err) != codes.Canceled &&
		status.Code(err) != codes.Unavailable {
		return 0, err
	}
	return len(p), nil
}

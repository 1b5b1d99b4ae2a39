// Package plugin is the base of all processes that the engine starts: each serves gRPC on a local port, prints only
// the port on stdout, and exits with the run, or with the engine if that dies first.
package plugin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health"
	healthgrpc "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"
)

const (
	// maxMessage is the engine's own limit for a message, 400 MB; gRPC's default of 4 MB is less than a large stack.
	maxMessage = 400 << 20
	// heartbeat is how often the engine is asked whether it still lives.
	heartbeat = time.Second
)

// Process is the part of the operating-system process that a server uses.
type Process struct {
	Stdin  *os.File
	Stdout io.Writer // gets the port and a newline, and nothing else
	// Engine is the engine's address as far as the command line gives it.
	Engine string
}

// Server serves a plugin once. Services are registered on it between New and Serve.
type Server struct {
	*grpc.Server
	process Process
	ctx     context.Context
	gone    context.CancelFunc
	watched sync.Once
	ended   sync.Once
	over    chan struct{}
}

// New returns a server that is not serving yet.
func New(ctx context.Context, p Process, options ...grpc.ServerOption) *Server {
	s := &Server{process: p, over: make(chan struct{})}
	s.ctx, s.gone = context.WithCancel(ctx)
	s.Server = grpc.NewServer(append([]grpc.ServerOption{
		grpc.MaxRecvMsgSize(maxMessage), grpc.MaxSendMsgSize(maxMessage),
	}, options...)...)
	healthgrpc.RegisterHealthServer(s.Server, health.NewServer())
	return s
}

// Context ends when the engine is gone, and when Serve returns.
func (s *Server) Context() context.Context { return s.ctx }

// Done says that the run is over: calls under way are answered, then Serve returns.
func (s *Server) Done() { s.ended.Do(func() { close(s.over) }) }

// Watch begins to watch the engine at the address; only the first address counts.
func (s *Server) Watch(engine string) { s.watched.Do(func() { go s.poll(engine) }) }

// Serve answers the engine until the run is over or the engine is gone, which it sees by the end of stdin, where that
// is a pipe, and by the engine's health service. It returns nil in both cases.
func (s *Server) Serve() error {
	defer s.gone()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("listen on a local port: %w", err)
	}
	served := make(chan error, 1)
	go func() { served <- s.Server.Serve(listener) }()
	if _, err := fmt.Fprintf(s.process.Stdout, "%d\n", listener.Addr().(*net.TCPAddr).Port); err != nil {
		return fmt.Errorf("print the port: %w", err)
	}
	if isPipe(s.process.Stdin) {
		go func() {
			_, _ = io.Copy(io.Discard, s.process.Stdin)
			s.gone()
		}()
	}
	if s.process.Engine != "" {
		s.Watch(s.process.Engine)
	}
	select {
	case err := <-served:
		return err
	case <-s.over:
		s.GracefulStop() // lets the answer to Cancel, and calls under way, go out
		return nil
	case <-s.ctx.Done():
		s.Stop()
		return nil
	}
}

func isPipe(f *os.File) bool {
	if f == nil {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&(os.ModeNamedPipe|os.ModeSocket) != 0 // Node.js gives a child a socket as its pipe
}

// poll asks the engine's health service and ends the process's life once it no longer answers.
func (s *Server) poll(engine string) {
	conn, err := grpc.NewClient(engine, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return // not an address that can be watched; the end of stdin still ends the process
	}
	defer conn.Close() //nolint:errcheck // nothing was written
	client := healthgrpc.NewHealthClient(conn)
	for {
		select {
		case <-s.ctx.Done():
			return
		case <-time.After(heartbeat):
		}
		ctx, cancel := context.WithTimeout(s.ctx, 10*heartbeat)
		_, err := client.Check(ctx, &healthgrpc.HealthCheckRequest{})
		cancel()
		// An engine that answers at all is alive. A slow one is too: only a refused connection means that it is gone.
		if status.Code(err) == codes.Unavailable && !errors.Is(s.ctx.Err(), context.Canceled) {
			s.gone()
			return
		}
	}
}

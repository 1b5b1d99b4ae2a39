package analyzer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"time"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
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

// Process is what Serve needs of the process that it runs in.
type Process struct {
	Stdin  *os.File
	Stdout io.Writer // gets the port and a newline, and nothing else
	// Engine is the engine's address as far as the command line gives it.
	Engine string
}

// Serve answers the engine until the run is over or the engine is gone, which it sees by the end of stdin, where that is
// a pipe, and by the engine's health service. It returns nil in both cases.
func Serve(ctx context.Context, p Process, options Options) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("listen on a local port: %w", err)
	}
	w := &watcher{ctx: ctx, gone: stop}
	options.Watch = w.watch
	over := make(chan struct{})
	options.Done = sync.OnceFunc(func() { close(over) })

	server := grpc.NewServer(grpc.MaxRecvMsgSize(maxMessage), grpc.MaxSendMsgSize(maxMessage))
	pulumirpc.RegisterAnalyzerServer(server, New(options))
	healthgrpc.RegisterHealthServer(server, health.NewServer())
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()

	if _, err := fmt.Fprintf(p.Stdout, "%d\n", listener.Addr().(*net.TCPAddr).Port); err != nil {
		return fmt.Errorf("tell the port: %w", err)
	}
	if isPipe(p.Stdin) {
		go func() {
			_, _ = io.Copy(io.Discard, p.Stdin)
			stop()
		}()
	}
	if p.Engine != "" {
		w.watch(p.Engine)
	}
	select {
	case err := <-served:
		return err
	case <-over:
		server.GracefulStop() // lets the answer to Cancel, and calls under way, go out
		return nil
	case <-ctx.Done():
		server.Stop()
		return nil
	}
}

func isPipe(f *os.File) bool {
	if f == nil {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeNamedPipe != 0
}

// watcher asks the engine's health service and calls gone once it no longer answers.
type watcher struct {
	ctx  context.Context
	gone func()
	once sync.Once
}

// watch starts to watch the engine at the address; only the first address counts.
func (w *watcher) watch(engine string) {
	w.once.Do(func() { go w.poll(engine) })
}

func (w *watcher) poll(engine string) {
	conn, err := grpc.NewClient(engine, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return // not an address that can be watched; the end of stdin still ends the process
	}
	defer conn.Close() //nolint:errcheck // nothing was written
	client := healthgrpc.NewHealthClient(conn)
	for {
		select {
		case <-w.ctx.Done():
			return
		case <-time.After(heartbeat):
		}
		ctx, cancel := context.WithTimeout(w.ctx, 10*heartbeat)
		_, err := client.Check(ctx, &healthgrpc.HealthCheckRequest{})
		cancel()
		// An engine that answers at all is alive. A slow one is too: only a refused connection means that it is gone.
		if status.Code(err) == codes.Unavailable && !errors.Is(w.ctx.Err(), context.Canceled) {
			w.gone()
			return
		}
	}
}

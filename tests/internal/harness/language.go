package harness

import (
	"bufio"
	"bytes"
	"io"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// Language is a running host of the runtime, started as the engine starts it: as pulumi-language-policypack ENGINE.
type Language struct {
	// Client makes calls.
	Client pulumirpc.LanguageRuntimeClient
	// Engine is the server whose address the process was given.
	Engine *Engine

	cmd    *exec.Cmd
	conn   *grpc.ClientConn
	stdin  io.Closer
	exited chan struct{}

	stopped        bool
	mu             sync.Mutex
	stdout, stderr bytes.Buffer
}

// StartLanguage starts the host of the runtime with extra arguments before the engine's address, and connects to it. When
// the test ends, the process is killed and must have printed nothing but its port.
func StartLanguage(t testing.TB, flags ...string) *Language {
	t.Helper()
	l := &Language{Engine: NewEngine(t), exited: make(chan struct{})}
	bin := filepath.Join(t.TempDir(), "pulumi-language-policypack")
	link(t, Policypack(t), bin)
	l.cmd = exec.Command(bin, append(flags, l.Engine.Addr)...)
	l.cmd.Env = CleanEnviron()
	in, err := l.cmd.StdinPipe()
	check(t, err)
	l.stdin = in
	out, err := l.cmd.StdoutPipe()
	check(t, err)
	l.cmd.Stderr = writer(func(p []byte) { l.mu.Lock(); l.stderr.Write(p); l.mu.Unlock() })
	check(t, l.cmd.Start())
	port := make(chan string, 1)
	go func() {
		defer close(l.exited)
		defer close(port)
		lines := bufio.NewReader(out)
		line, _ := lines.ReadString('\n')
		port <- strings.TrimSuffix(line, "\n")
		rest, _ := io.ReadAll(lines)
		l.mu.Lock()
		l.stdout.WriteString(line)
		l.stdout.Write(rest)
		l.mu.Unlock()
		_ = l.cmd.Wait()
	}()
	t.Cleanup(func() { l.Stop(t) })
	select {
	case line := <-port:
		if _, err := strconv.ParseUint(line, 10, 16); err != nil {
			t.Fatalf("the first line on stdout is %q, want a port\nstderr:\n%s", line, l.Stderr())
		}
		l.conn, err = grpc.NewClient("127.0.0.1:"+line, grpc.WithTransportCredentials(insecure.NewCredentials()))
		check(t, err)
	case <-time.After(Timeout):
		t.Fatalf("no port on stdout after %v\nstderr:\n%s", Timeout, l.Stderr())
	}
	l.Client = pulumirpc.NewLanguageRuntimeClient(l.conn)
	return l
}

// Stderr is what the process has logged so far.
func (l *Language) Stderr() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.stderr.String()
}

// CloseStdin closes the process's input.
func (l *Language) CloseStdin() { _ = l.stdin.Close() }

// Kill ends the process with SIGKILL.
func (l *Language) Kill() { _ = l.cmd.Process.Kill() }

// Exits waits for the process to end by itself and reports whether it did in time.
func (l *Language) Exits(within time.Duration) bool {
	select {
	case <-l.exited:
		return true
	case <-time.After(within):
		return false
	}
}

// Stop kills the process and checks what it has printed. It is called when the test ends, and may be called before.
func (l *Language) Stop(t testing.TB) {
	t.Helper()
	if l.stopped {
		return
	}
	l.stopped = true
	if l.conn != nil {
		_ = l.conn.Close()
	}
	l.Kill()
	<-l.exited
	l.mu.Lock()
	defer l.mu.Unlock()
	if out := l.stdout.String(); strings.Count(out, "\n") != 1 || !strings.HasSuffix(out, "\n") {
		t.Errorf("stdout: got %q, want the port and nothing else", out)
	}
}

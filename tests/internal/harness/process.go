package harness

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// process is a plugin that was started as the engine starts it: it prints its port, and then serves.
type process struct {
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

// run starts the command and connects to it. Its input is a pipe unless devNull is set. When the test ends, the process
// is killed and must have printed nothing but its port.
func (p *process) run(t testing.TB, devNull bool, options ...grpc.DialOption) {
	t.Helper()
	p.exited = make(chan struct{})
	if !devNull {
		in, err := p.cmd.StdinPipe()
		check(t, err)
		p.stdin = in
	}
	out, err := p.cmd.StdoutPipe()
	check(t, err)
	p.cmd.Stderr = writer(func(b []byte) { p.mu.Lock(); p.stderr.Write(b); p.mu.Unlock() })
	check(t, p.cmd.Start())

	port := make(chan string, 1)
	go func() {
		defer close(p.exited)
		defer close(port)
		lines := bufio.NewReader(out)
		if line, err := lines.ReadString('\n'); err == nil {
			p.mu.Lock()
			p.stdout.WriteString(line)
			p.mu.Unlock()
			port <- strings.TrimSuffix(line, "\n")
		}
		rest, _ := io.ReadAll(lines)
		p.mu.Lock()
		p.stdout.Write(rest)
		p.mu.Unlock()
		_ = p.cmd.Wait()
	}()
	t.Cleanup(func() { p.Stop(t) })

	select {
	case line := <-port:
		if _, err := strconv.ParseUint(line, 10, 16); err != nil {
			t.Fatalf("the first line on stdout is %q, want a port\nstderr:\n%s", line, p.Stderr())
		}
		p.conn, err = grpc.NewClient("127.0.0.1:"+line,
			append([]grpc.DialOption{grpc.WithTransportCredentials(insecure.NewCredentials())}, options...)...)
		check(t, err)
	case <-time.After(Timeout):
		t.Fatalf("no port on stdout after %v\nstderr:\n%s", Timeout, p.Stderr())
	}
}

// Stderr is what the process has logged so far.
func (p *process) Stderr() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.stderr.String()
}

// CloseStdin closes the process's input.
func (p *process) CloseStdin() { _ = p.stdin.Close() }

// PID is the process.
func (p *process) PID() int { return p.cmd.Process.Pid }

// Kill ends the process with SIGKILL.
func (p *process) Kill() { _ = p.cmd.Process.Kill() }

// Exits waits for the process to end by itself and reports whether it did in time.
func (p *process) Exits(within time.Duration) bool {
	select {
	case <-p.exited:
		return true
	case <-time.After(within):
		return false
	}
}

// Stop kills the process and checks what it has printed. It is called when the test ends, and may be called before.
func (p *process) Stop(t testing.TB) {
	t.Helper()
	if p.stopped {
		return
	}
	p.stopped = true
	if p.conn != nil {
		_ = p.conn.Close()
	}
	p.Kill()
	<-p.exited
	p.mu.Lock()
	defer p.mu.Unlock()
	if out := p.stdout.String(); strings.Count(out, "\n") != 1 || !strings.HasSuffix(out, "\n") {
		t.Errorf("stdout: got %q, want the port and nothing else", out)
	}
	if strings.Contains(p.stderr.String(), "DATA RACE") {
		t.Errorf("data race:\n%s", p.stderr.String())
	}
}

type writer func([]byte)

func (w writer) Write(p []byte) (int, error) {
	w(p)
	return len(p), nil
}

// Conn is the connection to the process, for calls that no client makes.
func (p *process) Conn() *grpc.ClientConn { return p.conn }

// NotingLauncher returns an executable pack that notes its process and then becomes the real one, and a function that
// returns the noted process once it was started.
func NotingLauncher(t testing.TB) (launcher string, pid func() int) {
	t.Helper()
	dir := t.TempDir()
	pidFile, launcher := filepath.Join(dir, "pid"), filepath.Join(dir, "pack")
	script := fmt.Sprintf("#!/bin/sh\necho $$ > %q\nexec %q \"$@\"\n", pidFile, Policypack(t))
	check(t, os.WriteFile(launcher, []byte(script), 0o755))
	return launcher, func() int {
		t.Helper()
		text, err := os.ReadFile(pidFile)
		check(t, err)
		n, err := strconv.Atoi(strings.TrimSpace(string(text)))
		check(t, err)
		return n
	}
}

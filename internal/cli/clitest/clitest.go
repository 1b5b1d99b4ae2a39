// Package clitest lets the hundreds of commands of the scripts share what each of them would read and compile again:
// the policypack that a script executes is a relay, which hands its command to a worker. A worker is a process of its
// own that runs one command after the other, each in the directory, with the environment and with the standard input
// that the relay was given, and that gives back what the command prints and its exit code.
package clitest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
)

// The variables that tell a worker that it is one, and a relay where the workers listen.
const (
	workerVar  = "POLICYPACK_TEST_WORKER"
	addressVar = "POLICYPACK_TEST_WORKERS"
)

type command struct {
	Args, Env []string
	Dir       string
	Stdin     []byte
}

type outcome struct {
	Stdout, Stderr []byte
	Code           int
}

// Workers are the processes that run the commands, one for each processor.
type Workers struct {
	dir     string
	bin     string
	address string
	all     []*exec.Cmd
	ends    []io.Closer
}

// Start builds the relay and starts the workers: this test's own program, which must call [Work] first.
func Start() (w *Workers, err error) {
	w = &Workers{}
	if w.dir, err = os.MkdirTemp("", "clitest"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, w.Stop())
		}
	}()
	w.bin, w.address = filepath.Join(w.dir, "bin"), filepath.Join(w.dir, "workers")
	build := exec.Command("go", "build", "-o", filepath.Join(w.bin, "policypack"), "./clitest/relay")
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("go build: %w\n%s", err, out)
	}
	listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: w.address, Net: "unix"})
	if err != nil {
		return nil, err
	}
	defer listener.Close() //nolint:errcheck // the workers alone hold it: without them, a relay waits for nothing
	listener.SetUnlinkOnClose(false)
	file, err := listener.File()
	if err != nil {
		return nil, err
	}
	defer file.Close() //nolint:errcheck // nothing is lost
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	for range runtime.GOMAXPROCS(0) {
		cmd := exec.Command(self)
		cmd.Env = append(os.Environ(), workerVar+"=1", "GORACE=halt_on_error=1 atexit_sleep_ms=0")
		cmd.Stdout, cmd.Stderr, cmd.ExtraFiles = os.Stderr, os.Stderr, []*os.File{file}
		end, err := cmd.StdinPipe()
		if err != nil {
			return nil, err
		}
		if err := cmd.Start(); err != nil {
			return nil, err
		}
		w.all, w.ends = append(w.all, cmd), append(w.ends, end)
	}
	return w, nil
}

// Env returns the variables that a script needs besides its own, whose PATH is given.
func (w *Workers) Env(path string) []string {
	return []string{"PATH=" + w.bin + string(filepath.ListSeparator) + path, addressVar + "=" + w.address}
}

// Stop ends the workers. The error says that one of them has ended before, by a panic or a data race.
func (w *Workers) Stop() error {
	var failed error
	for i, cmd := range w.all {
		_ = w.ends[i].Close()
		if err := cmd.Wait(); err != nil {
			failed = fmt.Errorf("a worker of the scripts: %w", err)
		}
	}
	return errors.Join(failed, os.RemoveAll(w.dir))
}

// Work does not return in a process that [Start] has started as a worker: it runs commands until Stop.
func Work(run func(args []string, stdin *os.File, stdout, stderr io.Writer) int) {
	if os.Getenv(workerVar) == "" {
		return
	}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	listener, err := net.FileListener(os.NewFile(3, "listener"))
	for err == nil {
		var conn net.Conn
		if conn, err = listener.Accept(); err == nil {
			err = serve(conn, run)
		}
	}
	fmt.Fprintln(os.Stderr, "a worker of the scripts:", err)
	os.Exit(1)
}

func serve(conn net.Conn, run func([]string, *os.File, io.Writer, io.Writer) int) error {
	defer conn.Close() //nolint:errcheck // nothing is lost
	var c command
	if err := json.NewDecoder(conn).Decode(&c); err != nil {
		return err
	}
	if err := os.Chdir(c.Dir); err != nil {
		return err
	}
	os.Clearenv()
	for _, kv := range c.Env {
		name, value, _ := strings.Cut(kv, "=")
		if err := os.Setenv(name, value); err != nil {
			return err
		}
	}
	in, out, err := os.Pipe()
	if err != nil {
		return err
	}
	defer in.Close() //nolint:errcheck // nothing is lost
	go func() {
		defer out.Close() //nolint:errcheck // nothing is lost
		_, _ = out.Write(c.Stdin)
	}()
	var stdout, stderr printed
	code := guarded(&stderr, func() int { return run(c.Args, in, &stdout, &stderr) })
	return json.NewEncoder(conn).Encode(outcome{stdout.Bytes(), stderr.Bytes(), code})
}

// guarded turns a panic into what a process would come to by it.
func guarded(stderr io.Writer, run func() int) (code int) {
	defer func() {
		if v := recover(); v != nil {
			fmt.Fprintf(stderr, "panic: %v\n\n%s", v, debug.Stack())
			code = 2
		}
	}()
	return run()
}

// printed collects what is written, from any goroutine as to a file.
type printed struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (p *printed) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.b.Write(b)
}

// Bytes returns a copy of what was written so far.
func (p *printed) Bytes() []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	return bytes.Clone(p.b.Bytes())
}

// Relay has a worker run the command of this process, prints what it has printed, and returns its exit code.
func Relay() (int, error) {
	dir, err := os.Getwd()
	if err != nil {
		return 0, err
	}
	c := command{Args: os.Args, Env: os.Environ(), Dir: dir}
	if c.Stdin, err = io.ReadAll(os.Stdin); err != nil {
		return 0, err
	}
	conn, err := net.Dial("unix", os.Getenv(addressVar)) //nolint:gosec // a socket that the test made
	if err != nil {
		return 0, err
	}
	defer conn.Close() //nolint:errcheck // nothing is lost
	if err := json.NewEncoder(conn).Encode(c); err != nil {
		return 0, err
	}
	var o outcome
	if err := json.NewDecoder(conn).Decode(&o); err != nil {
		return 0, fmt.Errorf("a worker of the scripts has ended: %w", err)
	}
	if _, err := os.Stdout.Write(o.Stdout); err != nil {
		return 0, err
	}
	_, err = os.Stderr.Write(o.Stderr)
	return o.Code, err
}

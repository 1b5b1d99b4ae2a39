// Package preview runs `pulumi preview` and reads its results without writing a file: the digest printed by --json
// arrives through a pipe, and the engine's events through a stream that the CLI opens to this process. Both contain
// plaintext configuration and properties. Only the text of diagnostics, the violations reported by the events and the
// positions of resources in the program leave this package.
//
// Both are needed. The digest has positions but no policies; the events have policies, with the exceptions that
// exempted them, but no positions.
package preview

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/progression-labs-development/policypack/internal/verdict"
)

// Options configure a preview.
type Options struct {
	Program string   // absolute path of pulumi
	Dir     string   // directory of the Pulumi program
	Stack   string   // as accepted by --stack
	Pack    string   // path of the pack's program
	Config  string   // for --policy-pack-config, empty for none
	Args    []string // further arguments
	Env     []string // the whole environment
	// Out receives the diagnostics of the engine and the CLI, a line at a time, and nothing else of their output. Apart
	// from line ends, it contains no characters that control a terminal.
	Out io.Writer
}

// Result is the result of a preview.
type Result struct {
	Exit int // exit status of pulumi
	// Complete reports whether all events of the engine arrived.
	Complete bool
	// Violations are this pack's violations, with the exceptions that exempted them.
	Violations []verdict.Violation
	// OnlyViolations reports whether the preview was stopped by violations alone. Pulumi has no exit status for this:
	// such a run ends with the error "preview failed" and has no other.
	OnlyViolations bool
	// Frames are the positions at which the program creates its resources, if its language reports them.
	Frames Frames
}

// Exempted reports whether policy exceptions exempted any violation.
func (r *Result) Exempted() bool {
	return slices.ContainsFunc(r.Violations, func(v verdict.Violation) bool { return len(v.Exceptions) > 0 })
}

// patience is how long pulumi has to exit after an interrupt, and its plugins to close the pipes.
const patience = 20 * time.Second

// Run previews a stack. It returns an error if the preview could not start or was interrupted; a preview that fails is
// reported by its exit status.
func Run(ctx context.Context, o Options) (*Result, error) {
	out := &lines{w: o.Out}
	defer out.flush()
	events, err := listen(out)
	if err != nil {
		return nil, err
	}
	defer events.stop()
	args := slices.Concat([]string{"preview"}, o.Args, o.flags(events.addr))
	cmd := exec.CommandContext(ctx, o.Program, args...)
	cmd.Dir, cmd.Env = o.Dir, o.environ()
	digest, written := io.Pipe()
	cmd.Stdout, cmd.Stderr = written, out
	cmd.Cancel = func() error { return interrupt(cmd.Process) }
	cmd.WaitDelay = patience
	frames := make(chan Frames, 1)
	go func() { frames <- readDigest(digest) }()
	err = cmd.Run()
	_ = written.Close() // never fails
	read := <-frames
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil && !errors.As(err, &exit) && !errors.Is(err, exec.ErrWaitDelay):
		return nil, fmt.Errorf("cannot start pulumi: %w", err)
	}
	r := events.result()
	r.Exit, r.Frames = cmd.ProcessState.ExitCode(), read
	return r, nil
}

// flags are the flags that further arguments cannot override; they come last because the last flag of a name wins.
func (o *Options) flags(events string) []string {
	flags := []string{
		"--stack", o.Stack, "--non-interactive", "--color", "never", "--suppress-outputs", "--json", "--show-sames",
		"--event-log", "tcp://" + events, "--policy-pack", o.Pack,
	}
	if o.Config != "" {
		flags = append(flags, "--policy-pack-config", o.Config)
	}
	return flags
}

// environ makes --json print the digest instead of events, and enables --event-log.
func (o *Options) environ() []string {
	var env []string
	for _, kv := range o.Env {
		switch name, _, _ := strings.Cut(kv, "="); name {
		case "PULUMI_ENABLE_STREAMING_JSON_PREVIEW", "PULUMI_DEBUG_COMMANDS", "PWD":
		default:
			env = append(env, kv)
		}
	}
	return append(env, "PULUMI_DEBUG_COMMANDS=true", "PWD="+o.Dir)
}

// interrupt asks pulumi to exit, so that it releases the stack's lock.
func interrupt(p *os.Process) error {
	if err := p.Signal(os.Interrupt); err != nil {
		return p.Kill()
	}
	return nil
}

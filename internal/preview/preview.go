// Package preview runs `pulumi preview` and reads what it says, without a file: the digest that --json prints comes
// through a pipe, and the engine's events through a stream that the CLI opens to this process. Both hold plaintext
// configuration and properties. What leaves this package is the text of diagnostics, the violations that the events
// report and the positions of resources in the program.
//
// Neither of the two is enough. The digest has positions, and no policies; the events have policies with the exceptions
// that exempted them, and no positions.
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

// Options say what is previewed, and how.
type Options struct {
	Program string   // pulumi, absolute
	Dir     string   // of the Pulumi program
	Stack   string   // as --stack takes it
	Pack    string   // the pack's program
	Config  string   // for --policy-pack-config, empty for none
	Args    []string // further arguments
	Env     []string // the whole environment
	// Out receives what the engine and the CLI say, a line at a time, and nothing else of what they write. Line ends
	// aside, no character of it steers a terminal.
	Out io.Writer
}

// Result is what came of a preview.
type Result struct {
	Exit int // of pulumi
	// Complete reports whether the engine's events arrived, to the last one.
	Complete bool
	// Violations are those of this pack, with what exempted them.
	Violations []verdict.Violation
	// OnlyViolations reports whether violations alone have stopped it: Pulumi has no exit status for them. A run that
	// they stop ends with the error "preview failed", and has no other.
	OnlyViolations bool
	// Frames are where the program makes its resources, as far as its language reports that.
	Frames Frames
}

// Exempted reports whether policy exceptions have exempted anything.
func (r *Result) Exempted() bool {
	return slices.ContainsFunc(r.Violations, func(v verdict.Violation) bool { return len(v.Exceptions) > 0 })
}

// patience is how long pulumi has to end once it was interrupted, and its plugins to close their ends of the pipes.
const patience = 20 * time.Second

// Run previews a stack. The error says that this could not begin or was interrupted; a preview that fails has an exit
// status.
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

// flags are those that hold against the further arguments, since the last one of a name counts.
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

// environ has --json print the digest and not the events, and switches --event-log on.
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

// interrupt asks pulumi to end, so that it gives back the stack's lock.
func interrupt(p *os.Process) error {
	if err := p.Signal(os.Interrupt); err != nil {
		return p.Kill()
	}
	return nil
}

// Command profile prints where the time and the memory of the policy pack go, as shares: of the start, of the calls,
// and of what the process holds. Run it in the project's directory:
//
//	go run ./tests/bench/profile [-rounds N] [-resources N] [-callers N] [-o DIR] start|analyze|memory
//
// It starts the program as the engine does, makes the calls of a stack that breaks no policy, and reads the profiles of
// tests/bench/profile/served, which is the program with profiles of itself. They stay in DIR for `go tool pprof`.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/pprof/profile"

	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "profile: "+err.Error())
		os.Exit(1)
	}
}

// options are the flags.
type options struct {
	rounds, resources, callers, rows int
	dir                              string
}

func run(args []string, out io.Writer) error {
	var o options
	flags := flag.NewFlagSet("profile", flag.ContinueOnError)
	flags.IntVar(&o.rounds, "rounds", 21, "how often the program is started, or how often all calls are made")
	flags.IntVar(&o.resources, "resources", 1000, "how many resources the stack has")
	flags.IntVar(&o.callers, "callers", 1, "how many calls of Analyze are under way at a time")
	flags.IntVar(&o.rows, "rows", 15, "how many rows a table has at most")
	flags.StringVar(&o.dir, "o", "", "`directory` for the profiles; by default a new one for temporary files")
	if err := flags.Parse(args); err != nil {
		return err
	}
	measure, ok := map[string]func(testing.TB, options, io.Writer) error{
		"start": start, "analyze": analyze, "memory": memory,
	}[flags.Arg(0)]
	if !ok || flags.NArg() != 1 || min(o.rounds, o.resources, o.callers, o.rows) < 1 {
		flags.Usage()
		return errors.New("expected start, analyze or memory, and counts of at least 1")
	}
	var err error
	if o.dir == "" {
		o.dir, err = os.MkdirTemp("", "policypack-profile-")
	} else {
		err = os.MkdirAll(o.dir, 0o750)
	}
	if err != nil {
		return err
	}
	harness.CleanProcess()
	return harness.Command(func(t testing.TB) error { return measure(t, o, out) })
}

// keep writes a profile for go tool pprof, and prints the command.
func (o options) keep(out io.Writer, name string, p *profile.Profile) error {
	path := filepath.Join(o.dir, name+".pb.gz")
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := errors.Join(p.Write(f), f.Close()); err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "\n$ go tool pprof -top %s\n", path)
	return err
}

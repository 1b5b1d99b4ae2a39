package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "write what the commands print into the scripts")

// The scripts run the program as a person does. In them it is 23 November 2026.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"policypack": func() {
		now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
		os.Exit(Run(context.Background(), Process{
			Args: os.Args, Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Getenv: os.Getenv,
			Now: func() time.Time { return now },
		}))
	}})
}

func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script", UpdateScripts: *update, RequireExplicitExec: true, RequireUniqueNames: true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"code": code, "hides": hides},
	})
}

// code runs a command and checks its exit code: code 2 policypack …
func code(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: code N command [args...]")
	}
	err := ts.Exec(args[1], args[2:]...)
	got := ExitOK
	if exit := new(exec.ExitError); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if fmt.Sprint(got) != args[0] {
		ts.Fatalf("exit code: want %s, got %d", args[0], got)
	}
}

// hides checks that a text is in neither output of the last command.
func hides(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: hides TEXT")
	}
	for _, file := range []string{"stdout", "stderr"} {
		if n := strings.Count(ts.ReadFile(file), args[0]); n > 0 {
			ts.Fatalf("%s holds %q %d times", file, args[0], n)
		}
	}
}

// Command lean runs a tool of a build, for `go build -toolexec`. It compiles a package that has the flag -lean among its
// -gcflags as one without data, and all others as they are.
//
// The package is github.com/open-policy-agent/opa/v1/capabilities: what each version of OPA could do, for
// `opa build --capabilities v1.2.3`. Nothing in the program asks for it, but the package sets a variable at start, so the
// linker keeps 4.4 MB of JSON. The flag is part of what the build cache goes by; without this command it is an error.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
)

const flag = "-lean"

// empty is the package without its data: it takes from its only import the type of the variable.
const empty = `package capabilities

import v0 "github.com/open-policy-agent/opa/capabilities"

var FS = none(&v0.FS)

func none[T any](*T) (zero T) { return }
`

func main() {
	err := run(os.Args[1:])
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		os.Exit(failed.ExitCode())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "lean: "+err.Error())
		os.Exit(1)
	}
}

func run(args []string) error {
	if i := slices.Index(args, flag); i >= 0 {
		work, err := os.MkdirTemp("", "policypack-lean-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(work) //nolint:errcheck // a temporary directory
		if args, err = replaced(slices.Delete(args, i, i+1), filepath.Join(work, "capabilities.go")); err != nil {
			return err
		}
	}
	cmd := exec.Command(args[0], args[1:]...) //nolint:gosec // the command of go build
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	return cmd.Run()
}

// replaced writes the package without its data and has the compiler read that. The file names come last, after -pack.
func replaced(args []string, file string) ([]string, error) {
	last := len(args) - 1
	if last < 1 || args[last-1] != "-pack" || filepath.Base(args[last]) != filepath.Base(file) {
		return nil, fmt.Errorf("%q: expected %s as the only file of the package; see internal/release/lean", args,
			filepath.Base(file))
	}
	args[last] = file
	return args, os.WriteFile(file, []byte(empty), 0o600)
}

package harness

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// Command lets a program use what the harness has for tests: a call of Fatal ends run, and becomes the error. Of the
// methods of a test, run may use those that end or describe it, Cleanup, Context and TempDir.
func Command(run func(t testing.TB) error) (err error) {
	c := &command{}
	defer func() {
		r := recover()
		for _, clean := range slices.Backward(c.cleanups) {
			clean()
		}
		stop, ok := r.(fatal)
		switch {
		case ok:
			err = errors.New(string(stop))
		case r != nil:
			panic(r)
		case err == nil:
			err = errors.Join(c.errs...)
		}
	}()
	return run(c)
}

type command struct {
	testing.TB

	cleanups []func()
	errs     []error
}

type fatal string

func (*command) Helper()                          {}
func (*command) Context() context.Context         { return context.Background() }
func (c *command) Cleanup(clean func())           { c.cleanups = append(c.cleanups, clean) }
func (*command) Fatal(args ...any)                { panic(fatal(strings.TrimSuffix(fmt.Sprintln(args...), "\n"))) }
func (*command) Fatalf(format string, a ...any)   { panic(fatal(fmt.Sprintf(format, a...))) }
func (c *command) Errorf(format string, a ...any) { c.errs = append(c.errs, fmt.Errorf(format, a...)) }

func (c *command) TempDir() string {
	dir, err := os.MkdirTemp("", "policypack-")
	if err != nil {
		c.Fatal(err)
	}
	c.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

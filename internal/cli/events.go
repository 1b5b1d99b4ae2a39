package cli

import (
	"fmt"
	"os"

	"github.com/progression-labs-development/policypack/internal/exception"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/policyfile"
	"github.com/progression-labs-development/policypack/internal/preview"
	"github.com/progression-labs-development/policypack/internal/verdict"
)

// readEvents reads the pack's violations from an event log of the engine.
func readEvents(name string) ([]verdict.Violation, error) {
	in, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer in.Close() //nolint:errcheck // nothing was written
	out, err := preview.ReadEvents(in)
	if err != nil {
		return nil, fmt.Errorf("%s: not a Pulumi event log; expected the file written by PULUMI_DEBUG_COMMANDS=1 "+
			"pulumi preview --event-log FILE", name)
	}
	return out, nil
}

// readExceptions reads the exceptions of a configuration file.
func readExceptions(name string) (exception.Set, error) {
	if name == "" {
		return nil, nil
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	f := policyfile.Parse(data, nil)
	if f.Version < 2 {
		return nil, nil // other mistakes are reported elsewhere
	}
	if len(f.Mistakes) > 0 {
		return nil, fmt.Errorf("%s has mistakes:\n%w", name, pack.InFile(name, f.Mistakes))
	}
	return f.Exceptions, nil
}

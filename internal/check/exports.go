package check

import (
	"errors"
	"fmt"
	"io"

	"github.com/progression-labs-development/policypack/internal/jsontext"
)

// OpenExports opens the files at the paths as [Run.Check] does, and passes each exported state and each plan to the
// function, with the name of its file as shown in messages and its content, valid during the call. It returns the
// directories that are repositories without reading them. The error lists everything that could not be read.
func OpenExports(paths []string, stdin io.Reader, each func(name string, k Kind, src jsontext.Source) error) (
	repositories []string, err error,
) {
	var errs []error
	fail := func(name string, err error) { errs = append(errs, fmt.Errorf("%s: %w", name, err)) }
	all, _ := targets(paths, Auto, fail)
	for _, t := range all {
		if t.dir {
			repositories = append(repositories, t.path)
			continue
		}
		if err := openExport(t, stdin, each); err != nil {
			fail(t.name, err)
		}
	}
	return repositories, errors.Join(errs...)
}

func openExport(t target, stdin io.Reader, each func(name string, k Kind, src jsontext.Source) error) error {
	in, err := Open(t.path, stdin)
	if err != nil {
		return err
	}
	defer in.Close() //nolint:errcheck // nothing was written
	k, data, err := kindOf(t, in, true)
	if err != nil {
		return err
	}
	if k != State && k != Terraform {
		return errors.New("expected a directory of programs, or " + wantInput)
	}
	src := jsontext.Bytes(data)
	if data == nil {
		if src, err = in.Source(); err != nil {
			return err
		}
	}
	all, err := jsontext.Documents(src)
	if err != nil {
		return err
	}
	var errs []error
	for _, one := range all {
		errs = append(errs, each(t.name, k, one))
	}
	return errors.Join(append(errs, in.Unchanged())...)
}

// Sniff returns whether a file is an exported state or a plan, from its first bytes. It is Auto if neither.
func Sniff(path string) Kind {
	if k := sniffed(path); k == State || k == Terraform {
		return k
	}
	return Auto
}

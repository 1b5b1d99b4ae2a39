// Command precision measures how many of the pack's findings are correct: it previews programs with the real pulumi and
// the pack, and compares each finding with a label assigned by a person.
//
//	make precision                                      # the programs in this folder
//	make precision PROGRAMS=DIR LABELS=FILE             # other YAML programs, which are not part of the project
//
// The clouds are simulated by tests/echo: a type has the properties that the program sets and reads, outputs are
// unknown, and what the real providers mark secret (marked.txt) is marked secret. Functions return made-up values,
// components have no resources of their own unless a file types.txt beside the program lists them, and required
// configuration has made-up values, secret if the program or the key's name requires it.
//
// A finding is one message about one resource. The command fails if a finding has no label, a correct one is missing, a
// mandatory one is wrong, or fewer than 90 % of the advisory ones are correct.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

func main() {
	programs := flag.String("programs", filepath.Join("tests", "precision", "programs"), "folder of programs")
	labels := flag.String("labels", filepath.Join("tests", "precision", "labels.jsonl"), "file of labels")
	all := flag.Bool("all", false, "print every finding, not only the wrong and the unlabelled ones")
	flag.Parse()
	if flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	if err := run(*programs, *labels, *all, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "precision: "+err.Error())
		os.Exit(1)
	}
}

func run(dir, labelFile string, all bool, out io.Writer) error {
	labels, err := readLabels(labelFile)
	if err != nil {
		return err
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return err
	}
	var outcomes []outcome
	others := 0
	if err := harness.Command(func(t testing.TB) error {
		outcomes, others = runAll(t, dir)
		return nil
	}); err != nil {
		return err
	}
	if len(outcomes) == 0 {
		return fmt.Errorf("%s has no program with `runtime: yaml`", dir)
	}
	f := measure(outcomes, others, labels)
	if all {
		for _, o := range outcomes {
			for _, one := range o.findings {
				fmt.Fprintf(out, "%s\n\n", one)
			}
		}
	}
	if err := errors.Join(f.details(out), f.summary(out)); err != nil {
		return err
	}
	mistakes := f.mistakes()
	if said := f.imprecise(); said != "" {
		mistakes = append(mistakes, said)
	}
	if len(mistakes) > 0 {
		return errors.New(strings.Join(mistakes, "; "))
	}
	return nil
}

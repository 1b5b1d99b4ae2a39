package cli

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/progression-labs-development/policypack/internal/inventory"
)

// questions are asked on a terminal, one line each.
type questions struct {
	in  io.Reader
	out io.Writer
}

// errNoAnswer reports that stdin ended.
var errNoAnswer = errors.New("the input ended before all questions were answered")

// ask repeats a question until the answer is valid. An empty answer accepts the default.
func (q *questions) ask(text, byDefault string, read func(answer string) error) error {
	for {
		fmt.Fprintf(q.out, "%s [%s]: ", text, byDefault)
		line, err := q.line()
		if err != nil {
			fmt.Fprintln(q.out)
			return err
		}
		if line == "" {
			return nil
		}
		if err = read(line); err == nil {
			return nil
		}
		fmt.Fprintf(q.out, "  %v\n", err)
	}
}

// line reads exactly one line.
func (q *questions) line() (string, error) {
	var b strings.Builder
	for one := make([]byte, 1); ; {
		n, err := q.in.Read(one)
		switch {
		case n == 1 && one[0] == '\n':
			return strings.TrimSpace(b.String()), nil
		case n == 1:
			b.WriteByte(one[0])
		case errors.Is(err, io.EOF):
			return "", errNoAnswer
		case err != nil:
			return "", err
		}
	}
}

// none is the answer that rejects everything found.
const none = "none"

// words splits an answer at commas and spaces.
func words(answer string) []string {
	if answer == none {
		return []string{}
	}
	return strings.FieldsFunc(answer, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' })
}

// ask asks the questions that no flag answers. If an answer makes the configuration invalid, check returns the mistakes
// and the question is repeated.
func (f *initFlags) ask(cmd *cobra.Command, inv *inventory.Inventory, q *questions, now time.Time,
	check func() error,
) error {
	for _, one := range f.questions(inv, now) {
		if cmd.Flags().Changed(one.flag) || one.skip {
			continue
		}
		if err := q.ask(one.text, cmp.Or(one.byDefault, none), func(answer string) error {
			before := f.choices
			err := one.read(answer)
			if err == nil {
				err = check()
			}
			if err != nil {
				f.choices = before
			}
			return err
		}); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintln(q.out)
	return err
}

// question is a question that init asks. The flag answers it too.
type question struct {
	flag, text, byDefault string
	skip                  bool
	read                  func(answer string) error
}

func (f *initFlags) questions(inv *inventory.Inventory, now time.Time) []question {
	c := &f.choices
	list := func(flag, text string, found []string, to *[]string) question {
		return question{flag: flag, text: text, byDefault: strings.Join(found, ", "), read: func(answer string) error {
			*to = words(answer)
			return nil
		}}
	}
	holders := list("component", "Components that may create secrets (package:module:Name)", inv.Components(),
		&c.Components)
	if inv.OnlyTerraform() {
		holders = list("module", "Modules that may create secrets", inv.Modules(), &c.Modules)
	}
	var stacks []string
	of := inv.Stacks()
	for _, name := range slices.Sorted(maps.Keys(of)) {
		stacks = append(stacks, name+"="+of[name])
	}
	return []question{
		holders,
		list("environment", "Environments", inv.Environments(), &c.Environments),
		{
			flag: "stack-environment", text: "Environments of stacks, to change or add (STACK=ENVIRONMENT)",
			byDefault: strings.Join(stacks, ", "), skip: !inv.HasStacks(),
			read: func(answer string) (err error) {
				c.Stacks, err = pairs(words(answer))
				return err
			},
		},
		list("manager", "Secrets managers that may be used", inv.Managers(), &c.Managers),
		{
			flag: "enforce-from", text: "Day from which the policies are mandatory (YYYY-MM-DD)",
			byDefault: "advisory until you change it",
			read: func(answer string) (err error) {
				c.EnforceFrom, err = enforceDay(answer, now)
				return err
			},
		},
	}
}

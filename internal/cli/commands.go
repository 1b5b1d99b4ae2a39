package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/progression-labs-development/policypack/internal/nearest"
)

// group prepares every command that only has others: without one of them it prints its help, and a name that none of
// them has is an error that names the one that is meant.
func group(cmd *cobra.Command) {
	for _, c := range cmd.Commands() {
		group(c)
	}
	if !cmd.HasSubCommands() {
		return
	}
	cmd.Args = cobra.ArbitraryArgs
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) > 0 {
			return noCommand(cmd, args[0])
		}
		return cmd.Help()
	}
}

// noCommand is the error where a command has no other of that name.
func noCommand(cmd *cobra.Command, name string) error {
	below := available(cmd)
	near := nearest.Of(name, names(below))
	if near == "" { // one of a command further down, by its name
		for _, c := range available(cmd) {
			for _, d := range available(c) {
				if d.Name() == name {
					below, near = []*cobra.Command{d}, name
				}
			}
		}
	}
	for _, c := range below {
		if c.Name() == near {
			return fmt.Errorf("there is no command `%s %s`; did you mean `%s`?", cmd.CommandPath(), name, c.CommandPath())
		}
	}
	return fmt.Errorf("there is no command `%s %s`; `%s --help` lists them", cmd.CommandPath(), name, cmd.CommandPath())
}

func available(cmd *cobra.Command) (list []*cobra.Command) {
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			list = append(list, c)
		}
	}
	return list
}

func names(commands []*cobra.Command) (list []string) {
	for _, c := range commands {
		list = append(list, c.Name())
	}
	return list
}

// wrongFlag is the error where the flags of a command cannot be read. Those behind a mistyped command are not the
// mistake.
func wrongFlag(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) {
		return err
	}
	if args := cmd.Flags().Args(); cmd.HasSubCommands() && len(args) > 0 {
		return noCommand(cmd, args[0])
	}
	name := unknown.GetSpecifiedName()
	if short := unknown.GetSpecifiedShortnames(); short != "" { // a long flag with one hyphen
		name = short
	}
	var flags []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			flags = append(flags, f.Name)
		}
	})
	if near := nearest.Of(name, flags); near != "" && len(name) > 1 {
		return fmt.Errorf("%w; did you mean --%s?", err, near)
	}
	return err
}

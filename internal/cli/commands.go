package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/progression-labs-development/policypack/internal/nearest"
)

// group prepares every command that only has subcommands: on its own it prints its help, and an unknown subcommand is
// an error that suggests a known one.
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

// helpCommand is the command help. Cobra's own answers an unknown command with the general help, and exits with 0.
func helpCommand() *cobra.Command {
	return &cobra.Command{
		Use: "help [COMMAND]", Short: "Print the help of a command",
		ValidArgsFunction: func(cmd *cobra.Command, args []string, begun string) ([]cobra.Completion,
			cobra.ShellCompDirective,
		) {
			var list []cobra.Completion
			if of, rest, err := cmd.Root().Find(args); err == nil && len(rest) == 0 {
				for _, c := range available(of) {
					if strings.HasPrefix(c.Name(), begun) {
						list = append(list, cobra.CompletionWithDesc(c.Name(), c.Short))
					}
				}
			}
			return list, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			of, rest, err := cmd.Root().Find(args)
			if err != nil {
				return err
			}
			if len(rest) > 0 {
				return noCommand(of, rest[0])
			}
			of.InitDefaultHelpFlag()
			return of.Help()
		},
	}
}

// noCommand is the error for an unknown subcommand.
func noCommand(cmd *cobra.Command, name string) error {
	below := available(cmd)
	near := nearest.Of(name, names(below))
	for _, c := range below {
		if near == "" && name != "" && strings.HasPrefix(c.Name(), name) { // too short to be near
			near = c.Name()
		}
	}
	if near == "" { // a subcommand of another command
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
			return fmt.Errorf("unknown command `%s %s`; did you mean `%s`?", cmd.CommandPath(), name, c.CommandPath())
		}
	}
	return fmt.Errorf("unknown command `%s %s`; see `%s --help`", cmd.CommandPath(), name, cmd.CommandPath())
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

// wrongFlag is the error for flags that cannot be parsed. After a mistyped command, the command is reported instead.
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

package cli

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/progression-labs-development/policypack"
	"github.com/progression-labs-development/policypack/internal/install"
)

func installCommand(p Process) *cobra.Command {
	uninstall, downgrade := false, false
	cmd := &cobra.Command{
		Use:   "install",
		Short: "Install this program as a Pulumi plugin, for packs with `runtime: policypack`",
		Long: "Install this program into the Pulumi home (PULUMI_HOME, by default ~/.pulumi) as the language plugin\n" +
			"`policypack`. Pulumi then runs every pack whose PulumiPolicy.yaml has `runtime: policypack`,\n" +
			"including packs that Pulumi Cloud requires.\n\n" +
			"Pulumi always starts the newest version, so only one is kept: older versions are removed. A newer\n" +
			"version is only replaced with --downgrade. Running the command again is safe: an intact installation\n" +
			"is left alone.",
		Args: takes(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			home, err := install.Home(p.Getenv)
			if err != nil {
				return err
			}
			if uninstall {
				changes, err := install.Uninstall(home)
				if len(changes) == 0 && err == nil {
					cmd.Printf("policypack is not installed in %s.\n", home)
				}
				return printed(cmd, changes, err)
			}
			program, err := ownFile()
			if err != nil {
				return err
			}
			changes, err := install.Install(home, program, policypack.Version(), downgrade)
			if err := printed(cmd, changes, err); err != nil {
				return err
			}
			if path := install.OnPath(); path != "" {
				cmd.PrintErrf("note: %s is on PATH, and Pulumi prefers it to the installed plugin\n", path)
			}
			dir := besideExecutable()
			if dir == "" {
				dir = "DIR    # the directory of your PulumiPolicy.yaml"
			}
			cmd.Printf("\npolicypack %s now runs packs with `runtime: policypack`. Next, in the directory of a "+
				"Pulumi program:\n\n"+
				"  pulumi preview --policy-pack %s\n", policypack.Version(), dir)
			return nil
		},
	}
	cmd.Flags().BoolVar(&uninstall, "uninstall", false, "remove every version of the plugin")
	cmd.Flags().BoolVar(&downgrade, "downgrade", false, "replace a newer version")
	cmd.MarkFlagsMutuallyExclusive("uninstall", "downgrade")
	return cmd
}

// printed prints the changes, including those that failed, and returns the error.
func printed(cmd *cobra.Command, changes []install.Change, err error) error {
	for _, c := range changes {
		if c.Err == nil {
			cmd.Printf("%-13s  %s\n", c.What, c.Dir)
		} else if err == nil {
			cmd.PrintErrf("note: %s is no longer used, but could not be removed: %v\n", c.Dir, c.Err)
		}
	}
	return err
}

// ownFile returns the program's own file, links resolved.
func ownFile() (string, error) {
	path, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("locate the program's own file: %w", err)
	}
	return filepath.EvalSymlinks(path)
}

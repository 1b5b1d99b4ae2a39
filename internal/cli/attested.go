package cli

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/progression-labs-development/policypack"
	"github.com/progression-labs-development/policypack/internal/fleet"
)

// attestedFlags are the flags of coverage.
type attestedFlags struct {
	states, attestations string
	organization         string
	keys                 []string
	wanted               verifyFlags
	sheet                sheetFlags[fleet.Report]
}

func attestedCommand(p Process) *cobra.Command {
	var f attestedFlags
	cmd := &cobra.Command{
		Use: "coverage", Short: "Report which stacks were last updated with the pack", Args: takes(0, 0),
		Long: "Compare the states of stacks with the attestations of their updates, and report stacks whose last\n" +
			"update has no attestation, or ran with an old pack or another configuration. The states are the\n" +
			"output of `pulumi stack export`, or the directory of a self-managed backend.\n\n" +
			"The exit code is 0 if every stack is covered, 1 if one is not, 2 if something could not be read.\n\n" +
			"  policypack coverage --states exports/ --attestations attestations/ --key policypack.pub \\\n" +
			"    --config policy-config.json --report coverage.html,coverage.csv",
		RunE: func(cmd *cobra.Command, _ []string) error { return f.run(cmd, p) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.states, "states", "", "`directory` of exported states, or of a backend")
	flags.StringVar(&f.attestations, "attestations", "", "`directory` of attestations; file names do not matter")
	flags.StringArrayVar(&f.keys, "key", nil, "`file` with the public key of a runner, in PEM; repeatable")
	flags.StringVar(&f.organization, "organization", "", "`organization` of states that do not include it")
	flags.StringVar(&f.wanted.config, "config", "", "policy configuration `file` that must have been in effect")
	flags.StringVar(&f.wanted.digest, "config-digest", "",
		"`digest` of the configuration that must have been in effect, as shown in reports; instead of "+
			"--config")
	flags.StringVar(&f.wanted.pack, "policy-pack", "",
		"with --config: `path` of the pack that must have run; by default this program and the files beside "+
			"it")
	flags.StringVar(&f.wanted.packVersion, "pack-version", policypack.Version(),
		"oldest `version` of policypack that may have run; by default the version of this program")
	flags.DurationVar(&f.wanted.maxAge, "max-age", 0, "maximum `age` of an attestation, such as 720h")
	f.sheet.register(cmd, fleet.Forms, "report", "", "result")
	for _, name := range []string{"states", "attestations", "key"} {
		if err := cmd.MarkFlagRequired(name); err != nil {
			panic(err) // the flag was registered just now
		}
	}
	if err := errors.Join(cmd.MarkFlagDirname("states"), cmd.MarkFlagDirname("attestations"),
		cmd.MarkFlagFilename("key"),
		cmd.MarkFlagFilename("config")); err != nil {
		panic(err) // the flags were registered just now
	}
	cmd.MarkFlagsMutuallyExclusive("config", "config-digest")
	return cmd
}

func (f *attestedFlags) run(cmd *cobra.Command, p Process) error {
	if err := notEmpty(cmd, "organization", "config", "config-digest", "policy-pack", "pack-version",
		"max-age"); err != nil {
		return err
	}
	if err := f.sheet.check(f.apart); err != nil {
		return err
	}
	keys, err := readKeys(f.keys)
	if err != nil {
		return err
	}
	wanted, err := f.wanted.wanted(cmd.Context(), p)
	if err != nil {
		return err
	}
	all, err := fleet.New(fleet.Wanted{
		Configuration: wanted.Configuration, PackVersion: f.wanted.packVersion, MaxAge: wanted.MaxAge,
	}, policypack.Version(), p.Now())
	if err != nil {
		return fmt.Errorf("--pack-version: %w", err)
	}
	if err := f.readAttestations(all, keys); err != nil {
		return err
	}
	if err := f.readStates(all); err != nil {
		return err
	}
	r := all.Report()
	if err := f.sheet.write(cmd, r); err != nil {
		return err
	}
	return exitOf(r.Exit())
}

// apart refuses to write a file into an input directory.
func (f *attestedFlags) apart(file string) error {
	for _, dir := range []string{f.states, f.attestations} {
		if inside(file, dir) {
			return fmt.Errorf("refusing to write %s into %s, which is an input; choose another directory", file, dir)
		}
	}
	return nil
}

// inside reports whether a file is below a directory.
func inside(file, dir string) bool {
	for at := filepath.Dir(file); ; at = filepath.Dir(at) {
		if abs, err := filepath.Abs(at); err == nil {
			at = abs
		}
		if sameFile(at, dir) {
			return true
		}
		if at == filepath.Dir(at) {
			return false
		}
	}
}

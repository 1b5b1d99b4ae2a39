// Package cli implements the commands of policypack, and serves the Pulumi engine if the engine started the program.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/progression-labs-development/policypack"
	"github.com/progression-labs-development/policypack/internal/place"
)

// The exit codes of the program.
const (
	ExitOK         = 0
	ExitViolations = 1
	ExitError      = 2
)

// Process is the part of the operating-system process that the program uses.
type Process struct {
	Args   []string // including the program's name
	Stdin  *os.File
	Stdout io.Writer
	Stderr io.Writer
	Getenv func(string) string
	Now    func() time.Time // the clock, by default time.Now
}

// errViolations ends a command that has already reported the violations: exit code 1, without a further message.
var errViolations = errors.New("violations")

// standardOutput remembers its first write error: a command whose output was lost must not succeed.
type standardOutput struct {
	io.Writer

	err error
}

func (o *standardOutput) Write(text []byte) (int, error) {
	n, err := o.Writer.Write(text)
	if o.err == nil {
		o.err = err
	}
	return n, err
}

// Run runs the program and returns its exit code.
func Run(ctx context.Context, p Process) int {
	if p.Now == nil {
		p.Now = time.Now
	}
	var err error
	if engine, ok := startedAsLangHost(p.Args); ok {
		err = serveLangHost(ctx, p, engine)
	} else if engine, dir, ok := startedByEngine(p.Args); ok {
		if err = besideLink(p.Args[0]); err == nil {
			err = serve(ctx, p, engine, dir)
		}
	} else {
		out := &standardOutput{Writer: p.Stdout}
		p.Stdout = out
		if err = command(p).ExecuteContext(ctx); err == nil {
			err = out.err
		}
	}
	switch {
	case errors.Is(err, errViolations):
		return ExitViolations
	case errors.Is(err, errNotChecked):
		return ExitError
	case err != nil:
		text := plain(err).Error()
		if d, err := detector(nil); err == nil { // it may quote a value that was passed to the wrong flag
			text = d.Mask(text)
		}
		fmt.Fprintln(p.Stderr, "policypack: "+place.VisibleLines(text))
		return ExitError
	}
	return ExitOK
}

// startedByEngine reports whether the arguments are those that the engine passes to an analyzer, and returns the
// engine's address and the pack's directory:
//
//	policypack ADDR    an executable passed to --policy-pack; the pack is the directory of that file
//
// The directory is empty if it has no PulumiPolicy.yaml. No environment variable can change it. The engine's logging
// flags may precede the address. Packs with runtime: policypack are started by the language host instead, which runs
// `policypack analyzer`.
func startedByEngine(args []string) (engine, dir string, ok bool) {
	if len(args) == 0 {
		return "", "", false
	}
	args = withoutEngineFlags(args[1:])
	if len(args) != 1 || !isAddress(args[0]) {
		return "", "", false
	}
	return args[0], besideExecutable(), true
}

// isAddress reports whether the string is an address of the engine, HOST:PORT.
func isAddress(text string) bool {
	host, port, err := net.SplitHostPort(text)
	return err == nil && host != "" && port != "" && strings.Trim(port, "0123456789") == ""
}

// withoutEngineFlags removes the flags that the engine puts before a plugin's arguments when it logs or traces. The
// pack ignores them: it logs to stderr.
func withoutEngineFlags(args []string) []string {
	for len(args) > 0 {
		switch {
		case args[0] == "--logtostderr", strings.HasPrefix(args[0], "-v="):
			args = args[1:]
		case args[0] == "--tracing" && len(args) > 1:
			args = args[2:]
		default:
			return args
		}
	}
	return args
}

// fromWorking makes a path absolute as the operating system resolves it: relative to the real working directory, not
// to PWD, from which a path with .. may resolve to another directory.
func fromWorking(path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	wd, err := os.Getwd()
	if err == nil {
		wd, err = filepath.EvalSymlinks(wd)
	}
	if err != nil {
		return path
	}
	return filepath.Join(wd, path)
}

// packIn returns the directory if it contains a PulumiPolicy.yaml.
func packIn(dir string) string {
	if !holdsPack(dir) {
		return ""
	}
	return dir
}

// holdsPack reports whether the directory contains a PulumiPolicy.yaml.
func holdsPack(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "PulumiPolicy.yaml"))
	return err == nil
}

// besideExecutable returns the directory of the program's own file, links resolved, if it contains a
// PulumiPolicy.yaml.
func besideExecutable() string {
	own, err := ownFile()
	if err != nil {
		return ""
	}
	return packIn(filepath.Dir(own))
}

// besideLink refuses a pack next to a link to the program. The pack is read from the directory of the program's own
// file, so the levels and rules next to the link would be ignored silently.
func besideLink(started string) error {
	dir := filepath.Dir(started)
	if filepath.Base(started) == started || !holdsPack(dir) {
		return nil // a bare name is not a path to a link
	}
	own, err := ownFile()
	if err != nil {
		return err
	}
	if sameFile(dir, filepath.Dir(own)) || !sameFile(started, own) {
		return nil
	}
	return fmt.Errorf("%s is a link to %s, and the pack is read from the directory of the program itself; copy the "+
		"program there instead of linking it, or run `policypack install` and pass the directory to --policy-pack",
		started, own)
}

func sameFile(a, b string) bool {
	one, errOne := os.Stat(a)
	two, errTwo := os.Stat(b)
	return errOne == nil && errTwo == nil && os.SameFile(one, two)
}

func command(p Process) *cobra.Command {
	root := &cobra.Command{
		Use:   "policypack",
		Short: policypack.Description(),
		Long: policypack.Description() + "\n\n" +
			"Check a repository, a Terraform plan or a stack:\n\n" +
			"  policypack check\n" +
			"  terraform show -json tfplan | policypack check -\n" +
			"  pulumi stack export | policypack check -\n\n" +
			"Run with Pulumi, in the directory of a program:\n\n" +
			"  pulumi preview --policy-pack $(which policypack)",
		SilenceUsage: true, SilenceErrors: true,
	}
	root.SetFlagErrorFunc(wrongFlag)
	root.SetArgs(p.Args[1:])
	root.SetIn(p.Stdin)
	root.SetOut(p.Stdout)
	root.SetErr(p.Stderr)
	root.AddCommand(initCommand(p), checkCommand(p), gateCommand(p), reportCommand(p), listCommand(p),
		explainCommand(p), newCommand(), testCommand(p), configCommand(p), exemptCommand(p), baselineCommand(p),
		docsCommand(), analyzerCommand(p), versionCommand())
	root.AddCommand(attestCommand(p), attestedCommand(p), breakGlassCommand(p), bundleCommand(p), installCommand(p))
	group(root)
	root.SetHelpCommand(helpCommand())
	withVersion(root)
	return root
}

func analyzerCommand(p Process) *cobra.Command {
	return &cobra.Command{
		Use:   "analyzer [ENGINE [DIR]]",
		Short: "Serve a Pulumi engine as a policy analyzer",
		Long: "Serve a Pulumi engine as a policy analyzer. Only the port is printed on stdout. Pulumi starts\n" +
			"policypack itself. This command is for launchers that cannot pass on the engine's arguments. DIR is\n" +
			"the directory of PulumiPolicy.yaml, by default the working directory.",
		Args: takes(0, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir, engine := ".", ""
			if len(args) > 0 {
				engine = args[0]
			}
			if len(args) > 1 {
				dir = args[1]
			}
			return serve(cmd.Context(), p, engine, packIn(fromWorking(dir)))
		},
	}
}

// withVersion adds the flag --version to a command. Cobra's own uses a template, and with templates the linker keeps
// every exported method of every type: four megabytes, and a slower start.
func withVersion(root *cobra.Command) {
	asked := root.Flags().BoolP("version", "v", false, "print the version")
	run := root.RunE
	root.RunE = func(cmd *cobra.Command, args []string) error {
		if *asked && len(args) == 0 {
			return versionCommand().RunE(cmd, args)
		}
		return run(cmd, args)
	}
}

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version", Args: takes(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprintln(cmd.OutOrStdout(), policypack.Version())
			return err
		},
	}
}

// Package cli is the program: it decides whether the engine or a person started it, and does what they ask.
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

// Process is what the program uses of the process that it runs in.
type Process struct {
	Args   []string // with the program's name
	Stdin  *os.File
	Stdout io.Writer
	Stderr io.Writer
	Getenv func(string) string
	Now    func() time.Time // the clock, time.Now where it is nil
}

// errViolations ends a command that has said what is wrong with what it looked at: exit code 1, and no further text.
var errViolations = errors.New("violations")

// standardOutput knows what could not be written into it: a command whose answer nobody can have
// read has not gone well.
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
		text := err.Error()
		if d, err := detector(nil); err == nil { // a value that was given to the wrong flag is quoted there
			text = d.Mask(text)
		}
		fmt.Fprintln(p.Stderr, "policypack: "+place.VisibleLines(text))
		return ExitError
	}
	return ExitOK
}

// startedByEngine tells whether the arguments are those that the engine gives to an analyzer, and reads the engine's
// address and the pack's directory from them:
//
//	policypack ADDR    an executable given to --policy-pack; the pack is where its file lies
//
// The directory is empty where it holds no PulumiPolicy.yaml. No variable of the environment decides where it is. The
// engine's logging flags may stand before the address. A pack with runtime: policypack comes through the language host,
// which runs `policypack analyzer`.
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

// isAddress tells whether the text is an address of the engine, HOST:PORT.
func isAddress(text string) bool {
	host, port, err := net.SplitHostPort(text)
	return err == nil && host != "" && port != "" && strings.Trim(port, "0123456789") == ""
}

// withoutEngineFlags takes off the flags that the engine puts before a plugin's arguments when it logs or traces. The
// pack has no use for them: its own log is stderr.
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

// fromWorking makes a path absolute as the system reads it: from the working directory itself, and not from the name
// that PWD gives to it, from which a path with .. may lead elsewhere.
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

// packIn returns the directory if a PulumiPolicy.yaml lies in it.
func packIn(dir string) string {
	if !holdsPack(dir) {
		return ""
	}
	return dir
}

// holdsPack reports whether a PulumiPolicy.yaml lies in the directory.
func holdsPack(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, "PulumiPolicy.yaml"))
	return err == nil
}

// besideExecutable returns the directory of the program's own file, links resolved, if it holds a PulumiPolicy.yaml.
func besideExecutable() string {
	own, err := ownFile()
	if err != nil {
		return ""
	}
	return packIn(filepath.Dir(own))
}

// besideLink refuses a pack that lies beside a link to the program: what counts lies beside the program's own file, and
// the levels and rules of that pack would be passed over without a word.
func besideLink(started string) error {
	dir := filepath.Dir(started)
	if filepath.Base(started) == started || !holdsPack(dir) {
		return nil // a bare name is not a link that anybody gave
	}
	own, err := ownFile()
	if err != nil {
		return err
	}
	if sameFile(dir, filepath.Dir(own)) || !sameFile(started, own) {
		return nil
	}
	return fmt.Errorf("%s is a link to %s, and the pack is read from the directory of the program's own file: copy "+
		"the program "+
		"there instead of linking it, or run `policypack install` and give --policy-pack the directory", started, own)
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
		Args: cobra.MaximumNArgs(2),
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

// withVersion gives a command the flag --version. Cobra's own takes a template for the text, and with templates the
// linker keeps every exported method of every type: four megabytes, and a slower start.
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
		Use: "version", Short: "Print the version", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprintln(cmd.OutOrStdout(), policypack.Version())
			return err
		},
	}
}

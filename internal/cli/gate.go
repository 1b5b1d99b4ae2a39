package cli

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/progression-labs-development/policypack/internal/gate"
	"github.com/progression-labs-development/policypack/internal/report"
)

func gateCommand(p Process) *cobra.Command {
	var in gate.Inputs
	var list checkFlags // for the form of the text
	cmd := &cobra.Command{
		Use: "gate [-- PREVIEW-ARGUMENT...]", Short: "Check the repository and preview its stacks in CI",
		Long: `Check the repository of a CI job, preview its stacks, write one report, and exit with one status: 0 where
nothing counts, 1 for violations, 2 for anything else, such as a preview that failed for another reason.

It runs in the root of a checkout. On a pull request the configuration, rules, comments and exemptions of the
base count, and every commit since the base is checked; one from outside is checked, and not previewed. GitHub,
GitLab, Azure Pipelines and Bitbucket say in their variables whose change it is; elsewhere set --base and --fork.

Each flag has a variable, GATE_ and its name, which counts where the flag is not given. POLICYPACK names the pack
that previews run with, by default this program; GATE_BREAK_GLASS holds a break-glass token.

  policypack gate --stack staging --stack production --project infra --config policy-config.json
  policypack gate --mode check --base main`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if cmd.ArgsLenAtDash() != 0 && len(args) > 0 {
				return fmt.Errorf("unexpected argument %q; arguments of pulumi preview follow --", args[0])
			}
			in.Args = args
			if err := gateVariables(cmd, &in, p); err != nil {
				return err
			}
			ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
			defer stop()
			list.format, list.color = string(report.Text), "auto"
			return exitOf(runGate(ctx, in, &list, p))
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&in.Mode, "mode", gate.All, "what to do: "+strings.Join(gate.Modes(), ", "))
	flags.StringArrayVar(&in.Stacks, "stack", nil, "stack to preview in each project, or DIR:STACK; may be given "+
		"several times")
	flags.StringArrayVar(&in.Projects, "project", []string{"."}, "directory of a Pulumi program, such as services/* "+
		"for several (GATE_WORK_DIR); may be given several times")
	flags.IntVar(&in.Jobs, "jobs", defaultJobs, "how many previews run beside each other")
	flags.StringVar(&in.Config, "config", "", "file for --policy-pack-config, with exemptions and baseline; on a pull "+
		"request that of the base")
	flags.StringArrayVar(&in.Rules, "rules", nil, "directory with policies of your own; on a pull request that of the "+
		"base; may be given several times")
	flags.StringVar(&in.Bundle, "bundle", "", "signed bundle of rules and exemptions; on a pull request that of the "+
		"base")
	flags.StringVar(&in.Base, "base", "", "base of a pull request: a full commit, or a branch of origin")
	flags.StringVar(&in.Trust, "trust", gate.TrustBase, "base, or head: a pull request of the repository's own may "+
		"bring its own exemptions")
	flags.BoolVar(&in.Fork, "fork", false, "the change comes from outside: it is not previewed")
	flags.StringVar(&in.Reports, "reports", "policypack-reports", "directory of the reports")
	flags.StringVar(&in.Category, "category", "", "category of the analysis in code scanning; by default each stack "+
		"and the repository have their own")
	flags.BoolVar(&in.Changed, "changed", false, "check only the files, commits and projects that the change touches; "+
		"the report says what was left out")
	flags.BoolVar(&in.Comment, "comment", false, "write the report into a comment on the pull request, on GitHub, "+
		"with the token in GATE_TOKEN or GITHUB_TOKEN")
	flags.StringVar(&in.AttestKey, "attest-key", "", "file with the private key that signs an attestation of each "+
		"stack")
	flags.StringVar(&in.BreakGlassKey, "break-glass-key", "", "file with the public key of break-glass tokens; on a "+
		"pull request that of the base")
	complete(cmd, "mode", gate.Modes())
	complete(cmd, "trust", []string{gate.TrustBase, gate.TrustHead})
	return cmd
}

// defaultJobs is how many previews run beside each other where nobody says it.
const defaultJobs = 4

// gateVariables takes over the variables for which no flag was given.
func gateVariables(cmd *cobra.Command, in *gate.Inputs, p Process) error {
	text := func(to *string) func(string) error {
		return func(s string) error { *to = s; return nil }
	}
	words := func(to *[]string) func(string) error {
		return func(s string) error { *to = gate.Fields(s); return nil }
	}
	truth := func(to *bool) func(string) error {
		return func(s string) error {
			if *to = s == "true"; s != "true" && s != "false" {
				return fmt.Errorf("expected true or false, got %q", s)
			}
			return nil
		}
	}
	for _, v := range []struct {
		flag, variable string
		set            func(string) error
	}{
		{"mode", "GATE_MODE", text(&in.Mode)},
		{"stack", "GATE_STACK", words(&in.Stacks)},
		{"project", "GATE_WORK_DIR", func(s string) error { in.Projects = gate.Lines(s); return nil }},
		{"category", "GATE_CATEGORY", text(&in.Category)},
		{"config", "GATE_CONFIG", text(&in.Config)},
		{"rules", "GATE_RULES", words(&in.Rules)},
		{"bundle", "GATE_BUNDLE", text(&in.Bundle)},
		{"base", "GATE_BASE", text(&in.Base)},
		{"trust", "GATE_TRUST", text(&in.Trust)},
		{"reports", "GATE_REPORTS", text(&in.Reports)},
		{"attest-key", "GATE_ATTEST_KEY", text(&in.AttestKey)},
		{"break-glass-key", "GATE_BREAK_GLASS_KEY", text(&in.BreakGlassKey)},
		{"jobs", "GATE_JOBS", func(s string) (err error) { in.Jobs, err = strconv.Atoi(s); return err }},
		{"fork", "GATE_FORK", truth(&in.Fork)},
		{"changed", "GATE_CHANGED", truth(&in.Changed)},
		{"comment", "GATE_COMMENT", truth(&in.Comment)},
	} {
		value := p.Getenv(v.variable)
		if value == "" || cmd.Flags().Changed(v.flag) {
			continue
		}
		if err := v.set(value); err != nil {
			return fmt.Errorf("%s: %w", v.variable, err)
		}
	}
	if len(in.Args) == 0 {
		in.Args = strings.Fields(p.Getenv("GATE_ARGS"))
	}
	return nil
}

// runGate runs the gate with what of this program it needs.
func runGate(ctx context.Context, in gate.Inputs, list *checkFlags, p Process) int {
	in.Program = p.Getenv("POLICYPACK")
	if in.Program == "" {
		own, err := ownFile()
		if err != nil {
			fmt.Fprintln(p.Stderr, "policypack: "+err.Error())
			return ExitError
		}
		in.Program = own
	}
	return gate.Run(ctx, in, gate.Host{
		Getenv: p.Getenv, Environ: os.Environ(), Stdout: p.Stdout, Stderr: p.Stderr, Now: p.Now,
		Load: loadPack, Exceptions: readExceptions, Checkout: checkoutOf, Reseal: attestAgain,
		Print: func(r *report.Report) error {
			return list.print(p.Stdout, r, report.Text, p)
		},
	})
}

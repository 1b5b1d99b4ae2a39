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
	var list checkFlags // for the text output
	cmd := &cobra.Command{
		Use: "gate [-- PREVIEW-ARGUMENT...]", Short: "Check the repository and preview its stacks in CI",
		Long: `Check the repository of a CI job, preview its stacks, and write one report. The exit code is 0 if nothing
fails, 1 if there are violations, and 2 for anything else, such as a preview that failed for another reason.

Run it in the root of a checkout. On a pull request it checks every commit since the base, and takes the
configuration, rules, suppression comments and exemptions from the base. A pull request from a fork is checked
but never previewed. GitHub, GitLab, Azure Pipelines and Bitbucket are detected by their variables; on other
systems, set --base and --fork.

Every flag can be set by an environment variable, GATE_ followed by its name; the flag wins. POLICYPACK is the
pack that previews run with, by default this program. GATE_BREAK_GLASS holds a break-glass token.

  policypack gate --stack staging --stack production --project infra --config policy-config.json
  policypack gate --mode check --base main`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if cmd.ArgsLenAtDash() != 0 && len(args) > 0 {
				return fmt.Errorf("unexpected argument %q; put arguments for pulumi preview after --", args[0])
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
	flags.StringVar(&in.Mode, "mode", gate.All, "`mode` to run in: "+strings.Join(gate.Modes(), ", "))
	flags.StringArrayVar(&in.Stacks, "stack", nil, "`stack` to preview in each project, or DIR:STACK; repeatable")
	flags.StringArrayVar(&in.Projects, "project", []string{"."},
		"`directory` of a Pulumi program, or a pattern such as services/* (GATE_WORK_DIR); repeatable")
	flags.IntVar(&in.Jobs, "jobs", defaultJobs, "number of previews to run in parallel")
	flags.StringVar(&in.Config, "config", "",
		"policy configuration `file`, with exemptions and baseline; on a pull request, that of the base")
	flags.StringArrayVar(&in.Rules, "rules", nil,
		"`directory` with custom policies; on a pull request, that of the base; repeatable")
	flags.StringVar(&in.Bundle, "bundle", "",
		"signed bundle `file` of rules and exemptions; on a pull request, that of the base")
	flags.StringVar(&in.Base, "base", "", "base of the pull request: a full `commit` id, or a branch of origin")
	flags.StringVar(&in.Trust, "trust", gate.TrustBase,
		"`side` to trust: base, or head to let pull requests from the same repository add their own "+
			"exemptions")
	flags.BoolVar(&in.Fork, "fork", false, "treat the change as coming from a fork: do not preview it")
	flags.StringVar(&in.Reports, "reports", "policypack-reports", "`directory` to write the reports to")
	flags.StringVar(&in.Category, "category", "",
		"category of the analysis in code scanning; by default one for each stack and one for the repository")
	flags.BoolVar(&in.Changed, "changed", false,
		"check only the files, commits and projects that the change touches; the report lists what was left "+
			"out")
	flags.BoolVar(&in.Comment, "comment", false,
		"post the report as a comment on the GitHub pull request, with the token in GATE_TOKEN or "+
			"GITHUB_TOKEN")
	flags.StringVar(&in.AttestKey, "attest-key", "",
		"`file` with the private key that signs an attestation for each stack")
	flags.StringVar(&in.BreakGlassKey, "break-glass-key", "",
		"`file` with the public key for break-glass tokens; on a pull request, that of the base")
	complete(cmd, "mode", gate.Modes())
	complete(cmd, "trust", []string{gate.TrustBase, gate.TrustHead})
	return cmd
}

// defaultJobs is the default number of parallel previews.
const defaultJobs = 4

// gateVariables reads the environment variables of flags that were not set.
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
	number := func(to *int) func(string) error {
		return func(s string) (err error) {
			if *to, err = strconv.Atoi(s); err != nil {
				return fmt.Errorf("expected a positive number, got %q", s)
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
		{"jobs", "GATE_JOBS", number(&in.Jobs)},
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

// runGate runs the gate with the parts of this program that it needs.
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

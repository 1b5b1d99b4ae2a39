package cli

import (
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/progression-labs-development/policypack"
	"github.com/progression-labs-development/policypack/internal/check"
	"github.com/progression-labs-development/policypack/internal/report"
	"github.com/progression-labs-development/policypack/internal/verdict"
)

// reportCommand merges the reports of several runs: a gate previews several stacks, checks the repository, and shows
// everything in one report.
func reportCommand(p Process) *cobra.Command {
	var f checkFlags
	var events []string
	var attestation string
	cmd := &cobra.Command{
		Use: "report REPORT.json...", Short: "Merge reports and convert them to other formats",
		Long: "Read the JSON reports written by POLICYPACK_REPORT or `policypack check --report`, merge them, and\n" +
			"write them in other formats. The exit code is that of all reports together: 0 if nothing is wrong, 1\n" +
			"if there are violations, 2 if something could not be checked.\n\n" +
			"Pulumi applies policy exceptions only after a preview has written its report. Pass the preview's\n" +
			"event log with --events to mark the findings that they exempted, and the configuration file with\n" +
			"--config to distinguish its exceptions from those of Pulumi Cloud.\n\n" +
			"  policypack report preview.json check.json --report policypack.sarif,policypack.md --format github\n" +
			"  policypack report preview.json --events events.json --config policy-config.json --report exempted.json",
		Args: takes(1, -1),
		RunE: func(cmd *cobra.Command, args []string) error {
			format, err := f.form()
			if err != nil {
				return err
			}
			files, err := f.files(slices.Concat(args, events, []string{f.config, attestation}))
			if err != nil {
				return err
			}
			reports := make([]*report.Report, len(args))
			for i, name := range args {
				if reports[i], err = readReport(cmd, name); err != nil {
					return fmt.Errorf("%s: %w", name, err)
				}
			}
			if err := oneDay(args, reports); err != nil {
				return err
			}
			if err := excepted(reports, events, f.config); err != nil {
				return err
			}
			joined := report.Merge(policypack.Version(), reports)
			if attestation != "" {
				if joined.WhatIf {
					return errors.New("--attestation: the report is from a run with --on, which is a simulation and " +
						"cannot be attested")
				}
				if len(args) != 1 || len(events) == 0 {
					return errors.New("--attestation: expected exactly one report, of the attested preview, and its " +
						"event log (--events)")
				}
				if err := attestAgain(attestation, p.Getenv("POLICYPACK_ATTEST_KEY"), args[0], joined); err != nil {
					return err
				}
			}
			if err := f.write(cmd.OutOrStdout(), joined, format, files, p); err != nil {
				return err
			}
			return exitOf(joined.Exit())
		},
	}
	f.output(cmd)
	cmd.Flags().StringArrayVar(&events, "events", nil,
		"event log `file` of a preview, which records the findings that policy exceptions exempted; "+
			"repeatable")
	cmd.Flags().StringVar(&f.config, "config", "",
		"policy configuration `file` of the preview, to distinguish its exceptions from those of Pulumi Cloud")
	cmd.Flags().StringVar(&attestation, "attestation", "",
		"attestation `file` of the preview; it is updated with the exempted findings and signed again with "+
			"POLICYPACK_ATTEST_KEY")
	return cmd
}

// oneDay refuses to merge a report of a run with --on with reports for other days.
func oneDay(names []string, reports []*report.Report) error {
	for i, r := range reports {
		if first := reports[0]; (r.WhatIf || first.WhatIf) && (r.WhatIf != first.WhatIf || r.Day != first.Day) {
			return fmt.Errorf("%s and %s are for different days, and at least one is from a run with --on; merge only "+
				"reports for the same day", names[0], names[i])
		}
	}
	return nil
}

// excepted marks the findings in the reports that the engine exempted. Every event log applies to every report, since
// URNs include their stack.
func excepted(reports []*report.Report, events []string, config string) error {
	if len(events) == 0 {
		if config != "" {
			return errors.New("--config: it requires --events, the event log that records what was exempted")
		}
		return nil
	}
	file, err := readExceptions(config)
	if err != nil {
		return err
	}
	var violations []verdict.Violation
	for _, name := range events {
		more, err := readEvents(name)
		if err != nil {
			return err
		}
		violations = append(violations, more...)
	}
	for _, r := range reports {
		verdict.Excepted(r, violations, file)
	}
	return nil
}

func readReport(cmd *cobra.Command, name string) (*report.Report, error) {
	in, err := check.Open(name, cmd.InOrStdin())
	if err != nil {
		return nil, err
	}
	data, err := in.All()
	if err := errors.Join(err, in.Close()); err != nil {
		return nil, err
	}
	return report.Read(data)
}

// exitOf returns the error that ends a command with a report's exit code.
func exitOf(code int) error {
	switch code {
	case ExitOK:
		return nil
	case ExitViolations:
		return errViolations
	default:
		return errNotChecked
	}
}

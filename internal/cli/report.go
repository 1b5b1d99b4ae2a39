package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/progression-labs-development/policypack"
	"github.com/progression-labs-development/policypack/internal/report"
)

// reportCommand joins the reports of several runs: a gate previews several stacks and checks the repository, and shows all
// of it in one place.
func reportCommand(p Process) *cobra.Command {
	var f checkFlags
	cmd := &cobra.Command{
		Use: "report REPORT.json...", Short: "Join reports, and write them in other forms",
		Long: "Read reports that POLICYPACK_REPORT or `policypack check --report` has written as JSON, join them, and write them in\n" +
			"other forms. The exit code is that of all together: 0, 1 for violations, 2 where something could not be judged.\n\n" +
			"  policypack report preview.json check.json --report policypack.sarif,policypack.md --format github",
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			format, err := f.form()
			if err != nil {
				return err
			}
			files, err := f.files(args)
			if err != nil {
				return err
			}
			reports := make([]*report.Report, len(args))
			for i, name := range args {
				if reports[i], err = readReport(cmd, name); err != nil {
					return fmt.Errorf("%s: %w", name, err)
				}
			}
			joined := report.Merge(policypack.Version(), reports)
			if err := f.write(cmd.OutOrStdout(), &judge{report: joined}, format, files, p); err != nil {
				return err
			}
			return exitOf(joined)
		},
	}
	f.output(cmd)
	return cmd
}

func readReport(cmd *cobra.Command, name string) (*report.Report, error) {
	in, err := openInput(name, cmd.InOrStdin())
	if err != nil {
		return nil, err
	}
	data, err := in.all()
	if err := errors.Join(err, in.close()); err != nil {
		return nil, err
	}
	return report.Read(data)
}

// exitOf is the error that ends a command with the report's exit code.
func exitOf(r *report.Report) error {
	switch r.Exit() {
	case ExitOK:
		return nil
	case ExitViolations:
		return errViolations
	default:
		return errNotJudged
	}
}

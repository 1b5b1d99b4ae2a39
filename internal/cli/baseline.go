package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/progression-labs-development/policypack/internal/check"
	"github.com/progression-labs-development/policypack/internal/decisionlog"
	"github.com/progression-labs-development/policypack/internal/exception"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/policyfile"
	"github.com/progression-labs-development/policypack/internal/report"
	"github.com/progression-labs-development/policypack/internal/verdict"
)

// maxBaselineDays is how long a baseline may last.
const maxBaselineDays = 365

func baselineCommand(p Process) *cobra.Command {
	var rules ruleFlag
	var config, out, given, stack, as string
	var days int
	cmd := &cobra.Command{
		Use: "baseline PATH...", Short: "Write down what is wrong in existing stacks and repositories, so that only " +
			"new findings fail",
		Long: "Judge what `policypack check` judges, or take the reports of previews, and write the violations as " +
			"the setting\n" +
			"baseline, for the file given to --policy-pack-config.\n" +
			"Until it expires, these violations are advisory and new ones count. It holds policies, URNs and " +
			"property paths, and no\n" +
			"values.\n\n" +
			"  pulumi stack export | policypack baseline - -o baseline.json\n" +
			"  POLICYPACK_REPORT=report.json pulumi preview --policy-pack …; policypack baseline report.json -o " +
			"baseline.json\n\n" +
			"A state cannot tell all findings: the values of encrypted secrets are not in it, and configuration is " +
			"not.\n\n" +
			"With --as exceptions the findings in resources become Pulumi's policy exceptions, which need a file of " +
			"version 2 and have no\n" +
			"end. Otherwise the shape is that of the file that is replaced, or of --config.",
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if days < 1 || days > maxBaselineDays {
				return fmt.Errorf("--days: want 1 to %d, got %d", maxBaselineDays, days)
			}
			if as != asBaseline && as != asExceptions {
				return fmt.Errorf("--as: expected %s or %s, got %q", asBaseline, asExceptions, as)
			}
			if as == asExceptions && cmd.Flags().Changed("days") {
				return errors.New("--days: an exception in a file has no end; write a baseline, or have Pulumi Cloud " +
					"end it")
			}
			old, err := replaceable(out)
			if err != nil {
				return err
			}
			o, err := checkOptions(check.Options{Config: config, Reports: true}, &rules, given, stack, p)
			if err != nil {
				return err
			}
			if o.Log, err = decisionlog.Open(p.Getenv("POLICYPACK_DECISION_LOG"), ".", p.Now); err != nil {
				return err
			}
			run, err := check.New(cmd.Context(), o)
			if err != nil {
				return err
			}
			if err := run.Check(cmd.Context(), args); err != nil {
				return err
			}
			if err := checkedAll(run.Report); err != nil {
				return err
			}
			if old == nil {
				old = run.File
			}
			if as == asExceptions {
				return writeExceptions(cmd, out, old, run.Report, p.Now())
			}
			return writeBaseline(cmd, out, old, verdict.NewBaseline(run.Report, p.Now().UTC().AddDate(0, 0, days)))
		},
	}
	rules.register(cmd, p)
	cmd.Flags().StringVar(&config, "config", "", "file for --policy-pack-config that the stacks are judged with")
	cmd.Flags().StringVar(&given, "kind", string(check.Auto), "what the paths are: auto (by content), repository, "+
		"terraform or state")
	cmd.Flags().StringVar(&stack, "stack", "", "[ORGANIZATION/]PROJECT/STACK that plans and states are of, where "+
		"they do not say it")
	cmd.Flags().StringVarP(&out, "output", "o", "", "file to write; without it, the standard output")
	cmd.Flags().StringVar(&as, "as", asBaseline, "what to write: baseline, the setting, or exceptions, which the "+
		"engine applies")
	complete(cmd, "as", []string{asBaseline, asExceptions})
	cmd.Flags().IntVar(&days, "days", 90, "days until the baseline expires")
	return cmd
}

// checkedAll refuses a report that would make a baseline with holes, or none.
func checkedAll(r *report.Report) error {
	var errs []error
	for _, e := range r.Errors {
		errs = append(errs, errors.New(errorLine(e)))
	}
	checked := slices.ContainsFunc(r.Sources,
		func(s report.Source) bool { return s.Kind == "" || s.Resources+s.Files > 0 })
	if len(errs) == 0 && !checked {
		return errors.New("there are no resources and no files in what was given, so there is nothing to write down")
	}
	return errors.Join(errs...)
}

// What baseline writes.
const (
	asBaseline   = "baseline"
	asExceptions = "exceptions"
)

// replaceable returns the file of that name, nil where there is none, and refuses one that holds anything but what this
// command writes: it would be lost.
func replaceable(name string) (*policyfile.File, error) {
	if name == "" {
		return nil, nil
	}
	data, err := os.ReadFile(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, err
	}
	f := policyfile.Parse(data, nil)
	params := f.Parameters()
	only := len(f.Mistakes)+len(f.Doubts) == 0 && f.Environments == nil && f.Level(policyfile.All) == "" &&
		f.Level(pack.SettingsPolicy) == ""
	switch settings := params[pack.SettingsPolicy]; {
	case len(f.Exceptions) > 0:
		only = only && len(params) == 0 && !slices.ContainsFunc(f.Exceptions, func(e exception.Entry) bool {
			return !strings.HasPrefix(e.ID, verdict.BaselineID)
		})
	default:
		only = only && len(params) == 1 && len(settings) == 1 && settings["baseline"] != nil
	}
	if !only {
		return nil, fmt.Errorf("%s holds something else than a baseline, which would be lost; write to another file "+
			"and merge them", name)
	}
	return f, nil
}

func writeBaseline(cmd *cobra.Command, name string, old *policyfile.File, setting verdict.Baseline) error {
	file := old.Written(map[string]any{pack.SettingsPolicy: map[string]any{"baseline": setting}})
	return writePolicyFile(cmd, name, file,
		fmt.Sprintf("%s until %s", report.Plural(len(setting.Findings), "finding"), setting.Expires))
}

func writeExceptions(cmd *cobra.Command, name string, old *policyfile.File, r *report.Report, now time.Time) error {
	exceptions, files := verdict.NewExceptions(r, now)
	n := 0
	for _, e := range exceptions {
		n += len(e.Match[0].Targets)
	}
	if files > 0 {
		fmt.Fprintf(cmd.ErrOrStderr(), "policypack: left out %s in files: exceptions are for resources; without "+
			"--as, a baseline has them\n",
			report.Plural(files, "finding"))
	}
	file := policyfile.Version2{Schema: old.Schema(), Version: 2, Exceptions: exceptions.File()}
	return writePolicyFile(cmd, name, file,
		fmt.Sprintf("%s for %s", report.Plural(len(exceptions), "exception"), report.Plural(n, "resource")))
}

// writePolicyFile writes a file for --policy-pack-config, or prints it where it has no name.
func writePolicyFile(cmd *cobra.Command, name string, file any, what string) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(file); err != nil {
		return err
	}
	if name == "" {
		_, err := cmd.OutOrStdout().Write(b.Bytes())
		return err
	}
	if err := os.WriteFile(name, b.Bytes(), 0o644); err != nil {
		return err
	}
	_, err := fmt.Fprintf(cmd.OutOrStdout(), "wrote %s: %s\n", name, what)
	return err
}

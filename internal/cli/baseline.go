package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/report"
	"github.com/progression-labs-development/policypack/internal/verdict"
)

// maxBaselineDays is how long a baseline may last.
const maxBaselineDays = 365

func baselineCommand(p Process) *cobra.Command {
	var rules ruleFlag
	var config, out, given, stack string
	var days int
	cmd := &cobra.Command{
		Use: "baseline PATH...", Short: "Write down what is wrong in existing stacks and repositories, so that only new findings fail",
		Long: "Judge what `policypack check` judges, or take the reports of previews, and write the violations as the setting\n" +
			"baseline, for the file given to --policy-pack-config.\n" +
			"Until it expires, these violations are advisory and new ones count. It holds policies, URNs and property paths, and no\n" +
			"values.\n\n" +
			"  pulumi stack export | policypack baseline - -o baseline.json\n" +
			"  POLICYPACK_REPORT=report.json pulumi preview --policy-pack …; policypack baseline report.json -o baseline.json\n\n" +
			"A state cannot tell all findings: the values of encrypted secrets are not in it, and configuration is not.",
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if days < 1 || days > maxBaselineDays {
				return fmt.Errorf("--days: want 1 to %d, got %d", maxBaselineDays, days)
			}
			if err := replaceable(out); err != nil {
				return err
			}
			o := judgeOptions{rules: rules.directories(), config: config, reports: true}
			var err error
			if o.kind, err = parseKind(given); err != nil {
				return err
			}
			if o.stack, err = parseStack(stack); err != nil {
				return err
			}
			j, err := newJudge(cmd.Context(), o, p)
			if err != nil {
				return err
			}
			if err := j.run(cmd.Context(), args); err != nil {
				return err
			}
			if err := judgedAll(j.report); err != nil {
				return err
			}
			return writeBaseline(cmd, out, verdict.NewBaseline(j.report, p.Now().UTC().AddDate(0, 0, days)))
		},
	}
	rules.register(cmd, p)
	cmd.Flags().StringVar(&config, "config", "", "file for --policy-pack-config that the stacks are judged with")
	cmd.Flags().StringVar(&given, "kind", string(kindAuto), "what the paths are: auto (by content), repository, terraform or state")
	cmd.Flags().StringVar(&stack, "stack", "", "[ORGANIZATION/]PROJECT/STACK that plans and states are of, where they do not say it")
	cmd.Flags().StringVarP(&out, "output", "o", "", "file to write; without it, the standard output")
	cmd.Flags().IntVar(&days, "days", 90, "days until the baseline expires")
	return cmd
}

// judgedAll refuses a report that would make a baseline with holes, or none.
func judgedAll(r *report.Report) error {
	var errs []error
	for _, e := range r.Errors {
		errs = append(errs, errors.New(errorLine(e)))
	}
	judged := slices.ContainsFunc(r.Sources, func(s report.Source) bool { return s.Kind == "" || s.Resources+s.Files > 0 })
	if len(errs) == 0 && !judged {
		return errors.New("there are no resources and no files in what was given, so there is nothing to write down")
	}
	return errors.Join(errs...)
}

// replaceable refuses a file that holds anything but a baseline: it would be lost.
func replaceable(name string) error {
	if name == "" {
		return nil
	}
	data, err := os.ReadFile(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	}
	var old map[string]map[string]json.RawMessage
	only := json.Unmarshal(data, &old) == nil && len(old) == 1 && len(old[pack.SettingsPolicy]) == 1 &&
		old[pack.SettingsPolicy]["baseline"] != nil
	if !only {
		return fmt.Errorf("%s holds something else than a baseline, which would be lost; write to another file and merge them", name)
	}
	return nil
}

func writeBaseline(cmd *cobra.Command, name string, setting verdict.Baseline) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(map[string]any{pack.SettingsPolicy: map[string]any{"baseline": setting}}); err != nil {
		return err
	}
	if name == "" {
		_, err := cmd.OutOrStdout().Write(b.Bytes())
		return err
	}
	if err := os.WriteFile(name, b.Bytes(), 0o644); err != nil {
		return err
	}
	_, err := fmt.Fprintf(cmd.OutOrStdout(), "wrote %s: %s until %s\n", name, plural(len(setting.Findings), "finding"), setting.Expires)
	return err
}

package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/progression-labs-development/policypack/internal/central"
	"github.com/progression-labs-development/policypack/internal/check"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/policyfile"
	"github.com/progression-labs-development/policypack/internal/report"
	"github.com/progression-labs-development/policypack/internal/rollout"
	"github.com/progression-labs-development/policypack/internal/session"
	"github.com/progression-labs-development/policypack/internal/verdict"
)

func configCommand(p Process) *cobra.Command {
	cmd := &cobra.Command{Use: "config", Short: "Validate and compare policy configurations"}
	cmd.AddCommand(validateCommand(p), diffCommand(p))
	return cmd
}

func validateCommand(p Process) *cobra.Command {
	var rules ruleFlag
	var where placeFlags
	cmd := &cobra.Command{
		Use: "validate FILE", Short: "Check a policy configuration file for mistakes", Args: takes(1, 1),
		Long: "Check a policy configuration file, as for --policy-pack-config: policies, levels, parameters, " +
			"exemptions and\n" +
			"exceptions. All mistakes are reported, as file:line: message. No message contains a value from the " +
			"file.\n\n" +
			"Pulumi accepts JSON in two versions, the second one since 3.274:\n\n  " + policyfile.Shape1 + "\n\n  " +
			`{"version": 2, "policies": …, "exceptions": {"ID": {"reason": "WHY", "match": [{"policies": […], "targets": [URN…]}]}}}` + "\n\n" +
			"The policy \"all\" sets the level of all other policies. \"environments\" lists Pulumi ESC environments.",
		RunE: func(cmd *cobra.Command, args []string) error {
			place, err := where.place()
			if err != nil {
				return err
			}
			loaded, err := rules.load()
			if err != nil {
				return err
			}
			s := checkingSession(&rules, p)
			f, err := check.ReadValid(cmd.Context(), s, loaded, args[0])
			if err != nil {
				return err
			}
			config, err := f.On(s, place)
			if err != nil {
				return err
			}
			return (&configFile{f}).summary(cmd, loaded, config)
		},
	}
	rules.register(cmd, p)
	where.register(cmd)
	return cmd
}

// checkingSession checks configurations. It only uses the policies of the bundle, since keys are pinned before a bundle
// is signed with them.
func checkingSession(rules *ruleFlag, p Process) *session.Session {
	return session.New(session.Options{
		Rules: rules.directories(), Log: p.Stderr, Now: p.Now, Bundle: p.Getenv("POLICYPACK_BUNDLE"), Unbundled: true,
	})
}

// levelsOf reads a policy configuration file, and returns the verdict configuration at a place, as in a preview.
func levelsOf(cmd *cobra.Command, name string, loaded *pack.Pack, at rollout.Place, rules *ruleFlag, p Process) (
	*check.ConfigFile, *verdict.Config, error,
) {
	f, err := check.ReadConfig(name, loaded)
	if err != nil {
		return nil, nil, err
	}
	if mistakes := f.Check(cmd.Context(), checkingSession(rules, p)); len(mistakes) > 0 {
		return nil, nil, mistakes
	}
	bundle := p.Getenv("POLICYPACK_BUNDLE")
	s := session.New(session.Options{
		Rules: rules.directories(), Log: p.Stderr, Now: p.Now, Bundle: bundle,
		Unbundled: bundle == "",
	})
	config, err := f.On(s, at)
	return f, config, err
}

// configFile prints a policy configuration file.
type configFile struct{ *check.ConfigFile }

// doubts returns warnings about probable mistakes, in the order of the file.
func (f *configFile) doubts(config *verdict.Config) pack.Errors {
	doubts := slices.Concat(config.Doubts(), central.KeyDoubts(config.Settings))
	all := slices.Concat(f.Doubts, f.silenced(), f.Rows(f.Own(doubts)))
	for i := range all {
		all[i].Message = "warning: " + all[i].Message
	}
	return pack.InFile(f.Name, all)
}

func (f *configFile) summary(cmd *cobra.Command, loaded *pack.Pack, config *verdict.Config) error {
	fmt.Fprintf(cmd.OutOrStdout(), "%s is valid.\n", f.Name)
	if doubts := f.doubts(config); len(doubts) > 0 {
		fmt.Fprintln(cmd.OutOrStdout(), doubts.Error())
	}
	for _, note := range config.Notes() {
		fmt.Fprintf(cmd.OutOrStdout(), "note: %s\n", strings.ReplaceAll(note, "\n", " "))
	}
	if bundle := config.Bundle(); bundle != "" {
		fmt.Fprintf(cmd.OutOrStdout(), "The bundle %s.\n", bundle)
	}
	if at := placeName(config.Place); at != "" {
		fmt.Fprintf(cmd.OutOrStdout(), "On the %s:\n", at)
	}
	if remark := config.Remark(func(*pack.Policy) bool { return true }); remark != "" {
		fmt.Fprintln(cmd.OutOrStdout(), remark)
	}
	fmt.Fprintln(cmd.OutOrStdout())
	rows := [][]string{{"POLICY", "LEVEL", "FROM", "PARAMETERS SET"}}
	for _, q := range loaded.Policies {
		e := config.LevelOf(q.Name)
		level := string(e.Level)
		switch {
		case e.Note != "":
			level += " (" + strings.ToLower(e.Note[:1]) + strings.TrimSuffix(e.Note[1:], ".") + ")"
		case e.Level != q.Level:
			level += fmt.Sprintf(" (without the file: %s)", q.Level)
		}
		var set []string
		if c := f.Policies.Field(q.Name); c != nil {
			for _, param := range c.Value.Fields {
				if param.Key != "enforcementLevel" {
					set = append(set, param.Key)
				}
			}
		}
		slices.Sort(set)
		rows = append(rows, []string{q.Name, level, e.From, strings.Join(slices.Compact(set), ", ")})
	}
	printTable(cmd.OutOrStdout(), rows)
	if floor := config.Floor(); floor != nil {
		fmt.Fprintf(cmd.OutOrStdout(), "\nThe floor set by %s:\n", floor)
		for _, line := range floor.Describe() {
			fmt.Fprintln(cmd.OutOrStdout(), "  "+line)
		}
		for _, doubt := range floor.Doubts() {
			fmt.Fprintln(cmd.OutOrStdout(), "  warning: "+doubt)
		}
	}
	if err := f.exempted(cmd); err != nil {
		return err
	}
	if c := f.Environments; c != nil {
		_, err := fmt.Fprintf(cmd.OutOrStdout(), "\nPulumi adds values from %s of Pulumi ESC, which were not "+
			"checked.\n",
			report.Plural(len(c.Value.Items), "environment"))
		return err
	}
	return nil
}

// exempted lists the exceptions.
func (f *configFile) exempted(cmd *cobra.Command) error {
	if len(f.Exceptions) == 0 {
		return nil
	}
	rows := [][]string{{"EXCEPTION", "TARGETS", "POLICIES"}}
	for _, e := range f.Exceptions {
		var policies, targets []string
		for _, m := range e.Match {
			policies, targets = append(policies, m.Policies...), append(targets, m.Targets...)
		}
		slices.Sort(policies)
		slices.Sort(targets)
		rows = append(rows,
			[]string{e.ID, fmt.Sprint(len(slices.Compact(targets))), strings.Join(slices.Compact(policies), ", ")})
	}
	_, err := fmt.Fprintln(cmd.OutOrStdout())
	printTable(cmd.OutOrStdout(), rows)
	return err
}

// silenced warns about exceptions for a policy that also reports the violations of others. The engine does not pass
// exceptions to the pack, so in a preview the others stay silent although the finding they rely on is exempted.
func (f *configFile) silenced() (out []policyfile.Mistake) {
	for _, e := range f.Exceptions {
		warned := map[string]bool{}
		for _, m := range e.Match {
			for _, p := range m.Policies {
				others := slices.DeleteFunc(verdict.LeavesTo(p), func(other string) bool {
					return !slices.ContainsFunc(m.Targets,
						func(urn string) bool { return len(f.Exceptions.Find(other, urn)) == 0 })
				})
				if len(others) == 0 || warned[p] {
					continue
				}
				warned[p] = true
				out = append(out,
					policyfile.Mistake{Row: f.Root.Field("exceptions").Value.Field(e.ID).Row, Message: fmt.Sprintf(
						"exceptions.%s: %s %s for the same violation, so in a preview nothing reports it once it is "+
							"exempted: Pulumi does not pass exceptions to the pack; use an exemption in the "+
							"settings, or add these policies", e.ID,
						relying(others), p)})
			}
		}
	}
	return out
}

// relying joins the names of policies that rely on another one.
func relying(names []string) string {
	if len(names) == 1 {
		return names[0] + " relies on"
	}
	return and(names) + " rely on"
}

// placeName describes a place, empty for none.
func placeName(at rollout.Place) string {
	var parts []string
	if at.Stack != "" && at.Stack != rollout.AnyStack {
		parts = append(parts, "stack "+at.String())
	}
	if at.Account != "" {
		parts = append(parts, "account "+at.Account)
	}
	return strings.Join(parts, ", in the ")
}

package cli

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/progression-labs-development/policypack/internal/evidence"
	"github.com/progression-labs-development/policypack/internal/exemption"
	"github.com/progression-labs-development/policypack/internal/expiry"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/report"
)

// maxGraceDays is the maximum of expiryGraceDays. It is assumed for a bundle that does not set it, since the
// configuration may.
const maxGraceDays = 30

// exemptPruneFlags are the flags of exempt prune.
type exemptPruneFlags struct {
	rules  ruleFlag
	into   intoFlag
	proof  evidenceFlags
	pruned pruneFlags
}

func exemptPruneCommand(p Process) *cobra.Command {
	var f exemptPruneFlags
	cmd := &cobra.Command{
		Use: "prune FILE [REPORT.json...]", Short: "Remove exemptions that have expired or are no longer used",
		Long: "Remove exemptions from a policy configuration file, or from the data.json of a central bundle: those\n" +
			"that have expired, once their grace period (expiryGraceDays) is over, and, if you pass reports,\n" +
			"those that match nothing in any stack that they may apply to. Everything else in the file stays as\n" +
			"written.\n\n" +
			"Reports are the JSON reports of previews and updates (POLICYPACK_REPORT) and of `policypack check`,\n" +
			"from the last --days days. Every stack needs one, from a run that completed with the exemption's\n" +
			"policies enabled. A report on a state is not enough, because a state does not show every finding.\n" +
			"--stacks lists the stacks that exist; without it, only exemptions for a single project and stack can\n" +
			"be recognised as unused. To remove exemptions for files, pass the reports of every repository that\n" +
			"uses the configuration. When in doubt, an exemption is kept and the reason is printed.\n\n" +
			"  policypack exempt prune policy-config.json\n" +
			"  policypack coverage --states exports/ --attestations attestations/ --key policypack.pub --report " +
			"coverage.json\n" +
			"  policypack exempt prune policy-config.json --reports reports/ --stacks coverage.json --dry-run\n\n" +
			"The exit code is 0, or 2 on errors; with --exit-code it is 1 if anything is removed.",
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args, p) },
	}
	f.rules.register(cmd, p)
	f.into.register(cmd)
	f.proof.register(cmd)
	f.pruned.register(cmd)
	return cmd
}

func (f *exemptPruneFlags) run(cmd *cobra.Command, args []string, p Process) error {
	if f.into.name == "" && len(args) > 0 {
		f.into.name, args = args[0], args[1:]
	}
	if err := f.into.argument(nil); err != nil {
		return err
	}
	if err := f.proof.check(cmd); err != nil {
		return err
	}
	loaded, err := f.rules.load()
	if err != nil {
		return err
	}
	file, err := f.into.open(cmd.Context(), loaded, &f.rules, p)
	if err != nil {
		return err
	}
	if file.was == nil {
		return fmt.Errorf("%s: no such file or directory", file.Name)
	}
	all, err := file.exemptions()
	if err != nil {
		return err
	}
	seen, err := f.evidence(args, loaded, p)
	if err != nil {
		return err
	}
	shown, name, err := file.shown()
	if err != nil {
		return err
	}
	removed := map[string]bool{}
	out := cmd.OutOrStdout()
	for _, e := range all.Entries() {
		over, why := f.over(all, e, seen, file.Bundled())
		verb := "keep"
		if over {
			verb, removed[e.ID] = "remove", true
		}
		fmt.Fprintf(out, "%s %s (owner: %s): %s\n", verb, name(e.ID), name(e.Owner), shown(why))
	}
	if seen != nil {
		for _, why := range seen.Ignored() {
			fmt.Fprintf(out, "no evidence: %s\n", shown(why))
		}
	}
	ids := file.ids()
	text := file.Remove(file.data, func(i int) bool { return removed[ids[i]] }, pack.SettingsPolicy, "exemptions")
	return f.pruned.done(cmd, file, text, len(removed),
		fmt.Sprintf("%d of %s", len(removed), report.Plural(len(ids), "exemption")))
}

// exemptions returns the exemptions in the file, under its own settings or their defaults.
func (e *editedFile) exemptions() (*exemption.Set, error) {
	config, err := e.config()
	if err != nil {
		return nil, err
	}
	settings := maps.Clone(config.Settings)
	if _, set := e.settings()["expiryGraceDays"]; e.Bundled() && !set {
		settings["expiryGraceDays"] = float64(maxGraceDays)
	}
	settings["exemptions"] = e.settings()["exemptions"] // and none of the defaults beside the pack
	return exemption.Parse(settings, e.loaded.Names(), expiry.When{Now: e.p.Now()})
}

// ids returns the ids of the exemptions, in the order of the file.
func (e *editedFile) ids() (ids []string) {
	if c := e.Policies.Field(pack.SettingsPolicy); c != nil {
		if list := c.Value.Field("exemptions"); list != nil {
			for _, one := range list.Value.Fields {
				ids = append(ids, one.Key)
			}
		}
	}
	return ids
}

// over reports whether an exemption is removed, and gives the reason.
func (f *exemptPruneFlags) over(all *exemption.Set, e *exemption.Entry, seen *evidence.Evidence, bundled bool) (
	over bool, why string,
) {
	switch all.State(e) {
	case expiry.Expired:
		if grace := all.Fails(e); grace != e.Until() && !e.BreakGlass {
			return true, fmt.Sprintf("expired on %s; what it matches has failed since %s", e.Until(), grace)
		}
		return true, "expired on " + e.Until()
	case expiry.InGrace:
		return false, fmt.Sprintf("expired on %s; what it matches will fail from %s on", e.Until(), all.Fails(e))
	case expiry.InForce:
	}
	switch {
	case e.BreakGlass:
		return false, "a break-glass exemption ends on its own, on " + e.Until()
	case seen == nil:
		return false, "in force until " + e.Until()
	}
	over, why = seen.Exemption(e.ID, e.Scope, bundled)
	if !over {
		why = "in force until " + e.Until() + "; " + why
	}
	return over, why
}

// evidence reads the reports and the list of stacks. It is nil without reports.
func (f *exemptPruneFlags) evidence(args []string, loaded *pack.Pack, p Process) (*evidence.Evidence, error) {
	args = append(args, f.proof.names()...)
	if len(args) == 0 {
		if f.proof.stacks != "" {
			return nil, errors.New("--stacks only helps to interpret reports of these stacks; pass the reports with " +
				"--reports")
		}
		return nil, nil
	}
	seen, err := f.proof.begin(loaded, p)
	if err != nil {
		return nil, err
	}
	for _, path := range args {
		var wrong error
		_, err := readReports(path, func(name string, r *report.Report, err error) {
			if err != nil {
				wrong = errors.Join(wrong, fmt.Errorf("%s: %w", filepath.ToSlash(name), err))
				return
			}
			seen.Add(filepath.ToSlash(name), r)
		})
		if err != nil {
			wrong = errors.Join(wrong, fmt.Errorf("%s: %w", path, err))
		}
		if wrong != nil {
			return nil, wrong
		}
	}
	return seen, nil
}

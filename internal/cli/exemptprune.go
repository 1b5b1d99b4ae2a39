package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/progression-labs-development/policypack/internal/evidence"
	"github.com/progression-labs-development/policypack/internal/exemption"
	"github.com/progression-labs-development/policypack/internal/expiry"
	"github.com/progression-labs-development/policypack/internal/fleet"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/report"
)

// maxGraceDays is the most that expiryGraceDays may be. It counts for a bundle that does not say it, since the
// configuration may.
const maxGraceDays = 30

// exemptPruneFlags are the flags of exempt prune.
type exemptPruneFlags struct {
	rules   ruleFlag
	into    intoFlag
	reports []string
	stacks  string
	days    int
	pruned  pruneFlags
}

func exemptPruneCommand(p Process) *cobra.Command {
	var f exemptPruneFlags
	cmd := &cobra.Command{
		Use: "prune FILE [REPORT.json...]", Short: "Remove exemptions that have expired or match nothing any more",
		Long: "Remove exemptions from a file for --policy-pack-config, or from the data.json of a central bundle: " +
			"those that have expired,\n" +
			"once their grace (expiryGraceDays) is over too, and with reports those that match nothing in any stack " +
			"that they may be\n" +
			"about. All else in the file stays as it is written.\n\n" +
			"Reports are the JSON of previews and updates (POLICYPACK_REPORT) and of `policypack check`, of the last " +
			"--days days. Every\n" +
			"stack needs one, of a run that came to its end and had the policies switched on; a state alone does not " +
			"show everything.\n" +
			"Which stacks exist, --stacks says; without it, only an exemption that names one project and one stack " +
			"can be found unused.\n" +
			"For an exemption about files, give the reports of all repositories that use the configuration. In doubt " +
			"an exemption stays,\n" +
			"and the reason is printed.\n\n" +
			"  policypack exempt prune policy-config.json\n" +
			"  policypack coverage --states exports/ --attestations attestations/ --key policypack.pub --report " +
			"coverage.json\n" +
			"  policypack exempt prune policy-config.json --reports reports/ --stacks coverage.json --dry-run\n\n" +
			"The exit code is 0, or 2 where nothing could be done; with --exit-code it is 1 where something is " +
			"removed.",
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args, p) },
	}
	f.rules.register(cmd, p)
	f.into.register(cmd)
	flags := cmd.Flags()
	flags.StringArrayVar(&f.reports, "reports", nil, "JSON report, or directory of reports; FILE,FILE for several, "+
		"and may be given several times")
	flags.StringVar(&f.stacks, "stacks", "", "file that lists the stacks that exist: [ORGANIZATION/]PROJECT/STACK on "+
		"a line each, the JSON report of policypack coverage, or what pulumi stack ls --all --json prints")
	flags.IntVar(&f.days, "days", evidenceDays, "how many days old a report may be")
	f.pruned.register(cmd)
	if err := errors.Join(cmd.MarkFlagFilename("stacks"), cmd.MarkFlagFilename("reports", "json")); err != nil {
		panic(err) // the flags were registered just now
	}
	return cmd
}

func (f *exemptPruneFlags) run(cmd *cobra.Command, args []string, p Process) error {
	if f.into.name == "" && len(args) > 0 {
		f.into.name, args = args[0], args[1:]
	}
	if err := f.into.argument(nil); err != nil {
		return err
	}
	if f.days < 1 || f.days > 365 {
		return fmt.Errorf("--days: expected 1 to 365, got %d", f.days)
	}
	if err := notEmpty(cmd, "stacks", "reports"); err != nil {
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
		return fmt.Errorf("%s: there is no such file or directory", file.Name)
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

// exemptions returns those of the file, with its own settings, and else with their defaults.
func (e *editedFile) exemptions() (*exemption.Set, error) {
	config, err := e.config()
	if err != nil {
		return nil, err
	}
	settings := maps.Clone(config.Settings)
	if _, said := e.settings()["expiryGraceDays"]; e.Bundled() && !said {
		settings["expiryGraceDays"] = float64(maxGraceDays)
	}
	settings["exemptions"] = e.settings()["exemptions"] // and none of what lies beside the pack
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

// over reports whether an exemption is removed, and why it is or why not.
func (f *exemptPruneFlags) over(all *exemption.Set, e *exemption.Entry, seen *evidence.Evidence, bundled bool) (
	over bool, why string,
) {
	switch all.State(e) {
	case expiry.Expired:
		if grace := all.Fails(e); grace != e.Until() && !e.BreakGlass {
			return true, fmt.Sprintf("expired on %s, and what it matches fails since %s", e.Until(), grace)
		}
		return true, "expired on " + e.Until()
	case expiry.InGrace:
		return false, fmt.Sprintf("expired on %s, and what it matches fails from %s on", e.Until(), all.Fails(e))
	case expiry.InForce:
	}
	switch {
	case e.BreakGlass:
		return false, "a break-glass exemption ends by itself, on " + e.Until()
	case seen == nil:
		return false, "in force until " + e.Until()
	}
	over, why = seen.Exemption(e, bundled)
	if !over {
		why = "in force until " + e.Until() + "; " + why
	}
	return over, why
}

// evidence reads the reports and the list of stacks, nil where no report is given.
func (f *exemptPruneFlags) evidence(args []string, loaded *pack.Pack, p Process) (*evidence.Evidence, error) {
	for _, list := range f.reports {
		args = append(args, report.Names(list)...)
	}
	if len(args) == 0 {
		if f.stacks != "" {
			return nil, errors.New("--stacks says in which stacks exemptions may be used: give reports of these with " +
				"--reports")
		}
		return nil, nil
	}
	var stacks []fleet.Name
	if f.stacks != "" {
		data, err := readInput(f.stacks)
		if err == nil {
			stacks, err = fleet.ReadNames(data)
		}
		if err != nil {
			return nil, fmt.Errorf("--stacks: %s: %w", f.stacks, err)
		}
	}
	seen := evidence.New(loaded, stacks, p.Now(), f.days)
	for _, path := range args {
		names, dir, err := reportsIn(path)
		if err != nil {
			return nil, err
		}
		read := 0
		for _, name := range names {
			data, err := readInput(name)
			if err == nil && dir && !report.Is(data) && json.Valid(data) {
				continue // other files may lie beside them
			}
			var r *report.Report
			if err == nil {
				r, err = report.Read(data)
			}
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			seen.Add(name, r)
			read++
		}
		if read == 0 {
			return nil, fmt.Errorf("%s: the directory holds no JSON report", path)
		}
	}
	return seen, nil
}

// reportsIn returns the JSON files below a directory, or the file itself.
func reportsIn(path string) (names []string, dir bool, err error) {
	info, err := os.Stat(path)
	if err != nil || !info.IsDir() {
		return []string{path}, false, nil // that it is not there is said when it is read
	}
	err = filepath.WalkDir(path, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && d.Name() == ".git":
			return fs.SkipDir
		case !d.IsDir() && (strings.HasSuffix(name, ".json") || strings.HasSuffix(name, ".json.gz")):
			names = append(names, name)
		}
		return nil
	})
	slices.Sort(names)
	return names, true, err
}

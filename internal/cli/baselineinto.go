package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/progression-labs-development/policypack/internal/expiry"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/policyfile"
	"github.com/progression-labs-development/policypack/internal/report"
	"github.com/progression-labs-development/policypack/internal/rollout"
	"github.com/progression-labs-development/policypack/internal/verdict"
)

// edit merges a baseline into a configuration, or prunes the one in it.
func (f *baselineFlags) edit(cmd *cobra.Command, args []string, p Process) error {
	loaded, err := f.rules.load()
	if err != nil {
		return err
	}
	file, err := f.into.open(cmd.Context(), loaded, &f.rules, p)
	if err != nil {
		return err
	}
	was, err := baselineOf(file)
	if err != nil {
		return err
	}
	if f.prune {
		if err := inForce(file, was, p.Now()); err != nil {
			return err
		}
	}
	if f.config == "" && file.Root != nil && !file.Bundled() {
		f.config = file.Name
	}
	run, err := f.check(cmd, args, p)
	if err != nil {
		return err
	}
	if f.prune {
		return f.pruneBaseline(cmd, file, was, run, p)
	}
	if err := f.pruned.alone(cmd, "--prune"); err != nil {
		return err
	}
	now := verdict.NewBaseline(run.Report, p.Now().UTC().AddDate(0, 0, f.days), commitIn(cmd.Context(), run.Report))
	return f.mergeBaseline(cmd, file, was, now, p.Now())
}

// inForce refuses a file without a baseline, and one whose baseline has expired: a check no longer matches its entries.
func inForce(file *editedFile, b *verdict.Baseline, now time.Time) error {
	if b == nil {
		return fmt.Errorf("%s has no baseline", file.Name)
	}
	config, err := file.config()
	if err != nil {
		return err
	}
	day, err := time.Parse(time.DateOnly, b.Expires)
	if err != nil {
		return err // the file has no mistakes
	}
	if (expiry.When{Now: now}).Clock(config.Settings).State(day.AddDate(0, 0, 1)) == expiry.Expired {
		return fmt.Errorf("%s: the baseline expired on %s, so none of its entries applies; remove it, or set a new "+
			"expiry", file.Name, b.Expires)
	}
	return nil
}

// baselineOf returns the baseline in a file, nil if it has none.
func baselineOf(file *editedFile) (*verdict.Baseline, error) {
	setting, ok := file.settings()["baseline"]
	if !ok {
		return nil, nil
	}
	text, err := json.Marshal(setting)
	if err != nil {
		return nil, err
	}
	b := &verdict.Baseline{}
	return b, json.Unmarshal(text, b)
}

// mergeBaseline adds the entries that a file does not have yet.
func (f *baselineFlags) mergeBaseline(cmd *cobra.Command, file *editedFile, was *verdict.Baseline, now verdict.Baseline,
	today time.Time,
) error {
	days := cmd.Flags().Changed("days")
	if was == nil {
		text, err := file.Set(file.data, now, pack.SettingsPolicy, "baseline")
		if err != nil {
			return fmt.Errorf("%s: %w", file.Name, err)
		}
		if err := file.write(cmd.Context(), text, false); err != nil {
			return err
		}
		_, err = fmt.Fprintf(cmd.OutOrStdout(), "wrote %s: %s until %s\n", file.Name,
			report.Plural(now.Count(), "finding"), now.Expires)
		return err
	}
	if !days && was.Expires < today.UTC().Format(time.DateOnly) {
		return fmt.Errorf("%s: the baseline expired on %s; set a new expiry with --days", file.Name, was.Expires)
	}
	type resource struct{ policy, urn, path string }
	have, rows := map[resource]bool{}, map[rollout.Row]int{}
	for _, k := range was.Findings {
		if k.File != "" {
			rows[k.Row()] += k.Findings()
		} else {
			have[resource{k.Policy, k.URN, k.At()}] = true
		}
	}
	var entries []policyfile.Entry
	added := verdict.Baseline{}
	for _, k := range now.Findings {
		if k.File != "" {
			more := k.Findings() - rows[k.Row()]
			if more <= 0 {
				continue
			}
			k = k.Of(more)
		} else if have[resource{k.Policy, k.URN, k.At()}] {
			continue
		}
		added.Findings = append(added.Findings, k)
		entries = append(entries, policyfile.Entry{Value: k})
	}
	before := file.data
	text, err := file.Add(before, entries, pack.SettingsPolicy, "baseline", "findings")
	if err != nil {
		return fmt.Errorf("%s: %w", file.Name, err)
	}
	for _, one := range []struct {
		key, value string
		set        bool
	}{
		{"expires", now.Expires, days},
		// an older commit stays: git finds files renamed since
		{"commit", now.Commit, now.Commit != "" && was.Commit == "" && len(rows) == 0},
	} {
		if !one.set {
			continue
		}
		parsed := policyfile.ParseAny(text, file.loaded.Names())
		if text, err = parsed.Set(text, one.value, pack.SettingsPolicy, "baseline", one.key); err != nil {
			return fmt.Errorf("%s: %w", file.Name, err)
		}
	}
	until := was.Expires
	if days {
		until = now.Expires
	}
	if bytes.Equal(text, before) {
		_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s is unchanged: its baseline, until %s, already has every finding\n",
			file.Name, until)
		return err
	}
	if err := file.write(cmd.Context(), text, false); err != nil {
		return err
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "wrote %s: %s added, baseline until %s\n", file.Name,
		report.Plural(added.Count(), "finding"), until)
	return err
}

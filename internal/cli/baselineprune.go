package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"github.com/progression-labs-development/policypack/internal/check"
	"github.com/progression-labs-development/policypack/internal/evidence"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/policyfile"
	"github.com/progression-labs-development/policypack/internal/report"
	"github.com/progression-labs-development/policypack/internal/rollout"
	"github.com/progression-labs-development/policypack/internal/verdict"
)

// pruneFlags are the flags of commands that remove unused entries.
type pruneFlags struct{ dryRun, exitCode bool }

func (f *pruneFlags) register(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&f.dryRun, "dry-run", false, "print what would be removed, without writing anything")
	cmd.Flags().BoolVar(&f.exitCode, "exit-code", false,
		"exit with 1 if anything is removed, or would be with --dry-run")
}

// alone refuses the flags if nothing is being removed.
func (f *pruneFlags) alone(cmd *cobra.Command, with string) error {
	for _, name := range []string{"dry-run", "exit-code"} {
		if cmd.Flags().Changed(name) {
			return fmt.Errorf("--%s requires %s", name, with)
		}
	}
	return nil
}

// done writes the edited file, reports it, and ends the command.
func (f *pruneFlags) done(cmd *cobra.Command, file *editedFile, text []byte, removed int, what string) error {
	if removed == 0 {
		_, err := fmt.Fprintf(cmd.OutOrStdout(), "%s is unchanged: there is nothing to remove\n", file.Name)
		return err
	}
	if err := file.write(cmd.Context(), text, f.dryRun); err != nil {
		return err
	}
	verb := "wrote"
	if f.dryRun {
		verb = "would write"
	}
	fmt.Fprintf(cmd.OutOrStdout(), "%s %s: removed %s\n", verb, file.Name, what)
	if f.exitCode {
		return errViolations // the removals are printed above
	}
	return nil
}

// pruneBaseline removes the entries whose findings are gone.
func (f *baselineFlags) pruneBaseline(cmd *cobra.Command, file *editedFile, was *verdict.Baseline, run *check.Run,
	p Process,
) error {
	seen := evidence.New(file.loaded, nil, p.Now(), evidenceDays)
	seen.Found("what was checked", run.Report)
	for i, r := range run.Reported {
		seen.Add(run.ReportedAs[i], r)
	}
	for _, r := range run.Stale {
		seen.Repository(inRepository(cmd.Context(), r, was.Commit))
	}
	rows := seen.Baseline(was.Findings)
	reasons, removed := map[string]int{}, 0
	for i, k := range was.Findings {
		all := k.Findings()
		if rows[i].Left == all {
			reasons[rows[i].Why]++
		}
		removed += all - rows[i].Left
	}
	out := cmd.OutOrStdout()
	for i, k := range was.Findings {
		if all := k.Findings(); rows[i].Left < all {
			fmt.Fprintf(out, "remove %s%s\n", run.Session.Shown(knownText(k)), fewer(rows[i].Left, all))
		}
	}
	for _, why := range slices.Sorted(maps.Keys(reasons)) {
		fmt.Fprintf(out, "keep %s: %s\n", report.Plural(reasons[why], "entry"), why)
	}
	for _, why := range seen.Ignored() {
		fmt.Fprintf(out, "no evidence: %s\n", run.Session.Shown(why))
	}
	text, err := shrunk(file, was, rows)
	if err != nil {
		return fmt.Errorf("%s: %w", file.Name, err)
	}
	return f.pruned.done(cmd, file, text, removed, report.Plural(removed, "finding")+" of the baseline")
}

// shrunk returns the content of the file with the counts of entries lowered, and entries without findings removed.
func shrunk(file *editedFile, was *verdict.Baseline, rows []evidence.Row) (text []byte, err error) {
	text, parsed := file.data, file.File
	for i, k := range was.Findings {
		left := rows[i].Left
		if left == 0 || left == k.Findings() {
			continue
		}
		if text, err = parsed.SetItem(text, k.Of(left), i, pack.SettingsPolicy, "baseline", "findings"); err != nil {
			return nil, err
		}
		parsed = policyfile.ParseAny(text, file.loaded.Names())
	}
	gone := func(i int) bool { return rows[i].Left == 0 }
	return parsed.Remove(text, gone, pack.SettingsPolicy, "baseline", "findings"), nil
}

// knownText describes a baseline entry.
func knownText(k verdict.Known) string {
	if k.File == "" {
		return strings.TrimSpace(k.Policy + " " + k.URN + " " + k.At())
	}
	text := strings.TrimSpace(k.Policy + " " + k.File + " " + k.Name)
	if k.Commit != "" {
		text += " in commit " + k.Commit
	}
	return text
}

func fewer(left, all int) string {
	if left == 0 {
		return ""
	}
	return fmt.Sprintf(" (%d of %d left)", left, all)
}

// inRepository returns a function that counts how many findings of an entry are gone from a repository, or gives the
// reason why they are, or may be, still there. It looks up the baseline's commit in git only once.
func inRepository(ctx context.Context, r check.Stale, commit string) evidence.Gone {
	foreign := sync.OnceValue(func() bool { return commit != "" && resolvedIn(ctx, r.Path, commit) == "" })
	return func(row rollout.Row) (n int, why string) {
		i := slices.IndexFunc(r.Rows, func(s rollout.StaleRow) bool { return s.Row == row })
		if i < 0 {
			return 0, "still found, or not checked"
		}
		_, err := os.Lstat(filepath.Join(r.Root, filepath.FromSlash(row.File)))
		switch {
		case foreign():
			return 0, "the repository does not have the commit that the baseline was recorded at"
		case row.Commit == "" && errors.Is(err, fs.ErrNotExist) && commit == "":
			return 0, "the file does not exist, and the baseline has no commit to show that it is for this repository"
		case row.Commit == "" && errors.Is(err, fs.ErrNotExist) && r.Lost:
			return 0, "the file does not exist, and git cannot determine whether it was renamed"
		}
		return r.Rows[i].Known - r.Rows[i].Found, ""
	}
}

package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/progression-labs-development/policypack/internal/check"
	"github.com/progression-labs-development/policypack/internal/evidence"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/policyfile"
	"github.com/progression-labs-development/policypack/internal/report"
	"github.com/progression-labs-development/policypack/internal/rollout"
	"github.com/progression-labs-development/policypack/internal/verdict"
)

// evidenceDays is how old a report may be that proves that a finding is gone.
const evidenceDays = 30

// pruneFlags are the flags of commands that remove what is not needed any more.
type pruneFlags struct{ dryRun, exitCode bool }

func (f *pruneFlags) register(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&f.dryRun, "dry-run", false, "say what would be removed, and write nothing")
	cmd.Flags().BoolVar(&f.exitCode, "exit-code", false, "exit with 1 where something is removed, or would be")
}

// alone refuses the flags where nothing is removed.
func (f *pruneFlags) alone(cmd *cobra.Command, with string) error {
	for _, name := range []string{"dry-run", "exit-code"} {
		if cmd.Flags().Changed(name) {
			return fmt.Errorf("--%s goes with %s", name, with)
		}
	}
	return nil
}

// done writes the edited text, says so, and ends the command.
func (f *pruneFlags) done(cmd *cobra.Command, file *editedFile, text []byte, removed int, what string) error {
	if removed == 0 {
		_, err := fmt.Fprintf(cmd.OutOrStdout(), "%s stays as it is: there is nothing to remove\n", file.Name)
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
		return errViolations // what is removed was said
	}
	return nil
}

// pruneBaseline removes the rows whose findings are gone.
func (f *baselineFlags) pruneBaseline(cmd *cobra.Command, file *editedFile, was *verdict.Baseline, run *check.Run,
	p Process,
) error {
	seen := evidence.New(file.loaded, nil, p.Now(), evidenceDays)
	seen.Found("what was checked", run.Report)
	for i, r := range run.Reported {
		seen.Add(run.ReportedAs[i], r)
	}
	excess := f.gone(cmd.Context(), was, run)
	left := make([]int, len(was.Findings)) // how many findings each row stands for from now on
	reasons, removed := map[string]int{}, 0
	var order []string
	for i := len(was.Findings) - 1; i >= 0; i-- {
		k := was.Findings[i]
		left[i] = max(1, k.Count)
		var why string
		switch {
		case k.File != "":
			e := excess[rowOf(k)]
			less := min(e.n, left[i])
			excess[rowOf(k)] = gone{e.n - less, e.why}
			left[i] -= less
			why = e.why
		case strings.HasPrefix(k.URN, place.FileURN):
			why = "it has the form of an earlier version, which --migrate converts"
		default:
			var unused bool
			if unused, why = seen.Row(k.Policy, k.URN, pathOf(k)); unused {
				left[i] = 0
			}
		}
		if left[i] == max(1, k.Count) {
			if reasons[why] == 0 {
				order = append(order, why)
			}
			reasons[why]++
			continue
		}
		removed += max(1, k.Count) - left[i]
	}
	out := cmd.OutOrStdout()
	for i, k := range was.Findings {
		if all := max(1, k.Count); left[i] < all {
			fmt.Fprintf(out, "remove %s%s\n", run.Session.Shown(knownText(k)), fewer(left[i], all))
		}
	}
	slices.Sort(order)
	for _, why := range order {
		fmt.Fprintf(out, "keep %s: %s\n", report.Plural(reasons[why], "row"), why)
	}
	for _, why := range seen.Ignored() {
		fmt.Fprintf(out, "no evidence: %s\n", run.Session.Shown(why))
	}
	text, err := shrunk(file, was, left)
	if err != nil {
		return fmt.Errorf("%s: %w", file.Name, err)
	}
	return f.pruned.done(cmd, file, text, removed, report.Plural(removed, "finding")+" of the baseline")
}

// shrunk returns the text of the file with rows that stand for fewer findings, or for none and are gone.
func shrunk(file *editedFile, was *verdict.Baseline, left []int) (text []byte, err error) {
	text, parsed := file.data, file.File
	for i, k := range was.Findings {
		if left[i] == 0 || left[i] == max(1, k.Count) {
			continue
		}
		if k.Count = left[i]; k.Count == 1 {
			k.Count = 0
		}
		if text, err = parsed.SetItem(text, k, i, pack.SettingsPolicy, "baseline", "findings"); err != nil {
			return nil, err
		}
		parsed = policyfile.ParseAny(text, file.loaded.Names())
	}
	gone := func(i int) bool { return left[i] == 0 }
	return parsed.Remove(text, gone, pack.SettingsPolicy, "baseline", "findings"), nil
}

// knownText says in words what a row is about.
func knownText(k verdict.Known) string {
	if k.File == "" {
		return strings.TrimSpace(k.Policy + " " + k.URN + " " + pathOf(k))
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

// gone is how many findings of a row of a file are gone, or why that is not known.
type gone struct {
	n   int
	why string
}

// gone says of the rows for files how many of their findings are gone from the repositories that were checked.
func (f *baselineFlags) gone(ctx context.Context, was *verdict.Baseline, run *check.Run) map[rollout.Row]gone {
	out := map[rollout.Row]gone{}
	for _, k := range was.Findings {
		if k.File == "" {
			continue
		}
		row := rowOf(k)
		one := gone{why: "no repository was checked; give its directory, a report does not say which rows it has used"}
		for i, r := range run.Stale {
			n, why := inRepository(ctx, r, row, was.Commit)
			if i == 0 || n < one.n {
				one = gone{n, why}
			}
		}
		out[row] = one
	}
	return out
}

// inRepository says how many findings of a row are gone from a repository, or why it has them, or may have them.
func inRepository(ctx context.Context, r check.Stale, row rollout.Row, commit string) (n int, why string) {
	i := slices.IndexFunc(r.Rows, func(s rollout.StaleRow) bool { return s.Row == row })
	if i < 0 {
		return 0, "still found, or not looked for"
	}
	_, err := os.Lstat(filepath.Join(r.Root, filepath.FromSlash(row.File)))
	switch {
	case commit != "" && resolvedIn(ctx, r.Path, commit) == "":
		return 0, "the repository does not have the commit at which the baseline was written"
	case row.Commit == "" && errors.Is(err, fs.ErrNotExist) && commit == "":
		return 0, "the file is not there, and the baseline does not say by its commit that it is of this repository"
	case row.Commit == "" && errors.Is(err, fs.ErrNotExist) && r.Lost:
		return 0, "the file is not there, and git cannot tell whether it was renamed"
	}
	return r.Rows[i].Known - r.Rows[i].Found, ""
}

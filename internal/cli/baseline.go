package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/progression-labs-development/policypack/internal/check"
	"github.com/progression-labs-development/policypack/internal/decisionlog"
	"github.com/progression-labs-development/policypack/internal/exception"
	"github.com/progression-labs-development/policypack/internal/git"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/policyfile"
	"github.com/progression-labs-development/policypack/internal/report"
	"github.com/progression-labs-development/policypack/internal/verdict"
)

// maxBaselineDays is the longest life of a baseline.
const maxBaselineDays = 365

// baselineFlags are the flags of the command.
type baselineFlags struct {
	rules                                   ruleFlag
	into                                    intoFlag
	config, out, kind, stack, as, migrating string
	days                                    int
	history, prune                          bool
	pruned                                  pruneFlags
}

func baselineCommand(p Process) *cobra.Command {
	var f baselineFlags
	cmd := &cobra.Command{
		Use:   "baseline PATH...",
		Short: "Record existing violations, so that only new ones fail",
		Long: "Record the existing violations in a baseline, a setting in the policy configuration file. Until it\n" +
			"expires, these violations are advisory; new ones still fail. A baseline contains policies, URNs,\n" +
			"property paths and the names of values in files. It never contains a value.\n\n" +
			"PATH is anything that `policypack check` accepts, or the JSON report of a preview:\n\n" +
			"  pulumi stack export | policypack baseline - -o baseline.json\n" +
			"  POLICYPACK_REPORT=report.json pulumi preview --policy-pack …; policypack baseline report.json " +
			"-o baseline.json\n\n" +
			"A state does not show every finding: encrypted values and the stack's configuration are not in it.\n\n" +
			"--into adds the entries to an existing configuration file. Entries that it already has stay, with\n" +
			"their expiry. With --prune, entries whose findings are gone are removed, and none is added:\n\n" +
			"  policypack baseline exports/*.json . --into policy-config.json\n" +
			"  policypack baseline exports/*.json . --into policy-config.json --prune\n\n" +
			"--as exceptions writes the findings in resources as Pulumi policy exceptions, which require a\n" +
			"configuration file of version 2 and never expire. Otherwise, the version is that of the file being\n" +
			"replaced, or of --config.\n\n" +
			"--migrate converts the entries for files that an earlier version wrote, by checking the repository:\n\n" +
			"  policypack baseline . --migrate policypack.json -o policypack.json",
		Args: func(cmd *cobra.Command, args []string) error {
			if f.migrating != "" {
				return nil
			}
			return takes(1, -1)(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if f.migrating != "" {
				return f.migrate(cmd, args, p)
			}
			return f.run(cmd, args, p)
		},
	}
	f.rules.register(cmd, p)
	flags := cmd.Flags()
	flags.StringVar(&f.config, "config", "", "policy configuration `file` to check the stacks with")
	flags.StringVar(&f.kind, "kind", string(check.Auto),
		"`kind` of the paths: auto (by content), repository, terraform or state")
	flags.StringVar(&f.stack, "stack", "",
		"`stack` of plans and states that do not include it, as [ORGANIZATION/]PROJECT/STACK")
	flags.StringVarP(&f.out, "output", "o", "", "`file` to write; by default stdout")
	flags.StringVar(&f.as, "as", asBaseline,
		"`setting` to write: baseline, or exceptions, which Pulumi itself applies")
	complete(cmd, "as", []string{asBaseline, asExceptions})
	flags.IntVar(&f.days, "days", 90, "number of days until the baseline expires")
	flags.BoolVar(&f.history, "history", false,
		"also record violations in all commits of a repository, with the commit ids")
	f.into.register(cmd)
	flags.BoolVar(&f.prune, "prune", false, "with --into: remove the entries whose findings are gone, and add none")
	f.pruned.register(cmd)
	flags.StringVar(&f.migrating, "migrate", "",
		"policy configuration `file` whose baseline entries for files are converted; PATH is the repository, "+
			"by default this one")
	for _, other := range []string{"config", "as", "days", "history", "into"} {
		cmd.MarkFlagsMutuallyExclusive("migrate", other)
	}
	cmd.MarkFlagsMutuallyExclusive("into", "output")
	cmd.MarkFlagsMutuallyExclusive("into", "as")
	cmd.MarkFlagsMutuallyExclusive("prune", "days")
	return cmd
}

func (f *baselineFlags) run(cmd *cobra.Command, args []string, p Process) error {
	if f.days < 1 || f.days > maxBaselineDays {
		return fmt.Errorf("--days: expected 1 to %d, got %d", maxBaselineDays, f.days)
	}
	if f.as != asBaseline && f.as != asExceptions {
		return fmt.Errorf("--as: expected %s or %s, got %q", asBaseline, asExceptions, f.as)
	}
	if f.as == asExceptions && cmd.Flags().Changed("days") {
		return errors.New("--days: exceptions in a file never expire; write a baseline, or set an expiry in Pulumi " +
			"Cloud")
	}
	if f.into.name != "" {
		return f.edit(cmd, args, p)
	}
	if f.prune {
		return errors.New("--prune edits a configuration file; pass it with --into")
	}
	if err := f.pruned.alone(cmd, "--prune"); err != nil {
		return err
	}
	old, err := replaceable(f.out)
	if err != nil {
		return err
	}
	run, err := f.check(cmd, args, p)
	if err != nil {
		return err
	}
	if old == nil {
		old = run.File
	}
	if f.as == asExceptions {
		return writeExceptions(cmd, f.out, old, run.Report, p.Now())
	}
	until := p.Now().UTC().AddDate(0, 0, f.days)
	return writeBaseline(cmd, f.out, old, verdict.NewBaseline(run.Report, until, commitIn(cmd.Context(), run.Report)))
}

// check checks the paths, and fails if anything could not be checked.
func (f *baselineFlags) check(cmd *cobra.Command, args []string, p Process) (*check.Run, error) {
	o := check.Options{Config: f.config, Reports: true, History: f.history}
	o, err := checkOptions(o, &f.rules, f.kind, f.stack, p)
	if err != nil {
		return nil, err
	}
	if o.Log, err = decisionlog.Open(p.Getenv("POLICYPACK_DECISION_LOG"), ".", p.Now); err != nil {
		return nil, err
	}
	ctx, stop := interruptible(cmd.Context())
	defer stop()
	run, err := check.New(ctx, o)
	if err != nil {
		return nil, err
	}
	if err := run.Check(ctx, args); err != nil {
		return nil, err
	}
	return run, checkedAll(run.Report)
}

// commitIn returns the commit of the repository that was checked, empty if there was none or several.
func commitIn(ctx context.Context, r *report.Report) string {
	found := ""
	for _, s := range r.Sources {
		if s.Kind != report.Repository {
			continue
		}
		id := resolvedIn(ctx, s.Name, "HEAD")
		if id == "" || found != "" && found != id {
			return ""
		}
		found = id
	}
	return found
}

// resolvedIn returns the id of a commit in the repository that the path is in, empty if git does not know it.
func resolvedIn(ctx context.Context, path, commit string) string {
	g, _, err := git.Open(path)
	if err != nil || g == nil {
		return ""
	}
	id, err := g.Resolve(ctx, commit)
	if err != nil {
		return ""
	}
	return id
}

// migrate converts baseline entries for files that an earlier version wrote.
func (f *baselineFlags) migrate(cmd *cobra.Command, args []string, p Process) error {
	if len(args) == 0 {
		args = []string{"."}
	}
	data, err := os.ReadFile(f.migrating)
	if err != nil {
		return err
	}
	if f.out != "" && !sameFile(f.out, f.migrating) {
		if _, err := replaceable(f.out); err != nil {
			return err
		}
	}
	f.config = f.migrating
	run, err := f.check(cmd, args, p)
	if err != nil {
		return err
	}
	old, ok := run.File.Parameters()[pack.SettingsPolicy]["baseline"].(map[string]any)
	if !ok {
		return fmt.Errorf("%s has no baseline", f.migrating)
	}
	setting, said, err := verdict.MigrateBaseline(old, run.Report, commitIn(cmd.Context(), run.Report))
	if err != nil {
		return fmt.Errorf("%s: %w", f.migrating, err)
	}
	for _, line := range said {
		fmt.Fprintln(cmd.ErrOrStderr(), "policypack: "+run.Session.Shown(line))
	}
	text, err := run.File.Set(data, setting, pack.SettingsPolicy, "baseline")
	if err != nil {
		return fmt.Errorf("%s: %w", f.migrating, err)
	}
	return writeFile(cmd, f.out, text, report.Plural(len(setting.Findings), "entry"))
}

// checkedAll refuses a report that would make a baseline with holes, or none.
func checkedAll(r *report.Report) error {
	var errs []error
	for _, e := range r.Errors {
		errs = append(errs, errors.New(errorLine(e)))
	}
	checked := slices.ContainsFunc(r.Sources,
		func(s report.Source) bool { return s.Kind == "" || len(s.Checked) > 0 })
	if len(errs) == 0 && !checked {
		return errors.New("the inputs contain no resources and no files, so there is nothing to record")
	}
	return errors.Join(errs...)
}

// What baseline writes.
const (
	asBaseline   = "baseline"
	asExceptions = "exceptions"
)

// replaceable returns the file with that name, nil if there is none. It refuses a file with anything that this command
// did not write, which would be lost.
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
		return nil, fmt.Errorf("refusing to overwrite %s, which contains more than a baseline; use --into to merge "+
			"the baseline into it", name)
	}
	return f, nil
}

func writeBaseline(cmd *cobra.Command, name string, old *policyfile.File, setting verdict.Baseline) error {
	file := old.Written(map[string]any{pack.SettingsPolicy: map[string]any{"baseline": setting}})
	return writePolicyFile(cmd, name, file,
		fmt.Sprintf("%s until %s", report.Plural(setting.Count(), "finding"), setting.Expires))
}

func writeExceptions(cmd *cobra.Command, name string, old *policyfile.File, r *report.Report, now time.Time) error {
	exceptions, files := verdict.NewExceptions(r, now)
	n := 0
	for _, e := range exceptions {
		n += len(e.Match[0].Targets)
	}
	if files > 0 {
		fmt.Fprintf(cmd.ErrOrStderr(), "policypack: left out %s in files: exceptions only apply to resources; record "+
			"them in a baseline, without --as\n",
			report.Plural(files, "finding"))
	}
	file := policyfile.Version2{Schema: old.Schema(), Version: 2, Exceptions: exceptions.File()}
	return writePolicyFile(cmd, name, file,
		fmt.Sprintf("%s for %s", report.Plural(len(exceptions), "exception"), report.Plural(n, "resource")))
}

// writePolicyFile writes a policy configuration file, or prints it if the name is empty.
func writePolicyFile(cmd *cobra.Command, name string, file any, what string) error {
	text, err := encodePolicyFile(file)
	if err != nil {
		return err
	}
	return writeFile(cmd, name, text, what)
}

// encodePolicyFile encodes a policy configuration file.
func encodePolicyFile(file any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(file)
	return b.Bytes(), err
}

// writeFile writes a file, or prints it if the name is empty.
func writeFile(cmd *cobra.Command, name string, text []byte, what string) error {
	if name == "" {
		_, err := cmd.OutOrStdout().Write(text)
		return err
	}
	if err := replaceFile(name, text); err != nil {
		return err
	}
	_, err := fmt.Fprintf(cmd.OutOrStdout(), "wrote %s: %s\n", name, what)
	return err
}

// replaceFile writes a file atomically. A link stays a link, even if its target does not exist yet. Anything that is
// not a regular file, such as /dev/stdout, is written to directly.
func replaceFile(name string, text []byte) error {
	switch info, err := os.Stat(name); {
	case err == nil && !info.Mode().IsRegular() && !info.IsDir():
		return os.WriteFile(name, text, 0o644) //nolint:gosec // an argument
	case err == nil:
		if name, err = filepath.EvalSymlinks(name); err != nil {
			return err
		}
	case errors.Is(err, fs.ErrNotExist):
		to, err := os.Readlink(name)
		if err == nil && filepath.IsAbs(to) {
			return replaceFile(to, text)
		}
		if err == nil {
			return replaceFile(filepath.Join(filepath.Dir(name), to), text)
		}
	}
	return report.Replace(name, text)
}

package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/progression-labs-development/policypack"
	"github.com/progression-labs-development/policypack/internal/breakglass"
	"github.com/progression-labs-development/policypack/internal/check"
	"github.com/progression-labs-development/policypack/internal/decisionlog"
	"github.com/progression-labs-development/policypack/internal/expiry"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/report"
)

// errNotChecked ends a command that has already reported what it could not check: exit code 2, without a further
// message.
var errNotChecked = errors.New("not everything could be checked")

// checkFlags are the flags of check.
type checkFlags struct {
	rules                       ruleFlag
	kind, config, stack, format string
	base, breakGlassKey, source string
	color                       string
	reports, only, since        []string
	summary, staged, history    bool
	attest, attestKey           string
	on                          string
}

func checkCommand(p Process) *cobra.Command {
	var f checkFlags
	cmd := &cobra.Command{
		Use:   "check [PATH...]",
		Short: "Check repositories, Terraform plans and states, and exported Pulumi stacks",
		Long: "Check each PATH with the same policies as a preview. Without a PATH, check the working\n" +
			"directory.\n\n" +
			"  a directory           a repository: the files that git tracks, or all files if there is no git\n" +
			"  a directory of exports\n" +
			"                        all states in it, summarised by policy and by stack\n" +
			"  a file, or - (stdin)  the output of `pulumi stack export` or `terraform show -json`, a\n" +
			"                        terraform.tfstate, or a single file of a repository\n\n" +
			"The exit code is 0 if nothing is wrong, 1 if there are violations, 2 if something could not be\n" +
			"checked.\n\n" +
			"  policypack check\n" +
			"  terraform plan -out tfplan && terraform show -json tfplan | policypack check -\n" +
			"  pulumi stack export | policypack check - --config policy-config.json\n" +
			"  policypack check --kind state exports/ --report snapshot.html\n" +
			"  policypack check --config policy-config.json --on 2027-03-01",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				args = []string{"."}
			}
			return f.run(cmd, args, p)
		},
	}
	f.rules.register(cmd, p)
	flags := cmd.Flags()
	flags.StringVar(&f.kind, "kind", string(check.Auto),
		"`kind` of the paths: auto (by content), repository, terraform or state")
	flags.StringVar(&f.config, "config", "", "policy configuration `file`, as for --policy-pack-config")
	flags.StringVar(&f.base, "base", "",
		"`directory` with a checkout of the base branch; suppression comments apply only if they are in it too")
	flags.StringArrayVar(&f.since, "since", nil,
		"also check everything added by commits of HEAD since this `commit` or branch; repeatable")
	flags.BoolVar(&f.staged, "staged", false,
		"check only what the next commit adds, from git's index; for commit hooks")
	flags.BoolVar(&f.history, "history", false,
		"also check every commit: of HEAD, all branches and tags, and the stash")
	flags.StringArrayVar(&f.only, "policy", nil, "report only findings of this `policy`; repeatable")
	flags.StringVar(&f.stack, "stack", "",
		"`stack` of plans and states that do not include it, as [ORGANIZATION/]PROJECT/STACK")
	flags.StringVar(&f.breakGlassKey, "break-glass-key", "",
		"`file` with the public key for break-glass tokens; on a pull request, take it from the base branch")
	flags.StringVar(&f.source, "source", "",
		"`directory` of the program that a state or plan belongs to, to report lines in it; by default the "+
			"working directory")
	f.output(cmd)
	flags.BoolVar(&f.summary, "summary", false,
		"print counts by policy, stack, folder and detector instead of findings; default for directories of "+
			"exports")
	flags.StringVar(&f.on, "on", "",
		"report what would fail on this `day`, such as 2027-03-01: what has expired by then, and what is "+
			"mandatory")
	flags.StringVar(&f.attest, "attest", "", "write a signed attestation of this run to this `file`")
	flags.StringVar(&f.attestKey, "attest-key", "",
		"`file` with the private key that signs the attestation, in PEM; by default POLICYPACK_ATTEST_KEY")
	for _, dir := range [...]string{"base", "source"} {
		if err := cmd.MarkFlagDirname(dir); err != nil {
			panic(err) // the flag was registered just now
		}
	}
	complete(cmd, "kind", check.Kinds())
	return cmd
}

// colors are the values of --color.
var colors = []string{"auto", "always", "never"}

// output registers the flags for the form of the output.
func (f *checkFlags) output(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.format, "format", string(report.Text), "output `format`: "+formatNames())
	flags.StringArrayVar(&f.reports, "report", nil,
		"write a report to this `file`, in the format of its extension; separate several with commas")
	flags.StringVar(&f.color, "color", "auto", "use colour: auto, always or never")
	complete(cmd, "format", strings.Split(formatNames(), ", "))
	complete(cmd, "color", colors)
}

func complete(cmd *cobra.Command, flag string, words []string) {
	err := cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
	if err != nil {
		panic(err) // the flag was registered just now
	}
}

// form checks the flags registered by output.
func (f *checkFlags) form() (report.Format, error) {
	format, err := report.ParseFormat(f.format)
	if err != nil {
		return "", fmt.Errorf("--format: %w", err)
	}
	if !slices.Contains(colors, f.color) {
		return "", fmt.Errorf("--color: expected auto, always or never, got %q", f.color)
	}
	return format, nil
}

func formatNames() string {
	var names []string
	for _, f := range report.Formats() {
		names = append(names, string(f))
	}
	return strings.Join(names, ", ")
}

func (f *checkFlags) run(cmd *cobra.Command, paths []string, p Process) error {
	format, err := f.form()
	if err != nil {
		return err
	}
	if err := f.scope(); err != nil {
		return err
	}
	if err := notEmpty(cmd, "on"); err != nil {
		return err
	}
	o := check.Options{
		Config: f.config, Base: f.base, Only: f.only, Since: f.since, Staged: f.staged, History: f.history,
		Source: f.source,
	}
	o.Session.BreakGlass.Key = f.breakGlassKey
	if o, err = checkOptions(o, &f.rules, f.kind, f.stack, p); err != nil {
		return err
	}
	if o.Session.On, err = f.day(p); err != nil {
		return err
	}
	if f.staged || f.history {
		o.Kind = check.Repository
	}
	// git passes another index to its hooks if the commit is not made from that of the checkout (commit -a)
	if index := p.Getenv("GIT_INDEX_FILE"); f.staged && index != "" {
		if o.Index, err = filepath.Abs(index); err != nil {
			return err
		}
	}
	files, err := f.files(paths)
	if err != nil {
		return err
	}
	attestation, err := f.attestation(paths, p)
	if err != nil {
		return err
	}
	log := p.Getenv("POLICYPACK_DECISION_LOG")
	if f.on != "" && log != "" {
		fmt.Fprintln(cmd.ErrOrStderr(), "policypack: --on: no decision log is written, because this run is for "+f.on+
			", not for today")
		log = ""
	}
	if o.Log, err = decisionlog.Open(log, ".", p.Now); err != nil {
		return err
	}
	ctx, stop := interruptible(cmd.Context())
	defer stop()
	run, err := check.New(ctx, o)
	if err != nil {
		return err
	}
	run.Report.Browse = report.BrowseURL(p.Getenv)
	if attestation != nil {
		attestation.started(run.Session)
	}
	if err := run.Check(ctx, paths); err != nil {
		return err
	}
	if !cmd.Flags().Changed("summary") {
		f.summary = run.Snapshot
	}
	err = f.write(cmd.OutOrStdout(), run.Report, format, files, p)
	if attestation != nil {
		err = errors.Join(err, attestation.write(run.Report, err == nil, cmd.ErrOrStderr()))
	}
	if format != report.Text {
		for _, e := range run.Report.Errors {
			fmt.Fprintln(cmd.ErrOrStderr(), "policypack: "+place.VisibleLines(errorLine(e)))
		}
	}
	if err != nil {
		return err
	}
	return exitOf(run.Report.Exit())
}

// interruptible returns a context that ends when the user or the CI system interrupts the program. A second interrupt
// kills it.
func interruptible(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	return ctx, stop
}

// scope checks the flags that select a part of a repository.
func (f *checkFlags) scope() error {
	since, base := len(f.since) > 0, f.base != ""
	repository := f.kind == string(check.Auto) || f.kind == string(check.Repository)
	switch {
	case f.staged && f.history:
		return errors.New("--staged and --history cannot be combined: --staged checks the next commit, --history all " +
			"existing ones")
	case f.staged && since:
		return errors.New("--staged and --since cannot be combined: --staged checks the next commit, --since " +
			"existing ones")
	case f.history && since:
		return errors.New("--history already checks all commits; leave out --since")
	case f.staged && base:
		return errors.New("--staged compares with HEAD, not with a base; leave out --base")
	case f.history && base:
		return errors.New("--base is for a single change, but --history checks all commits; leave out --base, or " +
			"check the change with --since")
	case f.staged && f.attest != "":
		return errors.New("--attest: an attestation must cover the whole repository; leave out --staged")
	case (f.staged || f.history) && !repository:
		return fmt.Errorf("--kind %s: --staged and --history only work on repositories; leave out --kind", f.kind)
	}
	return nil
}

// day returns the end of the day in --on, the zero time without it. A run for another day is a simulation, so it leaves
// no evidence. The day cannot be in the past, so that nothing expired applies again.
func (f *checkFlags) day(p Process) (time.Time, error) {
	if f.on == "" {
		return time.Time{}, nil
	}
	day, err := time.Parse(time.DateOnly, f.on)
	today := p.Now().UTC().Format(time.DateOnly)
	switch {
	case err != nil:
		return day, fmt.Errorf("--on: expected a day such as 2027-03-01, got %q", f.on)
	case f.on < today:
		return day, fmt.Errorf("--on: %s is in the past (today is %s in UTC); use today or a later day", f.on, today)
	case f.attest != "":
		return day, errors.New("--attest: a run with --on is a simulation and cannot be attested; leave out one of " +
			"the two")
	case p.Getenv(breakglass.Variable) != "":
		return day, fmt.Errorf("--on: the break-glass token in %s only applies to runs today; unset the variable",
			breakglass.Variable)
	}
	return expiry.EndOf(day), nil
}

// checkOptions completes the options that check and baseline have in common.
func checkOptions(o check.Options, rules *ruleFlag, kind, stack string, p Process) (_ check.Options, err error) {
	if o.Kind, err = check.ParseKind(kind); err != nil {
		return o, fmt.Errorf("--kind: %w", err)
	}
	if o.Stack, err = parseStack(stack); err != nil {
		return o, err
	}
	key := o.Session.BreakGlass.Key
	o.Session = environment(p, ".")
	o.Session.Rules, o.Session.BreakGlass.Key = rules.directories(), key
	o.Load = sync.OnceValues(rules.load)
	o.Stdin, o.Checkout, o.Progress = p.Stdin, checkoutOf, newProgress(p.Stderr, p.Now).show
	return o, nil
}

// parseStack reads --stack.
func parseStack(s string) (check.Stack, error) {
	if s == "" {
		return check.Stack{}, nil
	}
	n, ok := check.ParseStack(s)
	if !ok || n.Project == "" {
		return check.Stack{}, fmt.Errorf("--stack: expected [ORGANIZATION/]PROJECT/STACK, got %q", s)
	}
	return n, nil
}

// write prints the findings and writes the files, which may be nil. If one cannot be written, the others still are.
func (f *checkFlags) write(w io.Writer, r *report.Report, format report.Format, files *report.Writer, p Process) error {
	err := f.print(w, r, format, p)
	if files != nil {
		err = errors.Join(err, files.Write(func(to *report.Report) { *to = *r }))
	}
	return err
}

func (f *checkFlags) print(w io.Writer, r *report.Report, format report.Format, p Process) error {
	if format == report.Text && f.summary {
		return writeSnapshot(w, r)
	}
	o := report.Options{Color: f.coloured(w, p)}
	if isTerminal(w) {
		o.Width = widthOf(w)
	}
	return report.Write(w, r, format, o)
}

// coloured reports whether the output has colours: by default on a terminal, unless the user disabled them.
func (f *checkFlags) coloured(w io.Writer, p Process) bool {
	if f.color != "auto" {
		return f.color == "always"
	}
	return report.Color(isTerminal(w), p.Getenv)
}

// files returns the writer of the reports, nil if there are none. A report never overwrites an input.
func (f *checkFlags) files(paths []string) (*report.Writer, error) {
	var names []string
	for _, list := range f.reports {
		names = append(names, report.Names(list)...)
	}
	w, err := report.NewWriter(names, ".", policypack.Version())
	if err != nil {
		return nil, fmt.Errorf("--report: %w", err)
	}
	for _, name := range names {
		for _, path := range paths {
			if sameFile(name, path) {
				return nil, fmt.Errorf("--report: refusing to overwrite %s, which is an input", name)
			}
		}
	}
	return w, nil
}

// attestation returns the attestation to write, nil if there is none. Its commit is that of the checked directory, or
// of the working directory.
func (f *checkFlags) attestation(paths []string, p Process) (*attestation, error) {
	switch {
	case f.attest == "":
		return nil, nil
	case len(f.only) > 0:
		return nil, errors.New("--attest: an attestation must cover all policies; leave out --policy")
	}
	for _, path := range paths {
		if sameFile(f.attest, path) {
			return nil, fmt.Errorf("--attest: refusing to overwrite %s, which is an input", f.attest)
		}
	}
	dir := "."
	if info, err := os.Stat(paths[0]); err == nil && info.IsDir() {
		dir = paths[0]
	}
	a, err := openAttestation(f.attest, cmp.Or(f.attestKey, p.Getenv("POLICYPACK_ATTEST_KEY")), dir, p.Now)
	if err != nil {
		return nil, fmt.Errorf("--attest: %w", err)
	}
	return a, nil
}

// errorLine writes an error as SOURCE: FILE:LINE:COLUMN: message.
func errorLine(e report.Error) string {
	line := e.Source
	if e.File != "" && e.File != e.Source {
		line += ": " + e.File
	}
	if at := (place.Position{Line: e.Line, Column: e.Column}); at.Line > 0 {
		line += ":" + at.String()
	}
	return line + ": " + e.Message
}

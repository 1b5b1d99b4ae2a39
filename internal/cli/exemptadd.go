package cli

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/policyfile"
	"github.com/progression-labs-development/policypack/internal/report"
)

// exemptAddDays is the default life of an exemption, as far as maxExemptionDays allows it.
const exemptAddDays = 90

// exemptFields is an exemption as written to a file.
type exemptFields struct {
	Policies   []string `json:"policies"`
	Project    string   `json:"project,omitempty"`
	Stack      string   `json:"stack,omitempty"`
	Type       string   `json:"type,omitempty"`
	Name       string   `json:"name,omitempty"`
	URN        string   `json:"urn,omitempty"`
	Path       string   `json:"path,omitempty"`
	Reason     string   `json:"reason"`
	Owner      string   `json:"owner"`
	ApprovedBy string   `json:"approvedBy,omitempty"`
	Ticket     string   `json:"ticket,omitempty"`
	Expires    string   `json:"expires"`
}

// exemptAddFlags are the flags of exempt add.
type exemptAddFlags struct {
	rules    ruleFlag
	into     intoFlag
	from, id string
	findings []string
	fields   exemptFields
	days     int
	dryRun   bool

	later []string // the policies that will report the same violation once it is exempted
}

func exemptAddCommand(p Process) *cobra.Command {
	var f exemptAddFlags
	cmd := &cobra.Command{
		Use: "add FILE", Short: "Add an exemption to a policy configuration file", Args: takes(0, 1),
		Long: "Add an exemption to a policy configuration file, or to the data.json of a central bundle. Order and\n" +
			"layout of the file are kept, and a missing file is created. The result is checked like `policypack\n" +
			"config validate` does; if it has mistakes, nothing is written.\n\n" +
			"Choose findings by policy and resource. --project, --stack, --type and --name accept globs:\n\n" +
			"  policypack exempt add policy-config.json --policy POLICY --project partner --stack production \\\n" +
			"    --type aws:iam/accessKey:AccessKey --name upload --owner team-partners --ticket SEC-412 \\\n" +
			"    --reason \"the appliance cannot assume a role\" --expires 2027-01-15\n\n" +
			"Or take them from the JSON report of a run, by fingerprint or with the same flags. Each resource and\n" +
			"property gets its own exemption. --from alone lists the findings and writes nothing:\n\n" +
			"  policypack exempt add policy-config.json --from report.json\n" +
			"  policypack exempt add policy-config.json --from report.json --finding 3f0c1a7be0 \\\n" +
			"    --owner team-payments --reason \"predates the standard\"\n\n" +
			"Findings that the file already exempts are not added again. The exit code is 0, or 2 if nothing was\n" +
			"written because something is wrong.",
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args, p) },
	}
	f.rules.register(cmd, p)
	f.into.register(cmd)
	flags := cmd.Flags()
	flags.StringVar(&f.from, "from", "", "JSON report `file` with the findings to exempt; - for stdin")
	flags.StringArrayVar(&f.findings, "finding", nil,
		"`fingerprint` of a finding in the report, or a prefix of it; repeatable")
	flags.StringArrayVar(&f.fields.Policies, "policy", nil, "`policy` whose findings are exempted; repeatable")
	flags.StringVar(&f.fields.Project, "project", "", "`glob` for the project")
	flags.StringVar(&f.fields.Stack, "stack", "", "`glob` for the stack name, without the project")
	flags.StringVar(&f.fields.Type, "type", "", "`glob` for the resource type")
	flags.StringVar(&f.fields.Name, "name", "", "`glob` for the resource name, or for the address in Terraform")
	flags.StringVar(&f.fields.URN, "urn", "",
		"`URN` of the resource, or file:NAME for a file in a repository; each part may be a glob; replaces "+
			"--project, --stack, --type and --name")
	flags.StringVar(&f.fields.Path, "path", "",
		"property `path` to exempt, including everything below it; by default the whole resource")
	flags.StringVar(&f.fields.Reason, "reason", "", "why the findings are exempted")
	flags.StringVar(&f.fields.Owner, "owner", "", "person or team responsible for the exemption")
	flags.StringVar(&f.fields.Ticket, "ticket", "", "ticket that tracks the fix")
	flags.StringVar(&f.fields.ApprovedBy, "approved-by", "", "person who approved it")
	flags.StringVar(&f.fields.Expires, "expires", "", "last `day` on which it applies, in UTC, such as 2027-01-31")
	flags.IntVar(&f.days, "days", exemptAddDays,
		"number of days until it expires; the default is lowered to the setting maxExemptionDays")
	flags.StringVar(&f.id, "id", "", "`ID` of the exemption; by default derived from policy and resource")
	flags.BoolVar(&f.dryRun, "dry-run", false, "print what would be added, without writing anything")
	cmd.MarkFlagsMutuallyExclusive("expires", "days")
	cmd.MarkFlagsMutuallyExclusive("id", "finding")
	if err := errors.Join(cmd.MarkFlagFilename("from", "json"),
		cmd.RegisterFlagCompletionFunc("policy", f.rules.completeFlag)); err != nil {
		panic(err) // the flags were registered just now
	}
	return cmd
}

// completeFlag completes names of policies for a flag.
func (f *ruleFlag) completeFlag(_ *cobra.Command, _ []string, begun string) ([]cobra.Completion,
	cobra.ShellCompDirective,
) {
	return f.complete(nil, begun)
}

func (f *exemptAddFlags) run(cmd *cobra.Command, args []string, p Process) error {
	if err := f.into.argument(args); err != nil {
		return err
	}
	if err := notEmpty(cmd, "from", "policy", "project", "stack", "type", "name", "urn", "path", "reason", "owner",
		"ticket", "approved-by", "expires", "id"); err != nil {
		return err
	}
	loaded, err := f.rules.load()
	if err != nil {
		return err
	}
	for _, name := range f.fields.Policies {
		if _, err := loaded.Named(name); err != nil {
			return fmt.Errorf("--policy: %w", err)
		}
	}
	entries, err := f.entries(cmd)
	if err != nil {
		return err
	}
	if err := f.complete(); err != nil {
		return err
	}
	file, err := f.into.open(cmd.Context(), loaded, &f.rules, p)
	if err != nil {
		return err
	}
	expires, err := f.expires(cmd, file, p.Now())
	if err != nil {
		return err
	}
	entries, have, err := file.without(entries)
	if err != nil {
		return err
	}
	printHave(cmd, have)
	if len(entries) == 0 {
		fmt.Fprintf(cmd.OutOrStdout(), "%s is unchanged: there is nothing to add; to extend an exemption, change its "+
			"`expires`\n", file.Name)
		return nil
	}
	taken, _ := file.settings()["exemptions"].(map[string]any)
	added, err := f.named(entries, taken)
	if err != nil {
		return err
	}
	list := make([]policyfile.Entry, len(added))
	for i, a := range added {
		a.Reason, a.Owner, a.Expires = f.fields.Reason, f.fields.Owner, expires
		a.ApprovedBy, a.Ticket = f.fields.ApprovedBy, f.fields.Ticket
		list[i] = policyfile.Entry{Key: a.id, Value: a.exemptFields}
	}
	text, err := file.Add(file.data, list, pack.SettingsPolicy, "exemptions")
	if err != nil {
		return fmt.Errorf("%s: %w", file.Name, err)
	}
	if err := file.write(cmd.Context(), text, f.dryRun); err != nil {
		return err
	}
	return f.print(cmd, file, added, expires)
}

// complete checks that the required fields are set.
func (f *exemptAddFlags) complete() error {
	var missing []string
	for _, one := range []struct{ flag, value string }{{"--reason", f.fields.Reason}, {"--owner", f.fields.Owner}} {
		if strings.TrimSpace(one.value) == "" {
			missing = append(missing, one.flag)
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("every exemption needs a reason and an owner; pass %s", strings.Join(missing, " and "))
	}
	return nil
}

// expires returns the last day of the exemptions.
func (f *exemptAddFlags) expires(cmd *cobra.Command, file *editedFile, now time.Time) (string, error) {
	config, err := file.config()
	if err != nil {
		return "", err
	}
	number, _ := config.Settings["maxExemptionDays"].(float64)
	most, today := int(number), now.UTC().Truncate(24*time.Hour)
	switch {
	case f.fields.Expires != "":
		// the check of the file reports a malformed or too distant day
		day, err := time.Parse(time.DateOnly, f.fields.Expires)
		at, timed := time.Parse(time.RFC3339, f.fields.Expires)
		if err == nil && day.Before(today) || timed == nil && !at.After(now) {
			return "", fmt.Errorf("--expires: %s is in the past", f.fields.Expires)
		}
		return f.fields.Expires, nil
	case !cmd.Flags().Changed("days"):
		f.days = min(f.days, most)
	case f.days < 1 || f.days > most:
		return "", fmt.Errorf("--days: expected 1 to %d (maxExemptionDays), got %d", most, f.days)
	}
	return today.AddDate(0, 0, f.days).Format(time.DateOnly), nil
}

// print reports the added exemptions, with warnings about probable mistakes.
func (f *exemptAddFlags) print(cmd *cobra.Command, file *editedFile, added []exempted, expires string) error {
	shown, name, err := file.shown()
	if err != nil {
		return err
	}
	done := "wrote"
	if f.dryRun {
		done = "would write"
	}
	fmt.Fprintf(cmd.OutOrStdout(), "%s %s: %s until %s\n", done, file.Name, report.Plural(len(added), "exemption"),
		expires)
	rows := [][]string{{"EXEMPTION", "POLICIES", "APPLIES TO"}}
	for _, a := range added {
		rows = append(rows, []string{name(a.id), strings.Join(a.Policies, ", "), a.where(name)})
	}
	printTable(cmd.OutOrStdout(), rows)
	if len(f.later) > 0 {
		fmt.Fprintf(cmd.OutOrStdout(), "note: %s did not report these violations because of the findings that you "+
			"have exempted, and will report them now; to exempt those too, run this again with --policy %s\n",
			shown(strings.Join(f.later, " and ")),
			shown(strings.Join(f.later, " --policy ")))
	}
	for _, a := range added {
		for _, doubt := range file.doubts(a.id) {
			fmt.Fprintf(cmd.OutOrStdout(), "warning: %s: %s\n", name(a.id), shown(doubt))
		}
	}
	return nil
}

// where describes what the exemption applies to, with each name printed by the function.
func (e *exemptFields) where(name func(string) string) string {
	text := name(e.URN)
	if text == "" {
		var parts []string
		for _, part := range [...]struct{ name, value string }{
			{"project", e.Project}, {"stack", e.Stack}, {"type", e.Type}, {"name", e.Name},
		} {
			if part.value != "" {
				parts = append(parts, part.name+" "+name(part.value))
			}
		}
		text = strings.Join(parts, ", ")
	}
	if e.Path != "" {
		text += ", path " + name(e.Path)
	}
	return text
}

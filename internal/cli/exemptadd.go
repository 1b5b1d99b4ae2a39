package cli

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/progression-labs-development/policypack/internal/exception"
	"github.com/progression-labs-development/policypack/internal/exemption"
	"github.com/progression-labs-development/policypack/internal/glob"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/policyfile"
	"github.com/progression-labs-development/policypack/internal/report"
)

// exemptAddDays is how long an exemption lasts where nothing says it, as far as maxExemptionDays allows.
const exemptAddDays = 90

// exemptFields are an exemption as a file has it.
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

	later []string // the policies that report the same once it is exempted
}

func exemptAddCommand(p Process) *cobra.Command {
	var f exemptAddFlags
	cmd := &cobra.Command{
		Use: "add FILE", Short: "Add an exemption to a file for --policy-pack-config", Args: cobra.MaximumNArgs(1),
		Long: "Add an exemption to a file for --policy-pack-config, or to the data.json of a central bundle. The " +
			"order and the layout of\n" +
			"the file stay, and a file with mistakes is never written: it is checked as `policypack config validate` " +
			"does it. A file\n" +
			"that is not there yet is created.\n\n" +
			"Say what is exempted by policy and resource, where each of --project, --stack, --type and --name may be " +
			"a glob:\n\n" +
			"  policypack exempt add policy-config.json --policy static-credential --project partner --stack " +
			"production \\\n" +
			"    --type aws:iam/accessKey:AccessKey --name upload --owner team-partners --ticket SEC-412 \\\n" +
			"    --reason \"the appliance cannot assume a role\" --expires 2027-01-15\n\n" +
			"or take it from the JSON report of a run, by fingerprint or by the same flags. Each resource and " +
			"property gets an exemption\n" +
			"of its own. With --from alone the findings are listed, and nothing is written:\n\n" +
			"  policypack exempt add policy-config.json --from report.json\n" +
			"  policypack exempt add policy-config.json --from report.json --finding 3f0c1a7be0 --owner " +
			"team-payments --reason \"made before the standard\"\n\n" +
			"The exit code is 0, or 2 where nothing was written.",
		RunE: func(cmd *cobra.Command, args []string) error { return f.run(cmd, args, p) },
	}
	f.rules.register(cmd, p)
	f.into.register(cmd)
	flags := cmd.Flags()
	flags.StringVar(&f.from, "from", "", "JSON report whose findings are exempted; - for the standard input")
	flags.StringArrayVar(&f.findings, "finding", nil, "fingerprint of a finding of the report, or how it begins; may be "+
		"given several times")
	flags.StringArrayVar(&f.fields.Policies, "policy", nil, "policy whose findings are exempted; may be given several times")
	flags.StringVar(&f.fields.Project, "project", "", "glob over the project")
	flags.StringVar(&f.fields.Stack, "stack", "", "glob over the name of the stack, without its project")
	flags.StringVar(&f.fields.Type, "type", "", "glob over the type of the resource")
	flags.StringVar(&f.fields.Name, "name", "", "glob over the name of the resource, or over its address in Terraform")
	flags.StringVar(&f.fields.URN, "urn", "", "URN of the resource, or file:NAME for a file of a repository, with a glob "+
		"in each part; in place of the four")
	flags.StringVar(&f.fields.Path, "path", "", "property that is exempted, with what lies below it; without it, all of "+
		"the resource")
	flags.StringVar(&f.fields.Reason, "reason", "", "why it is exempted")
	flags.StringVar(&f.fields.Owner, "owner", "", "who answers for it")
	flags.StringVar(&f.fields.Ticket, "ticket", "", "where the fix is tracked")
	flags.StringVar(&f.fields.ApprovedBy, "approved-by", "", "who approved it")
	flags.StringVar(&f.fields.Expires, "expires", "", "last day on which it counts, in UTC, as in 2027-01-31")
	flags.IntVar(&f.days, "days", exemptAddDays, "days until it expires; without it, at most as many as the setting "+
		"maxExemptionDays allows")
	flags.StringVar(&f.id, "id", "", "id of the exemption; without it, made of policy and resource")
	flags.BoolVar(&f.dryRun, "dry-run", false, "say what would be added, and write nothing")
	cmd.MarkFlagsMutuallyExclusive("expires", "days")
	cmd.MarkFlagsMutuallyExclusive("id", "finding")
	if err := errors.Join(cmd.MarkFlagFilename("from", "json"),
		cmd.RegisterFlagCompletionFunc("policy", f.rules.completeFlag)); err != nil {
		panic(err) // the flags were registered just now
	}
	return cmd
}

// completeFlag proposes names of policies for a flag.
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
	taken, _ := file.settings()["exemptions"].(map[string]any)
	added, err := f.named(entries, taken)
	if err != nil {
		return err
	}
	list := make([]policyfile.Entry, len(added))
	for i, a := range added {
		a.Reason, a.Owner, a.ApprovedBy, a.Ticket = f.fields.Reason, f.fields.Owner, f.fields.ApprovedBy, f.fields.Ticket
		a.Expires = expires
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

// complete checks that what every exemption has is there.
func (f *exemptAddFlags) complete() error {
	var missing []string
	for _, one := range []struct{ flag, value string }{{"--reason", f.fields.Reason}, {"--owner", f.fields.Owner}} {
		if strings.TrimSpace(one.value) == "" {
			missing = append(missing, one.flag)
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("an exemption has a reason and an owner: give %s", strings.Join(missing, " and "))
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
		// whether it is a day, and not too far away, the check of the file says
		if day, err := time.Parse(time.DateOnly, f.fields.Expires); err == nil && day.Before(today) {
			return "", fmt.Errorf("--expires: %s is over", f.fields.Expires)
		}
		return f.fields.Expires, nil
	case !cmd.Flags().Changed("days"):
		f.days = min(f.days, most)
	case f.days < 1 || f.days > most:
		return "", fmt.Errorf("--days: expected 1 to %d (maxExemptionDays), got %d", most, f.days)
	}
	return today.AddDate(0, 0, f.days).Format(time.DateOnly), nil
}

// exempted is an exemption that is added.
type exempted struct {
	exemptFields

	id    string
	about place.URN // for the id
}

// entries returns what is exempted: by the flags, or by the findings of a report that they choose.
func (f *exemptAddFlags) entries(cmd *cobra.Command) ([]exempted, error) {
	if f.from != "" {
		r, err := readReport(cmd, f.from)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.from, err)
		}
		chosen, err := f.choose(cmd, r)
		if err != nil {
			return nil, err
		}
		f.later = leftTo(chosen, r.Left)
		return fromFindings(chosen), nil
	}
	if len(f.findings) > 0 {
		return nil, errors.New("--finding is of a report: give it with --from")
	}
	if len(f.fields.Policies) == 0 {
		return nil, errors.New("expected what is exempted: --policy with --urn, or with some of --project, --stack, " +
			"--type and --name; or --from with a report")
	}
	if _, err := exemption.Match(f.place()); err != nil {
		return nil, err
	}
	e := exempted{exemptFields: f.fields}
	e.about = place.URN{Stack: e.Stack, Project: e.Project, Types: e.Type, Name: e.Name}
	if e.URN != "" {
		e.about = aboutOf(e.URN)
	}
	return []exempted{e}, nil
}

// place returns the flags that say where, as an exemption has them.
func (f *exemptAddFlags) place() map[string]any {
	fields := map[string]any{}
	for name, value := range map[string]string{
		"project": f.fields.Project, "stack": f.fields.Stack, "type": f.fields.Type, "name": f.fields.Name,
		"urn": f.fields.URN,
	} {
		if value != "" {
			fields[name] = value
		}
	}
	return fields
}

// aboutOf reads a URN, or the name of a file.
func aboutOf(urn string) place.URN {
	if name, ok := strings.CutPrefix(urn, place.FileURN); ok {
		return place.URN{Name: name}
	}
	u, _ := place.ParseURN(urn)
	return u
}

// choose returns the findings of the report that the flags choose. Where they choose none and it is not clear which is
// meant, all are listed.
func (f *exemptAddFlags) choose(cmd *cobra.Command, r *report.Report) ([]report.Finding, error) {
	all := slices.DeleteFunc(slices.Clone(r.Findings), func(one report.Finding) bool {
		return one.Policy == pack.SettingsPolicy || one.URN == ""
	})
	if len(f.findings) > 0 {
		return f.fingerprinted(all)
	}
	where := func(string) bool { return true }
	if fields := f.place(); len(fields) > 0 {
		var err error
		if where, err = exemption.Match(fields); err != nil {
			return nil, err
		}
	}
	open := slices.DeleteFunc(all, func(one report.Finding) bool {
		c := one.Class()
		return c == report.Exempted || c == report.Baseline
	})
	for _, l := range r.Left { // of a policy that is asked for, what it left to another one
		if slices.Contains(f.fields.Policies, l.Policy) {
			open = append(open, report.Finding{Policy: l.Policy, URN: l.URN, Path: l.Path})
		}
	}
	chosen := slices.DeleteFunc(slices.Clone(open), func(one report.Finding) bool {
		return len(f.fields.Policies) > 0 && !slices.Contains(f.fields.Policies, one.Policy) || !where(one.URN) ||
			!exemption.Within(f.fields.Path, one.Path)
	})
	filtered := len(f.fields.Policies)+len(f.place()) > 0 || f.fields.Path != ""
	switch {
	case len(open) == 0:
		return nil, fmt.Errorf("%s has no findings to exempt", f.from)
	case len(chosen) == 0:
		listFindings(cmd, open)
		return nil, fmt.Errorf("%s has %s to exempt, and none that these flags choose", f.from,
			report.Plural(len(open), "finding"))
	case len(chosen) > 1 && (!filtered || f.id != ""):
		listFindings(cmd, chosen)
		if f.id != "" {
			return nil, fmt.Errorf("--id names one exemption, and these are %d findings: choose one, or leave it out",
				len(chosen))
		}
		return nil, fmt.Errorf("%s has %d findings to exempt: choose with --finding, or by --policy, --urn, --project, "+
			"--stack, --type and --name", f.from, len(chosen))
	}
	return chosen, nil
}

// leftTo returns the policies that have left their finding to one of these, and are not among them.
func leftTo(chosen []report.Finding, left []report.Left) (policies []string) {
	is := func(policy, urn string) bool {
		return slices.ContainsFunc(chosen, func(f report.Finding) bool { return f.Policy == policy && f.URN == urn })
	}
	for _, l := range left {
		if is(l.To, cmp.Or(l.ToURN, l.URN)) && !is(l.Policy, l.URN) {
			policies = append(policies, l.Policy)
		}
	}
	slices.Sort(policies)
	return slices.Compact(policies)
}

// fingerprinted returns the findings of which the flags give the fingerprints.
func (f *exemptAddFlags) fingerprinted(all []report.Finding) (out []report.Finding, err error) {
	if len(f.place())+len(f.fields.Policies) > 0 || f.fields.Path != "" {
		return nil, errors.New("--finding names the finding: leave out the other flags that choose one")
	}
	for _, begun := range f.findings {
		found := slices.DeleteFunc(slices.Clone(all), func(one report.Finding) bool {
			return len(begun) < 6 || !strings.HasPrefix(one.Fingerprint, strings.ToLower(begun))
		})
		prints := map[string]bool{}
		for _, one := range found {
			prints[one.Fingerprint] = true
		}
		switch {
		case len(prints) == 0:
			return nil, fmt.Errorf("--finding: %s has no finding with the fingerprint %s; expected at least its first 6 "+
				"characters, `policypack exempt add FILE --from REPORT.json` lists them", f.from, begun)
		case len(prints) > 1:
			return nil, fmt.Errorf("--finding: the fingerprints of %d findings begin with %s", len(prints), begun)
		case found[0].Class() == report.Exempted:
			return nil, fmt.Errorf("--finding: %s is exempted already", begun)
		}
		out = append(out, found...)
	}
	return out, nil
}

// listFindings prints findings with what they are chosen by.
func listFindings(cmd *cobra.Command, findings []report.Finding) {
	rows := [][]string{{"FINDING", "CLASS", "POLICY", "URN", "PATH"}}
	for i := range findings {
		f := &findings[i]
		rows = append(rows, []string{
			f.Fingerprint[:min(12, len(f.Fingerprint))], string(f.Class()), f.Policy, place.Visible(f.URN),
			place.Visible(f.Path),
		})
	}
	printTable(cmd.OutOrStdout(), rows)
}

// fromFindings makes exemptions of findings: one for each resource and property, for the policies that report it.
func fromFindings(findings []report.Finding) (out []exempted) {
	for i := range findings {
		f := &findings[i]
		e := exempted{exemptFields: exemptFields{Policies: []string{f.Policy}, Path: f.Path}, about: aboutOf(f.URN)}
		if strings.HasPrefix(f.URN, place.FileURN) {
			e.URN = exact(f.URN)
		} else {
			e.Project, e.Stack = exact(e.about.Project), exact(e.about.Stack)
			e.Type, e.Name = exact(e.about.Types), exact(e.about.Name)
		}
		same := slices.IndexFunc(out, func(other exempted) bool { return other.about == e.about && other.Path == e.Path })
		switch {
		case same < 0:
			out = append(out, e)
		case !slices.Contains(out[same].Policies, f.Policy):
			out[same].Policies = append(out[same].Policies, f.Policy)
		}
	}
	for _, e := range out {
		slices.Sort(e.Policies)
	}
	return out
}

// exact returns a glob that matches the text, and nothing else.
func exact(text string) string {
	if _, err := glob.Compile(text); err == nil && !glob.Wild(text) && !strings.Contains(text, `\`) {
		return text
	}
	return glob.Quote(text)
}

// named gives each exemption an id that none has yet: of its policy and its resource, where that is taken with its path,
// its stack and its project, and then by a number.
func (f *exemptAddFlags) named(all []exempted, taken map[string]any) ([]exempted, error) {
	used := map[string]bool{}
	for id := range taken {
		used[id] = true
	}
	if f.id != "" {
		switch {
		case !exception.IsID(f.id):
			return nil, errors.New("--id: expected letters, digits, -, . and _ alone")
		case used[f.id]:
			return nil, fmt.Errorf("--id: %s has an exemption %s already; choose another id, or edit that one",
				f.into.name, f.id)
		case len(all) > 1:
			return nil, fmt.Errorf("--id names one exemption, and these are %d: leave it out", len(all))
		}
	}
	for i := range all {
		e := &all[i]
		id := f.id
		parts := []string{cmp.Or(e.about.Name, e.about.Type()), e.Path, e.about.Stack, e.about.Project}
		if e.about.Name == "" && e.about.Types == "" {
			parts = []string{e.about.Project, e.about.Stack, e.Path}
		}
		for n := 1; id == "" || used[id] && f.id == ""; n++ {
			id = idOf(append([]string{e.Policies[0]}, parts[:min(n, len(parts))]...))
			if n > len(parts) {
				id = fmt.Sprintf("%s-%d", id, n-len(parts)+1)
			}
		}
		used[id], e.id = true, id
	}
	return all, nil
}

// idOf joins what is there of the parts of an id.
func idOf(parts []string) string {
	words := strings.FieldsFunc(plainID(strings.Join(parts, "-")), func(r rune) bool { return r == '-' })
	return strings.Join(words, "-")
}

// print says what was added, and what of it was probably not meant.
func (f *exemptAddFlags) print(cmd *cobra.Command, file *editedFile, added []exempted, expires string) error {
	done := "wrote"
	if f.dryRun {
		done = "would write"
	}
	fmt.Fprintf(cmd.OutOrStdout(), "%s %s: %s until %s\n", done, file.Name, report.Plural(len(added), "exemption"), expires)
	rows := [][]string{{"EXEMPTION", "POLICIES", "ABOUT"}}
	for _, a := range added {
		rows = append(rows, []string{a.id, strings.Join(a.Policies, ", "), place.Visible(a.String())})
	}
	printTable(cmd.OutOrStdout(), rows)
	if len(f.later) > 0 {
		fmt.Fprintf(cmd.OutOrStdout(), "note: here %s left what is wrong to these findings, and will report it now; to "+
			"exempt that too, run this again with --policy %s\n", strings.Join(f.later, " and "),
			strings.Join(f.later, " --policy "))
	}
	for _, doubt := range exemption.Doubts(file.settings()) {
		for _, a := range added {
			if rest, ok := strings.CutPrefix(doubt, "policy settings: parameters: exemptions."+a.id+": "); ok {
				fmt.Fprintf(cmd.OutOrStdout(), "warning: %s: %s\n", a.id, rest)
			}
		}
	}
	return nil
}

// String says what the exemption is about.
func (e *exemptFields) String() string {
	text := e.URN
	if text == "" {
		var parts []string
		for _, part := range [...]struct{ name, value string }{
			{"project", e.Project}, {"stack", e.Stack}, {"type", e.Type}, {"name", e.Name},
		} {
			if part.value != "" {
				parts = append(parts, part.name+" "+part.value)
			}
		}
		text = strings.Join(parts, ", ")
	}
	if e.Path != "" {
		text += ", path " + e.Path
	}
	return text
}

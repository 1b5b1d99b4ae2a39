package cli

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/progression-labs-development/policypack/internal/exception"
	"github.com/progression-labs-development/policypack/internal/exemption"
	"github.com/progression-labs-development/policypack/internal/glob"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/report"
)

// exempted is an exemption to add.
type exempted struct {
	exemptFields

	id      string
	about   place.URN // for the id
	finding string    // its URN, if made from a finding
}

// entries returns the exemptions for the flags, or for the findings of a report that they select.
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
		return nil, errors.New("--finding selects from a report; pass the report with --from")
	}
	if len(f.fields.Policies) == 0 {
		return nil, errors.New("nothing to exempt; pass --policy with --urn or with any of --project, --stack, " +
			"--type and --name, or --from with a report")
	}
	if _, err := exemption.ParseScope(f.place()); err != nil {
		return nil, err
	}
	e := exempted{exemptFields: f.fields}
	e.about = place.URN{Stack: e.Stack, Project: e.Project, Types: e.Type, Name: e.Name}
	if e.URN != "" {
		e.about = aboutOf(e.URN)
	}
	return []exempted{e}, nil
}

// place returns the scope flags as fields of an exemption.
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

// aboutOf parses a URN, or the name of a file.
func aboutOf(urn string) place.URN {
	if name, ok := strings.CutPrefix(urn, place.FileURN); ok {
		return place.URN{Name: name}
	}
	u, _ := place.ParseURN(urn)
	return u
}

// choose returns the findings in the report that the flags select. If the selection is empty or ambiguous, it lists the
// findings.
func (f *exemptAddFlags) choose(cmd *cobra.Command, r *report.Report) ([]report.Finding, error) {
	all := slices.DeleteFunc(slices.Clone(r.Findings), func(one report.Finding) bool {
		return one.Policy == pack.SettingsPolicy || one.URN == ""
	})
	if len(f.findings) > 0 {
		return f.fingerprinted(all)
	}
	where := func(string) bool { return true }
	if fields := f.place(); len(fields) > 0 {
		scope, err := exemption.ParseScope(fields)
		if err != nil {
			return nil, err
		}
		where = scope.Names
	}
	open := slices.DeleteFunc(all, func(one report.Finding) bool {
		c := one.Class()
		return c == report.Exempted || c == report.Baseline
	})
	for _, l := range r.Left { // of a requested policy, also what it left to another one
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
		return nil, errors.Join(listFindings(cmd, open), fmt.Errorf("%s has %s to exempt, but none matches these "+
			"flags", f.from, report.Plural(len(open), "finding")))
	case len(chosen) > 1 && (!filtered || f.id != ""):
		if err := listFindings(cmd, chosen); err != nil {
			return nil, err
		}
		if f.id != "" {
			return nil, fmt.Errorf("--id is for a single exemption, but %d findings match; select one, or leave out "+
				"--id", len(chosen))
		}
		return nil, fmt.Errorf("%s has %d findings to exempt; select with --finding, or with --policy, --urn, "+
			"--project, --stack, --type and --name", f.from, len(chosen))
	}
	return chosen, nil
}

// leftTo returns the policies that left their finding to one of these, and are not among them.
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

// fingerprinted returns the findings with the fingerprints in the flags.
func (f *exemptAddFlags) fingerprinted(all []report.Finding) (out []report.Finding, err error) {
	if len(f.place())+len(f.fields.Policies) > 0 || f.fields.Path != "" {
		return nil, errors.New("--finding already selects the finding; leave out the other selecting flags")
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
			return nil, fmt.Errorf("--finding: %s has no finding with the fingerprint %s; expected at least the "+
				"first 6 characters, as listed by `policypack exempt add FILE --from REPORT.json`", f.from, begun)
		case len(prints) > 1:
			return nil, fmt.Errorf("--finding: %d findings have a fingerprint that begins with %s; pass more "+
				"characters", len(prints), begun)
		case found[0].Class() == report.Exempted:
			return nil, fmt.Errorf("--finding: %s is already exempted", begun)
		}
		out = append(out, found...)
	}
	return out, nil
}

// listFindings prints findings with the columns to select them by.
func listFindings(cmd *cobra.Command, findings []report.Finding) error {
	d, err := detector(nil)
	if err != nil {
		return err
	}
	name := func(s string) string { return place.Visible(d.Name(s)) }
	rows := [][]string{{"FINDING", "CLASS", "POLICY", "URN", "PATH"}}
	for i := range findings {
		f := &findings[i]
		rows = append(rows, []string{
			fmt.Sprintf("%.12s", name(f.Fingerprint)), string(f.Class()), name(f.Policy), name(f.URN),
			name(f.Path),
		})
	}
	printTable(cmd.OutOrStdout(), rows)
	return nil
}

// fromFindings creates exemptions from findings: one for each resource and property, for the policies that report it.
func fromFindings(findings []report.Finding) (out []exempted) {
	for i := range findings {
		f := &findings[i]
		e := exempted{
			exemptFields: exemptFields{Policies: []string{f.Policy}, Path: f.Path},
			about:        aboutOf(f.URN), finding: f.URN,
		}
		if strings.HasPrefix(f.URN, place.FileURN) {
			e.URN = exact(f.URN)
		} else {
			e.Project, e.Stack = exact(e.about.Project), exact(e.about.Stack)
			e.Type, e.Name = exact(e.about.Types), exact(e.about.Name)
		}
		same := slices.IndexFunc(out, func(other exempted) bool {
			return other.about == e.about && other.Path == e.Path
		})
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

// exact returns a glob that matches only the string.
func exact(text string) string {
	if _, err := glob.Compile(text); err == nil && !glob.Wild(text) && !strings.Contains(text, `\`) {
		return text
	}
	return glob.Quote(text)
}

// named gives each exemption a unique id, from its policy and resource. If that is taken, it adds the path, the stack,
// the project, and then a number.
func (f *exemptAddFlags) named(all []exempted, taken map[string]any) ([]exempted, error) {
	used := map[string]bool{}
	for id := range taken {
		used[id] = true
	}
	if f.id != "" {
		switch {
		case !exception.IsID(f.id):
			return nil, errors.New("--id: expected only letters, digits, -, . and _")
		case used[f.id]:
			return nil, fmt.Errorf("--id: %s already has an exemption %s; choose another id, or edit that one",
				f.into.name, f.id)
		case len(all) > 1:
			return nil, fmt.Errorf("--id is for a single exemption, but this adds %d; leave it out", len(all))
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

// idOf joins the non-empty parts of an id.
func idOf(parts []string) string {
	words := strings.FieldsFunc(plainID(strings.Join(parts, "-")), func(r rune) bool { return r == '-' })
	return strings.Join(words, "-")
}

package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/progression-labs-development/policypack/internal/example"
	"github.com/progression-labs-development/policypack/internal/exception"
	"github.com/progression-labs-development/policypack/internal/glob"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/policyfile"
	"github.com/progression-labs-development/policypack/internal/rollout"
)

// explainDays is the life of the exemption that explain suggests.
const explainDays = 30

// explainCases is the number of examples of each kind shown without --all.
const explainCases = 2

func explainCommand(p Process) *cobra.Command {
	var rules ruleFlag
	var config string
	var all bool
	cmd := &cobra.Command{
		Use: "explain POLICY [URN]", Short: "Explain a policy: examples, parameters, how to fix or exempt a violation",
		Long: "Explain a policy: what it checks, its parameters, examples of what it denies and allows, how to fix\n" +
			"a violation, and an exemption to paste into the configuration. Pass the URN of a resource, or\n" +
			"file:NAME for a file in a repository, to get the exemption for it.",
		Args: takes(1, 2),
		ValidArgsFunction: func(_ *cobra.Command, args []string, begun string) ([]cobra.Completion,
			cobra.ShellCompDirective,
		) {
			return rules.complete(args, begun)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			loaded, err := rules.load()
			if err != nil {
				return err
			}
			q, err := loaded.Named(args[0])
			if err != nil {
				return err
			}
			urn, resource := "", place.URN{}
			if len(args) > 1 {
				var ok bool
				urn = args[1]
				file := strings.TrimPrefix(urn, place.FileURN)
				resource, ok = place.ParseURN(urn)
				if file == urn && !ok || file == "" {
					return fmt.Errorf("the second argument is not a URN; expected %s, as printed by pulumi stack "+
						"--show-urns, or file:NAME for a file in a repository", place.URNForm)
				}
			}
			level := levelText(q.Level, q.Levels)
			var file *policyfile.File
			if config != "" {
				at := rollout.Place{Project: resource.Project, Stack: resource.Stack}
				f, levels, err := levelsOf(cmd, config, loaded, at, &rules, p)
				if err != nil {
					return err
				}
				e := levels.LevelOf(q.Name)
				level, file = string(e.Level), f.File
				q = loaded.Linked(levels.Settings).Policy(q.Name)
				if l := levels.LevelFor(pack.Terraform, q.Name); e.From == pack.FromPolicy && l != e.Level {
					level = levelText(e.Level, pack.Levels{pack.Terraform: l})
				}
			}
			examples, err := examplesOf(q)
			if err != nil {
				return err
			}
			short, err := newShortener()
			if err != nil {
				return err
			}
			e := explanation{
				policy: q, level: level, examples: examples, urn: urn, today: p.Now().UTC(), limit: explainCases,
				short: short,
				file:  file,
			}
			if all && examples != nil {
				e.limit = len(examples.Cases)
			}
			_, err = io.WriteString(cmd.OutOrStdout(), e.String())
			return err
		},
	}
	rules.register(cmd, p)
	cmd.Flags().StringVar(&config, "config", "",
		"policy configuration `file`, to show the policy's level (on the stack of the URN, if given) and to "+
			"match its version in the exemption")
	cmd.Flags().BoolVar(&all, "all", false, "show all examples")
	return cmd
}

// complete completes names of policies for the first argument.
func (f *ruleFlag) complete(args []string, begun string) ([]cobra.Completion, cobra.ShellCompDirective) {
	loaded, err := f.load()
	if err != nil || len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var names []cobra.Completion
	for _, q := range loaded.Policies {
		if strings.HasPrefix(q.Name, begun) {
			names = append(names, cobra.CompletionWithDesc(q.Name, q.Title))
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// explanation is the output of explain for one policy.
type explanation struct {
	policy   *pack.Policy
	level    string
	examples *example.File // nil if there are none
	urn      string        // of the resource to exempt, may be empty
	today    time.Time
	limit    int // number of examples of each kind
	short    *shortener
	file     *policyfile.File // the configuration, nil if there is none
}

func (e explanation) String() string {
	var b strings.Builder
	q := e.policy
	standard := ""
	if len(q.Standard) > 0 {
		standard = ", standard " + strings.Join(q.Standard, " ")
	}
	fmt.Fprintf(&b, "%s: %s\n%s, severity %s, checks %s%s\n\n%s\n", q.Name, q.Title, e.level, q.Severity,
		and(checksOf(q)), standard, q.Description)
	if q.URL != "" {
		fmt.Fprintf(&b, "%s\n", q.URL)
	}
	if params := parametersOf(q); len(params) > 0 {
		b.WriteString("\nPARAMETERS\n")
		for _, p := range params {
			fallback := ""
			switch {
			case p.fallback != "":
				fallback = ", default " + p.fallback
			case p.required:
				fallback = ", required"
			}
			fmt.Fprintf(&b, "  %s (%s%s)\n      %s\n", p.name, p.kind, fallback, p.meaning)
		}
	}
	for _, list := range []struct {
		outcome example.Outcome
		title   string
	}{
		{example.Deny, "DENIED"},
		{example.Undecided, "UNDECIDED (see the parameter onUnknown)"},
		{example.Allow, "ALLOWED"},
	} {
		e.cases(&b, list.title, casesOf(e.examples, list.outcome))
	}
	fmt.Fprintf(&b, "\nHOW TO FIX A VIOLATION\n%s\n", indented(q.Remediation, "  "))
	b.WriteString("\nHOW TO EXEMPT A FINDING\n")
	if q.Name == pack.SettingsPolicy {
		b.WriteString("  Mistakes in the settings cannot be exempted.\n")
		return b.String()
	}
	b.WriteString("  In the file for --policy-pack-config, or in the policy group on Pulumi Cloud. Fill in the words " +
		"in capitals:\n\n")
	b.WriteString(indented(e.exemption(), "  ") + "\n")
	if q.Previews() && !strings.HasPrefix(e.urn, place.FileURN) {
		b.WriteString("\n  Or as a Pulumi policy exception, which never expires, in a file of version 2 (Pulumi " +
			"3.274 or later):\n\n")
		b.WriteString(indented(e.exception(), "  ") + "\n")
	}
	return b.String()
}

func (e explanation) cases(b *strings.Builder, title string, cases []example.Case) {
	if len(cases) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s\n", title)
	for _, c := range cases[:min(e.limit, len(cases))] {
		fmt.Fprintf(b, "  %s\n", c.Name)
		if c.Why != "" {
			fmt.Fprintf(b, "    (%s)\n", strings.Join(strings.Fields(c.Why), " "))
		}
		for _, s := range e.short.excerpts(e.policy.Name, c) {
			if s.file != "" {
				fmt.Fprintf(b, "      # %s\n", s.file)
			}
			b.WriteString(indented(s.text, "      ") + "\n")
		}
		for _, w := range c.Want {
			b.WriteString(indented(w.Message, "    | ") + "\n")
		}
	}
	if more := len(cases) - e.limit; more > 0 {
		fmt.Fprintf(b, "  and %d more (--all)\n", more)
	}
}

// exemption returns the configuration that exempts a finding of the policy.
func (e explanation) exemption() string {
	type entry struct {
		Policies []string `json:"policies"`
		URN      string   `json:"urn,omitempty"`
		Project  string   `json:"project,omitempty"`
		Stack    string   `json:"stack,omitempty"`
		Type     string   `json:"type,omitempty"`
		Name     string   `json:"name,omitempty"`
		Reason   string   `json:"reason"`
		Owner    string   `json:"owner"`
		Expires  string   `json:"expires"`
	}
	id := e.policy.Name
	x := entry{
		Policies: []string{e.policy.Name}, Reason: "WHY", Owner: "OWNER",
		Expires: e.today.AddDate(0, 0, explainDays).Format(time.DateOnly),
	}
	switch {
	case e.urn != "":
		name := strings.TrimPrefix(e.urn, place.FileURN)
		if name == e.urn {
			name = place.NameOf(e.urn)
		}
		id, x.URN = id+"-"+plainID(name), glob.Quote(e.urn)
	case e.policy.Previews():
		x.Project, x.Stack, x.Type, x.Name = "PROJECT", "STACK", "TYPE", "NAME"
	default:
		x.URN = place.FileURN + "NAME"
	}
	return pasted(e.file.Written(
		map[string]any{pack.SettingsPolicy: map[string]any{"exemptions": map[string]any{id: x}}}))
}

// exception returns the configuration with a Pulumi policy exception for a finding of the policy.
func (e explanation) exception() string {
	id, target := e.policy.Name, place.URNForm
	if e.urn != "" {
		id, target = id+"-"+plainID(place.NameOf(e.urn)), e.urn
	}
	return pasted(policyfile.Version2{Version: 2, Exceptions: exception.Set{{
		Exception: exception.Exception{ID: id, Reason: "WHY"},
		Match:     []exception.Match{{Policies: []string{e.policy.Name}, Targets: []string{target}}},
	}}.File()})
}

// pasted formats JSON to paste.
func pasted(v any) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return err.Error() // strings always encode
	}
	return strings.TrimSpace(b.String())
}

// plainID turns a logical name into part of an id.
func plainID(name string) string {
	return strings.Trim(strings.Map(func(r rune) rune {
		if r < 128 && (r == '-' || r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z') {
			return r
		}
		return '-'
	}, name), "-")
}

// indented adds the prefix to each line.
func indented(text, prefix string) string {
	lines := slices.Collect(strings.Lines(strings.TrimRight(text, "\n")))
	for i, line := range lines {
		lines[i] = strings.TrimRight(prefix+strings.TrimRight(line, "\n"), " ")
	}
	return strings.Join(lines, "\n")
}

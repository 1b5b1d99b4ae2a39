package cli

import (
	"cmp"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/progression-labs-development/policypack"
	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/example"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/report"
	"github.com/progression-labs-development/policypack/policies"
)

//go:embed pages
var templates embed.FS

func docsCommand() *cobra.Command {
	return &cobra.Command{
		Use: "docs DIR", Short: "Write the reference pages of the policies", Args: takes(1, 1),
		Long: "Write the reference pages to DIR/reference: policies.md and policies/ (the policies), coverage.md\n" +
			"(the standard and the policies that enforce it), configuration.md (all parameters) and\n" +
			"policy-config.schema.json (the JSON schema of the configuration file). The generated lists in\n" +
			"DIR/govern/upgrading.md (what is new in each version) and DIR/reference/reports.md (the formats) are\n" +
			"updated if these pages exist.",
		RunE: func(_ *cobra.Command, args []string) error {
			p, err := ownPack()
			if err != nil {
				return err
			}
			return writePages(p, policies.FS, args[0])
		},
	}
}

// writePages writes the generated pages of a pack into a directory. Its own policies' examples are in the folder own.
func writePages(p *pack.Pack, own fs.FS, dir string) (err error) {
	examples := map[string]*example.File{}
	for _, q := range p.Policies {
		if examples[q.Name], err = examplesIn(own, q); err != nil {
			return err
		}
	}
	short, err := newShortener()
	if err != nil {
		return err
	}
	schema, err := configurationSchema(p)
	if err != nil {
		return err
	}
	pages := map[string]string{
		"policies.md": index(p), "coverage.md": coverage(p, examples),
		"configuration.md":          configuration(p),
		"policy-config.schema.json": schema,
	}
	for _, q := range p.Policies {
		pages["policies/"+q.Name+".md"] = policyPage(q, examples[q.Name], short)
	}
	into := filepath.Join(dir, "reference")
	if err := os.RemoveAll(filepath.Join(into, "policies")); err != nil { // with the pages of policies that are gone
		return err
	}
	if err := os.MkdirAll(filepath.Join(into, "policies"), 0o755); err != nil { //nolint:gosec // for everyone to read
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(pages)) {
		if err := report.Replace(filepath.Join(into, filepath.FromSlash(name)), []byte(pages[name])); err != nil {
			return err
		}
	}
	return errors.Join(
		writeBetween(filepath.Join(dir, "govern", "upgrading.md"), "kinds", newKinds(p, detect.List())),
		writeBetween(filepath.Join(into, "reports.md"), "forms", report.Table()),
	)
}

// marks are the lines around a generated part of a page.
func marks(name string) (begin, end string) {
	return "<!-- " + name + " -->\n\n", "\n<!-- /" + name + " -->\n"
}

// writeBetween writes a generated part of a page, between its marks. A directory without the page gets none.
func writeBetween(file, name, text string) error {
	page, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	begin, end := marks(name)
	before, rest, begun := strings.Cut(string(page), begin)
	_, after, ended := strings.Cut(rest, end)
	if !begun || !ended {
		return fmt.Errorf("%s: expected the lines %s and %s around the generated part",
			file, strings.TrimSpace(begin), strings.TrimSpace(end))
	}
	return report.Replace(file, []byte(before+begin+text+end+after))
}

// page fills a template of a generated page: pairs of a placeholder and what is written in its place.
func page(name string, pairs ...string) string {
	text, err := templates.ReadFile("pages/" + name + ".tmpl")
	if err != nil {
		return err.Error() // it is embedded
	}
	for i := 0; i < len(pairs); i += 2 {
		pairs[i] = "{{" + pairs[i] + "}}"
	}
	return strings.TrimRight(strings.NewReplacer(pairs...).Replace(string(text)), "\n") + "\n"
}

// index returns docs/reference/policies.md: the policies in tables, by where they apply.
func index(p *pack.Pack) string {
	groups := map[string]string{}
	for _, q := range p.Policies {
		group := "FILES"
		switch {
		case q.Name == pack.SettingsPolicy:
			group = "SETTINGS"
		case q.Previews():
			group = "PROGRAMS"
		}
		groups[group] += fmt.Sprintf("| %s | %s | %s | %s | %s | %s |\n", policyLink(q), cell(q.Title),
			levelText(q.Level, q.Levels), q.Severity, and(checksOf(q)), linked("", standardOf(q)))
	}
	return page("policies.md", "PROGRAMS", groups["PROGRAMS"], "FILES", groups["FILES"], "SETTINGS", groups["SETTINGS"])
}

// firstRelease is the version of what METADATA gives no version.
const firstRelease = "0.1.0"

// policyPage returns docs/reference/policies/NAME.md: what the policy denies, how a violation is fixed, how it is
// configured.
func policyPage(q *pack.Policy, f *example.File, short *shortener) string {
	const up = "../../"
	standard := linked("../", standardOf(q))
	if standard == "" {
		standard = "none"
	}
	exempt := "exempt"
	if q.Name == pack.SettingsPolicy {
		exempt = "no-exempt"
	}
	parameters := ""
	if list := parametersOf(q); q.Name == pack.SettingsPolicy {
		parameters = page("settings.md")
	} else if len(list) > 0 {
		parameters = page("parameters.md", "PARAMETERS", tables(up, list))
	}
	return page("policy.md",
		"NAME", q.Name, "FOLDER", q.Package, "TITLE", sentence(q.Title), "DESCRIPTION", markdown(up, q.Description),
		"LEVEL", levelText(q.Level, q.Levels), "SEVERITY", string(q.Severity), "CHECKS", and(checksOf(q)),
		"STANDARD", standard, "SINCE", cmp.Or(q.Since, firstRelease), "EXAMPLES", shownExamples(q, f, short),
		"REMEDIATION", markdown(up, strings.TrimSpace(q.Remediation)), "EXEMPT", page(exempt+".md"), "PARAMETERS",
		parameters)
}

// standardOf returns the lines of the standard that the policy enforces. The settings serve all and enforce none.
func standardOf(q *pack.Policy) []string {
	if q.Name == pack.SettingsPolicy {
		return nil
	}
	return q.Standard
}

// linked links lines of the standard to their sections. Up leads to the folder of coverage.md.
func linked(up string, ids []string) string {
	links := make([]string, len(ids))
	for i, id := range ids {
		links[i] = fmt.Sprintf("[%s](%scoverage.md#%s)", id, up, strings.ToLower(id))
	}
	return strings.Join(links, ", ")
}

// shownExamples shows the first denied and the first allowed example, and links to the others.
func shownExamples(q *pack.Policy, f *example.File, short *shortener) string {
	if f == nil {
		return "There are no examples yet.\n"
	}
	var b strings.Builder
	for _, list := range []struct {
		outcome example.Outcome
		title   string
	}{{example.Deny, "Denied"}, {example.Allow, "Allowed"}} {
		cases := casesOf(f, list.outcome)
		if len(cases) == 0 {
			continue
		}
		fmt.Fprintf(&b, "**%s:** %s.\n\n", list.title, strings.TrimSuffix(cases[0].Name, "."))
		for _, s := range short.excerpts(q.Name, cases[0]) {
			if s.file != "" {
				fmt.Fprintf(&b, "`%s`:\n\n", s.file)
			}
			fmt.Fprintf(&b, "```%s\n%s\n```\n\n", s.language(), strings.TrimRight(s.text, "\n"))
		}
		if wants := cases[0].Want; len(wants) > 0 {
			more := ""
			if n := len(wants) - 1; n > 0 {
				more = fmt.Sprintf("\n… and %d more", n)
			}
			fmt.Fprintf(&b, "```text\n%s%s\n```\n\n", reported(q, cases[0], wants[0]), more)
		}
	}
	fmt.Fprintf(&b, "[All examples](../../../policies/%s/examples.yaml): %s.\n", q.Package, counted(f))
	return b.String()
}

// reported is a violation as a preview prints it, or policypack check for a file.
func reported(q *pack.Policy, c example.Case, w example.Want) string {
	level := q.Level
	if level == pack.Disabled {
		level = pack.Mandatory // as somebody configures it
	}
	level = cmp.Or(pack.Level(w.Level), level)
	message := indented(strings.TrimSpace(w.Message), "    ")
	for _, r := range c.Resources {
		if r.Name == w.On {
			return fmt.Sprintf("[%s] [severity: %s]  %s  (%s: %s)\n%s",
				level, q.Severity, q.Name, shown(r.Type), r.Name, message)
		}
	}
	head, class := "✖ "+w.On, "violation"
	if level == pack.Advisory {
		head, class = "▲ "+w.On, "advisory"
	}
	if w.Line > 0 {
		head += fmt.Sprintf(":%d", w.Line)
	}
	return fmt.Sprintf("%s  %s  %s, %s\n%s", head, q.Name, class, q.Severity, message)
}

// shown is a type token as the engine prints it, without the name of a module that only repeats the type.
func shown(token string) string {
	parts := strings.Split(token, ":")
	if len(parts) == 3 {
		parts[1], _, _ = strings.Cut(parts[1], "/")
	}
	return strings.Join(parts, ":")
}

// counted says how many examples of each kind there are.
func counted(f *example.File) string {
	var counts []string
	for _, o := range []struct {
		outcome example.Outcome
		word    string
	}{{example.Deny, "denied"}, {example.Allow, "allowed"}, {example.Undecided, "undecided"}} {
		if n := len(casesOf(f, o.outcome)); n > 0 {
			counts = append(counts, fmt.Sprintf("%d %s", n, o.word))
		}
	}
	return strings.Join(counts, ", ")
}

// markdown makes a text of METADATA a part of a page: identifiers in camelCase are code, what Markdown would read as
// emphasis or a tag stays itself, and links lead to the pages beside the page, not to those of a version. Up leads from
// the page to docs/.
func markdown(up, text string) string {
	identifier := regexp.MustCompile(`\b(?:\w+[.:])*[a-z]+(?:[A-Z][a-z0-9]*)+\b`)
	page := regexp.MustCompile(regexp.QuoteMeta(policypack.Page("")) + `((?:[\w-]+/)*([\w-]+)\.md)`)
	parts := strings.Split(text, "`")
	for i := 0; i < len(parts); i += 2 { // the others are code
		part := strings.NewReplacer("*", `\*`, "<", `\<`).Replace(parts[i])
		parts[i] = page.ReplaceAllString(identifier.ReplaceAllString(part, "`$0`"), "[$2]("+up+"$1)")
	}
	return strings.Join(parts, "`")
}

// sentence ends a title with one full stop.
func sentence(title string) string { return strings.TrimSuffix(title, ".") + "." }

// cell makes a text fit into a cell of a Markdown table.
func cell(s string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(s), " "), "|", `\|`)
}

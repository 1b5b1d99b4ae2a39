package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"github.com/progression-labs-development/policypack"
	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/example"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/report"
	"github.com/progression-labs-development/policypack/policies"
)

func docsCommand() *cobra.Command {
	return &cobra.Command{
		Use: "docs DIR", Short: "Write the reference pages of the policies", Args: cobra.ExactArgs(1),
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
	if err := os.MkdirAll(filepath.Join(into, "policies"), 0o755); err != nil {
		return err
	}
	for name, text := range pages {
		if err := os.WriteFile(filepath.Join(into, filepath.FromSlash(name)), []byte(text), 0o644); err != nil {
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
		return fmt.Errorf("%s: want the lines %s and %s around the generated part",
			file, strings.TrimSpace(begin), strings.TrimSpace(end))
	}
	return os.WriteFile(file, []byte(before+begin+text+end+after), 0o644) //nolint:gosec // an argument
}

// index returns docs/reference/policies.md: the policies in one table.
func index(p *pack.Pack) string {
	var b strings.Builder
	b.WriteString("# Policies\n\n" +
		"Written by `policypack docs` from the METADATA and the examples of the policies; do not edit. Levels and " +
		"parameters are\n" +
		"set in the file given to `--policy-pack-config`, or in Pulumi Cloud; `policypack config validate FILE` " +
		"checks the file.\n" +
		"[coverage.md](coverage.md) lists the lines of the standard.\n\n" +
		"| policy | level | severity | standard | requires |\n| --- | --- | --- | --- | --- |\n")
	for _, q := range p.Policies {
		fmt.Fprintf(&b, "| [`%s`](policies/%s.md) | %s | %s | %s | %s |\n", q.Name, q.Name, levelText(q.Level, q.Levels),
			q.Severity, strings.Join(standardOf(q), ", "), cell(q.Title))
	}
	return b.String()
}

// policyPage returns docs/reference/policies/NAME.md: what the policy requires, how it is configured, how a violation is
// fixed.
func policyPage(q *pack.Policy, f *example.File, short *shortener) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s.\n\n%s\n\n", q.Name, strings.TrimSuffix(q.Title, "."), besides("../../", q.Description))
	fmt.Fprintf(&b, "Level %s, severity %s, checks %s.", levelText(q.Level, q.Levels), q.Severity, and(checksOf(q)))
	if ids := standardOf(q); len(ids) > 0 {
		fmt.Fprintf(&b, " Standard: %s.", linked(ids))
	}
	if q.Since != "" {
		fmt.Fprintf(&b, " New in %s.", q.Since)
	}
	b.WriteString("\n")
	parameterTable(&b, "../../", q)
	if f != nil {
		referenceExamples(&b, q, f, short)
	}
	fmt.Fprintf(&b, "\n**How to fix a violation.**\n\n%s\n", besides("../../", q.Remediation))
	return b.String()
}

// standardOf returns the lines of the standard that the policy enforces. The settings serve all and enforce none.
func standardOf(q *pack.Policy) []string {
	if q.Name == pack.SettingsPolicy {
		return nil
	}
	return q.Standard
}

func linked(ids []string) string {
	links := make([]string, len(ids))
	for i, id := range ids {
		links[i] = fmt.Sprintf("[%s](../coverage.md#%s)", id, strings.ToLower(id))
	}
	return strings.Join(links, ", ")
}

func parameterTable(b *strings.Builder, up string, q *pack.Policy) {
	params := parametersOf(q)
	if len(params) == 0 {
		return
	}
	b.WriteString("\n| parameter | type | default | meaning |\n| --- | --- | --- | --- |\n")
	for _, p := range params {
		fallback := ""
		switch {
		case p.fallback != "":
			fallback = "`" + cell(p.fallback) + "`"
		case p.required:
			fallback = "required"
		}
		fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", p.name, cell(p.kind), fallback, besides(up, cell(p.meaning)))
	}
}

// referenceExamples shows the first denied and the first allowed program, and names the next ones.
func referenceExamples(b *strings.Builder, q *pack.Policy, f *example.File, short *shortener) {
	for _, list := range []struct {
		outcome example.Outcome
		title   string
	}{{example.Deny, "Denied"}, {example.Allow, "Allowed"}} {
		cases := casesOf(f, list.outcome)
		if len(cases) == 0 {
			continue
		}
		c := cases[0]
		fmt.Fprintf(b, "\n**%s**, for example: %s", list.title, c.Name)
		if len(cases) > 1 {
			fmt.Fprintf(b, " ([%d more](../../../policies/%s/examples.yaml))", len(cases)-1, q.Package)
		}
		b.WriteString("\n\n```\n")
		for _, line := range short.program(c) {
			b.WriteString(line + "\n")
		}
		if len(c.Want) > 0 {
			fmt.Fprintf(b, "\n%s\n", strings.TrimSpace(c.Want[0].Message))
		}
		b.WriteString("```\n")
	}
}

// besides links to the other pages of the folder that a page is in, not to those of a version. Up leads from the page to docs/.
func besides(up, text string) string {
	return regexp.MustCompile(regexp.QuoteMeta(policypack.Page(""))+`([\w/-]+\.md)`).ReplaceAllString(text, "[$1]("+up+"$1)")
}

// cell makes a text fit into a cell of a Markdown table.
func cell(s string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(s), " "), "|", `\|`)
}

package gate

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/progression-labs-development/policypack"
	"github.com/progression-labs-development/policypack/internal/report"
)

// finish joins the reports and writes all formats.
func (g *gate) finish(ctx context.Context) error {
	if len(g.remarks) > 0 {
		g.part("check-changed", g.remarked(nil))
	}
	if len(g.reports) == 0 {
		return errors.New("there is no report")
	}
	all := report.Merge(policypack.Version(), g.reports)
	all.Browse = report.BrowseURL(g.Getenv)
	g.worst(all.Exit())
	var errs []error
	for _, ending := range []string{".sarif", ".md", ".html", ".xml", ".json", ".github"} {
		format, err := report.FormatOf(ending)
		if err == nil {
			err = writeReport(g.file("policypack"+ending), all, format,
				report.Options{Apart: true, Category: g.in.Category})
		}
		errs = append(errs, err)
	}
	errs = append(errs, g.Print(all))
	if g.github {
		errs = append(errs, report.Write(g.Stdout, all, report.GitHub, report.Options{}))
	}
	g.comment(ctx, all) // before the summary, which has its notes
	if file := g.Getenv("GITHUB_STEP_SUMMARY"); file != "" {
		if err := g.summary(file, all); err != nil {
			errs = append(errs, fmt.Errorf("the summary was not written: %w", err))
		}
	}
	g.output("reports", g.in.Reports)
	g.output("sarif", g.file("policypack.sarif"))
	return errors.Join(errs...)
}

// summary appends the result to the summary of the GitHub job.
func (g *gate) summary(file string, all *report.Report) error {
	var b strings.Builder
	for _, n := range g.notes {
		b.WriteString("> " + strings.ReplaceAll(n, "\n", "\n> ") + "\n")
	}
	b.WriteString("\n")
	if err := report.Write(&b, all, report.Markdown, report.Options{}); err != nil {
		return err
	}
	if info, err := os.Stat(file); err == nil && info.IsDir() {
		return errors.New("it is a directory")
	}
	return appendTo(file, b.String())
}

package report

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"strings"
)

// GitHub is the format of workflow commands, which a GitHub Actions runner turns into annotations: violations are
// errors, advisories are warnings, undecided findings are notices. Exempt findings are counted, by exemption.
//
// A step shows at most ten annotations per level and silently drops the rest, so the tenth gives the number of further
// ones, which follow as plain log lines.
//
// https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
const GitHub Format = "github"

var _ = add(form{name: GitHub, ending: ".github", use: "GitHub Actions annotations", write: writeGitHub, rank: 6})

const maxAnnotations = 10

// annotation is a workflow command.
type annotation struct {
	level        string
	file         string
	line, column int
	title        string
	message      string
}

var (
	commandData     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	commandProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

func (a annotation) String() string {
	var properties []string
	add := func(name, value string) { properties = append(properties, name+"="+commandProperty.Replace(value)) }
	if a.file != "" {
		add("file", a.file)
		if a.line > 0 {
			add("line", fmt.Sprint(a.line))
		}
		if a.line > 0 && a.column > 0 {
			add("col", fmt.Sprint(a.column))
		}
	}
	add("title", a.title)
	return "::" + a.level + " " + strings.Join(properties, ",") + "::" + commandData.Replace(a.message)
}

// plain returns the annotation as a line of the log.
func (a annotation) plain() string {
	place := a.file
	if a.line > 0 {
		place += fmt.Sprintf(":%d", a.line)
	}
	first, _, _ := strings.Cut(a.message, "\n")
	return disarm(strings.TrimLeft(place+" "+a.title+": "+first, " "))
}

func writeGitHub(w io.Writer, r *Report, _ Options) error {
	r = r.cleaned()
	b := bufio.NewWriter(w)
	var errors, warnings, notices []annotation
	for _, e := range r.Errors {
		a := annotation{
			level: "error", file: e.File, line: e.Line, column: e.Column, title: "could not check " + e.Source,
			message: e.Message,
		}
		errors = append(errors, a)
	}
	for _, g := range r.byPolicy(Violation, Advisory, Undecided) {
		for _, f := range g.Findings {
			switch a := annotate(r, f, g.Policy); f.Class() {
			case Violation:
				a.level = "error"
				errors = append(errors, a)
			case Advisory:
				a.level = "warning"
				warnings = append(warnings, a)
			default:
				a.level, a.title = "notice", a.title+", undecided"
				notices = append(notices, a)
			}
		}
	}
	for _, n := range r.Notes {
		notices = append(notices, annotation{level: "notice", title: "policypack", message: n.Message})
	}
	for _, list := range [][]annotation{errors, warnings, notices} {
		annotations(b, list)
	}
	line := "policypack " + r.Version + ": " + r.verdict()
	if counts := r.counts(); len(counts) > 0 {
		line += " " + strings.Join(counts, ", ") + "."
	}
	if r.Digest != "" {
		line += " Configuration " + r.short() + "."
	}
	if _, err := fmt.Fprintln(b, disarm(line)); err != nil {
		return err
	}
	for i := range r.Sources {
		s := &r.Sources[i]
		if _, err := fmt.Fprintln(b, disarm("policypack: "+s.label()+": "+s.size())); err != nil {
			return err
		}
	}
	for _, c := range []Class{Exempted, Baseline} {
		for _, g := range passing(c, r.of(c)) {
			if _, err := fmt.Fprintln(b, disarm("policypack: "+c.title(1)+": "+g)); err != nil {
				return err
			}
		}
	}
	for _, level := range append(r.levels(), r.off("")...) {
		if _, err := fmt.Fprintln(b, disarm("policypack: levels: "+level)); err != nil {
			return err
		}
	}
	return b.Flush()
}

func annotate(r *Report, f *Finding, p *Policy) annotation {
	l := f.location()
	a := annotation{
		file: cmp.Or(l.File, r.source(f.Source).File), line: l.Line, column: l.Column,
		title: f.Policy + " (" + f.Severity + ")", message: f.Message,
	}
	if f.Commit != "" { // the line is not in the current file
		a.line, a.column = 0, 0
	}
	if f.File == "" {
		a.title += ": " + f.where()
	}
	if p.URL != "" {
		a.message += "\n" + p.URL
	}
	return a
}

func bracketed(s string) string {
	if s == "" {
		return ""
	}
	return "(" + s + ")"
}

// annotations writes annotations of one level.
func annotations(w io.Writer, list []annotation) {
	if len(list) <= maxAnnotations {
		for _, a := range list {
			fmt.Fprintln(w, a)
		}
		return
	}
	shown, rest := list[:maxAnnotations-1], list[maxAnnotations-1:]
	for _, a := range shown {
		fmt.Fprintln(w, a)
	}
	fmt.Fprintln(w, annotation{
		level: rest[0].level, title: "policypack",
		message: fmt.Sprintf("and %d more, listed in this step's log", len(rest)),
	})
	for _, a := range rest {
		fmt.Fprintln(w, a.plain())
	}
}

package report

import (
	"cmp"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack"
)

// SARIF is version 2.1.0 of the interchange format for static analysis results. A policy is a rule. For GitHub code
// scanning every result also has a file and a line (a finding in a resource is at [Source.File], with the resource as
// its logical location), a fingerprint and a security-severity.
//
// Exempt findings have a suppression: external for an exemption or the baseline, inSource for a comment in the file.
//
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html
// https://docs.github.com/en/code-security/reference/code-scanning/sarif-files/sarif-support
const SARIF Format = "sarif"

var _ = add(form{
	name: SARIF, ending: ".sarif", use: "GitHub code scanning, Azure DevOps, editors",
	write: writeSARIF, rank: 3,
})

const sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

func writeSARIF(w io.Writer, r *Report, o Options) error {
	r = r.cleaned()
	log := sarifLog{Schema: sarifSchema, Version: "2.1.0"}
	switch parts := r.apart(); {
	case o.Category != "":
		log.Runs = []sarifRun{r.sarifRun("policypack/" + o.Category + "/")}
	case o.Apart && len(parts) > 0:
		for _, p := range parts {
			log.Runs = append(log.Runs, p.sarifRun(p.category()))
		}
	default:
		log.Runs = []sarifRun{r.sarifRun(r.category())}
	}
	return Encode(w, log)
}

// maxRuns is the maximum number of runs that code scanning accepts in one file.
const maxRuns = 20

// apart splits the report by source. A final part holds errors without a source, such as a preview that left no report;
// it has no results, so that it closes no alerts. It returns nil if there would be too many parts, or two of the same
// category.
func (r *Report) apart() (parts []*Report) {
	seen := map[string]bool{}
	for i := range r.Sources {
		name := r.Sources[i].Name
		p := r.only(func(source string) bool { return source == name })
		p.Sources = r.Sources[i : i+1]
		if seen[p.category()] {
			return nil
		}
		seen[p.category()] = true
		parts = append(parts, p)
	}
	rest := r.only(func(source string) bool {
		return !slices.ContainsFunc(r.Sources, func(s Source) bool { return s.Name == source })
	})
	if rest.Sources = nil; len(rest.Errors)+len(rest.Notes)+len(rest.Findings) > 0 {
		parts = append(parts, rest)
	}
	if len(parts) > maxRuns {
		return nil
	}
	return parts
}

// only returns the report of the wanted sources, with all policies.
func (r *Report) only(wanted func(source string) bool) *Report {
	p := *r
	p.Errors = filter(r.Errors, func(e Error) bool { return wanted(e.Source) })
	p.Notes = filter(r.Notes, func(n Note) bool { return wanted(n.Source) })
	p.Findings = filter(r.Findings, func(f Finding) bool { return wanted(f.Source) })
	p.Disabled = filter(r.Disabled, func(d Disabled) bool { return wanted(d.Source) })
	return &p
}

func filter[T any](all []T, wanted func(T) bool) (out []T) {
	for _, one := range all {
		if wanted(one) {
			out = append(out, one)
		}
	}
	return out
}

// sarifRun returns the report as a run of a category.
func (r *Report) sarifRun(category string) sarifRun {
	run := sarifRun{
		Tool: sarifTool{sarifDriver{
			Name: "policypack", Version: r.Version, InformationURI: policypack.Repository, Rules: []sarifRule{},
		}},
		Automation: sarifAutomation{category},
		Invocations: []sarifInvocation{{
			Successful: len(r.Errors) == 0, ExitCode: r.Exit(),
		}},
		ColumnKind: "utf16CodeUnits", Results: []sarifResult{},
	}
	if r.Day != "" || r.Digest != "" || len(r.Disabled)+len(r.Sources) > 0 {
		run.Properties = &sarifRunBag{Day: r.Day, WhatIf: r.WhatIf, Digest: r.Digest, Disabled: r.Disabled}
	}
	for i := range r.Sources {
		s := &r.Sources[i]
		run.Properties.Checked = append(run.Properties.Checked,
			sarifSource{s.Name, s.size(), s.Checked, s.Partly, s.NotChecked})
	}
	for _, e := range r.Errors {
		n := sarifNotification{Level: "error", Message: sarifText{Text: e.place() + ": " + e.Message}}
		if e.File != "" {
			n.Locations = []sarifLocation{{Physical: physical(e.File, e.Line, cmp.Or(e.Column16, e.Column))}}
		}
		run.Invocations[0].Notifications = append(run.Invocations[0].Notifications, n)
	}
	for _, n := range r.Notes {
		run.Invocations[0].Configuration = append(run.Invocations[0].Configuration,
			sarifNotification{Level: "note", Message: sarifText{Text: n.Message}})
	}
	index := map[string]int{}
	rule := func(p *Policy) int {
		i, ok := index[p.Name]
		if !ok {
			i = len(run.Tool.Driver.Rules)
			index[p.Name] = i
			run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRuleOf(p))
		}
		return i
	}
	for i := range r.Policies {
		rule(&r.Policies[i])
	}
	compared := r.Count(Baseline) > 0
	lines := map[string]bool{}
	for i := range r.Findings {
		f := &r.Findings[i]
		result := r.sarifResult(f, lines)
		result.RuleIndex = rule(r.policy(f.Policy))
		if compared && result.Baseline == "" {
			result.Baseline = "new"
		}
		run.Results = append(run.Results, result)
	}
	return run
}

// category identifies what was checked. Code scanning compares an analysis with the previous one of the same category,
// which is everything up to the last slash. A what-if report must not open or close alerts, so it has a category of its
// own.
func (r *Report) category() string {
	parts := []string{"policypack"}
	if r.WhatIf {
		parts = append(parts, "what-if")
	}
	if len(r.Sources) == 1 {
		s := &r.Sources[0]
		switch kind := s.Kind; kind {
		case Preview, Update:
			parts = append(parts, "stack", s.Organization, s.Project, s.Stack)
		case Repository:
			parts = append(parts, kind)
			if s.History {
				parts = append(parts, "history")
			}
		default:
			parts = append(parts, kind, s.Name)
		}
	}
	id := ""
	for _, p := range parts {
		if p != "" {
			id += p + "/"
		}
	}
	return id
}

func sarifRuleOf(p *Policy) sarifRule {
	rule := sarifRule{
		ID: p.Name, Default: sarifLevel{"error"},
		Properties: sarifRuleProps{Problem: "error", Level: p.Level, From: p.From},
	}
	if p.Level == "advisory" {
		rule.Default.Level, rule.Properties.Problem = "warning", "warning"
	}
	if p.Title != "" {
		rule.ShortDescription = &sarifText{Text: p.Title}
	}
	if p.Description != "" {
		rule.FullDescription = &sarifText{Text: p.Description}
	}
	if p.Remediation != "" {
		rule.Help = &sarifText{Text: p.Remediation + prefixed("\n\n", p.URL), Markdown: helpMarkdown(p)}
	}
	if u, err := url.Parse(p.URL); err == nil && (u.Scheme == "https" || u.Scheme == "http") {
		rule.HelpURI = p.URL
	}
	tags := []string{"security"} // required for code scanning to show a severity
	for _, tag := range p.Tags {
		if tag != "security" && len(tags) < 10 { // it shows at most ten
			tags = append(tags, tag)
		}
	}
	rule.Properties.Tags, rule.Properties.Severity = tags, securitySeverity(p.Severity)
	return rule
}

// helpMarkdown returns the help of a rule, written by its author.
func helpMarkdown(p *Policy) string {
	text := p.Description + "\n\n**How to fix**\n\n" + p.Remediation
	if len(p.Standard) > 0 {
		text += "\n\nStandard: " + strings.Join(p.Standard, ", ")
	}
	if page := link(p.Name, p.URL); page != p.Name {
		text += "\n\nMore about " + page
	}
	return text
}

// securitySeverity returns a number in the range that code scanning maps to the severity.
func securitySeverity(severity string) string {
	switch severity {
	case "critical":
		return "9.5"
	case "high":
		return "8.0"
	case "medium":
		return "5.5"
	case "low":
		return "2.0"
	default:
		return ""
	}
}

func (r *Report) sarifResult(f *Finding, lines map[string]bool) sarifResult {
	result := sarifResult{
		RuleID: f.Policy, Level: "note", Message: sarifText{Text: f.Message},
		Fingerprints: map[string]string{"policypack/v2": f.Fingerprint},
		Properties: sarifResultProps{
			Class: f.Class(), Severity: f.Severity, Source: f.Source, URN: f.URN, Address: f.Address,
			Path: cmp.Or(f.Attribute, f.Path), Detector: f.Detector, Exemption: f.Exemption,
			Entry: f.Entry, Exceptions: f.Exceptions, Commit: f.Commit, AddedIn: f.AddedIn,
		},
	}
	first, _, _ := strings.Cut(f.Message, "\n")
	switch f.Class() {
	case Violation:
		result.Level = "error"
	case Advisory:
		result.Level = "warning"
	case Undecided:
		result.Message.Text = "Undecided: " + f.Message
	case Exempted:
		s := sarifSuppression{Kind: "external", Status: "accepted", Justification: first}
		if f.exemptedBy() == Inline {
			s.Kind = "inSource"
		}
		result.Suppressions = []sarifSuppression{s}
	case Baseline:
		result.Baseline = "unchanged"
		result.Suppressions = []sarifSuppression{
			{Kind: "external", Status: "accepted", Justification: "In the baseline."},
		}
		if until := f.Entry.Expires; until != "" {
			result.Suppressions[0].Justification = "In the baseline until " + until + "."
		}
	}
	location := sarifLocation{}
	if f.File != "" {
		location.Physical = physical(f.File, f.Line, cmp.Or(f.Column16, f.Column))
	} else {
		if l := f.location(); l.File != "" {
			location.Physical = physical(l.File, l.Line, column16(l))
			for i, from := range f.Locations[1:] {
				related := sarifLocation{ID: i + 1, Physical: physical(from.File, from.Line, column16(from))}
				related.Message = &sarifText{Text: "called from here"}
				result.Related = append(result.Related, related)
			}
		} else if file := r.source(f.Source).File; file != "" {
			location.Physical = physical(file, 1, 0)
		}
		location.Logical = []sarifLogical{
			{Name: f.subject(), QualifiedName: cmp.Or(f.Address, f.URN), Kind: "resource"},
		}
		result.Message.Text = f.where() + ": " + result.Message.Text
	}
	if location.Physical != nil || location.Logical != nil {
		result.Locations = []sarifLocation{location}
	}
	result.Message.Text = strings.ReplaceAll(result.Message.Text, "](", "] (") // would be a link
	// GitHub identifies a result by primaryLocationLineHash, which its upload action computes from the line and the
	// lines after it. Setting it causes a warning, so it is only set if the result has no line of its own.
	line := fmt.Sprintf("%s\x00%s\x00%d", f.Policy, f.File, f.Line)
	if f.File == "" || f.Line == 0 || f.Commit != "" || lines[line] {
		result.Fingerprints["primaryLocationLineHash"] = f.Fingerprint
	}
	lines[line] = true
	return result
}

func physical(file string, line, column int) *sarifPhysical {
	p := &sarifPhysical{
		Artifact: sarifArtifact{URI: (&url.URL{Path: file}).String(), Base: "%SRCROOT%"},
		Region:   sarifRegion{max(line, 1), column},
	}
	// The file is outside the repository.
	if strings.HasPrefix(file, "/") || len(file) > 2 && file[1] == ':' && strings.ContainsAny(file[2:3], `/\\`) {
		p.Artifact = sarifArtifact{URI: (&url.URL{Scheme: "file", Path: "/" + strings.TrimLeft(file, "/")}).String()}
	}
	return p
}

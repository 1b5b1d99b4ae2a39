package report

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// JUnit is the format that CI systems show as test results. A source is a test suite. Each resource or file with
// findings of a policy is a test case, and so is each policy without findings. Violations fail a case. Exempted,
// baselined and undecided findings skip it, with the reason. Advisories pass, with their message as output, since tests
// have no warnings. What could not be checked is an error.
//
// Elements and attributes follow junit-10.xsd of the Jenkins xUnit plugin, which GitLab and others read too.
const JUnit Format = "junit"

var _ = add(form{
	name: JUnit, ending: ".xml", use: "test results in Jenkins, GitLab, Azure DevOps and others",
	write: writeJUnit, rank: 4,
})

type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name       string          `xml:"name,attr"`
	Tests      int             `xml:"tests,attr"`
	Failures   int             `xml:"failures,attr"`
	Errors     int             `xml:"errors,attr"`
	Skipped    int             `xml:"skipped,attr"`
	Properties []junitProperty `xml:"properties>property"`
	Cases      []junitCase     `xml:"testcase"`
	Out        *junitOut       `xml:"system-out"`
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type junitCase struct {
	Name    string       `xml:"name,attr"`
	Class   string       `xml:"classname,attr"`
	Skipped *junitResult `xml:"skipped"`
	Error   *junitResult `xml:"error"`
	Failure *junitResult `xml:"failure"`
	Out     *junitOut    `xml:"system-out"`
}

type junitResult struct {
	Type    string `xml:"type,attr"`
	Message string `xml:"message,attr"`
	Text    string `xml:",cdata"`
}

type junitOut struct {
	Text string `xml:",cdata"`
}

// output returns nil for an empty string.
func output(text string) *junitOut {
	if text == "" {
		return nil
	}
	return &junitOut{text}
}

func writeJUnit(w io.Writer, r *Report, _ Options) error {
	r = r.cleaned()
	all := junitSuites{Name: "policypack"}
	if r.WhatIf {
		all.Name += " as of " + r.Day
	}
	for i := range r.Sources {
		all.Suites = append(all.Suites, r.suite(&r.Sources[i]))
	}
	if s := r.unsourced(); len(s.Cases) > 0 {
		all.Suites = append(all.Suites, s)
	}
	for i := range all.Suites {
		s := &all.Suites[i]
		for _, c := range s.Cases {
			s.Tests++
			switch {
			case c.Error != nil:
				s.Errors++
			case c.Failure != nil:
				s.Failures++
			case c.Skipped != nil:
				s.Skipped++
			}
		}
		all.Tests, all.Failures, all.Errors = all.Tests+s.Tests, all.Failures+s.Failures, all.Errors+s.Errors
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// suite returns the test suite of a source.
func (r *Report) suite(source *Source) junitSuite {
	s := junitSuite{Name: source.label(), Properties: []junitProperty{
		{"policypack.version", r.Version},
		{"policypack.digest", r.Digest},
		{"policypack.day", r.Day},
		{"policypack.kind", source.Kind},
		{"policypack.checked", source.size()},
	}}
	if r.WhatIf {
		s.Properties = append(s.Properties, junitProperty{"policypack.whatIf", "true"})
	}
	for _, p := range r.Policies {
		s.Properties = append(s.Properties, junitProperty{"policypack.level." + p.Name, p.Level + p.from()})
	}
	for _, line := range r.off(source.Name) {
		s.Properties = append(s.Properties, junitProperty{"policypack.disabled", line})
	}
	type key struct{ policy, subject string }
	cases := map[key][]*Finding{}
	var order []key
	found := map[string]bool{}
	for i := range r.Findings {
		f := &r.Findings[i]
		if f.Source != source.Name {
			continue
		}
		k := key{f.Policy, cmp.Or(f.File, f.Address, f.URN)}
		if cases[k] == nil {
			order = append(order, k)
		}
		cases[k] = append(cases[k], f)
		found[f.Policy] = true
	}
	for _, k := range order {
		s.Cases = append(s.Cases, junitOf(cases[k], r.policy(k.policy)))
	}
	for _, p := range r.Policies {
		if !found[p.Name] {
			s.Cases = append(s.Cases, junitCase{Class: p.Name, Name: p.Title})
		}
	}
	for _, e := range r.Errors {
		if e.Source == source.Name {
			s.Cases = append(s.Cases, junitError(e))
		}
	}
	var out []string
	for _, n := range r.Notes {
		if n.Source == source.Name || n.Source == "" && len(r.Sources) == 1 {
			out = append(out, n.Message)
		}
	}
	s.Out = output(strings.Join(append(out, source.reasons()...), "\n"))
	return s
}

// unsourced is the suite of errors whose source could not be read at all.
func (r *Report) unsourced() junitSuite {
	s := junitSuite{Name: "errors"}
	for _, e := range r.Errors {
		if r.source(e.Source).Kind == "" {
			s.Cases = append(s.Cases, junitError(e))
		}
	}
	return s
}

func junitError(e Error) junitCase {
	first, _, _ := strings.Cut(e.Message, "\n")
	return junitCase{
		Class: "policypack", Name: e.place(),
		Error: &junitResult{Type: "error", Message: first, Text: e.place() + "\n" + e.Message},
	}
}

// junitOf returns the test case of one policy's findings in one subject.
func junitOf(findings []*Finding, p *Policy) junitCase {
	f := findings[0]
	c := junitCase{Class: f.Policy, Name: f.subject() + prefixed(" ", bracketed(f.kind()))}
	of := map[Class][]*Finding{}
	for _, f := range findings {
		of[f.Class()] = append(of[f.Class()], f)
	}
	said := Advisory // the class that the case shows; the others are output
	for _, class := range Classes() {
		if of[class] == nil {
			continue
		}
		said = class
		switch class {
		case Violation:
			c.Failure = junitResultOf(class, of[class])
			c.Failure.Text += prefixed("\n\n", p.URL)
		case Advisory:
			said = ""
		default:
			c.Skipped = junitResultOf(class, of[class])
		}
		break
	}
	var rest []*Finding
	for _, f := range findings {
		if f.Class() != said {
			rest = append(rest, f)
		}
	}
	c.Out = output(junitText(rest))
	return c
}

func junitResultOf(c Class, findings []*Finding) *junitResult {
	message := findings[0].headline()
	if c == Exempted || c == Undecided || c == Baseline {
		first, _, _ := strings.Cut(findings[0].Message, "\n")
		message = string(c) + ": " + first
		if until := findings[0].Entry.Expires; c == Baseline && until != "" {
			message = string(c) + " until " + until + ": " + first
		}
	}
	if more := len(findings) - 1; more > 0 {
		message += fmt.Sprintf(" (and %d more)", more)
	}
	return &junitResult{Type: string(c), Message: message, Text: junitText(findings)}
}

func junitText(findings []*Finding) string {
	var b strings.Builder
	for i, f := range findings {
		if i > 0 {
			b.WriteString("\n\n")
		}
		fmt.Fprintf(&b, "%s, %s, %s\n%s", f.spot(), f.Class(), f.Severity, f.Message)
	}
	return b.String()
}

// Package report writes what a run has found, for machines and for people. A report holds policies, places and
// messages; it holds no value.
//
// A run fills a [Report]; [Write] gives it one of the forms that [Formats] lists. Each form has a file of this package
// that begins with what the form is for. JSON is the form that holds everything and that [Read] takes back; its schema
// is schema.json. [Writer] is for a run that may end at any time: it collects findings and replaces its files as a
// whole.
//
// All forms are deterministic: the same findings give the same bytes, in whatever order they came. What rules,
// resources and files are called comes from outside, so every form shows characters that could steer a terminal or a
// page as escapes.
package report

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/exception"
	"github.com/progression-labs-development/policypack/internal/place"
)

// Name is the value of [Report.Format]; another form of JSON gets another name.
const Name = "policypack-report/1"

// Report is what a run has found.
type Report struct {
	Format  string `json:"format"`  // [Name]
	Version string `json:"version"` // of policypack
	// Day is the day in UTC that the verdict is for: it decides what has expired. It is empty in reports of earlier
	// versions.
	Day string `json:"day,omitempty"`
	// WhatIf tells that the day was asked for, and is not that of the run: such a report is no evidence.
	WhatIf   bool      `json:"whatIf,omitempty"`
	Digest   string    `json:"digest,omitempty"` // of the configuration in force, SHA-256 in hex
	Policies []Policy  `json:"policies"`         // those that were switched on
	Sources  []Source  `json:"sources"`          // what was judged
	Errors   []Error   `json:"errors"`           // what could not be judged
	Notes    []Note    `json:"notes"`            // what there is to say about the exemptions themselves
	Findings []Finding `json:"findings"`
	// Bundles are the organisation's bundles of rules and settings.
	Bundles []Bundle `json:"bundles,omitempty"`
	// BreakGlass are the tokens by which the run has passed.
	BreakGlass []BreakGlass `json:"breakGlass,omitempty"`
	// Exceptions is what the setting of that name says about Pulumi's policy exceptions. In a preview or update the
	// engine applies them after the report.
	Exceptions string `json:"exceptions,omitempty"`
	// Disabled are the policies that did not count, by a level or because something lets everything pass.
	Disabled []Disabled `json:"disabled,omitempty"`
	// Browse is where a person can look at a line of the repository: a URL with {file} and {line} in it. [BrowseURL]
	// knows it in CI.
	Browse string `json:"browse,omitempty"`
	// Left is what policies found and left to another policy's finding of the same defect.
	Left []Left `json:"left,omitempty"`
}

// Policy is what a reader needs to know of a policy.
type Policy struct {
	Name        string   `json:"name"`
	Title       string   `json:"title"`
	Description string   `json:"description"`
	Remediation string   `json:"remediation"`
	URL         string   `json:"url,omitempty"`
	Level       string   `json:"level"`          // in this run: advisory or mandatory
	From        string   `json:"from,omitempty"` // where the level comes from, in words
	Severity    string   `json:"severity"`
	Scope       string   `json:"scope"`
	Standard    []string `json:"standard,omitempty"`
	Tags        []string `json:"tags,omitempty"`
}

// Own is where the level of a policy comes from that nothing has changed.
const Own = "the policy's own"

// Disabled is a policy that did not count in a source.
type Disabled struct {
	Name   string `json:"name"`
	Source string `json:"source"` // name of a [Source]; may be left empty where there is only one
	From   string `json:"from"`   // by what, in words
	// Effect tells that its level counts, and something lets everything pass that it is about.
	Effect bool   `json:"effect,omitempty"`
	Where  string `json:"where,omitempty"` // account NAME or stack NAME, empty for all of the source
}

// The kinds of sources.
const (
	Preview        = "preview"
	Update         = "update"
	State          = "state"
	TerraformPlan  = "terraform-plan"
	TerraformState = "terraform-state"
	Repository     = "repository"
)

// Source is something that was checked: a preview, a file, a repository.
type Source struct {
	Name         string `json:"name"` // as the user gave it; of a preview or update, its kind
	Kind         string `json:"kind"`
	Organization string `json:"organization,omitempty"`
	Project      string `json:"project,omitempty"`
	Stack        string `json:"stack,omitempty"`
	// File is where findings in resources are shown by programs that want a file, from the root of the repository: of a
	// preview Pulumi.yaml, of a plan the plan. It may be empty.
	File string `json:"file,omitempty"`
	// Checked is how much was checked, by kind: resources, files, the commits whose versions of files were checked too.
	// Partly are the files among it that were searched for known formats alone, NotChecked is what was left out beside
	// it.
	Checked    []Count `json:"checked"`
	Partly     []Count `json:"partly,omitempty"`
	NotChecked []Count `json:"notChecked,omitempty"`
	// Unfinished tells, of a preview or update, that it did not come to its end: there may be findings that it has not
	// come to.
	Unfinished bool `json:"unfinished,omitempty"`
	// Part tells, of a repository, that a folder, a file or a change was checked, and not all of it.
	Part bool `json:"part,omitempty"`
	// History tells, of a repository, that all commits were checked too.
	History bool `json:"history,omitempty"`
	// Index tells, of a repository, whether git's index said which files belong to it; nil where that is no question.
	Index *bool `json:"index,omitempty"`
}

// Error is something that could not be checked. Line and column count from 1 and are 0 where there is none.
type Error struct {
	Source string `json:"source"`
	File   string `json:"file,omitempty"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
	// Column16 is the column in UTF-16 code units, 0 where that is the same.
	Column16 int    `json:"utf16Column,omitempty"`
	Message  string `json:"message"`
}

// Note is a remark about the configuration, such as an exemption that is used no more.
type Note struct {
	Source  string `json:"source"`
	Message string `json:"message"`
}

// Left is a finding of a policy that another policy's finding stands for, by its policy, resource and path. It is shown
// nowhere, and counts once the other one no longer does; `policypack baseline` writes it down too.
type Left struct {
	Policy string `json:"policy"`
	Source string `json:"source"`
	URN    string `json:"urn"`
	Path   string `json:"path"`
	// ValueName is the name of what it is about, in a file.
	ValueName string `json:"valueName,omitempty"`
	OldPath   string `json:"-"`
	Commit    string `json:"commit,omitempty"` // that of the finding, in a file
	Line      int    `json:"line,omitempty"`
	To        string `json:"to"`              // the other policy
	ToURN     string `json:"toUrn,omitempty"` // the resource of its finding, where that is another one
}

// Bundle is an organisation's bundle. Whether its parameters count, a note says.
type Bundle struct {
	Digest   string `json:"digest"` // SHA-256 of the file, in hex
	Revision string `json:"revision,omitempty"`
	Serial   int64  `json:"serial,omitempty"`
	Expires  string `json:"expires,omitempty"` // the last day on which it counts
}

// BreakGlass is a signed token by which nothing has stopped the run. The token itself is not in it.
type BreakGlass struct {
	ID     string `json:"id"`
	Stack  string `json:"stack"` // ORGANIZATION/PROJECT/STACK
	Reason string `json:"reason"`
	Who    string `json:"who"`
	Until  string `json:"until"` // RFC 3339 in UTC
	Commit string `json:"commit,omitempty"`
	Passed int    `json:"passed"` // findings that would have stopped the run, advisory in this report
	// what was broken in the pack itself, and so was not checked or not as configured
	Outages []string `json:"outages,omitempty"`
}

// Finding is one finding of a run: in a resource (URN), in a stack (the URN of its root), or in a file (File, and
// file:NAME as URN).
type Finding struct {
	Policy    string `json:"policy"`
	Source    string `json:"source"` // name of a [Source]; may be left empty where there is only one
	URN       string `json:"urn"`
	Address   string `json:"address,omitempty"` // of a resource of Terraform
	Type      string `json:"type,omitempty"`
	Name      string `json:"name,omitempty"`
	Path      string `json:"path"`                // as messages write it; empty where the resource as a whole is meant
	Attribute string `json:"attribute,omitempty"` // the path in the words of Terraform
	// ValueName is the name of what it is about in a file, by which a baseline knows it; OldPath is what an earlier
	// version wrote into one.
	ValueName string `json:"valueName,omitempty"`
	OldPath   string `json:"-"`
	File      string `json:"file,omitempty"` // slash-separated, from the root of the repository
	// the short id of the commit that brings it, where the file as it is no longer has it
	Commit string `json:"commit,omitempty"`
	// AddedIn is the short id of the commit that was the first to have what the file as it is still has, where the
	// history was checked.
	AddedIn  string `json:"addedIn,omitempty"`
	Line     int    `json:"line,omitempty"` // line and column count from 1, the column in bytes
	Column   int    `json:"column,omitempty"`
	Column16 int    `json:"utf16Column,omitempty"` // the column in UTF-16 code units; 0 where that is the same
	// Locations are, of a finding in a resource, where somebody wrote it: first the line to change, then the lines that
	// led to it. They are empty where the source does not say, and no part of what identifies the finding.
	Locations []place.Location `json:"locations,omitempty"`
	Level     string           `json:"level"` // advisory or mandatory, after exemptions and the baseline
	Severity  string           `json:"severity"`
	Detector  string           `json:"detector,omitempty"`
	Message   string           `json:"message"`
	Undecided bool             `json:"undecided"`
	Baseline  bool             `json:"baseline"`
	// id of the exemption that is about it; [Inline] for a comment in the file
	Exemption string `json:"exemption,omitempty"`
	Expired   bool   `json:"expired"` // the exemption counts no longer
	// Entry is what is written of what lets it pass: the exemption in the configuration, the last day of the baseline,
	// the reason in a comment.
	Entry Exemption `json:"exemptionEntry,omitzero"`
	// Exceptions are Pulumi's policy exceptions that exempt it, in the natural order of their ids.
	Exceptions []exception.Exception `json:"exceptions,omitempty"`
	// Fingerprint is the same for the same finding in another run, also when lines have moved. [Write] fills it in.
	Fingerprint string `json:"fingerprint"`
}

// Exemption is what is written of an exemption. A comment has a reason and a line, a baseline a last
// day.
type Exemption struct {
	Owner      string `json:"owner,omitempty"`
	Reason     string `json:"reason,omitempty"`
	Expires    string `json:"expires,omitempty"` // a day, or a moment in RFC 3339
	Ticket     string `json:"ticket,omitempty"`
	ApprovedBy string `json:"approvedBy,omitempty"`
	Line       int    `json:"line,omitempty"` // of the comment
}

// exemptedBy names what exempts the finding: the id of an exemption, or those of exceptions.
func (f *Finding) exemptedBy() string {
	if f.Exemption != "" && !f.Expired {
		return f.Exemption
	}
	ids := make([]string, len(f.Exceptions))
	for i, e := range f.Exceptions {
		ids[i] = e.ID
	}
	return strings.Join(ids, " and ")
}

// exemptedUntil is what exempts the finding, with who is responsible for it and until when.
func (f *Finding) exemptedUntil() string {
	by, e := f.exemptedBy(), &f.Entry
	switch {
	case by == Inline:
		return "comments in files"
	case e.Owner == "" || by != f.Exemption:
		return by
	}
	by += " until " + e.Expires + " by " + e.Owner
	if e.Ticket != "" {
		by += ", " + e.Ticket
	}
	return by
}

// knownUntil is the policy of a finding in the baseline, with the last day of that.
func (f *Finding) knownUntil() string {
	if f.Entry.Expires == "" {
		return f.Policy
	}
	return f.Policy + " until " + f.Entry.Expires
}

// passing lists, each once and sorted, what lets the findings of a class pass, with the number of findings where it is
// more than one.
func passing(c Class, findings []*Finding) []string {
	by := (*Finding).exemptedUntil
	if c == Baseline {
		by = (*Finding).knownUntil
	}
	n := map[string]int{}
	for _, f := range findings {
		n[by(f)]++
	}
	names := slices.Sorted(maps.Keys(n))
	for i, name := range names {
		if n[name] > 1 {
			names[i] = fmt.Sprintf("%s (%d)", name, n[name])
		}
	}
	return names
}

// Inline is the exemption of a finding that a comment in its file lets pass.
const Inline = "inline"

// Class says what a finding means for the run.
type Class string

// The classes. Violations alone fail a run.
const (
	Violation Class = "violation"
	Advisory  Class = "advisory"
	Undecided Class = "undecided"
	Exempted  Class = "exempted"
	Baseline  Class = "baseline"
)

// Classes lists the classes in the order in which they matter.
func Classes() []Class { return []Class{Violation, Advisory, Undecided, Exempted, Baseline} }

// Class tells the finding's class. What a policy cannot decide is a violation where the configuration denies it.
func (f *Finding) Class() Class {
	switch {
	case f.Exemption != "" && !f.Expired, len(f.Exceptions) > 0:
		return Exempted
	case f.Baseline:
		return Baseline
	case f.Level == "mandatory":
		return Violation
	case f.Undecided:
		return Undecided
	default:
		return Advisory
	}
}

// New returns an empty report.
func New(version string) *Report { return &Report{Format: Name, Version: version} }

// Count counts the findings of a class. A report that is not written yet may hold a finding twice.
func (r *Report) Count(c Class) int {
	n := 0
	for i := range r.Findings {
		if r.Findings[i].Class() == c {
			n++
		}
	}
	return n
}

// of lists the findings of a class.
func (r *Report) of(c Class) []*Finding {
	var out []*Finding
	for i := range r.Findings {
		if r.Findings[i].Class() == c {
			out = append(out, &r.Findings[i])
		}
	}
	return out
}

// Exit returns the exit code that the report stands for: 2 where something could not be checked, else 1 where there are
// violations, else 0.
func (r *Report) Exit() int {
	switch {
	case len(r.Errors) > 0:
		return 2
	case r.Count(Violation) > 0:
		return 1
	default:
		return 0
	}
}

// complete returns the report as it is written: sorted, without repetitions, with nothing nil and with fingerprints.
func (r *Report) complete() *Report {
	c := *r
	c.Format = Name
	c.Policies = append([]Policy{}, r.Policies...)
	slices.SortStableFunc(c.Policies, func(a, b Policy) int { return strings.Compare(a.Name, b.Name) })
	c.Sources = append([]Source{}, r.Sources...)
	for i := range c.Sources {
		c.Sources[i].Checked = append([]Count{}, c.Sources[i].Checked...)
	}
	slices.SortStableFunc(c.Sources, func(a, b Source) int { return strings.Compare(a.Name, b.Name) })
	c.Errors = append([]Error{}, r.Errors...)
	slices.SortStableFunc(c.Errors, func(a, b Error) int {
		return cmp.Or(strings.Compare(a.Source, b.Source), strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Column, b.Column), strings.Compare(a.Message, b.Message))
	})
	c.Errors = slices.Compact(c.Errors)
	c.Notes = append([]Note{}, r.Notes...)
	slices.SortStableFunc(c.Notes, func(a, b Note) int {
		return cmp.Or(strings.Compare(a.Source, b.Source), strings.Compare(a.Message, b.Message))
	})
	c.Notes = slices.Compact(c.Notes)
	c.Disabled = slices.Clone(r.Disabled)
	for i := range c.Disabled {
		if d := &c.Disabled[i]; d.Source == "" && len(c.Sources) == 1 {
			d.Source = c.Sources[0].Name
		}
	}
	slices.SortFunc(c.Disabled, func(a, b Disabled) int {
		return cmp.Or(strings.Compare(a.Source, b.Source), strings.Compare(a.Name, b.Name),
			strings.Compare(a.Where, b.Where),
			strings.Compare(a.From, b.From))
	})
	c.Disabled = slices.Compact(c.Disabled)
	c.Left = slices.Clone(r.Left)
	for i := range c.Left {
		if l := &c.Left[i]; l.Source == "" && len(c.Sources) == 1 {
			l.Source = c.Sources[0].Name
		}
	}
	slices.SortFunc(c.Left, func(a, b Left) int {
		return cmp.Or(strings.Compare(a.Source, b.Source), strings.Compare(a.URN, b.URN),
			strings.Compare(a.Path, b.Path),
			strings.Compare(a.Policy, b.Policy), strings.Compare(a.To, b.To),
			strings.Compare(a.ValueName, b.ValueName), cmp.Compare(a.Line, b.Line))
	})
	c.Left = slices.Compact(c.Left)
	c.Findings = append([]Finding{}, r.Findings...)
	for i := range c.Findings {
		f := &c.Findings[i]
		if f.Source == "" && len(c.Sources) == 1 {
			f.Source = c.Sources[0].Name
		}
		f.Fingerprint = ""
	}
	slices.SortStableFunc(c.Findings, compareFindings)
	c.Findings = slices.CompactFunc(c.Findings, func(a, b Finding) bool { return compareFindings(a, b) == 0 })
	fingerprints(c.Findings)
	return &c
}

func compareFindings(a, b Finding) int {
	return cmp.Or(strings.Compare(a.Source, b.Source), strings.Compare(a.File, b.File), strings.Compare(a.URN, b.URN),
		cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), strings.Compare(a.Path, b.Path),
		strings.Compare(a.Policy, b.Policy), strings.Compare(a.Detector, b.Detector),
		strings.Compare(a.Message, b.Message),
		compareRest(a, b))
}

// compareRest orders findings that differ in nothing that a reader looks at first.
func compareRest(a, b Finding) int {
	return strings.Compare(fmt.Sprintf("%+v", a), fmt.Sprintf("%+v", b))
}

// fingerprints gives each of the sorted findings its own. A finding is known by its policy, its place and its detector,
// so not by its line; of several that agree in these, the first is told from the second. The value is no part of it.
func fingerprints(findings []Finding) {
	seen := map[string]int{}
	for i := range findings {
		f := &findings[i]
		place := f.URN
		switch {
		case f.File != "":
			place = "file:" + f.File
		case f.Address != "":
			place += "\x00" + f.Address
		}
		about := []string{f.Policy, place, f.Path, f.Detector}
		if f.ValueName != "" {
			about = []string{f.Policy, place, f.ValueName}
		}
		if f.Commit != "" {
			about = append(about, f.Commit)
		}
		key := strings.ToValidUTF8(strings.Join(about, "\x00"), "\ufffd")
		nth := seen[f.Source+"\x00"+key]
		seen[f.Source+"\x00"+key]++
		sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d", key, nth))
		f.Fingerprint = hex.EncodeToString(sum[:16])
	}
}

// Package report writes the findings of a run, for programs and for people. A report contains policies, locations and
// messages, never a secret value.
//
// A run fills in a [Report], and [Write] writes it in one of the [Formats]. Each format is a file of this package that
// begins with what the format is for. JSON is the complete format and the one that [Read] parses; its schema is
// report.schema.json in docs/reference. [Writer] is for a run that may end at any time: it collects findings and always
// replaces its files as a whole.
//
// All formats are deterministic: the same findings produce the same bytes, whatever order they arrive in. The names of
// rules, resources and files are untrusted input, so every format escapes characters that could control a terminal or a
// page.
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
	"github.com/progression-labs-development/policypack/internal/order"
	"github.com/progression-labs-development/policypack/internal/place"
)

// Name is the value of [Report.Format]. An incompatible JSON format gets a new name.
const Name = "policypack-report/1"

// Report is the result of a run.
type Report struct {
	Format  string `json:"format"`  // [Name]
	Version string `json:"version"` // of policypack
	// Day is the day, in UTC, that the verdict is for. It determines which exemptions have expired. Reports of earlier
	// versions leave it empty.
	Day string `json:"day,omitempty"`
	// WhatIf reports whether the user chose Day. Such a report is not evidence of a run.
	WhatIf   bool      `json:"whatIf,omitempty"`
	Digest   string    `json:"digest,omitempty"` // SHA-256 of the effective configuration, in hex
	Policies []Policy  `json:"policies"`         // the enabled ones
	Sources  []Source  `json:"sources"`          // what was checked
	Errors   []Error   `json:"errors"`           // what could not be checked
	Notes    []Note    `json:"notes"`            // remarks about the configuration
	Findings []Finding `json:"findings"`
	// Bundles are the organisation's bundles of rules and settings.
	Bundles []Bundle `json:"bundles,omitempty"`
	// BreakGlass lists the break-glass tokens that let the run pass.
	BreakGlass []BreakGlass `json:"breakGlass,omitempty"`
	// Exceptions is the value of the setting for Pulumi's policy exceptions. In a preview or update, the engine applies
	// them after the report is written.
	Exceptions string `json:"exceptions,omitempty"`
	// Disabled lists the policies that did not apply, because of their level or because a parameter allows everything.
	Disabled []Disabled `json:"disabled,omitempty"`
	// Browse is the URL of a line in the repository, with the placeholders {file} and {line}. [BrowseURL] returns it in
	// CI.
	Browse string `json:"browse,omitempty"`
	// Left lists findings that are covered by another policy's finding of the same problem.
	Left []Left `json:"left,omitempty"`
}

// Policy is what readers of a report need to know about a policy.
type Policy struct {
	Name        string   `json:"name"`
	Title       string   `json:"title"`
	Description string   `json:"description"`
	Remediation string   `json:"remediation"`
	URL         string   `json:"url,omitempty"`
	Level       string   `json:"level"`          // in this run: advisory or mandatory
	From        string   `json:"from,omitempty"` // what set the level
	Severity    string   `json:"severity"`
	Scope       string   `json:"scope"`
	Standard    []string `json:"standard,omitempty"`
	Tags        []string `json:"tags,omitempty"`
}

// Own is the origin of a level that nothing has overridden.
const Own = "the policy's own"

// Disabled is a policy that did not apply to a source.
type Disabled struct {
	Name   string `json:"name"`
	Source string `json:"source"` // name of a [Source]; may be empty if there is only one
	From   string `json:"from"`   // what disabled it
	// Effect reports whether the policy is disabled only in effect: its level applies, but a parameter allows
	// everything it checks.
	Effect bool   `json:"effect,omitempty"`
	Where  string `json:"where,omitempty"` // account NAME or stack NAME; empty for the whole source
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

// Source is an input that was checked: a preview, a file, a repository.
type Source struct {
	Name         string `json:"name"` // as the user wrote it; the kind for a preview or update
	Kind         string `json:"kind"`
	Organization string `json:"organization,omitempty"`
	Project      string `json:"project,omitempty"`
	Stack        string `json:"stack,omitempty"`
	// File is the file, relative to the repository root, to which formats attach findings in resources when they need
	// one: Pulumi.yaml for a preview, the plan for a plan. It may be empty.
	File string `json:"file,omitempty"`
	// Checked counts what was checked, by kind: resources, files, and commits whose file versions were checked. Partly
	// counts the files in it that were only searched for known formats. NotChecked counts what was skipped.
	Checked    []Count `json:"checked"`
	Partly     []Count `json:"partly,omitempty"`
	NotChecked []Count `json:"notChecked,omitempty"`
	// Unfinished reports whether a preview or update stopped before its end, so that findings may be missing.
	Unfinished bool `json:"unfinished,omitempty"`
	// Part reports whether only a directory, a file or a change of a repository was checked.
	Part bool `json:"part,omitempty"`
	// History reports whether all commits of a repository were checked as well.
	History bool `json:"history,omitempty"`
	// Index reports whether git's index determined the files of a repository. It is nil for other sources.
	Index *bool `json:"index,omitempty"`
}

// Error is a failure to check something. Line and Column start at 1 and are 0 if unknown.
type Error struct {
	Source string `json:"source"`
	File   string `json:"file,omitempty"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
	// Column16 is the column in UTF-16 code units, or 0 if it is the same as Column.
	Column16 int    `json:"utf16Column,omitempty"`
	Message  string `json:"message"`
}

// Note is a remark about the configuration, such as an unused exemption.
type Note struct {
	Source  string `json:"source"`
	Message string `json:"message"`
}

// Left is a finding that another policy's finding covers, identified by policy, resource and path. It is not shown, and
// applies as soon as the other finding no longer does. `policypack baseline` records it too.
type Left struct {
	Policy string `json:"policy"`
	Source string `json:"source"`
	URN    string `json:"urn"`
	Path   string `json:"path"`
	// ValueName is the name of the value, for a finding in a file.
	ValueName string `json:"valueName,omitempty"`
	OldPath   string `json:"-"`
	Commit    string `json:"commit,omitempty"` // of a finding in a file
	Line      int    `json:"line,omitempty"`
	To        string `json:"to"`              // the other policy
	ToURN     string `json:"toUrn,omitempty"` // the resource of its finding, if a different one
}

// Bundle is an organisation's bundle. A note says whether its parameters apply.
type Bundle struct {
	Digest   string `json:"digest"` // SHA-256 of the file, in hex
	Revision string `json:"revision,omitempty"`
	Serial   int64  `json:"serial,omitempty"`
	Expires  string `json:"expires,omitempty"` // the last day of its validity
}

// BreakGlass is a signed token that kept findings from failing the run. It does not include the token itself.
type BreakGlass struct {
	ID     string `json:"id"`
	Stack  string `json:"stack"` // ORGANIZATION/PROJECT/STACK
	Reason string `json:"reason"`
	Who    string `json:"who"`
	Until  string `json:"until"` // RFC 3339 in UTC
	Commit string `json:"commit,omitempty"`
	Passed int    `json:"passed"` // findings that would have failed the run; advisory in this report
	// Outages describes the parts of the pack that were broken, and so were not checked or not configured.
	Outages []string `json:"outages,omitempty"`
}

// Finding is one finding: in a resource (URN), in a stack (the URN of its root), or in a file (File, with file:NAME as
// URN).
type Finding struct {
	Policy    string `json:"policy"`
	Source    string `json:"source"` // name of a [Source]; may be empty if there is only one
	URN       string `json:"urn"`
	Address   string `json:"address,omitempty"` // of a Terraform resource
	Type      string `json:"type,omitempty"`
	Name      string `json:"name,omitempty"`
	Path      string `json:"path"`                // as in messages; empty for the resource as a whole
	Attribute string `json:"attribute,omitempty"` // the path in Terraform's notation
	// ValueName is the name of the value in a file, which a baseline uses to identify the finding. OldPath is how an
	// earlier version identified it.
	ValueName string `json:"valueName,omitempty"`
	OldPath   string `json:"-"`
	File      string `json:"file,omitempty"` // slash-separated, from the root of the repository
	// Commit is the short id of the commit that contains the finding, if the file no longer does.
	Commit string `json:"commit,omitempty"`
	// AddedIn is the short id of the first commit with the finding, if the file still has it and the history was
	// checked.
	AddedIn  string `json:"addedIn,omitempty"`
	Line     int    `json:"line,omitempty"` // line and column start at 1; the column is in bytes
	Column   int    `json:"column,omitempty"`
	Column16 int    `json:"utf16Column,omitempty"` // the column in UTF-16 code units; 0 if the same
	// Locations are the source lines of a finding in a resource: first the line to change, then its callers. They are
	// empty if the source does not provide them, and are not part of the finding's identity.
	Locations []place.Location `json:"locations,omitempty"`
	Level     string           `json:"level"` // advisory or mandatory, after exemptions and the baseline
	Severity  string           `json:"severity"`
	Detector  string           `json:"detector,omitempty"`
	Message   string           `json:"message"`
	Undecided bool             `json:"undecided"`
	Baseline  bool             `json:"baseline"`
	// Exemption is the id of the matching exemption, or [Inline] for a comment in the file.
	Exemption string `json:"exemption,omitempty"`
	Expired   bool   `json:"expired"` // the exemption has expired
	// Entry describes the exemption in the configuration, the baseline's expiry date or the comment's reason.
	Entry Exemption `json:"exemptionEntry,omitzero"`
	// Exceptions are the Pulumi policy exceptions that exempt the finding, in natural order of their ids.
	Exceptions []exception.Exception `json:"exceptions,omitempty"`
	// Fingerprint identifies the same finding across runs, even if lines have moved. [Write] fills it in.
	Fingerprint string `json:"fingerprint"`
}

// Exemption describes an exemption. A comment has a reason and a line, a baseline has an expiry date.
type Exemption struct {
	Owner      string `json:"owner,omitempty"`
	Reason     string `json:"reason,omitempty"`
	Expires    string `json:"expires,omitempty"` // a day, or a time in RFC 3339
	Ticket     string `json:"ticket,omitempty"`
	ApprovedBy string `json:"approvedBy,omitempty"`
	Line       int    `json:"line,omitempty"` // of the comment
}

// exemptedBy returns the id of the exemption or of the exceptions that exempt the finding.
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

// exemptedUntil returns what exempts the finding, who owns the exemption and when it expires.
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

// knownUntil returns the policy of a finding in the baseline and when the baseline expires.
func (f *Finding) knownUntil() string {
	if f.Entry.Expires == "" {
		return f.Policy
	}
	return f.Policy + " until " + f.Entry.Expires
}

// passing lists what exempts the findings of a class, sorted and without duplicates, with the number of findings if
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

// Inline is the exemption id of a finding that a comment in its file suppresses.
const Inline = "inline"

// Class is the effect of a finding on the run.
type Class string

// The classes. Only violations fail a run.
const (
	Violation Class = "violation"
	Advisory  Class = "advisory"
	Undecided Class = "undecided"
	Exempted  Class = "exempted"
	Baseline  Class = "baseline"
)

// Classes lists the classes, most important first.
func Classes() []Class { return []Class{Violation, Advisory, Undecided, Exempted, Baseline} }

// Class returns the finding's class. An undecided finding is a violation if the configuration denies unknown values.
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

// Count counts the findings of a class. Before [Write], a report may contain duplicates.
func (r *Report) Count(c Class) int {
	n := 0
	for i := range r.Findings {
		if r.Findings[i].Class() == c {
			n++
		}
	}
	return n
}

// of returns the findings of a class.
func (r *Report) of(c Class) []*Finding {
	var out []*Finding
	for i := range r.Findings {
		if r.Findings[i].Class() == c {
			out = append(out, &r.Findings[i])
		}
	}
	return out
}

// Exit returns the exit code of the report: 2 if something could not be checked, 1 if there are violations, otherwise
// 0.
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

// complete returns the report as it is written: sorted, without duplicates or nil slices, and with fingerprints.
func (r *Report) complete() *Report {
	c := *r
	c.Format = Name
	c.Policies = append([]Policy{}, r.Policies...)
	order.Stable(c.Policies, func(a, b Policy) int { return strings.Compare(a.Name, b.Name) })
	c.Sources = append([]Source{}, r.Sources...)
	for i := range c.Sources {
		c.Sources[i].Checked = append([]Count{}, c.Sources[i].Checked...)
	}
	order.Stable(c.Sources, func(a, b Source) int { return strings.Compare(a.Name, b.Name) })
	c.Errors = append([]Error{}, r.Errors...)
	order.Stable(c.Errors, func(a, b Error) int {
		return cmp.Or(strings.Compare(a.Source, b.Source), strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Column, b.Column), strings.Compare(a.Message, b.Message))
	})
	c.Errors = slices.Compact(c.Errors)
	c.Notes = append([]Note{}, r.Notes...)
	order.Stable(c.Notes, func(a, b Note) int {
		return cmp.Or(strings.Compare(a.Source, b.Source), strings.Compare(a.Message, b.Message))
	})
	c.Notes = slices.Compact(c.Notes)
	c.Disabled = slices.Clone(r.Disabled)
	for i := range c.Disabled {
		if d := &c.Disabled[i]; d.Source == "" && len(c.Sources) == 1 {
			d.Source = c.Sources[0].Name
		}
	}
	order.By(c.Disabled, func(a, b Disabled) int {
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
	order.By(c.Left, func(a, b Left) int {
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
	order.Stable(c.Findings, compareFindings)
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

// compareRest orders findings that are equal in everything that readers see first.
func compareRest(a, b Finding) int {
	return strings.Compare(fmt.Sprintf("%+v", a), fmt.Sprintf("%+v", b))
}

// fingerprints sets the fingerprints of sorted findings. A finding is identified by policy, location without line, and
// detector. A counter distinguishes findings that agree in these. The value is not part of it.
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

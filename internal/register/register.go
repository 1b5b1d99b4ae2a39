// Package register collects everything that exempts findings: exemptions and baselines in configurations and bundles,
// Pulumi's policy exceptions, comments in files, and break-glass tokens. For each it records the owner, the reason, the
// start, the expiry, and whether it was used.
//
// Add configurations, bundles and comments to a [Builder] first, then the reports of runs. What is only known from a
// report gets an entry too. [Builder.Register] returns the [Register], which [Forms] write.
//
// Unknown facts are left out: no day is guessed, and an entry that no report covers is neither used nor unused.
package register

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/progression-labs-development/policypack/internal/evidence"
	"github.com/progression-labs-development/policypack/internal/exception"
	"github.com/progression-labs-development/policypack/internal/exemption"
	"github.com/progression-labs-development/policypack/internal/glob"
	"github.com/progression-labs-development/policypack/internal/order"
)

// Format is the name of the register's JSON format.
const Format = "policypack-register/1"

// Register lists everything that exempts findings.
type Register struct {
	Format  string `json:"format"`
	Version string `json:"version"` // of policypack
	Day     string `json:"day"`     // on which it was made, in UTC
	// Owner and ExpiresWithin are the filter that was applied, if any. LeftOut is the number of entries that it
	// excluded.
	Owner         string   `json:"owner,omitempty"`
	ExpiresWithin *int     `json:"expiresWithinDays,omitempty"`
	LeftOut       int      `json:"leftOut,omitempty"`
	Sources       []Source `json:"sources"` // what was read
	Errors        []Error  `json:"errors"`  // what could not be read, or not fully
	Notes         []string `json:"notes"`
	Entries       []*Entry `json:"entries"` // by expiry, then owner
	Summary       Summary  `json:"summary"`
}

// Source is an input that was read.
type Source struct {
	Name string     `json:"name"`
	Kind SourceKind `json:"kind"`
	// Verified reports whether the signature of a bundle verifies with a pinned key. If no key is pinned, or no given
	// configuration pins one, only the rules of the bundle apply.
	Verified *bool `json:"verified,omitempty"`
	// Day is the day, in UTC, of a report's verdict, if the report has one.
	Day string `json:"day,omitempty"`
}

// SourceKind is the kind of a source.
type SourceKind string

// The kinds of sources.
const (
	Configuration SourceKind = "configuration"
	Bundle        SourceKind = "bundle"
	Repository    SourceKind = "repository"
	Report        SourceKind = "report"
)

// Error is a failure to read a source.
type Error struct {
	Source  string `json:"source"`
	Message string `json:"message"`
}

// Summary counts the entries.
type Summary struct {
	Entries  int `json:"entries"`
	Expired  int `json:"expired"`
	EndsSoon int `json:"endsSoon"`
	NoEnd    int `json:"noEnd"`
	Used     int `json:"used"`
	NotUsed  int `json:"notUsed"`
}

// Kind is the kind of an entry.
type Kind string

// The kinds of entries.
const (
	Exemption  Kind = "exemption"   // of the settings
	Exception  Kind = "exception"   // of Pulumi
	Baseline   Kind = "baseline"    // a row of one
	Comment    Kind = "comment"     // policypack:allow in a file
	BreakGlass Kind = "break-glass" // a signed token
)

// State is the state of an entry in its lifetime.
type State string

// The states.
const (
	Expired      State = "expired"
	EndsSoon     State = "ends-soon" // within the days of the setting exemptionWarningDays
	InForce      State = "in-force"
	NoEnd        State = "no-end"
	UnknownState State = "unknown" // nothing that was read says when it ends
)

// Used is whether an entry was used.
type Used string

// The values of [Used].
const (
	IsUsed  Used = "used"
	NotUsed Used = "not-used" // the runs prove that it matches nothing
	Unknown Used = "unknown"  // they prove neither
)

// Entry is an exemption of findings, of any kind.
type Entry struct {
	Kind Kind   `json:"kind"`
	ID   string `json:"id,omitempty"`
	// Source is where the entry is written or, if known from reports alone, the first of them. Line is the line in it.
	Source   string   `json:"source"`
	Line     int      `json:"line,omitempty"`
	Policies []string `json:"policies"`
	About    About    `json:"about"`

	Owner      string `json:"owner,omitempty"`
	Reason     string `json:"reason,omitempty"`
	Ticket     string `json:"ticket,omitempty"`
	ApprovedBy string `json:"approvedBy,omitempty"`
	BreakGlass bool   `json:"breakGlass,omitempty"` // of an exemption
	Expires    string `json:"expires,omitempty"`    // a day, or a moment in RFC 3339
	State      State  `json:"state"`
	DaysLeft   *int   `json:"daysLeft,omitempty"` // 0 on the last day
	// Counts is false for an entry that currently exempts nothing: one of a bundle whose signature is not verified.
	Counts bool `json:"counts"`

	FirstSeen   string `json:"firstSeen,omitempty"`   // a day in UTC
	FirstSeenBy string `json:"firstSeenBy,omitempty"` // commit ID, baseline commit ID, or report NAME

	Used     Used    `json:"used"`
	Findings int     `json:"findings"`         // that it exempted in the runs of UsedIn
	UsedIn   []Usage `json:"usedIn,omitempty"` // the runs
	Why      string  `json:"why,omitempty"`    // it is unused, or not known to be used

	end       time.Time // the first moment at which it no longer counts, zero where there is none
	soon      int       // days before its end at which it ends soon
	scope     exemption.Scope
	exception exception.Entry
	bundled   bool   // it is of a bundle
	unused    bool   // the runs prove it
	key       string // by which the history of its file knows it; of what reports alone know, empty
	endless   bool   // it has no end, and is known to
	oldest    Usage  // the run of the earliest day that names it
}

// About is what an entry applies to. An empty field matches anything.
type About struct {
	Organization string `json:"organization,omitempty"`
	Project      string `json:"project,omitempty"`
	Stack        string `json:"stack,omitempty"`
	Type         string `json:"type,omitempty"`
	Name         string `json:"name,omitempty"`
	URN          string `json:"urn,omitempty"`
	Path         string `json:"path,omitempty"`
	File         string `json:"file,omitempty"`
	ValueName    string `json:"valueName,omitempty"` // in the file
	Commit       string `json:"commit,omitempty"`    // that has it, where the file as it is does not
	Count        int    `json:"count,omitempty"`     // how many findings of that name a row stands for
	// Targets are the URNs of an exception.
	Targets []string `json:"targets,omitempty"`
}

// Usage is a run that used an entry.
type Usage struct {
	Report       string `json:"report"` // the file, or the repository that was checked
	Kind         string `json:"kind,omitempty"`
	Organization string `json:"organization,omitempty"`
	Project      string `json:"project,omitempty"`
	Stack        string `json:"stack,omitempty"`
	Day          string `json:"day,omitempty"`
	Findings     int    `json:"findings"`
}

// place returns the location of the run.
func (u *Usage) place() string {
	if u.Stack == "" {
		return u.Report
	}
	return strings.Trim(u.Organization+"/"+u.Project+"/"+u.Stack, "/")
}

// Filter selects entries.
type Filter struct {
	Owner         string // a glob, empty for all
	ExpiresWithin *int   // days; what has expired is among them; nil for all
}

// Exit returns the exit code of the command: 2 if something could not be read.
func (r *Register) Exit() int {
	if len(r.Errors) > 0 {
		return 2
	}
	return 0
}

// Register returns the collected entries, with their use as far as the runs prove it. Call it once, at the end. Its
// strings are safe to show.
func (b *Builder) Register(f Filter, v *evidence.Evidence, shown Shown) (*Register, error) {
	owner, err := glob.Compile(f.Owner)
	if err != nil {
		return nil, err
	}
	r := &b.register
	b.prove(v)
	for _, why := range v.Ignored() {
		b.Note("no evidence: %s", why)
	}
	for _, e := range b.entries {
		b.finish(e)
		r.Summary.add(e, f, owner)
		if !wanted(e, f, owner) {
			r.LeftOut++
			continue
		}
		r.Entries = append(r.Entries, e)
	}
	order.Stable(r.Entries, compare)
	r.Owner, r.ExpiresWithin = f.Owner, f.ExpiresWithin
	r.show(shown)
	return r, nil
}

func wanted(e *Entry, f Filter, owner *glob.Glob) bool {
	if f.Owner != "" && !owner.Match(e.Owner) {
		return false
	}
	return f.ExpiresWithin == nil || e.DaysLeft != nil && *e.DaysLeft <= *f.ExpiresWithin
}

func (s *Summary) add(e *Entry, f Filter, owner *glob.Glob) {
	if !wanted(e, f, owner) {
		return
	}
	s.Entries++
	switch e.State {
	case Expired:
		s.Expired++
	case EndsSoon:
		s.EndsSoon++
	case NoEnd:
		s.NoEnd++
	case InForce, UnknownState:
	}
	switch e.Used {
	case IsUsed:
		s.Used++
	case NotUsed:
		s.NotUsed++
	case Unknown:
	}
}

// compare orders entries by expiry, those with none or an unknown one last; then by owner.
func compare(a, b *Entry) int {
	return cmp.Or(
		compareBool(a.end.IsZero(), b.end.IsZero()), a.end.Compare(b.end), cmp.Compare(a.Owner, b.Owner),
		cmp.Compare(a.Kind, b.Kind), exception.Compare(a.ID, b.ID), cmp.Compare(a.Source, b.Source),
		cmp.Compare(a.About.text(), b.About.text()), cmp.Compare(a.Line, b.Line),
		slices.Compare(a.Policies, b.Policies), cmp.Compare(a.Reason, b.Reason))
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// finish completes an entry with what follows from all sources.
func (b *Builder) finish(e *Entry) {
	switch today := b.now.UTC().Truncate(24 * time.Hour); {
	case e.end.IsZero() && e.endless:
		e.State = NoEnd
	case e.end.IsZero():
		e.State = UnknownState
	default:
		left := int(e.end.Add(-time.Nanosecond).UTC().Truncate(24*time.Hour).Sub(today) / (24 * time.Hour))
		e.DaysLeft = &left
		switch {
		case !b.now.Before(e.end):
			e.State = Expired
		case left <= e.soon:
			e.State = EndsSoon
		default:
			e.State = InForce
		}
	}
	if e.FirstSeen == "" && e.oldest.Day != "" {
		e.FirstSeen, e.FirstSeenBy = e.oldest.Day, "report "+e.oldest.Report
	}
	switch {
	case e.unused: // the runs of UsedIn are too old to count
		e.Used = NotUsed
	case len(e.UsedIn) > 0:
		e.Used, e.Why = IsUsed, ""
	default:
		e.Used = Unknown
	}
	slices.Sort(e.Policies)
	e.Policies = slices.Compact(e.Policies)
	order.Stable(e.UsedIn, func(a, b Usage) int {
		return cmp.Or(cmp.Compare(a.Organization, b.Organization), cmp.Compare(a.Project, b.Project),
			cmp.Compare(a.Stack, b.Stack), cmp.Compare(a.Day, b.Day), cmp.Compare(a.Report, b.Report))
	})
}

// Shown defines how strings are shown.
type Shown struct {
	Text func(string) string // prose
	Name func(string) string // what somebody called something, which a secret may be joined to
}

// show replaces every string by what may be shown of it.
func (r *Register) show(shown Shown) {
	texts := func(all ...*string) {
		for _, s := range all {
			*s = shown.Text(*s)
		}
	}
	names := func(all ...*string) {
		for _, s := range all {
			*s = shown.Text(shown.Name(*s))
		}
	}
	for i := range r.Sources {
		names(&r.Sources[i].Name)
	}
	for i := range r.Errors {
		names(&r.Errors[i].Source)
		texts(&r.Errors[i].Message)
	}
	for i := range r.Notes {
		texts(&r.Notes[i])
	}
	for _, e := range r.Entries {
		texts(&e.Owner, &e.Reason, &e.Ticket, &e.ApprovedBy, &e.Expires, &e.FirstSeenBy, &e.Why, &e.About.Commit)
		a := &e.About
		names(&e.ID, &e.Source, &a.Organization, &a.Project, &a.Stack, &a.Type, &a.Name, &a.URN, &a.Path, &a.File,
			&a.ValueName)
		for i := range e.Policies {
			names(&e.Policies[i])
		}
		for i := range a.Targets {
			names(&a.Targets[i])
		}
		for i := range e.UsedIn {
			u := &e.UsedIn[i]
			names(&u.Report, &u.Organization, &u.Project, &u.Stack)
			texts(&u.Day, &u.Kind)
		}
	}
}

// text returns what the entry applies to, for people.
func (a *About) text() string {
	var parts []string
	add := func(word, text string) {
		if text != "" {
			parts = append(parts, word+text)
		}
	}
	add("project ", a.Project)
	add("stack ", a.Stack)
	add("type ", a.Type)
	add("name ", a.Name)
	add("", a.URN)
	add("", a.File)
	add("at ", a.Path)
	add("", a.ValueName)
	add("in commit ", a.Commit)
	for _, t := range a.Targets {
		add("", t)
	}
	return strings.Join(parts, ", ")
}

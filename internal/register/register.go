// Package register collects everything that exempts findings: the exemptions and the baselines of configurations and
// bundles, Pulumi's policy exceptions, comments in files, and break-glass tokens. It says of each who owns it, why,
// since when, until when, and whether it was used.
//
// A [Builder] is given the configurations, bundles and comments first, then the reports of runs, one after the other.
// What reports name and nothing else knows has an entry too. [Builder.Register] returns the [Register], which [Forms]
// write.
//
// What is not known is not there: no day is guessed, and what no report is about is neither used nor unused.
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
)

// Format is the name of the register's JSON.
const Format = "policypack-register/1"

// Register is everything that exempts findings.
type Register struct {
	Format  string `json:"format"`
	Version string `json:"version"` // of policypack
	Day     string `json:"day"`     // on which it was made, in UTC
	// Owner and ExpiresWithin are what was asked for, where not all was. LeftOut is how many entries that left out.
	Owner         string   `json:"owner,omitempty"`
	ExpiresWithin *int     `json:"expiresWithinDays,omitempty"`
	LeftOut       int      `json:"leftOut,omitempty"`
	Sources       []Source `json:"sources"` // what was read
	Errors        []Error  `json:"errors"`  // what could not be read, or not fully
	Notes         []string `json:"notes"`
	Entries       []*Entry `json:"entries"` // by expiry, then owner
	Summary       Summary  `json:"summary"`
}

// Source is something that was read.
type Source struct {
	Name string     `json:"name"`
	Kind SourceKind `json:"kind"`
	// Verified tells of a bundle that its signature verifies with a pinned key. Where no key is pinned, or in no
	// configuration that was given, nothing of the bundle but its rules counts.
	Verified *bool `json:"verified,omitempty"`
	// Day is the day in UTC that the verdict of a report is for, where it says so.
	Day string `json:"day,omitempty"`
}

// SourceKind is what a source is.
type SourceKind string

// The kinds of sources.
const (
	Configuration SourceKind = "configuration"
	Bundle        SourceKind = "bundle"
	Repository    SourceKind = "repository"
	Report        SourceKind = "report"
)

// Error says what could not be read.
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

// Kind is what an entry is.
type Kind string

// The kinds of entries.
const (
	Exemption  Kind = "exemption"   // of the settings
	Exception  Kind = "exception"   // of Pulumi
	Baseline   Kind = "baseline"    // a row of one
	Comment    Kind = "comment"     // policypack:allow in a file
	BreakGlass Kind = "break-glass" // a signed token
)

// State is how far an entry is.
type State string

// The states.
const (
	Expired      State = "expired"
	EndsSoon     State = "ends-soon" // within the days of the setting exemptionWarningDays
	InForce      State = "in-force"
	NoEnd        State = "no-end"
	UnknownState State = "unknown" // nothing that was read says when it ends
)

// Used says whether an entry was used.
type Used string

// Whether an entry was used.
const (
	IsUsed  Used = "used"
	NotUsed Used = "not-used" // the runs prove that it matches nothing
	Unknown Used = "unknown"  // they prove neither
)

// Entry is one thing that exempts findings.
type Entry struct {
	Kind Kind   `json:"kind"`
	ID   string `json:"id,omitempty"`
	// Source is where it is written; of what reports alone know, the first of them. Line is the line in it.
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
	// Counts is false for what exempts nothing as things are: of a bundle whose signature is not verified.
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

// About is what an entry is about. What is empty is not written down, and matches anything.
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

// Usage is a run in which an entry was used.
type Usage struct {
	Report       string `json:"report"` // the file, or the repository that was checked
	Kind         string `json:"kind,omitempty"`
	Organization string `json:"organization,omitempty"`
	Project      string `json:"project,omitempty"`
	Stack        string `json:"stack,omitempty"`
	Day          string `json:"day,omitempty"`
	Findings     int    `json:"findings"`
}

// place names where the run was.
func (u *Usage) place() string {
	if u.Stack == "" {
		return u.Report
	}
	return strings.Trim(u.Organization+"/"+u.Project+"/"+u.Stack, "/")
}

// Filter says which entries are wanted.
type Filter struct {
	Owner         string // a glob, empty for all
	ExpiresWithin *int   // days; what has expired is among them; nil for all
}

// Exit is the exit code of the command: 2 where something could not be read.
func (r *Register) Exit() int {
	if len(r.Errors) > 0 {
		return 2
	}
	return 0
}

// Register returns what came together, and by what the runs prove whether it is used. It is called once, at the end.
// The texts of it are what may be shown.
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
	slices.SortStableFunc(r.Entries, compare)
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

// compare orders entries: what ends first, then what has no end or none that is known; then by owner.
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

// finish says of an entry what follows from all that was read.
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
	slices.SortStableFunc(e.UsedIn, func(a, b Usage) int {
		return cmp.Or(cmp.Compare(a.Organization, b.Organization), cmp.Compare(a.Project, b.Project),
			cmp.Compare(a.Stack, b.Stack), cmp.Compare(a.Day, b.Day), cmp.Compare(a.Report, b.Report))
	})
}

// Shown says what a text is shown as.
type Shown struct {
	Text func(string) string // prose
	Name func(string) string // what somebody called something, which a secret may be joined to
}

// show makes of every text what may be shown of it.
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

// text is what the entry is about, for people.
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

package attest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/report"
)

// Skew is how far a statement's time may be in the future, because clocks differ.
const Skew = 5 * time.Minute

// Wanted is what a statement must match to be accepted. Empty fields match anything.
type Wanted struct {
	Kind          string        // preview, update or another kind of source; preview or update where it is empty
	Organization  string        // of the stack
	Project       string        // of the stack
	Stack         string        // of the stack
	Commit        string        // with clean tracked files
	Configuration string        // digest
	Version       string        // of the pack
	Pack          string        // digest of the program
	MaxAge        time.Duration // at most
	BreakGlass    bool          // a run that has passed by break-glass is good enough
	Added         *Pack         // whose rules and bundles have to have counted; its other fields are not asked
}

// Refused lists why the statement is not good enough, nil where it is: what is wrong, and what was expected. Beside
// what is wanted, it must be complete, without errors and violations, and not from the future.
func (w Wanted) Refused(s *Statement, now time.Time) []string {
	var out []string
	no := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	p := &s.Predicate
	if !slices.ContainsFunc(p.Sources, w.about) {
		var got []string
		for _, a := range p.Sources {
			got = append(got, a.String())
		}
		no("it is for another run: %s; expected %s", strings.Join(got, ", "), w.run())
	}
	if why := w.broken(p, now); why != "" {
		no("%s", why)
	}
	if !p.Complete && !w.passed(p) {
		no("the run did not complete: it stopped before the stack as a whole was checked, or something could not " +
			"be checked; expected a completed run")
	}
	if p.Errors > 0 {
		no("%s: not everything could be checked; expected none", report.Plural(p.Errors, "error"))
	}
	if p.Counts.Violation > 0 {
		var by []string
		for _, q := range p.Policies {
			if q.Violation > 0 {
				by = append(by, fmt.Sprintf("%s %d", q.Name, q.Violation))
			}
		}
		no("%s (%s); expected none", report.Plural(p.Counts.Violation, "violation"), strings.Join(by, ", "))
	}
	if p.idle() && !w.passed(p) {
		no("every policy was disabled; expected at least one that is not")
	}
	w.commit(p, no)
	switch {
	case w.Configuration == "" || p.Configuration == w.Configuration || w.passed(p):
	case p.Configuration == "":
		no("the run had no configuration; expected the digest %s", w.Configuration)
	default:
		no("another configuration was in effect: digest %s; expected %s", p.Configuration, w.Configuration)
	}
	w.added(p, no)
	if w.Version != "" && p.Pack.Version != w.Version {
		no("policypack %s ran; expected %s", p.Pack.Version, w.Version)
	}
	if w.Pack != "" && p.Pack.Digest != w.Pack {
		no("another program ran: SHA-256 %s; expected %s", p.Pack.Digest, w.Pack)
	}
	at, err := s.Time()
	switch age := now.Sub(at); {
	case err != nil:
		no("its time is malformed; expected RFC 3339")
	case age < -Skew:
		no("it was created in the future: at %s, and it is now %s; check the clocks", p.Time,
			now.UTC().Format(time.RFC3339))
	case w.MaxAge > 0 && age > w.MaxAge:
		no("it is %s old (created at %s); expected at most %s", age.Truncate(time.Second), p.Time, w.MaxAge)
	}
	return out
}

// idle reports whether no policy counted. What is wrong with the settings is said in every run, so these are no policy
// here.
func (p *Predicate) idle() bool {
	return !slices.ContainsFunc(p.Policies, func(q Policy) bool {
		return q.Name != pack.SettingsPolicy && q.Level != string(pack.Disabled) &&
			!slices.ContainsFunc(p.Disabled, func(d Disabled) bool {
				return d.Name == q.Name && d.Effect && d.Where == ""
			})
	})
}

func (w Wanted) commit(p *Predicate, no func(string, ...any)) {
	switch {
	case w.Commit == "":
	case p.Commit == nil:
		no("it has no commit; expected %s", w.Commit)
	case p.Commit.ID != w.Commit:
		no("it is for another commit: %s; expected %s", p.Commit.ID, w.Commit)
	case p.Commit.Dirty:
		no("the checkout had changes to tracked files on top of commit %s; expected a clean checkout", w.Commit)
	}
}

// added compares what an organisation has added to the program: the digest of the configuration names its policies
// alone, and not what they check.
func (w Wanted) added(p *Predicate, no func(string, ...any)) {
	if w.Added == nil || w.passed(p) {
		return
	}
	if p.Pack.Rules != w.Added.Rules {
		no("other rules of the organisation were in effect: SHA-256 %s; expected %s", cmp.Or(p.Pack.Rules, "none"),
			cmp.Or(w.Added.Rules, "none"))
	}
	digests := func(bundles []Bundle) string {
		var all []string
		for _, b := range bundles {
			all = append(all, b.Digest)
		}
		return cmp.Or(strings.Join(all, ", "), "none")
	}
	if got, want := digests(p.Pack.Bundles), digests(w.Added.Bundles); got != want {
		no("another bundle was in effect: SHA-256 %s; expected %s", got, want)
	}
}

// about reports whether a source is what is wanted. A preview or an update is one of a stack: `pulumi policy analyze`
// calls the pack without one, about any state.
func (w Wanted) about(s Source) bool {
	kind := s.Kind == w.Kind || w.Kind == ""
	if s.Kind == report.Preview || s.Kind == report.Update {
		kind = kind && s.Stack != ""
	} else {
		kind = kind && w.Kind != ""
	}
	return kind && (w.Organization == "" || s.Organization == w.Organization) &&
		(w.Project == "" || s.Project == w.Project) && (w.Stack == "" || s.Stack == w.Stack)
}

// run names what is wanted.
func (w Wanted) run() string {
	kind := w.Kind
	if kind == "" {
		kind = "preview or update"
	}
	run := Source{Kind: kind, Organization: w.Organization, Project: w.Project, Stack: w.Stack}.String()
	if run == report.Preview || run == report.Update || w.Kind == "" && run == kind {
		run += " of a stack"
	}
	return run
}

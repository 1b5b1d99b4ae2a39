// Package exemption implements exemptions: they exempt individual findings, with an owner and a reason, until a day.
//
// Exemptions are a map by id in the settings. Each lists policies and selects resources, by globs over their stack,
// project, type and name, or by a URN with globs in its parts; file:NAME is the URN of a file of a repository. An
// expired exemption no longer applies, and the finding says so. Exempted findings are still reported, as advisories, so
// that they stay visible.
package exemption

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/progression-labs-development/policypack/internal/expiry"
	"github.com/progression-labs-development/policypack/internal/mistake"
	"github.com/progression-labs-development/policypack/internal/place"
)

// BreakGlassHours is the maximum duration of a break-glass exemption.
const BreakGlassHours = 24

// Entry is one exemption.
type Entry struct {
	Scope

	ID         string
	Reason     string
	Owner      string
	ApprovedBy string
	Ticket     string
	Expires    time.Time // the first moment at which it no longer applies
	BreakGlass bool

	until string // as written in the configuration
}

// Until returns the end of the exemption as written in the configuration.
func (e *Entry) Until() string { return e.until }

// Set holds the exemptions of a configuration, sorted by id. The zero value and nil are empty.
type Set struct {
	entries []*Entry
	clock   expiry.Clock
}

// Parse parses the settings exemptions, maxExemptionDays, exemptionWarningDays and expiryGraceDays. Missing fields and
// wrong types are left to the JSON schema; the error, a [mistake.List], lists all other mistakes.
func Parse(settings map[string]any, policies []string, when expiry.When) (*Set, error) {
	raw, _ := settings["exemptions"].(map[string]any)
	s := &Set{clock: when.Clock(settings)}
	longest := days(settings["maxExemptionDays"])
	var wrong mistake.List
	for _, id := range slices.Sorted(maps.Keys(raw)) {
		fields, ok := raw[id].(map[string]any)
		if !ok {
			continue
		}
		p := parser{at: at(id), policies: policies, now: when.Now, longest: longest}
		s.entries = append(s.entries, p.entry(id, fields))
		wrong = append(wrong, p.wrong...)
	}
	return s, wrong.Err()
}

// at returns the path of an entry, or of something in it, in a configuration.
func at(id string, below ...any) place.Path {
	return append(place.Path{"settings", "exemptions", id}, below...)
}

func days(v any) time.Duration {
	n, _ := v.(float64)
	return time.Duration(n) * 24 * time.Hour
}

// parser parses one entry.
type parser struct {
	at       place.Path // of the entry
	policies []string
	now      time.Time
	longest  time.Duration
	wrong    mistake.List
}

// fail records a mistake in a field, or in the entry if field is empty.
func (p *parser) fail(field string, format string, args ...any) {
	path := p.at
	if field != "" {
		path = append(slices.Clip(path), field)
	}
	p.wrong.Add(path, format, args...)
}

func (p *parser) entry(id string, fields map[string]any) *Entry {
	e := &Entry{
		Scope: Scope{Path: text(fields, "path")}, ID: id, Reason: text(fields, "reason"), Owner: text(fields, "owner"),
		ApprovedBy: text(fields, "approvedBy"), Ticket: text(fields, "ticket"), until: text(fields, "expires"),
	}
	e.BreakGlass, _ = fields["breakGlass"].(bool)
	list, _ := fields["policies"].([]any)
	for i, v := range list {
		name, ok := v.(string)
		where := append(slices.Clip(p.at), "policies", i)
		switch {
		case !ok:
		case name == "settings":
			p.wrong.Add(where, "mistakes in the settings cannot be exempted")
		case !slices.Contains(p.policies, name):
			p.wrong.Add(where, "%s", mistake.NoPolicy(name, p.policies))
		default:
			e.Policies = append(e.Policies, name)
		}
	}
	for _, key := range []string{"reason", "owner"} {
		if _, ok := fields[key].(string); ok && text(fields, key) == "" {
			p.fail(key, "must not be empty")
		}
	}
	about := parsePattern(fields, p.fail)
	e.match = &about
	if _, ok := fields["expires"].(string); ok {
		p.expires(e)
	}
	return e
}

func text(fields map[string]any, key string) string {
	s, _ := fields[key].(string)
	return strings.TrimSpace(s)
}

// expires parses the end and rejects one that is too far away.
func (p *parser) expires(e *Entry) {
	var ok bool
	if e.Expires, ok = moment(e.until); !ok {
		p.fail("expires", mistake.Moment)
		return
	}
	if e.BreakGlass {
		switch {
		case !strings.Contains(e.until, "T"):
			p.fail("expires", "a break-glass exemption must end at a time, such as 2027-01-31T15:04:05Z")
		case e.Expires.After(p.now.Add(BreakGlassHours * time.Hour)):
			p.fail("expires", "a break-glass exemption can last at most %d hours", BreakGlassHours)
		}
		return
	}
	today := p.now.UTC().Truncate(24 * time.Hour)
	if p.longest > 0 && e.Expires.After(today.Add(p.longest+24*time.Hour)) {
		p.fail("expires", "%s is more than %d days away (maxExemptionDays): choose an earlier date and renew it later",
			e.until, p.longest/(24*time.Hour))
	}
}

// moment parses a day, which includes its last moment in UTC, or a time.
func moment(s string) (time.Time, bool) {
	if t, err := time.Parse(time.DateOnly, s); err == nil {
		return t.AddDate(0, 0, 1), true
	}
	t, err := time.Parse(time.RFC3339, s)
	return t, err == nil
}

// Find returns the most relevant exemption for a finding: one in force, otherwise one in its grace period, otherwise an
// expired one, otherwise nil.
func (s *Set) Find(policy, urn string, path place.Path) *Entry {
	if s == nil {
		return nil
	}
	var found *Entry
	for _, e := range s.entries {
		if !e.about(policy, urn, path) || found != nil && s.State(found) <= s.State(e) {
			continue
		}
		if found = e; s.State(e) == expiry.InForce {
			break
		}
	}
	return found
}

// Whole returns the id of an exemption that covers every finding of the policy on the stack, or in all files, or an
// empty string.
func (s *Set) Whole(policy, project, stack string) string {
	if s == nil {
		return ""
	}
	for _, e := range s.entries {
		if slices.Contains(e.Policies, policy) && e.Path == "" && s.State(e) != expiry.Expired &&
			e.match.whole(project, stack) {
			return e.ID
		}
	}
	return ""
}

func (e *Entry) about(policy, urn string, path place.Path) bool {
	return e.About(policy, urn) && Within(e.Path, path.String())
}

// Within reports whether the path is the exempted one or below it.
func Within(exempted, path string) bool {
	rest, ok := strings.CutPrefix(path, exempted)
	return exempted == "" || ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
}

// State returns the state of an exemption. A break-glass exemption has no grace period.
func (s *Set) State(e *Entry) expiry.State {
	state := s.clock.State(e.Expires)
	if e.BreakGlass && state == expiry.InGrace {
		return expiry.Expired
	}
	return state
}

// Note returns the line before the message of an exempted finding, or after that of one whose exemption has expired.
func (s *Set) Note(e *Entry) string {
	switch s.State(e) {
	case expiry.Expired:
		return fmt.Sprintf("Exemption %s expired on %s (%s): fix the finding, or renew the exemption.", e.ID, e.until,
			e.whose())
	case expiry.InGrace:
		return fmt.Sprintf("Exemption %s expired on %s (%s). Pull requests fail already, and this run "+
			"fails from %s: fix the finding, or renew the exemption.", e.ID, e.until, e.whose(),
			s.clock.Fails(e.Expires))
	default:
	}
	kind := "Exempted"
	if e.BreakGlass {
		kind = "Exempted by break-glass"
	}
	return fmt.Sprintf("%s until %s (%s, %s): %s", kind, e.until, e.ID, e.whose(), e.Reason)
}

// whose returns the owner of the exemption and its ticket.
func (e *Entry) whose() string {
	if e.Ticket == "" {
		return "owner: " + e.Owner
	}
	return "owner: " + e.Owner + ", " + e.Ticket
}

// Doubts returns exemptions that are valid but probably not intended, by their paths in the configuration: odd
// patterns, and what has expired or expires soon.
func (s *Set) Doubts() (out mistake.List) {
	if s == nil {
		return nil
	}
	for _, e := range s.entries {
		e.match.doubts(func(field, text string) { out.Add(at(e.ID, field), "%s", text) })
		switch when, soon := s.clock.Soon(e.Expires); {
		case s.State(e) == expiry.InGrace:
			out.Add(at(e.ID, "expires"), "expired on %s: its findings fail from %s, in pull requests already; "+
				"fix them, or renew the exemption", e.until, s.clock.Fails(e.Expires))
		case s.State(e) == expiry.Expired:
			out.Add(at(e.ID, "expires"), "expired on %s and has no effect: remove it, or renew it",
				e.until)
		case soon && !e.BreakGlass:
			out.Add(at(e.ID, "expires"), "expires %s, on %s: fix what it exempts, or renew it", when, e.until)
		}
	}
	return out
}

// Pending returns notes about the exemptions once the whole stack has been seen: used ones that end soon or have
// expired, break-glass ones in force, and those for this exact project and stack that match nothing. The stack is empty
// for a run about files.
func (s *Set) Pending(project, stack string, used func(id string) bool) []string {
	if s == nil {
		return nil
	}
	var notes []string
	for _, e := range s.entries {
		if used(e.ID) && s.State(e) == expiry.InGrace {
			notes = append(notes, fmt.Sprintf("Exemption %s expired on %s (%s). Its findings fail from %s, in pull "+
				"requests already.", e.ID, e.until, e.whose(), s.clock.Fails(e.Expires)))
		}
		if when, soon := s.clock.Warning(e.Expires); soon && used(e.ID) && s.State(e) == expiry.InForce &&
			!e.BreakGlass {
			notes = append(notes,
				fmt.Sprintf("Exemption %s ends %s (%s): fix what it exempts, or renew it.", e.ID, when,
					e.whose()))
		}
		switch {
		case stack == "" || !e.match.of(project, stack):
			if e.BreakGlass && s.State(e) == expiry.InForce {
				notes = append(notes,
					fmt.Sprintf("A break-glass exemption is in force until %s: %s (%s).", e.until, e.ID,
						e.whose()))
			}
		case !used(e.ID):
			notes = append(notes,
				fmt.Sprintf("Exemption %s matches nothing in this stack (%s): remove it.", e.ID, e.whose()))
		}
	}
	return notes
}

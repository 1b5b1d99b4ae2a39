// Package exemption lets single findings pass: by name, with an owner and a reason, and until a day.
//
// Exemptions are a map by id in the settings. Each says which policies it is about and which resources, by globs over
// their stack, project, type and name, or by a URN with globs in its parts; file:NAME is the URN of a file of a
// repository. One that has expired exempts nothing any more, and the finding says so. One that exempts a finding is
// reported too, as an advisory: what is exempted stays in sight.
package exemption

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/progression-labs-development/policypack/internal/expiry"
	"github.com/progression-labs-development/policypack/internal/place"
)

// BreakGlassHours is how long a break-glass exemption may last at most.
const BreakGlassHours = 24

// Entry is one exemption.
type Entry struct {
	ID         string
	Policies   []string
	Path       string // as messages write paths; empty for the whole resource; a path exempts what lies below it too
	Reason     string
	Owner      string
	ApprovedBy string
	Ticket     string
	Expires    time.Time // the first moment at which it no longer counts
	BreakGlass bool

	until string // as the configuration writes it
	match pattern
}

// Until is the end of the exemption as the configuration writes it.
func (e *Entry) Until() string { return e.until }

// Set holds the exemptions of a configuration, sorted by id. The zero value and nil hold none.
type Set struct {
	entries []*Entry
	clock   expiry.Clock
}

// Parse reads the settings' parameters exemptions, maxExemptionDays, exemptionWarningDays and expiryGraceDays. The
// shape has been checked against their JSON schema. The error names every entry that is wrong.
func Parse(settings map[string]any, policies []string, when expiry.When) (*Set, error) {
	raw, _ := settings["exemptions"].(map[string]any)
	s := &Set{clock: when.Clock(settings)}
	longest := days(settings["maxExemptionDays"])
	var wrong []error
	for _, id := range slices.Sorted(maps.Keys(raw)) {
		fields, _ := raw[id].(map[string]any)
		e, err := parse(id, fields, policies, when.Now, longest)
		if err != nil {
			wrong = append(wrong, fmt.Errorf("policy settings: parameters: exemptions.%s: %w", id, err))
			continue
		}
		s.entries = append(s.entries, e)
	}
	return s, errors.Join(wrong...)
}

func days(v any) time.Duration {
	n, _ := v.(float64)
	return time.Duration(n) * 24 * time.Hour
}

func parse(id string, fields map[string]any, policies []string, now time.Time, longest time.Duration) (*Entry, error) {
	str := func(key string) string { s, _ := fields[key].(string); return strings.TrimSpace(s) }
	e := &Entry{
		ID: id, Path: str("path"), Reason: str("reason"), Owner: str("owner"),
		ApprovedBy: str("approvedBy"), Ticket: str("ticket"), until: str("expires"),
	}
	e.BreakGlass, _ = fields["breakGlass"].(bool)
	list, _ := fields["policies"].([]any)
	for _, v := range list {
		name, _ := v.(string)
		switch {
		case name == "settings":
			return nil, errors.New("policies: what is wrong with the settings cannot be exempted")
		case !slices.Contains(policies, name):
			return nil, fmt.Errorf("policies: there is no policy %q", name)
		}
		e.Policies = append(e.Policies, name)
	}
	for key, value := range map[string]string{"reason": e.Reason, "owner": e.Owner} {
		if value == "" {
			return nil, fmt.Errorf("%s: want a text", key)
		}
	}
	var err error
	if e.match, err = parsePattern(fields); err != nil {
		return nil, err
	}
	if e.Expires, err = moment(e.until); err != nil {
		return nil, err
	}
	return e, e.limits(now, longest)
}

// limits refuses what lasts too long.
func (e *Entry) limits(now time.Time, longest time.Duration) error {
	if e.BreakGlass {
		if !strings.Contains(e.until, "T") {
			return errors.New("expires: a break-glass exemption ends at a time, as in 2026-01-31T15:04:05Z")
		}
		if e.Expires.After(now.Add(BreakGlassHours * time.Hour)) {
			return fmt.Errorf("expires: a break-glass exemption lasts %d hours at most", BreakGlassHours)
		}
		return nil
	}
	today := now.UTC().Truncate(24 * time.Hour)
	if e.Expires.After(today.Add(longest + 24*time.Hour)) {
		return fmt.Errorf("expires: %s is more than %d days away (maxExemptionDays): exempt for a shorter time, and "+
			"renew it",
			e.until, longest/(24*time.Hour))
	}
	return nil
}

// moment reads a day, which counts to its end in UTC, or a time.
func moment(s string) (time.Time, error) {
	if t, err := time.Parse(time.DateOnly, s); err == nil {
		return t.AddDate(0, 0, 1), nil
	}
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t, nil
	}
	return time.Time{}, errors.New("expires: want a day as in 2026-01-31, or a time as in 2026-01-31T15:04:05Z")
}

// Find returns the exemption that counts most for a finding: one that is in force, else one in its grace, else one that
// has expired, else nil.
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

// Whole returns the id of an exemption that lets every finding of the policy pass on the stack, or in all files, empty
// where there is none.
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
	return slices.Contains(e.Policies, policy) && e.match.match(urn) && Within(e.Path, path.String())
}

// Within reports whether the path is the exempted one or lies below it.
func Within(exempted, path string) bool {
	rest, ok := strings.CutPrefix(path, exempted)
	return exempted == "" || ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
}

// State says how far an exemption is. An emergency has no grace: it ends when it says.
func (s *Set) State(e *Entry) expiry.State {
	state := s.clock.State(e.Expires)
	if e.BreakGlass && state == expiry.InGrace {
		return expiry.Expired
	}
	return state
}

// Note is the line that stands above an exempted finding, or below one whose exemption has expired.
func (s *Set) Note(e *Entry) string {
	switch s.State(e) {
	case expiry.Expired:
		return fmt.Sprintf("Its exemption %s expired on %s (%s): fix it, or renew the exemption.", e.ID, e.until,
			e.whose())
	case expiry.InGrace:
		return fmt.Sprintf("Its exemption %s expired on %s (%s). Pull requests fail already, and this run "+
			"fails from %s on: fix it, or renew the exemption.", e.ID, e.until, e.whose(), s.clock.Fails(e.Expires))
	default:
	}
	kind := "Exempted"
	if e.BreakGlass {
		kind = "Exempted by break-glass"
	}
	return fmt.Sprintf("%s until %s (%s, %s): %s", kind, e.until, e.ID, e.whose(), e.Reason)
}

// whose says who owns the exemption, and under which ticket.
func (e *Entry) whose() string {
	if e.Ticket == "" {
		return "owner: " + e.Owner
	}
	return "owner: " + e.Owner + ", " + e.Ticket
}

// Doubts returns what of the settings' exemptions is allowed and probably not meant, written as the errors of [Parse].
func Doubts(settings map[string]any) []string {
	raw, _ := settings["exemptions"].(map[string]any)
	var out []string
	for _, id := range slices.Sorted(maps.Keys(raw)) {
		fields, _ := raw[id].(map[string]any)
		p, err := parsePattern(fields)
		if err != nil {
			continue // Parse reports it
		}
		for _, doubt := range p.doubts() {
			out = append(out, fmt.Sprintf("policy settings: parameters: exemptions.%s: %s", id, doubt))
		}
	}
	return out
}

// Pending returns what is to be said of the exemptions themselves once the whole stack has been seen: those that end
// soon or have expired and were used, break-glass ones that count, and those that name this very project and stack and
// matched nothing. The stack is empty for a run about files.
func (s *Set) Pending(project, stack string, used func(id string) bool) []string {
	if s == nil {
		return nil
	}
	var notes []string
	for _, e := range s.entries {
		if used(e.ID) && s.State(e) == expiry.InGrace {
			notes = append(notes, fmt.Sprintf("The exemption %s expired on %s (%s), and its findings pass "+
				"until %s alone: from then on they fail, as they do in pull requests "+
				"already.", e.ID, e.until, e.whose(), s.clock.Fails(e.Expires)))
		}
		if when, soon := s.clock.Warning(e.Expires); soon && used(e.ID) && s.State(e) == expiry.InForce &&
			!e.BreakGlass {
			notes = append(notes,
				fmt.Sprintf("The exemption %s ends %s (%s): fix what it exempts, or renew it.", e.ID, when,
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
				fmt.Sprintf("The exemption %s matches nothing in this stack (%s): remove it.", e.ID, e.whose()))
		}
	}
	return notes
}

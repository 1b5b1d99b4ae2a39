package fleet

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// stack compares a state with the attestations. namesakes are the states with its project and stack, it among them.
func (f *Fleet) stack(s State, namesakes []State) Stack {
	out := Stack{Organization: s.Organization, Project: s.Project, Stack: s.Stack, File: s.File, Resources: s.Resources}
	if !s.Updated.IsZero() {
		out.Updated = s.Updated.UTC().Format(time.RFC3339)
	}
	say := func(status Status, format string, args ...any) Stack {
		out.Status, out.Reasons = status, append(out.Reasons, fmt.Sprintf(format, args...))
		return out
	}
	switch {
	case s.Resources+s.Pending == 0:
		return say(Empty, "it has no resources: it was never deployed, or was destroyed")
	case s.Updated.IsZero():
		return say(Unread, "the state has no time (manifest.time); export the stack again")
	}
	for _, other := range namesakes {
		if other.File != s.File && (s.Organization == "" || other.Organization == s.Organization) {
			return say(Ambiguous, "%s is the state of a stack with the same name; pass one state for each stack, "+
				"and one organization at a time or as ORGANIZATION/PROJECT/STACK.json", other.File)
		}
	}
	of := f.of(s)
	if len(of) > 1 {
		return say(Ambiguous, "%d organizations have attestations for a stack with this name (%s); set the "+
			"organization of the states with --organization, or store them as ORGANIZATION/PROJECT/STACK.json",
			len(of), strings.Join(of, ", "))
	}
	found := runs{}
	if len(of) == 1 {
		found = *f.runs[name{s.Project, s.Stack}][organization(of[0])]
	}
	if u := found.update; u != nil && u.covers(s) {
		if out.Organization == "" {
			out.Organization = organization(of[0])
		}
		out.Attestation, out.Status, out.Reasons = &u.Attestation, Covered, u.refused
		if len(u.refused) > 0 {
			out.Status = Refused
		}
		return out
	}
	return f.uncovered(s, found, say)
}

// uncovered says what is known of a state whose last update no attestation covers.
func (f *Fleet) uncovered(s State, found runs, say func(Status, string, ...any) Stack) Stack {
	u, p := found.update, found.preview
	written := s.Updated.UTC().Format(time.RFC3339)
	switch {
	case p != nil && (u == nil || p.at.After(u.at)):
		out := say(PreviewOnly, "the update at %s has no attestation; the last attestation is for a preview, "+
			"created at %s",
			written, p.Time)
		out.Attestation = &p.Attestation
		return out
	case u == nil:
		others := f.others(s)
		if len(others) > 0 {
			return say(Missing, "no update has an attestation; there are attestations for %s",
				strings.Join(others, ", "))
		}
		return say(Missing, "no update has an attestation")
	}
	changed := "no resource in it was created or modified since; a refresh may have written it"
	if u.before(s.Changed) {
		changed = "resources in it were created or modified since, the last at " + s.Changed.UTC().Format(time.RFC3339)
	}
	out := say(Missing, "the state was written at %s, but the last update with an attestation ended at %s; %s", written,
		u.Time, changed)
	out.Attestation = &u.Attestation
	return out
}

// of lists the organizations with attestations of the stack, sorted.
func (f *Fleet) of(s State) []string {
	var out []string
	for org := range f.runs[name{s.Project, s.Stack}] {
		if s.Organization == "" || s.Organization == org {
			out = append(out, cmp.Or(org, diy))
		}
	}
	slices.Sort(out)
	return out
}

// others lists the stacks of that name in other organizations that have attestations, sorted.
func (f *Fleet) others(s State) []string {
	var out []string
	for org := range f.runs[name{s.Project, s.Stack}] {
		if org != s.Organization {
			out = append(out, cmp.Or(org, diy)+"/"+s.Project+"/"+s.Stack)
		}
	}
	slices.Sort(out)
	return out
}

// covers reports whether the state is that of the update, or older.
func (r *run) covers(s State) bool { return !s.Updated.After(r.at.Add(Slack)) && !r.before(s.Changed) }

// before reports whether a moment is after the run. Its time is in whole seconds, rounded down.
func (r *run) before(at time.Time) bool { return !at.Before(r.at.Add(time.Second)) }

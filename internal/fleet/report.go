package fleet

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/attest"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/report"
)

// Format is the name of the report's JSON.
const Format = "policypack-coverage/1"

// Status is whether the last update of a stack is attested.
type Status string

// The statuses.
const (
	Covered     Status = "covered"      // it is, and nothing is wrong with it
	Refused     Status = "refused"      // it is, and is not good enough
	PreviewOnly Status = "preview-only" // only a preview is
	Missing     Status = "missing"      // it is not
	Ambiguous   Status = "ambiguous"    // it cannot be said which stack the state or the attestation is of
	Unread      Status = "unread"       // the state could not be read
	Empty       Status = "empty"        // there is nothing in the stack
	// Stateless is a stack that has attestations and no state; it is in a list of its own.
	Stateless Status = "no-state"
	// Ignored is an attestation that does not count, in CSV.
	Ignored Status = "not-counted"
)

// statuses are the statuses of stacks with a state, what needs to be done first.
var statuses = [...]Status{Unread, Missing, PreviewOnly, Refused, Ambiguous, Covered, Empty}

// Report is the result of comparing states with attestations.
type Report struct {
	Format       string  `json:"format"`
	Version      string  `json:"version"` // of the pack that compared them
	Time         string  `json:"time"`    // RFC 3339 in UTC
	Wanted       Asked   `json:"wanted"`
	Summary      []Count `json:"summary"`
	Stacks       []Stack `json:"stacks"`    // with a state, by organization, project and stack
	Stateless    []Stack `json:"stateless"` // with an attestation and no state
	Ignored      []File  `json:"ignored"`   // attestations that do not count
	Attestations int     `json:"attestations"`
	Others       int     `json:"others"`  // attestations of repositories, plans and states
	Skipped      int     `json:"skipped"` // files among the attestations that are none
}

// Asked is what the attestations had to match.
type Asked struct {
	Configuration string `json:"configuration,omitempty"`
	PackVersion   string `json:"packVersion,omitempty"`
	MaxAge        string `json:"maxAge,omitempty"`
}

// Count is the number of stacks of a status.
type Count struct {
	Status Status `json:"status"`
	Stacks int    `json:"stacks"`
}

// Stack is a stack with its last update.
type Stack struct {
	Status Status `json:"status"`
	// empty where nothing says it, and in backends without organizations
	Organization string       `json:"organization,omitempty"`
	Project      string       `json:"project,omitempty"`
	Stack        string       `json:"stack,omitempty"`
	Updated      string       `json:"updated,omitempty"` // when the state was written, RFC 3339 in UTC
	Resources    int          `json:"resources"`
	Reasons      []string     `json:"reasons,omitempty"`
	File         string       `json:"file,omitempty"` // the state
	Attestation  *Attestation `json:"attestation,omitempty"`
}

// Name is the stack's name, or the file's where nobody knows the stack.
func (s *Stack) Name() string {
	if s.Stack == "" {
		return s.File
	}
	return strings.TrimPrefix(s.Organization+"/"+s.Project+"/"+s.Stack, "/")
}

// Attestation is the content of a stack's attestation.
type Attestation struct {
	File          string         `json:"file"`
	Kind          string         `json:"kind"` // update or preview
	Time          string         `json:"time"`
	PackVersion   string         `json:"packVersion"`
	PackDigest    string         `json:"packDigest"`
	Configuration string         `json:"configuration"`
	Mandatory     int            `json:"mandatory"` // policies at that level
	Advisory      int            `json:"advisory"`
	Counts        attest.Counts  `json:"counts"`
	Complete      bool           `json:"complete"`
	Commit        *attest.Commit `json:"commit,omitempty"`
}

// File is a file among the attestations.
type File struct {
	Name   string `json:"name"`
	Reason string `json:"reason"`
	Unread bool   `json:"unread,omitempty"` // nobody knows what is in it
}

// said takes out of a statement what is shown.
func said(file, kind string, s *attest.Statement) Attestation {
	p := &s.Predicate
	a := Attestation{
		File: file, Kind: kind, Time: p.Time, PackVersion: p.Pack.Version, PackDigest: p.Pack.Digest,
		Configuration: p.Configuration,
		Counts:        p.Counts, Complete: p.Complete, Commit: p.Commit,
	}
	for _, q := range p.Policies {
		switch {
		case q.Name == pack.SettingsPolicy: // which cannot be disabled, and checks the configuration alone
		case q.Level == string(pack.Mandatory):
			a.Mandatory++
		case q.Level == string(pack.Advisory):
			a.Advisory++
		}
	}
	return a
}

// count fills the summary.
func (r *Report) count() {
	r.Summary = []Count{}
	for _, s := range statuses {
		r.Summary = append(r.Summary, Count{s, r.Count(s)})
	}
	for _, list := range []*[]Stack{&r.Stacks, &r.Stateless} {
		if *list == nil {
			*list = []Stack{}
		}
	}
	if r.Ignored == nil {
		r.Ignored = []File{}
	}
}

// Count returns the number of stacks of a status.
func (r *Report) Count(status Status) int {
	n := 0
	for i := range r.Stacks {
		if r.Stacks[i].Status == status {
			n++
		}
	}
	return n
}

// Unreadable returns how many files could not be read.
func (r *Report) Unreadable() int {
	n := r.Count(Unread)
	for _, f := range r.Ignored {
		if f.Unread {
			n++
		}
	}
	return n
}

// Exit is the exit code of the command: 0 where every stack is covered, 1 where one is not, 2 where something could not
// be read.
func (r *Report) Exit() int {
	switch n := len(r.Stacks) - r.Count(Covered) - r.Count(Empty); {
	case r.Unreadable() > 0:
		return 2
	case n > 0:
		return 1
	}
	return 0
}

// Verdict says in a line what it comes to.
func (r *Report) Verdict() string {
	deployed := len(r.Stacks) - r.Count(Empty)
	return fmt.Sprintf("%d of %s covered", r.Count(Covered), report.Plural(deployed, "stack"))
}

// tally lists the statuses of deployed stacks that are not covered, with their numbers.
func (r *Report) tally() string {
	var parts []string
	for _, c := range r.Summary {
		if c.Stacks > 0 && c.Status != Covered && c.Status != Empty {
			parts = append(parts, fmt.Sprintf("%d %s", c.Stacks, c.Status))
		}
	}
	return strings.Join(parts, ", ")
}

// notes say what is not about one stack.
func (r *Report) notes() []string {
	var out []string
	if r.Count(Missing)+r.Count(PreviewOnly) > 0 {
		out = append(out, "to cover a stack, run `pulumi up` with the pack and POLICYPACK_ATTEST, and keep the "+
			"file that it writes")
	}
	if n := r.Count(Empty); n > 0 {
		out = append(out, report.Plural(n, "stack")+" without resources: nothing to cover")
	}
	if r.Wanted.Configuration == "" {
		out = append(out, r.configurations()...)
	}
	if n := len(r.Stateless); n > 0 {
		names := make([]string, min(n, 5))
		for i := range names {
			names[i] = r.Stateless[i].Name()
		}
		more := ""
		if n > len(names) {
			more = ", …"
		}
		out = append(out,
			fmt.Sprintf("%s with an attestation but no state: %s%s", report.Plural(n, "stack"),
				strings.Join(names, ", "), more))
	}
	if r.Others > 0 {
		out = append(out, report.Plural(r.Others, "attestation")+" for something other than a preview or update")
	}
	if r.Skipped > 0 {
		out = append(out, "ignored in the directory of attestations: "+report.Plural(r.Skipped, "file")+" of "+
			"another kind")
	}
	return out
}

// configurations says which configurations have counted, where stacks differ in it.
func (r *Report) configurations() []string {
	by := map[string]int{}
	for i := range r.Stacks {
		if s := &r.Stacks[i]; s.Status == Covered || s.Status == Refused {
			by[s.Attestation.Configuration]++
		}
	}
	if len(by) < 2 {
		return nil
	}
	digests := slices.Collect(maps.Keys(by))
	slices.SortFunc(digests, func(a, b string) int { return cmp.Or(cmp.Compare(by[b], by[a]), cmp.Compare(a, b)) })
	out := []string{fmt.Sprintf("%d different configurations were used; pass the expected one with --config", len(by))}
	for i, d := range digests {
		if i == 5 {
			out = append(out, fmt.Sprintf("and %d more configurations", len(by)-i))
			break
		}
		out = append(out, fmt.Sprintf("configuration %s: %s", cmp.Or(d, "none"), report.Plural(by[d], "stack")))
	}
	return out
}

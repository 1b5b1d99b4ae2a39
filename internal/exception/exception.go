// Package exception holds Pulumi's policy exceptions: each exempts the findings of exactly these policies in exactly
// these resources, for a reason.
//
// The engine applies them itself, after the analyzer's answer, and does not tell the analyzer. What is here decides as
// the engine does (pkg/v3/resource/analyzer/exceptions.go in github.com/pulumi/pulumi): policies and URNs are compared
// as texts, several exceptions may be about one finding, and they are listed by their ids in natural order.
package exception

import (
	"cmp"
	"slices"
	"strings"
)

// Exception is an exception that is about a finding.
type Exception struct {
	ID     string `json:"id"`
	Reason string `json:"reason"`
}

// Entry is an exception with what it is about.
type Entry struct {
	Exception
	Match []Match
}

// Match names findings: those of any of the policies in any of the resources.
type Match struct {
	Policies []string `json:"policies"`
	Targets  []string `json:"targets"` // URNs
}

// Set holds exceptions. Nil holds none.
type Set []Entry

// Sort brings the exceptions into the natural order of their ids, in which the engine lists them.
func (s Set) Sort() {
	slices.SortFunc(s, func(a, b Entry) int { return Compare(a.ID, b.ID) })
}

// File returns the exceptions as a file has them, by their ids.
func (s Set) File() map[string]any {
	out := map[string]any{}
	for i := range s {
		out[s[i].ID] = struct {
			Reason string  `json:"reason"`
			Match  []Match `json:"match"`
		}{s[i].Reason, s[i].Match}
	}
	return out
}

// Find returns the exceptions that are about a finding, in the set's order.
func (s Set) Find(policy, urn string) []Exception {
	var out []Exception
	for i := range s {
		if s[i].about(policy, urn) {
			out = append(out, s[i].Exception)
		}
	}
	return out
}

// Names reports whether the exception has a target for which the function is true.
func (e *Entry) Names(target func(urn string) bool) bool {
	return slices.ContainsFunc(e.Match, func(m Match) bool { return slices.ContainsFunc(m.Targets, target) })
}

func (e *Entry) about(policy, urn string) bool {
	return slices.ContainsFunc(e.Match, func(m Match) bool {
		return slices.Contains(m.Policies, policy) && slices.Contains(m.Targets, urn)
	})
}

// IsID reports whether the engine takes a text as the id of an exception: letters, digits, -, . and _, and at least one
// of them.
func IsID(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._") == ""
}

// Compare orders ids naturally: runs of digits compare as numbers, so EXC-2 comes before EXC-10. Ids that differ in
// leading zeros alone are ordered byte by byte.
func Compare(a, b string) int {
	return cmp.Or(compareNatural(a, b), strings.Compare(a, b))
}

func compareNatural(a, b string) int {
	for a != "" && b != "" {
		x, y := run(a), run(b)
		c := strings.Compare(x, y)
		if isDigit(x[0]) && isDigit(y[0]) {
			m, n := strings.TrimLeft(x, "0"), strings.TrimLeft(y, "0")
			c = cmp.Or(cmp.Compare(len(m), len(n)), strings.Compare(m, n))
		}
		if c != 0 {
			return c
		}
		a, b = a[len(x):], b[len(y):]
	}
	return strings.Compare(a, b)
}

// run returns the longest beginning of s that is made of digits alone, or of anything else alone.
func run(s string) string {
	for i := range len(s) {
		if isDigit(s[i]) != isDigit(s[0]) {
			return s[:i]
		}
	}
	return s
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// Package exception implements Pulumi's policy exceptions: each exempts the findings of specific policies in specific
// resources, for a reason.
//
// The engine applies them after the analyzer's answer, without informing the analyzer. This package decides as the
// engine does (pkg/v3/resource/analyzer/exceptions.go in github.com/pulumi/pulumi): policies and URNs are compared as
// strings, several exceptions may match a finding, and they are listed in natural order of their ids.
package exception

import (
	"cmp"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/order"
)

// Exception is an exception that matches a finding.
type Exception struct {
	ID     string `json:"id"`
	Reason string `json:"reason"`
}

// Entry is an exception with the findings that it matches.
type Entry struct {
	Exception
	Match []Match
}

// Match selects findings: those of any of the policies in any of the resources.
type Match struct {
	Policies []string `json:"policies"`
	Targets  []string `json:"targets"` // URNs
}

// Set is a list of exceptions.
type Set []Entry

// Sort sorts the exceptions into the natural order of their ids, as the engine lists them.
func (s Set) Sort() {
	order.By(s, func(a, b Entry) int { return Compare(a.ID, b.ID) })
}

// File returns the exceptions by id, as in a file.
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

// Find returns the exceptions that match a finding, in the order of the set.
func (s Set) Find(policy, urn string) []Exception {
	var out []Exception
	for i := range s {
		if s[i].about(policy, urn) {
			out = append(out, s[i].Exception)
		}
	}
	return out
}

// Names reports whether the function is true for a target of the exception.
func (e *Entry) Names(target func(urn string) bool) bool {
	return slices.ContainsFunc(e.Match, func(m Match) bool { return slices.ContainsFunc(m.Targets, target) })
}

func (e *Entry) about(policy, urn string) bool {
	return slices.ContainsFunc(e.Match, func(m Match) bool {
		return slices.Contains(m.Policies, policy) && slices.Contains(m.Targets, urn)
	})
}

// IsID reports whether the engine accepts a string as the id of an exception: one or more letters, digits, -, . and _.
func IsID(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._") == ""
}

// Compare orders ids naturally: runs of digits compare as numbers, so EXC-2 precedes EXC-10. Ids that differ only in
// leading zeros are ordered byte by byte.
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

// run returns the longest prefix of s that consists of digits only, or of other characters only.
func run(s string) string {
	for i := range len(s) {
		if isDigit(s[i]) != isDigit(s[0]) {
			return s[:i]
		}
	}
	return s
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

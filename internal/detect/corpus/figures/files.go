package main

import (
	"fmt"
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/corpus"
)

// natural is a set of files that were not written for this project, and the result of reviewing every match in them.
type natural struct {
	Set     string `json:"set"`
	Files   int    `json:"files"`
	Bytes   int64  `json:"bytes"`
	Formats int    `json:"formats"` // matches by format
	Names   int    `json:"names"`   // matches by name
	Wrong   int    `json:"wrong"`   // of both, those that are not secrets and do not look random
	Note    string `json:"note"`    // what the matches are
}

// tables returns the lines of the two tables of files, and what was found in the sets.
func tables(figures []corpus.FileFigure, sets []natural) (types, names, notes string) {
	var t, s, n strings.Builder
	var all corpus.FileFigure
	for _, f := range figures {
		fmt.Fprintf(&t, "| %s | %d | %d | %d | %d |\n", f.Type, f.Secrets, f.Found, f.Harmless, f.Alarms)
		all.Secrets += f.Secrets
		all.Found += f.Found
		all.Harmless += f.Harmless
		all.Alarms += f.Alarms
	}
	fmt.Fprintf(&t, "| **all** | %d | %d | %d | %d |\n", all.Secrets, all.Found, all.Harmless, all.Alarms)
	for _, set := range sets {
		fmt.Fprintf(&s, "| %s | %d | %d | %d | %d | %d |\n", set.Set, set.Files, set.Bytes/1_000_000, set.Formats, set.Names,
			set.Wrong)
		fmt.Fprintf(&n, "- %s: %s.\n", set.Set, set.Note)
	}
	return t.String(), s.String(), "What the matches are:\n\n" + n.String()
}

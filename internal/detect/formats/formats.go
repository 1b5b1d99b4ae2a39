// Package formats contains every detector: the tokens, keys and URLs of vendors and standards, which are recognisable
// by their form, and a few that package detect finds by the name beside a value.
//
// Each format is a method of known, in the file of its vendor, with everything about it: its id and title, the anchors
// by which it is found, the tests that decide, the vendor's documentation, and samples that prove it. make generate
// writes the list of formats. The tests of this package report what a format lacks.
//
// All formats are found in one pass over a text: an [Index] maps three bytes to the anchors that begin with them, and a
// test runs only if the whole anchor matches.
package formats

import (
	"cmp"
	"slices"
)

// Format is a detector: everything about one kind of secret.
type Format struct {
	ID      string // such as github-token; what exemptions and reports say, so it never changes
	Title   string // for messages: "a GitHub token"
	Matches string // what it matches, in words
	Source  string // the vendor's page or the standard that says so: a URL, or an RFC
	Since   string // the version that first had it, empty for the first release
	Forms   []Form // the ways in which it is written
	By      string // where it has none: what package detect finds it by, in words
	Samples func(Maker) Samples

	Cloud      string // aws, gcp or azure for a long-lived credential of that cloud's identity, else empty
	ShortLived bool   // expires by itself within hours
}

// Form is one of the written forms of a format's secrets.
type Form struct {
	Anchor string // what stands in every such secret, or in front of it: three bytes or more, of which case matters
	Test   Test   // decides where the anchor stands
}

// Test returns the span of the secret whose anchor is at i, followed by its body; end is 0 if there is none. The number
// of bytes that it reads is bounded.
type Test func(c *Cursor, i, body int) (start, end int)

// known has a method for each format. Listing them by reflection would make the linker keep every method of the program
// and increase its size by a seventh, so make generate lists them.
type known struct{}

// All returns every format, sorted by ID.
func All() []*Format {
	formats := every(known{})
	all := make([]*Format, len(formats))
	for i := range formats {
		all[i] = &formats[i]
	}
	slices.SortFunc(all, func(a, b *Format) int { return cmp.Compare(a.ID, b.ID) })
	return all
}

// Package formats holds every detector: the tokens, keys and URLs of vendors and standards, which tell by their form,
// and a few that package detect finds by the name beside a value.
//
// One format is one method of known, in the file of its vendor, and everything about it is there: its id and title, the
// anchors by which it is found and the tests that then decide, what the vendor says about it, and samples that prove
// it. make generate writes the list of them; the tests of this package say in a sentence what a format lacks.
//
// All formats are found in one pass over a text: an [Index] leads from three bytes to the anchors that begin with them,
// and only where the whole anchor stands a test is run.
package formats

import (
	"cmp"
	"slices"
)

// Format is a detector: what is known about one kind of secret.
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

// Form is one of the ways in which a secret of a format is written.
type Form struct {
	Anchor string // what stands in every such secret, or in front of it: three bytes or more, of which case matters
	Test   Test   // decides where the anchor stands
}

// Test returns the span of the secret whose anchor stands at i, with its body behind it; end is 0 where there is none.
// It looks no further than a bound from there.
type Test func(c *Cursor, i, body int) (start, end int)

// known has a method for each format. Reflection could list them, but then the linker keeps every method of the
// program, which makes it a seventh larger; so make generate lists them.
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

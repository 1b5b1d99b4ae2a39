package detect

import (
	"cmp"
	"slices"

	"github.com/progression-labs-development/policypack/internal/detect/formats"
	"github.com/progression-labs-development/policypack/internal/detect/names"
	"github.com/progression-labs-development/policypack/internal/document"
)

// The limits for one text. The raw text beyond them is still searched for formats.
const (
	maxDepth   = 4       // documents inside documents
	maxDecoded = 8 << 20 // bytes decoded from base64 and escapes
	maxFound   = 256     // matches
)

// frame is the text being searched: the original one, or a document inside it.
type frame struct {
	formats.Cursor
	base int // where text begins in its root: the original, or the decoded text that it is a part of
	// For a decoded text, offsets do not map to the original: all its matches have the span from, to.
	root     int // 0 for the original
	from, to int
	// escaped reports whether the decoded text is a string of a JSON file, from from to to, so that its offsets do map.
	escaped bool
	depth   int
}

// hit is a match with its position in its root.
type hit struct {
	Match
	root, from, to int
}

// scan is the search of one text.
type scan struct {
	d    *Detector
	text string // the original
	frame
	steps   [16]step // where in the documents; what lies deeper is said by its first steps
	height  int
	found   []hit
	roots   int       // decoded texts so far
	decoded int       // bytes decoded so far
	file    *fileScan // of the file being looked at; nil for a string
}

func newScan(d *Detector, text string) scan {
	s := scan{d: d, text: text}
	s.Enter(text)
	return s
}

// enter makes text, which is at start to end of the current one, the text being searched, until leave is called with
// its result. Exact reports whether its bytes are those of the current text. It returns false if a limit is reached.
func (s *scan) enter(text string, start, end int, exact bool) (outer frame, ok bool) {
	if s.depth >= maxDepth || len(s.found) >= maxFound {
		return outer, false
	}
	if !exact {
		if s.decoded += len(text); s.decoded > maxDecoded {
			return outer, false
		}
	}
	outer = s.frame
	s.depth++
	s.Enter(text)
	if exact {
		s.base += start
		return outer, true
	}
	if s.root == 0 {
		s.from, s.to = s.base+start, s.base+end
	}
	s.roots++
	s.root, s.base, s.escaped = s.roots, 0, false
	s.extras()
	return outer, true
}

func (s *scan) leave(outer frame) {
	outer.Work = s.Work
	s.frame = outer
}

// step is an element of a path: a key, or an index if not negative.
type step struct {
	key   string
	index int
}

func (s *scan) push(key string, index int) {
	if s.height < len(s.steps) {
		s.steps[s.height] = step{key, index}
	}
	s.height++
}

// shown returns a key as shown in paths: masked if it may contain a secret itself.
func (s *scan) shown(key string) string {
	if len(key) < minName || len(key) <= 256 && (s.d.quiet(key) || len(s.d.Find(key, Evidence{})) == 0) {
		return key
	}
	return Hidden
}

func (s *scan) inner() []any {
	if s.height == 0 {
		return nil
	}
	path := make([]any, 0, s.height)
	for _, p := range s.steps[:min(s.height, len(s.steps))] {
		if p.index >= 0 {
			path = append(path, p.index)
		} else {
			path = append(path, p.key)
		}
	}
	return path
}

// add records a match at the bytes start to end of the current text.
func (s *scan) add(f *formats.Format, reason string, start, end int) {
	if len(s.found) >= maxFound {
		return
	}
	h := hit{
		Match: Match{
			Detector: f.ID, Reason: reason, Title: f.Title, CloudKey: f.Cloud, ShortLived: f.ShortLived,
			Inner: s.inner(),
		},
		root: s.root, from: s.base + start, to: s.base + end,
	}
	h.Start, h.End = h.from, h.to
	if s.root != 0 {
		h.Start, h.End = s.from, s.to
		if s.escaped {
			raw := s.text[s.from:s.to]
			h.Start, h.End = s.from+document.Escaped(raw, h.from), s.from+document.Escaped(raw, h.to)
		}
	}
	if len(s.found) == maxFound-1 && s.file == nil { // what is not looked for any more is redacted with the last one
		h.End = len(s.text)
	}
	s.found = append(s.found, h)
}

// addNamed records a match that was found by the key.
func (s *scan) addNamed(id, key string, start, end int) {
	n := len(s.found)
	if s.add(s.d.info(id), ReasonKeyName, start, end); len(s.found) > n {
		last, _ := names.Segment(key)
		s.found[n].Key = s.shown(last)
	}
}

// covered reports whether a match found so far overlaps the bytes start to end of the current text.
func (s *scan) covered(start, end int) bool {
	for i := range s.found {
		if h := &s.found[i]; h.root == s.root && h.from < s.base+end && s.base+start < h.to {
			return true
		}
	}
	return false
}

// result sorts the matches and drops those inside others. Matches in one decoded text share its span; one per detector
// stays.
func (s *scan) result() []Match {
	if len(s.found) == 0 {
		return nil
	}
	slices.SortStableFunc(s.found, func(a, b hit) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End),
			cmp.Compare(rank(a.Match), rank(b.Match)))
	})
	kept := make([]Match, 0, len(s.found))
	short := false
	for _, h := range s.found {
		m := h.Match
		short = short || m.Detector == "aws-session-token"
		if slices.ContainsFunc(kept, func(k Match) bool {
			if k.Start == m.Start && k.End == m.End {
				return k.Detector == m.Detector
			}
			return k.Start < m.End && m.Start < k.End
		}) {
			continue
		}
		kept = append(kept, m)
	}
	if short {
		for i := range kept { // the secret key of a session lives as long as its token
			if kept[i].Detector == "aws-secret-key" {
				kept[i].ShortLived = true
			}
		}
	}
	return kept
}

// formatsFirst drops the matches by a key name that overlap one by a format.
func (s *scan) formatsFirst() {
	kept := s.found[:0]
	for i, h := range s.found {
		if h.Reason != ReasonKeyName || !s.shaped(h, kept) && !s.shaped(h, s.found[i+1:]) {
			kept = append(kept, h)
		}
	}
	s.found = kept
}

// shaped reports whether one of the others is by a format and overlaps the hit.
func (s *scan) shaped(h hit, others []hit) bool {
	return slices.ContainsFunc(others, func(k hit) bool {
		return k.Reason == ReasonFormat && k.root == h.root && k.from < h.to && h.from < k.to
	})
}

func rank(m Match) int {
	if m.Reason == ReasonFormat {
		return 0
	}
	return 1
}

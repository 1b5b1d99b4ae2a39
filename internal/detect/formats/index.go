package formats

import "strings"

// Index finds the forms of formats in one pass: a table from the hash of three bytes to a chain of the forms whose
// anchors begin with them.
type Index struct {
	head  [HashSize]uint8 // the first form of the chain plus one
	next  []uint8         // the next one plus one
	forms []indexed
}

type indexed struct {
	Form
	format *Format
}

const (
	hashBits = 15

	// HashSize is the number of hashes of three bytes.
	HashSize = 1 << hashBits

	// MaxForms is the maximum number of forms in an index.
	MaxForms = 254
)

// Roll returns the hash of the last three bytes, given that of the three before the byte c. After three bytes, earlier
// ones have no influence.
func Roll(h uint32, c byte) uint32 { return (h<<5 ^ uint32(c)) & (HashSize - 1) }

// Hash returns the hash of the first three bytes of the text.
func Hash(t string) uint32 { return Roll(Roll(Roll(0, t[0]), t[1]), t[2]) }

// NewIndex returns the index of the formats, which must not change afterwards.
func NewIndex(all []*Format) *Index {
	x := &Index{forms: make([]indexed, 0, MaxForms), next: make([]uint8, 0, MaxForms)}
	for _, f := range all {
		for _, form := range f.Forms {
			x.forms = append(x.forms, indexed{form, f})
			x.next = append(x.next, 0)
			x.chain(uint8(len(x.forms))) //nolint:gosec // the tests keep the forms below MaxForms
		}
	}
	return x
}

// chain inserts form r into the chain of its hash, before those with shorter anchors: a longer anchor at the same
// offset is more specific.
func (x *Index) chain(r uint8) {
	anchor := x.forms[r-1].Anchor
	at := &x.head[Hash(anchor)]
	for *at != 0 && len(x.forms[*at-1].Anchor) >= len(anchor) {
		at = &x.next[*at-1]
	}
	x.next[r-1], *at = *at, r
}

// Candidate reports whether the text contains the anchor of any form.
func (x *Index) Candidate(t string) bool {
	if len(t) < 8 {
		return false
	}
	h := Roll(Roll(0, t[0]), t[1])
	for i := 2; i < len(t); i++ {
		h = Roll(h, t[i])
		for r := x.head[h]; r != 0; r = x.next[r-1] {
			if strings.HasPrefix(t[i-2:], x.forms[r-1].Anchor) {
				return true
			}
		}
	}
	return false
}

// First returns the first form whose anchor may begin with the three bytes of the hash, 0 for none.
func (x *Index) First(hash uint32) uint8 { return x.head[hash] }

// Next returns the form after r for the same hash, 0 for none.
func (x *Index) Next(r uint8) uint8 { return x.next[r-1] }

// Match returns the format of form r and the span of its secret, if its anchor is at i; end is 0 if there is none.
func (x *Index) Match(c *Cursor, r uint8, i int) (f *Format, start, end int) {
	form := &x.forms[r-1]
	if !strings.HasPrefix(c.Text[i:], form.Anchor) {
		return nil, 0, 0
	}
	c.Work += len(form.Anchor)
	start, end = form.Test(c, i, i+len(form.Anchor))
	return form.format, start, end
}

package detect

import "strings"

// index finds candidates of all rules in one pass: a table from the hash of three bytes to a chain of rules.
type index struct {
	head [1 << hashBits]uint8 // the first rule of the chain plus one
	next [len(rules)]uint8    // the next one plus one
}

const hashBits = 15

func roll(h uint32, c byte) uint32 { return (h<<5 ^ uint32(c)) & (1<<hashBits - 1) }

func newIndex() *index {
	x := &index{}
	for i := len(rules) - 1; i >= 0; i-- { // backwards, so that a chain is in the order of the table
		a := rules[i].anchor
		var h uint32
		for j := range 3 {
			h = roll(h, a[j])
		}
		x.next[i] = x.head[h]
		x.head[h] = uint8(i + 1)
	}
	return x
}

// candidate reports whether some rule's anchor stands in the text.
func (x *index) candidate(t string) bool {
	if len(t) < 8 {
		return false
	}
	h := roll(roll(0, t[0]), t[1])
	for i := 2; i < len(t); i++ {
		h = roll(h, t[i])
		for r := x.head[h]; r != 0; r = x.next[r-1] {
			if strings.HasPrefix(t[i-2:], rules[r-1].anchor) {
				return true
			}
		}
	}
	return false
}

package taint

import (
	"math/bits"
	"sync/atomic"
)

const (
	gramSize = 6 // number of bytes by which a value is looked up
	gramMask = 1<<(8*gramSize) - 1
	// maxRepeat is how often a value's rarest gram may repeat in it for the value to match anywhere. It keeps comparing
	// linear.
	maxRepeat = 4
	// A set of few values, such as that of a resource with marked inputs, uses few counters.
	few              = 64
	countersLog      = 16
	fewerCountersLog = 10
)

// grams chooses the gram of each value and owns the table in which they are looked up.
type grams struct {
	used  []uint16 // how often the grams of values have been seen, by hash
	shift uint     // of a gram's hash, to its counter
	table *table
}

// table maps a gram to the values that are looked up by it. It only grows: a reader with an older snapshot skips values
// it does not have, so all snapshots share one table until it is replaced by a bigger one.
type table struct {
	shift  uint            // of a gram's hash, to its slot
	filter []atomic.Uint64 // a bit per hash, eight for each slot
	slots  []atomic.Uint64 // hash in the upper half, index of the value + 1 in the lower, 0 for an empty one
	mask   uint64          // of a slot's index
	filled int
}

func newTable(size int) *table {
	log := bits.Len(uint(max(size, 32) - 1))
	size = 1 << log
	return &table{
		shift: uint(64 - log), filter: make([]atomic.Uint64, size/8),
		slots: make([]atomic.Uint64, size), mask: 1<<log - 1,
	}
}

func hash(gram uint64) uint64 { return gram * 0x9e3779b97f4a7c15 }

func (t *table) maybe(h uint64) bool {
	bit := h >> (t.shift - 3)
	return t.filter[bit>>6].Load()&(1<<(bit&63)) != 0
}

func (t *table) insert(gram uint64, index int) {
	h := hash(gram)
	bit := h >> (t.shift - 3)
	t.filter[bit>>6].Or(1 << (bit & 63))
	i := h >> t.shift
	for t.slots[i].Load() != 0 {
		i = (i + 1) & t.mask
	}
	t.slots[i].Store(h&^0xffffffff | uint64(index+1)) //nolint:gosec // an index of a slice that fits into memory
	t.filled++
}

// add indexes the newest of the values by the rarest of its grams.
func (g *grams) add(v *value, values []*value) {
	switch n := len(values); {
	case g.used == nil:
		g.count(fewerCountersLog)
	case n == few: // few values have been counted so far
		g.count(countersLog)
	}
	v.gram, v.at = short(v.text), 0
	if len(v.text) >= gramSize {
		v.at = g.rarest(v.text)
		v.gram = gramAt(v.text, v.at)
	}
	switch {
	case g.table == nil:
		g.table = newTable(64)
	case g.table.filled*4 >= len(g.table.slots):
		bigger := newTable(len(g.table.slots) * 4)
		for i, old := range values[:len(values)-1] {
			bigger.insert(old.gram, i)
		}
		g.table = bigger
	}
	g.table.insert(v.gram, len(values)-1)
}

func (g *grams) count(log uint) { g.used, g.shift = make([]uint16, 1<<log), 64-log }

// rarest counts the grams of the text and returns the offset of the least frequent one.
func (g *grams) rarest(text string) int {
	var gram uint64
	for i := range len(text) {
		gram = gram<<8 | uint64(text[i])
		if i >= gramSize-1 {
			if n := &g.used[hash(gram&gramMask)>>g.shift]; *n < ^uint16(0) {
				*n++
			}
		}
	}
	best, at, seen := -1, 0, uint16(0)
	for i := range len(text) {
		gram = gram<<8 | uint64(text[i])
		if i >= gramSize-1 {
			if n := g.used[hash(gram&gramMask)>>g.shift]; best < 0 || n < seen {
				best, at, seen = i, i-gramSize+1, n
			}
		}
	}
	return at
}

// repeats returns how often the value's gram occurs in its own text.
func (g *grams) repeats(v *value) int {
	n := 0
	var gram uint64
	for i := range len(v.text) {
		gram = gram<<8 | uint64(v.text[i])
		if i >= gramSize-1 && gram&gramMask == v.gram {
			n++
		}
	}
	return n
}

func gramAt(text string, at int) uint64 {
	var gram uint64
	for i := range gramSize {
		gram = gram<<8 | uint64(text[at+i])
	}
	return gram
}

// short is the key of a text shorter than a gram: its bytes below a bit that is never set in a gram.
func short(text string) uint64 {
	key := uint64(1) << 63
	for i := range min(len(text), gramSize-1) {
		key |= uint64(text[i]) << (8 * i)
	}
	return key | uint64(len(text))<<56
}

package taint

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"hash/maphash"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/progression-labs-development/policypack/internal/place"
)

// DefaultLimit is the number of bytes of text that are kept if the limit of [NewTexts] is 0.
const DefaultLimit = 64 << 20

// Place is the location of a text.
type Place struct {
	URN  string
	Path place.Path // shared, read-only
}

// Overflow is a text that was not kept because of the limit and has hits: the secrets that were known when it was
// added. Secrets that became known later were not searched for.
type Overflow struct {
	Place Place
	Hits  []Hit
}

// Texts keeps unmarked strings until the whole stack is known, each once with all its locations. It keeps no text
// shorter than 6 bytes, because such a text cannot contain a finding, and no more bytes than its limit: a text beyond
// the limit is searched immediately and dropped, and [Texts.Overflow] reports its hits. Shorter texts that come after
// one that did not fit are still kept. The zero value keeps DefaultLimit bytes and does not search what does not fit.
// Texts is safe for concurrent use.
type Texts struct {
	limit int
	known func() *Matcher

	mu    sync.Mutex
	state atomic.Pointer[kept] // atomic, so that fmt cannot follow it when it prints a struct that contains Texts
}

// kept are the texts. There may be millions of them, so they are not strings of their own, and their index and their
// locations hold no pointers.
type kept struct {
	size     int
	seed     maphash.Seed
	chunks   [][]byte
	index    []uint32 // a hash table of 1 + the entry, with a power of two places; 0 is free
	entries  []entry
	spots    []spot
	urns     []string
	urnIndex map[string]uint32
	paths    []place.Path
	pathAt   map[string]uint32
	scratch  []byte
	overflow []Overflow
	unkept   int
}

// entry is a text: where it is in a chunk, and its last location.
type entry struct {
	chunk, at, length uint32
	last              uint32
}

// spot is a location of a text, and 1 + the one before it.
type spot struct{ urn, path, before uint32 }

// minChunk is how many bytes of texts are kept together.
const minChunk = 64 << 10

// NewTexts returns Texts that keep at most limit bytes, or DefaultLimit if it is 0. Texts that do not fit are searched
// with the matcher that known returns at that time.
func NewTexts(limit int, known func() *Matcher) *Texts { return &Texts{limit: limit, known: known} }

// Add keeps a text. It copies the path.
func (t *Texts) Add(urn string, path place.Path, text string) {
	if len(text) < minNamed {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	k := t.locked()
	slot := k.slot(text)
	again := k.index[slot] > 0
	if !again && k.size+len(text) > cmp.Or(t.limit, DefaultLimit) {
		k.unkept++
		if t.known == nil {
			return
		}
		if hits := t.known().Find(text); len(hits) > 0 {
			k.overflow = append(k.overflow, Overflow{Place{urn, slices.Clone(path)}, hits})
		}
		return
	}
	p := k.spot(urn, path)
	if again {
		p.before = k.entries[k.index[slot]-1].last
	} else {
		k.size += len(text)
		k.entries = append(k.entries, k.keep(text))
		k.index[slot] = uint32(len(k.entries)) //nolint:gosec // the limit is below 4 GB
	}
	k.spots = append(k.spots, p)
	k.entries[k.index[slot]-1].last = uint32(len(k.spots)) //nolint:gosec // nobody has 4 billion texts
}

// text returns the text of an entry.
func (k *kept) text(e entry) []byte { return k.chunks[e.chunk][e.at : e.at+e.length] }

// keep copies a text.
func (k *kept) keep(text string) entry {
	last := len(k.chunks) - 1
	if last < 0 || cap(k.chunks[last])-len(k.chunks[last]) < len(text) {
		k.chunks = append(k.chunks, make([]byte, 0, max(minChunk, len(text))))
		last++
	}
	at := len(k.chunks[last])
	k.chunks[last] = append(k.chunks[last], text...)
	return entry{chunk: uint32(last), at: uint32(at), length: uint32(len(text))} //nolint:gosec // see the limit
}

// slot returns the place in the index of a text, or that where it belongs.
func (k *kept) slot(text string) int {
	if 4*(len(k.entries)+1) > 3*len(k.index) {
		k.grow()
	}
	mask := uint64(len(k.index) - 1) //nolint:gosec // of at least 64
	for i := maphash.String(k.seed, text) & mask; ; i = (i + 1) & mask {
		if n := k.index[i]; n == 0 || string(k.text(k.entries[n-1])) == text {
			return int(i) //nolint:gosec // below the length
		}
	}
}

func (k *kept) grow() {
	k.index = make([]uint32, max(64, 2*len(k.index)))
	mask := uint64(len(k.index) - 1) //nolint:gosec // of at least 64
	for n, e := range k.entries {
		i := maphash.Bytes(k.seed, k.text(e)) & mask
		for k.index[i] > 0 {
			i = (i + 1) & mask
		}
		k.index[i] = uint32(n + 1)
	}
}

// locked returns the state of the texts, which are locked.
func (t *Texts) locked() *kept {
	k := t.state.Load()
	if k == nil {
		k = &kept{seed: maphash.MakeSeed(), urnIndex: map[string]uint32{}, pathAt: map[string]uint32{}}
		t.state.Store(k)
	}
	return k
}

func (k *kept) spot(urn string, path place.Path) spot {
	u := uint32(max(0, len(k.urns)-1)) //nolint:gosec // nobody has 4 billion resources
	if len(k.urns) == 0 || k.urns[u] != urn {
		var ok bool
		if u, ok = k.urnIndex[urn]; !ok {
			u = uint32(len(k.urns)) //nolint:gosec // nobody has 4 billion resources
			k.urnIndex[urn], k.urns = u, append(k.urns, urn)
		}
	}
	b := k.scratch[:0]
	for _, step := range path {
		switch s := step.(type) {
		case string:
			b = append(binary.AppendUvarint(b, uint64(len(s))<<1), s...)
		case int:
			b = binary.AppendUvarint(b, uint64(s)<<1|1) //nolint:gosec // an index
		}
	}
	k.scratch = b
	p, ok := k.pathAt[string(b)]
	if !ok {
		p = uint32(len(k.paths)) //nolint:gosec // fewer than texts
		k.pathAt[string(b)], k.paths = p, append(k.paths, slices.Clone(path))
	}
	return spot{urn: u, path: p}
}

func (k *kept) at(p spot) Place { return Place{URN: k.urns[p.urn], Path: k.paths[p.path]} }

// Each calls yield for every kept text with its locations. Texts and locations are sorted, so the order in which they
// were added does not matter. Yield must not call Add.
func (t *Texts) Each(yield func(text string, places []Place)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	k := t.locked()
	order := make([]int, len(k.entries))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return bytes.Compare(k.text(k.entries[a]), k.text(k.entries[b])) })
	var places []Place
	for _, i := range order {
		places = places[:0]
		for n := k.entries[i].last; n > 0; n = k.spots[n-1].before {
			places = append(places, k.at(k.spots[n-1]))
		}
		slices.SortFunc(places, comparePlaces)
		yield(string(k.text(k.entries[i])), slices.Clone(places))
	}
}

// Unkept returns the number of texts that were not kept.
func (t *Texts) Unkept() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.locked().unkept
}

// Overflow returns the texts that were not kept and have hits, sorted by location.
func (t *Texts) Overflow() []Overflow {
	t.mu.Lock()
	defer t.mu.Unlock()
	k := t.locked()
	list := slices.Clone(k.overflow)
	slices.SortStableFunc(list, func(a, b Overflow) int { return comparePlaces(a.Place, b.Place) })
	return list
}

func comparePlaces(a, b Place) int {
	return cmp.Or(strings.Compare(a.URN, b.URN), slices.CompareFunc(a.Path, b.Path, func(a, b any) int {
		i, isInt := a.(int)
		j, alsoInt := b.(int)
		switch {
		case isInt && alsoInt:
			return cmp.Compare(i, j)
		case isInt:
			return -1
		case alsoInt:
			return 1
		}
		s, _ := a.(string)
		u, _ := b.(string)
		return strings.Compare(s, u)
	}))
}

package taint

import (
	"cmp"
	"encoding/binary"
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

// Overflow is a text that was not kept because of the limit and has hits: the secrets that were known when it was added.
// Secrets that became known later were not searched for.
type Overflow struct {
	Place Place
	Hits  []Hit
}

// Texts keeps unmarked strings until the whole stack is known, each once with all its locations. It keeps no text
// shorter than 6 bytes, because such a text cannot contain a finding, and no more bytes than its limit: a text beyond
// the limit is searched immediately and dropped, and [Texts.Overflow] reports its hits. Shorter texts that come after one
// that did not fit are still kept. The zero value keeps DefaultLimit bytes and does not search what does not fit. Texts
// is safe for concurrent use.
type Texts struct {
	limit int
	known func() *Matcher

	mu    sync.Mutex
	state atomic.Pointer[kept] // atomic, so that fmt cannot follow it when it prints a struct that contains Texts
}

type kept struct {
	size     int
	index    map[string]uint32 // text to its entry
	entries  []entry
	urns     []string
	urnIndex map[string]uint32
	paths    []place.Path
	pathAt   map[string]uint32
	scratch  []byte
	overflow []Overflow
}

// entry is a text with its locations, usually only one.
type entry struct {
	text  string
	first spot
	more  []spot
}

type spot struct{ urn, path uint32 }

// NewTexts returns Texts that keep at most limit bytes, or DefaultLimit if it is 0. Texts that do not fit are searched
// with the matcher that known returns at that time.
func NewTexts(limit int, known func() *Matcher) *Texts { return &Texts{limit: limit, known: known} }

// Add keeps a text. It copies the path.
func (t *Texts) Add(urn string, path place.Path, text string) {
	if len(text) < minNamed {
		return
	}
	k, unlock := t.lock()
	defer unlock()
	at, again := k.index[text]
	if !again && k.size+len(text) > cmp.Or(t.limit, DefaultLimit) {
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
		k.entries[at].more = append(k.entries[at].more, p)
		return
	}
	k.size += len(text)
	k.index[text] = uint32(len(k.entries)) //nolint:gosec // the limit is below 4 GB
	k.entries = append(k.entries, entry{text: text, first: p})
}

// lock locks the texts and returns the function that unlocks them.
func (t *Texts) lock() (state *kept, unlock func()) {
	t.mu.Lock()
	state = t.state.Load()
	if state == nil {
		state = &kept{index: map[string]uint32{}, urnIndex: map[string]uint32{}, pathAt: map[string]uint32{}}
		t.state.Store(state)
	}
	return state, t.mu.Unlock
}

func (k *kept) spot(urn string, path place.Path) spot {
	u, ok := k.urnIndex[urn]
	if !ok {
		u = uint32(len(k.urns)) //nolint:gosec // nobody has 4 billion resources
		k.urnIndex[urn], k.urns = u, append(k.urns, urn)
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
	return spot{u, p}
}

func (k *kept) at(p spot) Place { return Place{URN: k.urns[p.urn], Path: k.paths[p.path]} }

// Each calls yield for every kept text with its locations. Texts and locations are sorted, so the order in which they
// were added does not matter. Yield must not call Add.
func (t *Texts) Each(yield func(text string, places []Place)) {
	k, unlock := t.lock()
	defer unlock()
	order := make([]int, len(k.entries))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return strings.Compare(k.entries[a].text, k.entries[b].text) })
	var places []Place
	for _, i := range order {
		e := k.entries[i]
		places = append(places[:0], k.at(e.first))
		for _, p := range e.more {
			places = append(places, k.at(p))
		}
		slices.SortFunc(places, comparePlaces)
		yield(e.text, slices.Clone(places))
	}
}

// Overflow returns the texts that were not kept, sorted by location.
func (t *Texts) Overflow() []Overflow {
	k, unlock := t.lock()
	defer unlock()
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

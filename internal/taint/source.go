package taint

import (
	"cmp"
	"slices"
	"strings"
)

// maxSources is how many sources of one kind are kept for a value: the first ones in sort order, so that the result
// does not depend on the order in which they are added. More than one is needed to recognise a value that is also known
// from elsewhere.
const maxSources = 4

func rank(kind string) int {
	switch kind {
	case Config:
		return 0
	case Generator:
		return 1
	case Output:
		return 2
	default:
		return 3
	}
}

// unsaid sorts sources that declare the value a secret first.
func unsaid(s Source) int {
	if s.Says == Secret {
		return 0
	}
	return 1
}

func compareSources(a, b Source) int {
	return cmp.Or(cmp.Compare(unsaid(a), unsaid(b)), cmp.Compare(rank(a.Kind), rank(b.Kind)),
		strings.Compare(a.Kind, b.Kind), strings.Compare(a.URN, b.URN), strings.Compare(a.Path, b.Path),
		cmp.Compare(a.Says, b.Says))
}

// learn adds a source of the value, keeping the first path of each resource and the first few resources of each kind.
func learn(v *value, from Source) {
	var list []Source
	if old := v.sources.Load(); old != nil {
		list = *old
	}
	at, found := slices.BinarySearchFunc(list, from, compareSources)
	if found {
		return
	}
	list = slices.Insert(slices.Clone(list), at, from)
	kept, perKind := list[:0], 0
	for _, s := range list {
		if len(kept) > 0 && kept[len(kept)-1].Kind != s.Kind {
			perKind = 0
		}
		if len(kept) > 0 && kept[len(kept)-1].Kind == s.Kind && kept[len(kept)-1].URN == s.URN && s.URN != "" {
			continue
		}
		if perKind++; perKind <= maxSources {
			kept = append(kept, s)
		}
	}
	v.sources.Store(&kept)
}

// first returns the best source.
func (v *value) first() Source { return (*v.sources.Load())[0] }

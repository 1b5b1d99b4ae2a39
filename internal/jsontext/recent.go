package jsontext

import "slices"

// Recent are the last few values that were read of a document, because values are asked for several times in a row. The
// zero value is empty.
type Recent[K comparable, V any] struct {
	keys   [8]K
	values [8]V
	next   int
	full   int // how many of them there are
}

// Get returns a value, if it is among the last ones.
func (r *Recent[K, V]) Get(key K) (v V, ok bool) {
	if i := slices.Index(r.keys[:r.full], key); i >= 0 {
		return r.values[i], true
	}
	return v, false
}

// Put adds a value in place of the oldest one.
func (r *Recent[K, V]) Put(key K, v V) {
	r.keys[r.next], r.values[r.next] = key, v
	r.next, r.full = (r.next+1)%len(r.keys), min(r.full+1, len(r.keys))
}

package jsontext_test

import (
	"testing"

	"github.com/progression-labs-development/policypack/internal/jsontext"
)

func TestRecent(t *testing.T) {
	t.Parallel()
	var r jsontext.Recent[int, string]
	if v, ok := r.Get(0); ok {
		t.Errorf("got %q from nothing", v)
	}
	for i := range 10 {
		r.Put(i, string(rune('a'+i)))
	}
	for i := range 10 {
		v, ok := r.Get(i)
		if want := i >= 2; ok != want || ok && v != string(rune('a'+i)) {
			t.Errorf("%d: got %q, %t", i, v, ok)
		}
	}
}

package order_test

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/progression-labs-development/policypack/internal/order"
)

type pair struct {
	key  string
	rank int
}

func pairs(n int) []pair {
	r := rand.New(rand.NewPCG(1, uint64(n)))
	list := make([]pair, n)
	for i := range list {
		list[i] = pair{string(rune('a' + r.IntN(9))), i}
	}
	return list
}

func byKey(a, b pair) int { return cmp.Compare(a.key, b.key) }

func TestSortsAsPackageSlices(t *testing.T) {
	for _, n := range []int{0, 1, 2, 3, 12, 13, 100, 1000} {
		got, want := pairs(n), pairs(n)
		order.By(got, byKey)
		slices.SortFunc(want, byKey)
		if !slices.Equal(got, want) {
			t.Errorf("By: %d pairs differ from SortFunc", n)
		}
		got, want = pairs(n), pairs(n)
		order.Stable(got, byKey)
		slices.SortStableFunc(want, byKey)
		if !slices.Equal(got, want) {
			t.Errorf("Stable: %d pairs differ from SortStableFunc", n)
		}
	}
}

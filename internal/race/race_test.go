package race

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSome(t *testing.T) {
	t.Parallel()
	all := []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}
	want := all
	if Enabled {
		want = []int{0, 8}
	}
	if diff := cmp.Diff(want, Some(all)); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
}

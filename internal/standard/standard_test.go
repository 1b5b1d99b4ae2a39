package standard

import (
	"fmt"
	"testing"
)

func TestLines(t *testing.T) {
	t.Parallel()
	for i, l := range Lines() {
		if want := fmt.Sprintf("S%d", i+1); l.ID != want {
			t.Errorf("got line %s in place of %s", l.ID, want)
		}
		if l.Says == "" || l.Open == "" {
			t.Errorf("%s: want what it says and what stays open", l.ID)
		}
		if l.Preview == "" && l.Repository == "" && l.ID != "S12" {
			t.Errorf("%s: want a place where it is enforced", l.ID)
		}
	}
}

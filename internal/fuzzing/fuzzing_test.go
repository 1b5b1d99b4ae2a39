package fuzzing

import (
	"strings"
	"testing"

	"github.com/progression-labs-development/policypack/internal/race"
)

// A check that finds nothing proves nothing.
func TestLeaks(t *testing.T) {
	t.Parallel()
	for _, text := range []string{Canary, "x" + Canary[3:11] + "x", Canary[len(Canary)-piece:], "a " + Canary[:piece]} {
		if !Leaks(text) {
			t.Errorf("a piece of %d bytes is not seen", len(text))
		}
	}
	for _, text := range []string{"", "no value here", Canary[:piece-1], strings.ToUpper(Canary)} {
		if Leaks(text) {
			t.Errorf("seen in a text of %d bytes", len(text))
		}
	}
}

var kept []byte

// failing is a test that notes whether it failed.
type failing struct {
	testing.TB

	failed bool
}

func (f *failing) Helper() {}

func (f *failing) Errorf(string, ...any) { f.failed = true }

func TestWatch(t *testing.T) { //nolint:paralleltest // counts what the process allocates
	for _, tt := range []struct {
		size, bytes int
		want        bool
	}{{0, 1 << 20, false}, {1, bound + 1<<20, true}, {1 << 20, bound + 1<<20, false}} {
		f := &failing{TB: t}
		end := Watch(f, tt.size)
		kept = make([]byte, tt.bytes)
		end()
		if f.failed != (tt.want && !race.Enabled) { // which makes programs allocate more
			t.Errorf("%d bytes for an input of %d: failed is %t", len(kept), tt.size, f.failed)
		}
	}
	kept = nil
}

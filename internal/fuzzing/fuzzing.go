// Package fuzzing holds what every fuzz target asserts beside what it is about: an input is read in less than a second,
// with bounded allocations, and no message holds the canary that stands in the seeds.
//
// `make soak` fuzzes all targets; their seeds are ordinary tests, which assert no times.
package fuzzing

import (
	"flag"
	"fmt"
	"runtime/metrics"
	"strings"
	"testing"
	"time"

	"github.com/progression-labs-development/policypack/internal/race"
)

const (
	// bound and perByte limit what may be allocated for an input: in all, not at a time.
	bound   = 64 << 20
	perByte = 100
	// limit is how long an input may take; one that takes longer than stuck ends the process, with its stacks.
	limit = time.Second
	stuck = 30 * time.Second
	// piece is how many bytes of the canary are too many.
	piece = 8
)

// Canary stands in seeds where a value can be. It is put together here, so that no file seems to hold a secret.
var Canary = strings.Join([]string{"kQz7wVr9", "TpXc4mNb", "Jh2sLd6y"}, "")

// Watch begins to measure the reading of an input of a size. The function that it returns ends it, and fails the test
// if the input took too long or too much memory:
//
//	defer fuzzing.Watch(t, len(data))()
func Watch(t testing.TB, size int) func() {
	t.Helper()
	fuzzes := flag.Lookup("test.fuzz").Value.String() != ""
	ends := func() bool { return true }
	if fuzzes {
		ends = time.AfterFunc(stuck, func() { panic(fmt.Sprintf("still at it after %s", stuck)) }).Stop
	}
	before, cpu, start := allocated(), processorTime(), time.Now()
	return func() {
		took, used := time.Since(start), processorTime()-cpu
		ends()
		// On a machine that has other things to do, an input waits longer than it takes.
		if took = min(took, used); fuzzes && took > limit {
			t.Errorf("took %s, want at most %s", took, limit)
		}
		if got, want := allocated()-before, uint64(bound+perByte*size); !race.Enabled && got > want { //nolint:gosec // not negative
			t.Errorf("allocated %d bytes for an input of %d, want at most %d", got, size, want)
		}
	}
}

// Silent fails the test if a text holds a piece of the canary. The text itself is not printed.
func Silent(t testing.TB, what string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if Leaks(text) {
			t.Errorf("%s holds a piece of the canary: %q", what, strings.NewReplacer(pieces()...).Replace(text))
		}
	}
}

// Error fails the test if an error holds a piece of the canary. nil holds none.
func Error(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		Silent(t, "the error", err.Error())
	}
}

// Leaks reports whether a text holds a piece of the canary.
func Leaks(text string) bool {
	if len(text) < piece {
		return false
	}
	for i := range len(Canary) - piece + 1 {
		if strings.Contains(text, Canary[i:i+piece]) {
			return true
		}
	}
	return false
}

// pieces are the pieces of the canary, each with what is printed in its place.
func pieces() (out []string) {
	for i := range len(Canary) - piece + 1 {
		out = append(out, Canary[i:i+piece], "CANARY")
	}
	return out
}

func allocated() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

package soak

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

var length = flag.Duration("soak", 0, "how long to fuzz; 0 skips all tests of this package")

func TestMain(m *testing.M) {
	harness.CleanProcess()
	code := m.Run()
	summary()
	os.Exit(code)
}

// row is a line of the summary.
type row struct {
	part  string
	start time.Time
	took  time.Duration
	// counts is what was run, and how often.
	counts   string
	failures int
	failed   bool
}

var (
	mu   sync.Mutex
	rows []*row
)

// begin begins a part, or skips the test where nobody has asked for it.
func begin(t *testing.T, part string) *row {
	t.Helper()
	if *length == 0 {
		t.Skip("run it with make soak")
	}
	r := &row{part: part, start: time.Now()}
	mu.Lock()
	rows = append(rows, r)
	mu.Unlock()
	t.Cleanup(func() { r.took, r.failed = time.Since(r.start), t.Failed() })
	return r
}

// fail reports a failure of a part.
func (r *row) fail(t *testing.T, format string, args ...any) {
	t.Helper()
	mu.Lock()
	r.failures++
	mu.Unlock()
	t.Errorf(format, args...)
}

// ran says what was run.
func (r *row) ran(format string, args ...any) { r.counts = fmt.Sprintf(format, args...) }

func summary() {
	if len(rows) == 0 {
		return
	}
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "\nPART\tTIME\tRESULT\tFAILURES\tRUN")
	for _, r := range rows {
		result := "passed"
		if r.failed {
			result = "FAILED"
		}
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%s\n", r.part, r.took.Round(time.Second), result, r.failures, r.counts)
	}
	if err := w.Flush(); err != nil {
		panic(err)
	}
	fmt.Println(b.String())
}

// hangs calls f once this process has used so much of the processors, until the returned function is called. The time
// on the clock says nothing on a machine that has other things to do.
func hangs(after time.Duration, f func()) (stop func()) {
	done := make(chan struct{})
	start := processor()
	go func() {
		for {
			select {
			case <-done:
				return
			case <-time.After(time.Second):
				if processor()-start > after {
					f()
				}
			}
		}
	}()
	return sync.OnceFunc(func() { close(done) })
}

package bench

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

func TestMain(m *testing.M) {
	if file := os.Getenv(usageFile); file != "" {
		os.Exit(runMeasured(file, os.Args[1:]))
	}
	harness.CleanProcess()
	os.Exit(m.Run())
}

// Each benchmark measures the pack and the no-op in turn, as often as -benchtime says, and reports medians: the pack's
// own, the no-op's, and the ratio of the two.

// BenchmarkStart is the time from the start of the process to the answer to GetAnalyzerInfo.
func BenchmarkStart(b *testing.B) {
	bins := binaries(b)
	var times samples
	for b.Loop() {
		times.both(func(i int) time.Duration {
			start := time.Now()
			a := harness.StartAnalyzer(b, harness.Start{Bin: bins[i]})
			if _, err := a.Client.GetAnalyzerInfo(b.Context(), &emptypb.Empty{}); err != nil {
				b.Fatal(err)
			}
			took := time.Since(start)
			a.Stop(b)
			return took
		})
	}
	times.report(b, "start", 0.5)
}

// BenchmarkAnalyze is the time of one Analyze, one at a time as the engine calls, over a stack of 1,000 resources.
func BenchmarkAnalyze(b *testing.B) {
	var requests []*pulumirpc.AnalyzeRequest
	for _, r := range stack(1000) {
		requests = append(requests, r.analyze())
	}
	bins := binaries(b)
	var times samples
	for b.Loop() {
		analyzers := [2]*harness.Analyzer{}
		for i := range analyzers {
			analyzers[i] = ready(b, bins[i])
			analyzeAll(b, analyzers[i], requests[:100]) // what is loaded lazily is loaded now
		}
		for _, req := range requests {
			times.both(func(i int) time.Duration {
				start := time.Now()
				if _, err := analyzers[i].Client.Analyze(b.Context(), req); err != nil {
					b.Fatal(err)
				}
				return time.Since(start)
			})
		}
		for _, a := range analyzers {
			a.Stop(b)
		}
	}
	times.report(b, "p50", 0.5)
	times.report(b, "p99", 0.99)
}

// BenchmarkCallers is the throughput of Analyze with 16 callers, as tools have that evaluate many resources at a time,
// over a stack of 1,000 resources.
func BenchmarkCallers(b *testing.B) {
	const callers = 16
	requests, _ := Calls(1000)
	bins := binaries(b)
	var times samples
	for b.Loop() {
		times.both(func(i int) time.Duration {
			a := ready(b, bins[i])
			analyzeAll(b, a, requests[:100]) // what is loaded lazily is loaded now
			var next atomic.Int64
			var group sync.WaitGroup
			start := time.Now()
			for range callers {
				group.Go(func() {
					for n := next.Add(1) - 1; n < int64(3*len(requests)); n = next.Add(1) - 1 {
						if _, err := a.Client.Analyze(b.Context(), requests[n%int64(len(requests))]); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			group.Wait()
			took := time.Since(start)
			a.Stop(b)
			return took
		})
	}
	times.report(b, "callers", 0.5)
	b.ReportMetric(quantile(times[1], 0.5)/quantile(times[0], 0.5), "throughput-x-noop")
}

// BenchmarkRun is what a whole run of 1,000 resources costs in calls, Remediate and AnalyzeStack included, with the
// start-up of the rules that the first call waits for.
func BenchmarkRun(b *testing.B) {
	bins := binaries(b)
	requests, whole := calls(stack(1000))
	var times samples
	for b.Loop() {
		times.both(func(i int) time.Duration {
			a := ready(b, bins[i])
			start := time.Now()
			analyzeAll(b, a, requests)
			stackOf(b, a, whole)
			took := time.Since(start)
			a.Stop(b)
			return took
		})
	}
	times.report(b, "run", 0.5)
}

// BenchmarkAnalyzeStack is the time of AnalyzeStack, and the most memory that the process held, for growing stacks.
func BenchmarkAnalyzeStack(b *testing.B) {
	for _, n := range []int{1000, 6000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			bins := binaries(b)
			requests, whole := calls(stack(n))
			var times, memory samples
			for b.Loop() {
				var peaks [2]time.Duration
				times.both(func(i int) time.Duration {
					a := ready(b, bins[i])
					analyzeAll(b, a, requests)
					start := time.Now()
					stackOf(b, a, whole)
					took := time.Since(start)
					peaks[i] = time.Duration(peak(b, a.PID()))
					a.Stop(b)
					return took
				})
				memory.both(func(i int) time.Duration { return peaks[i] })
			}
			times.report(b, "stack", 0.5)
			memory.reportAs(b, "peak", 0.5, 1<<20, "MiB")
		})
	}
}

// BenchmarkGrowth is how much longer the pack takes for twice as much: resources, and secrets that it knows. 2 is
// linear.
func BenchmarkGrowth(b *testing.B) {
	bin := binaries(b)[0]
	for _, tt := range []struct {
		name        string
		once, twice []resource
	}{
		{"resources", stack(4000), stack(8000)},
		{"secrets", append(stack(2000), known(10_000)), append(stack(2000), known(20_000))},
		{"stack-by-secrets", append(stack(5000), known(5000)), append(stack(10_000), known(10_000))},
	} {
		b.Run(tt.name, func(b *testing.B) {
			var times samples
			for b.Loop() {
				times.both(func(i int) time.Duration {
					requests, whole := calls([][]resource{tt.twice, tt.once}[i])
					a := ready(b, bin)
					analyzeAll(b, a, requests)
					start := time.Now()
					stackOf(b, a, whole)
					took := time.Since(start)
					a.Stop(b)
					return took
				})
			}
			b.ReportMetric(0, "ns/op")
			b.ReportMetric(quantile(times[1], 0.5)/float64(time.Millisecond), "stack-ms")
			b.ReportMetric(quantile(times[0], 0.5)/quantile(times[1], 0.5), "2n-x-n")
		})
	}
}

// BenchmarkPreview is a whole `pulumi preview` of 1,000 resources with the real CLI.
func BenchmarkPreview(b *testing.B) {
	bins := binaries(b)
	var stacks [2]*harness.Stack
	for i := range stacks {
		stacks[i] = harness.NewStack(b, program(stack(1000)))
	}
	var times samples
	for b.Loop() {
		times.both(func(i int) time.Duration {
			start := time.Now()
			if res := stacks[i].Preview(b, bins[i], ""); res.Err != nil || len(res.Violations) > 0 {
				b.Fatalf("preview: %v, %v\n%s", res.Err, res.Violations, res.Output)
			}
			return time.Since(start)
		})
	}
	times.report(b, "preview", 0.5)
}

// binaries are the pack and the no-op.
func binaries(b *testing.B) [2]string {
	b.Helper()
	return [2]string{policypack(b), harness.Noop(b)}
}

// policypack is the measured program: that of this checkout, or the one that tests/bench/table was given.
func policypack(b *testing.B) string {
	b.Helper()
	if path := os.Getenv("BENCH_PROGRAM"); path != "" {
		return path
	}
	return harness.Policypack(b)
}

func ready(b *testing.B, bin string) *harness.Analyzer {
	b.Helper()
	a := harness.StartAnalyzer(b, harness.Start{Bin: bin})
	a.Ready(b, nil, nil)
	return a
}

func analyzeAll(b *testing.B, a *harness.Analyzer, requests []*pulumirpc.AnalyzeRequest) {
	b.Helper()
	for _, req := range requests {
		if _, err := a.Client.Remediate(b.Context(), req); err != nil {
			b.Fatal(err)
		}
		res, err := a.Client.Analyze(b.Context(), req)
		if err != nil {
			b.Fatal(err)
		}
		if len(res.Diagnostics) > 0 {
			b.Fatalf("the measured stack must break no policy: %v", res.Diagnostics)
		}
	}
}

func stackOf(b *testing.B, a *harness.Analyzer, whole *pulumirpc.AnalyzeStackRequest) {
	b.Helper()
	res, err := a.Client.AnalyzeStack(b.Context(), whole)
	if err != nil {
		b.Fatal(err)
	}
	if len(res.Diagnostics) > 0 {
		b.Fatalf("the measured stack must break no policy: %v", res.Diagnostics)
	}
}

// peak is the most memory that a process has held, in bytes. It is 0 where the system does not tell.
func peak(b *testing.B, pid int) int64 {
	b.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kb, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
			if err != nil {
				b.Fatal(err)
			}
			return kb << 10
		}
	}
	return 0
}

// samples are measurements of the pack and of the no-op.
type samples [2][]time.Duration

// both measures once each, taking turns at who is first.
func (s *samples) both(measure func(i int) time.Duration) {
	first := len(s[0]) % 2
	for _, i := range []int{first, 1 - first} {
		s[i] = append(s[i], measure(i))
	}
}

func (s *samples) report(b *testing.B, name string, q float64) {
	s.reportAs(b, name, q, float64(time.Millisecond), "ms")
}

func (s *samples) reportAs(b *testing.B, name string, q, unit float64, label string) {
	pack, noop := quantile(s[0], q), quantile(s[1], q)
	b.ReportMetric(0, "ns/op") // the loop measures both
	b.ReportMetric(pack/unit, name+"-"+label)
	b.ReportMetric(noop/unit, name+"-noop-"+label)
	b.ReportMetric(pack/noop, name+"-x-noop")
}

func quantile(all []time.Duration, q float64) float64 {
	sorted := slices.Sorted(slices.Values(all))
	return float64(sorted[int(q*float64(len(sorted)-1)+0.5)])
}

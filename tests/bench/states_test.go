package bench

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// BenchmarkStates is `policypack check` of a directory of exported states of 500 resources on two cores, from start to
// exit, next to decoding the same files one after another on one core: the time, the CPU time, and the most memory that
// the check held.
func BenchmarkStates(b *testing.B) {
	for _, n := range []int{100, 1000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			bin := policypack(b)
			dir := filepath.Join(b.TempDir(), "exports")
			paths, err := states(dir, n)
			if err != nil {
				b.Fatal(err)
			}
			var times, cpu samples
			peak, size := int64(0), 0
			for b.Loop() {
				var used [2]time.Duration
				times.both(func(i int) (took time.Duration) {
					if i == 1 {
						took, used[i], size = decoding(b, paths)
						return took
					}
					cmd := exec.Command(bin, "check", "--summary=false", dir)
					cmd.Env = append(harness.CleanEnviron(), "GOMAXPROCS=2")
					start := time.Now()
					out, err := cmd.CombinedOutput()
					took = time.Since(start)
					if err != nil {
						b.Fatalf("the measured states must break no policy: %v\n%s", err, out[:min(len(out), 4<<10)])
					}
					used[i] = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
					if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
						peak = max(peak, usage.Maxrss<<10)
					}
					return took
				})
				cpu.both(func(i int) time.Duration { return used[i] })
			}
			b.ReportMetric(float64(size)/float64(n)/(1<<20), "MiB/state")
			b.ReportMetric(quantile(times[0], 0.5)/float64(time.Millisecond), "check-ms")
			b.ReportMetric(quantile(times[0], 0.5)/quantile(times[1], 0.5), "check-x-json")
			b.ReportMetric(quantile(cpu[0], 0.5)/quantile(cpu[1], 0.5), "cpu-x-json")
			b.ReportMetric(float64(peak)/(1<<20), "peak-MiB")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// decoding returns how long the files take to be decoded one after another on one core, without reading them, the CPU
// time of that, and the sum of their sizes.
func decoding(b *testing.B, paths []string) (took, cpu time.Duration, size int) {
	b.Helper()
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			b.Fatal(err)
		}
		size += len(data)
		start, before := time.Now(), processTime(b)
		var v any
		if err := json.Unmarshal(data, &v); err != nil {
			b.Fatal(err)
		}
		took, cpu = took+time.Since(start), cpu+processTime(b)-before
	}
	return took, cpu, size
}

// processTime returns the CPU time that this process has used.
func processTime(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

package bench

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/progression-labs-development/policypack/internal/terraform"
)

// BenchmarkTerraformRead is how long a plan of 10,000 resources takes to become the engine's calls, next to what
// decoding its JSON alone takes.
func BenchmarkTerraformRead(b *testing.B) {
	data := plan(10_000)
	b.ReportAllocs()
	var times samples
	for b.Loop() {
		times.both(func(i int) time.Duration {
			start := time.Now()
			if i == 1 {
				var v any
				if err := json.Unmarshal(data, &v); err != nil {
					b.Fatal(err)
				}
				return time.Since(start)
			}
			d, err := terraform.Read(data)
			if err != nil {
				b.Fatal(err)
			}
			if n := len(d.Resources(d.Stack("shop", "production"))); n < 10_000 {
				b.Fatalf("%d resources", n)
			}
			d.Whole(d.Stack("shop", "production"))
			return time.Since(start)
		})
	}
	b.ReportMetric(float64(len(data))/(1<<20), "MiB")
	b.ReportMetric(quantile(times[0], 0.5)/float64(time.Millisecond), "read-ms")
	b.ReportMetric(quantile(times[0], 0.5)/quantile(times[1], 0.5), "read-x-json")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkTerraformCheck is `policypack check` of the same plan, and of a state of as many resources, from start to exit,
// next to decoding the JSON alone; and the most memory that it held, next to the size of the file.
func BenchmarkTerraformCheck(b *testing.B) {
	for _, tt := range []struct {
		name string
		text func(int) []byte
	}{{"plan", plan}, {"state", state}} {
		b.Run(tt.name, func(b *testing.B) {
			bin := policypack(b)
			data := tt.text(10_000)
			path := filepath.Join(b.TempDir(), tt.name+".json")
			if err := os.WriteFile(path, data, 0o600); err != nil {
				b.Fatal(err)
			}
			var times, cpu, peaks samples
			for b.Loop() {
				var used [2]time.Duration
				times.both(func(i int) time.Duration {
					if i == 0 {
						u := usageOf(b, bin, "check", path)
						peaks[0] = append(peaks[0], time.Duration(u.Peak))
						used[0] = u.CPU
						return u.Took
					}
					start, before := time.Now(), cpuTime(b)
					var v any
					if err := json.Unmarshal(data, &v); err != nil {
						b.Fatal(err)
					}
					used[1] = cpuTime(b) - before
					return time.Since(start)
				})
				cpu.both(func(i int) time.Duration { return used[i] })
			}
			b.ReportMetric(float64(len(data))/(1<<20), "MiB")
			b.ReportMetric(quantile(times[0], 0.5)/float64(time.Millisecond), "check-ms")
			b.ReportMetric(quantile(times[0], 0.5)/quantile(times[1], 0.5), "check-x-json")
			b.ReportMetric(quantile(cpu[0], 0.5)/quantile(cpu[1], 0.5), "cpu-x-json")
			b.ReportMetric(quantile(peaks[0], 0.5)/(1<<20), "peak-MiB")
			b.ReportMetric(quantile(peaks[0], 0.5)/float64(len(data)), "peak-x-file")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// cpuTime is the CPU time that this process has taken.
func cpuTime(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkTerraformLarge is `policypack check` of a plan of the size in MiB that PLAN_MIB has, such as
// 1024; without it, it is skipped. The plan is written to the temporary directory.
func BenchmarkTerraformLarge(b *testing.B) {
	size, err := strconv.Atoi(os.Getenv("PLAN_MIB"))
	if err != nil {
		b.Skip("set PLAN_MIB to the size of the plan in MiB")
	}
	bin := policypack(b)
	path := filepath.Join(b.TempDir(), "plan.json")
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	one := len(plan(1000)) // all are about as large
	if err := errors.Join(writePlan(f, size<<20/one*1000), f.Close()); err != nil {
		b.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	var took, peaks samples
	for b.Loop() {
		u := usageOf(b, bin, "check", path)
		took[0], peaks[0] = append(took[0], u.Took), append(peaks[0], time.Duration(u.Peak))
	}
	b.ReportMetric(float64(info.Size())/(1<<20), "MiB")
	b.ReportMetric(quantile(took[0], 0.5)/float64(time.Millisecond), "check-ms")
	b.ReportMetric(quantile(peaks[0], 0.5)/(1<<20), "peak-MiB")
	b.ReportMetric(quantile(peaks[0], 0.5)/float64(info.Size()), "peak-x-file")
	b.ReportMetric(0, "ns/op")
}

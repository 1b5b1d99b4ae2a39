package bench

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/progression-labs-development/policypack/internal/terraform"
	"github.com/progression-labs-development/policypack/tests/internal/harness"
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
			var times, peaks samples
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
					cmd := exec.Command(bin, "check", path)
					cmd.Env = harness.CleanEnviron()
					if out, err := cmd.CombinedOutput(); err != nil {
						b.Fatalf("the measured file must break no policy: %v\n%s", err, out)
					}
					peaks[0] = append(peaks[0], time.Duration(peakOf(cmd.ProcessState)))
					return time.Since(start)
				})
			}
			b.ReportMetric(float64(len(data))/(1<<20), "MiB")
			b.ReportMetric(quantile(times[0], 0.5)/float64(time.Millisecond), "check-ms")
			b.ReportMetric(quantile(times[0], 0.5)/quantile(times[1], 0.5), "check-x-json")
			b.ReportMetric(quantile(peaks[0], 0.5)/(1<<20), "peak-MiB")
			b.ReportMetric(quantile(peaks[0], 0.5)/float64(len(data)), "peak-x-file")
			b.ReportMetric(0, "ns/op")
		})
	}
}

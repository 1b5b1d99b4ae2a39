package bench

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/progression-labs-development/policypack/internal/report"
)

// BenchmarkHistory is `policypack check --history` of a history of 10,000 commits, and of the project's own as far as
// the clone has it. Gitleaks searches each once; the two are compared by the time of the CPU, that of git included.
func BenchmarkHistory(b *testing.B) {
	b.Run("generated", func(b *testing.B) {
		dir := b.TempDir()
		start := time.Now()
		planted, err := history(dir, 10_000)
		if err != nil {
			b.Fatal(err)
		}
		b.Logf("the history was written in %.1f s", time.Since(start).Seconds())
		compared(b, dir, planted)
	})
	b.Run("own", func(b *testing.B) {
		dir := filepath.Join(b.TempDir(), "own")
		if err := git(filepath.Join("..", ".."), nil, "clone", "--quiet", "--no-local", ".", dir); err != nil {
			b.Skip("there is no history here: ", err)
		}
		compared(b, dir, -1)
	})
}

// compared reports how long the check takes, and its ratio to gitleaks. It must find what was planted, and nothing else;
// -1 where nobody knows.
func compared(b *testing.B, dir string, planted int) {
	pack := policypack(b)
	leaks := gitleaks(b, "git", dir)
	var took, used, peaks samples
	for b.Loop() {
		cmd := exec.Command(pack, "check", "--history", "--format", "json", dir)
		cmd.Dir = b.TempDir()
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, os.Stderr
		start := time.Now()
		_ = cmd.Run() // by the report
		took[0] = append(took[0], time.Since(start))
		used[0] = append(used[0], cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime())
		peaks[0] = append(peaks[0], time.Duration(peakOf(cmd.ProcessState)))
		var got struct {
			Findings []struct{ File string }
			Sources  []report.Source
			Errors   []struct{ Message string }
		}
		if err := json.Unmarshal(out.Bytes(), &got); err != nil || len(got.Sources) != 1 ||
			planted >= 0 && (len(got.Findings) != planted || len(got.Errors) > 0) {
			b.Fatalf("%d findings (%v), want %d; errors: %v", len(got.Findings), err, planted, got.Errors)
		}
		b.ReportMetric(float64(got.Sources[0].Of(report.Commits)), "commits")
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(quantile(took[0], 0.5)/float64(time.Second), "history-s")
	b.ReportMetric(quantile(used[0], 0.5)/float64(time.Second), "history-cpu-s")
	b.ReportMetric(quantile(peaks[0], 1)/(1<<20), "history-peak-MiB")
	if leaks > 0 {
		b.ReportMetric(quantile(used[0], 0.5)/float64(leaks), "history-x-gitleaks")
	}
}

package bench

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// childTree is the variable that makes the test binary a process that only reads the tree that it names.
const childTree = "BENCH_TREE"

// BenchmarkRepository is `policypack check` of a repository of 50,000 files and 500 MB, and of a tenth of it, and in turn
// a process that does no more than read the same files. The most memory is that of the whole process. Gitleaks searches
// the files once, for it takes minutes; it is compared by the time of the CPU.
func BenchmarkRepository(b *testing.B) {
	for _, files := range []int{5000, 50_000} {
		b.Run(strconv.Itoa(files), func(b *testing.B) { repository(b, files, int64(files)*10<<10) })
	}
}

func repository(b *testing.B, files int, size int64) {
	dir := b.TempDir()
	start := time.Now()
	planted, err := repositoryTree(dir, files, size)
	if err != nil {
		b.Fatal(err)
	}
	b.Logf("the tree was written in %.1f s", time.Since(start).Seconds())
	pack := policypack(b)
	leaks := gitleaks(b, "dir", dir)
	var times, peaks, used samples
	for b.Loop() {
		times.both(func(i int) time.Duration {
			var took time.Duration
			var done *os.ProcessState
			if i == 0 {
				took, done = checked(b, pack, dir, planted)
			} else {
				took, done = plainly(b, dir)
			}
			peaks[i] = append(peaks[i], time.Duration(peakOf(done)))
			used[i] = append(used[i], done.UserTime()+done.SystemTime())
			return took
		})
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(quantile(times[0], 0.5)/float64(time.Second), "repository-s")
	b.ReportMetric(quantile(times[1], 0.5)/float64(time.Second), "plain-read-s")
	b.ReportMetric(quantile(times[0], 0.5)/quantile(times[1], 0.5), "repository-x-read")
	// what other work on the machine does not change
	b.ReportMetric(quantile(used[0], 0.5)/float64(time.Second), "repository-cpu-s")
	b.ReportMetric(quantile(peaks[0], 1)/(1<<20), "repository-peak-MiB")
	if leaks > 0 {
		b.ReportMetric(quantile(used[0], 0.5)/float64(leaks), "repository-x-gitleaks")
	}
}

// gitleaks returns how much time of the CPU gitleaks takes for its command dir, which searches the files, or git, which
// searches the commits; 0 where it cannot be had, after saying why.
func gitleaks(b *testing.B, command, dir string) time.Duration {
	b.Helper()
	program, err := harness.Gitleaks()
	if err != nil {
		b.Logf("not compared with gitleaks: %v", err)
		return 0
	}
	cmd := exec.Command(program, command, "--no-banner", "--log-level", "error", "--exit-code", "0", dir)
	cmd.Dir = b.TempDir()
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("gitleaks: %v\n%s", err, out)
	}
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
}

// checked runs the check, which must find what was planted and nothing else, and returns how long it took.
func checked(b *testing.B, pack, dir string, planted int) (time.Duration, *os.ProcessState) {
	b.Helper()
	cmd := exec.Command(pack, "check", "--format", "json", dir)
	cmd.Dir = b.TempDir()
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, os.Stderr
	start := time.Now()
	err := cmd.Run()
	took := time.Since(start)
	if cmd.ProcessState.ExitCode() != 1 {
		b.Fatalf("exit code %d (%v), want 1", cmd.ProcessState.ExitCode(), err)
	}
	var report struct {
		Findings []struct{ File string }
	}
	if err := json.Unmarshal(out.Bytes(), &report); err != nil || len(report.Findings) != planted {
		b.Fatalf("%d findings (%v), want %d", len(report.Findings), err, planted)
	}
	return took, cmd.ProcessState
}

// plainly is checked for a process that reads the files and looks at nothing.
func plainly(b *testing.B, dir string) (time.Duration, *os.ProcessState) {
	b.Helper()
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	cmd := exec.Command(self, "-test.run=^TestRepositoryChild$", "-test.count=1")
	cmd.Env = append(os.Environ(), childTree+"="+dir)
	start := time.Now()
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	return time.Since(start), cmd.ProcessState
}

// peakOf is the most memory that a process held, in bytes, 0 where the system does not tell.
func peakOf(done *os.ProcessState) int64 {
	if usage, ok := done.SysUsage().(*syscall.Rusage); ok {
		return usage.Maxrss << 10
	}
	return 0
}

// TestRepositoryChild is what plainly starts; by itself it does nothing.
func TestRepositoryChild(t *testing.T) {
	dir := os.Getenv(childTree)
	if dir == "" {
		t.Skip("the process that BenchmarkRepository starts")
	}
	readAll(t, dir)
}

// readAll reads all files and looks at nothing.
func readAll(t *testing.T, dir string) {
	paths := make(chan string, 64)
	var group sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			buffer := make([]byte, 1<<20)
			for path := range paths {
				f, err := os.Open(path)
				if err != nil {
					t.Error(err)
					continue
				}
				for {
					if _, err := f.Read(buffer); err == io.EOF {
						break
					} else if err != nil {
						t.Error(err)
						break
					}
				}
				if err := f.Close(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			paths <- path
		}
		return err
	})
	close(paths)
	group.Wait()
	if err != nil {
		t.Fatal(err)
	}
}

package bench

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// usage is what a process has taken.
type usage struct {
	Took, CPU time.Duration
	Peak      int64 // bytes
}

// usageFile is the variable of the environment with which this program runs its arguments as a command, and writes the
// usage of it into the file. A process counts the memory of the one that started it as its own, as Linux does; so a
// benchmark which holds a large document must not start what it measures itself.
const usageFile = "POLICYPACK_BENCH_USAGE"

// usageOf runs a command that must succeed, and returns what it has taken.
func usageOf(b *testing.B, args ...string) (u usage) {
	b.Helper()
	self, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	file := filepath.Join(b.TempDir(), "usage.json")
	cmd := exec.Command(self, args...)
	cmd.Env = append(harness.CleanEnviron(), usageFile+"="+file)
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("what is measured must break no policy: %v\n%s", err, out[:min(len(out), 4<<10)])
	}
	text, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(text, &u)
	}
	if err != nil {
		b.Fatal(err)
	}
	return u
}

// runMeasured runs the arguments and writes their usage; the result is the exit status.
func runMeasured(file string, args []string) int {
	_ = os.Unsetenv(usageFile)
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	start := time.Now()
	if err := cmd.Run(); err != nil {
		_, _ = os.Stderr.WriteString(err.Error())
		return 1
	}
	u := usage{
		Took: time.Since(start), CPU: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(),
		Peak: peakOf(cmd.ProcessState),
	}
	text, err := json.Marshal(u)
	if err == nil {
		err = os.WriteFile(file, text, 0o600)
	}
	if err != nil {
		_, _ = os.Stderr.WriteString(err.Error())
		return 1
	}
	return 0
}

package tests

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// An interrupted check ends although it is still reading, reports nothing, and says that it is not complete.
func TestInterruptedCheck(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	done, slow := filepath.Join(dir, "done.json"), filepath.Join(dir, "slow.json")
	harness.WriteFiles(t, dir, map[string]string{
		"done.json": `{"version": 3, "deployment": {"resources": [{"type": "aws:secretsmanager/secret:Secret",
			"urn": "urn:pulumi:production::shop::aws:secretsmanager/secret:Secret::s"}]}}`,
	})
	if err := syscall.Mkfifo(slow, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(harness.Policypack(t), "check", "--kind", "state", done, slow)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr, cmd.Env = &stdout, &stderr, harness.CleanEnviron()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	pipe, err := os.OpenFile(slow, os.O_WRONLY, 0) // waits for the check to read it
	if err != nil {
		t.Fatal(err)
	}
	defer pipe.Close() //nolint:errcheck // nothing was written
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	if got := cmd.ProcessState.ExitCode(); got != 2 || stdout.Len() > 0 ||
		!strings.HasPrefix(stderr.String(), "policypack: interrupted: the check is not complete and has no result (") {
		t.Errorf("got exit code %d\n%s%s", got, &stdout, &stderr)
	}
}

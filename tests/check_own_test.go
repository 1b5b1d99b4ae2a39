package tests

import (
	"os/exec"
	"testing"

	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// The project keeps the standard that it enforces: `make check`.
func TestCheckOfThisRepository(t *testing.T) {
	cmd := exec.Command(harness.Policypack(t), "check", ".")
	cmd.Dir, cmd.Env = harness.Root(t), harness.CleanEnviron()
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("policypack check .: %v\n%s", err, out)
	}
}

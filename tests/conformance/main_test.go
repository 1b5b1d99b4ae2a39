package conformance

import (
	"os"
	"testing"

	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

func TestMain(m *testing.M) {
	harness.CleanProcess()
	os.Exit(m.Run())
}

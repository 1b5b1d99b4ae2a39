package command_test

import (
	"runtime"
	"strings"
	"testing"

	"github.com/progression-labs-development/policypack/internal/command"
)

// TestManyWords shows that twice as many words take about twice the memory: a generated command may have thousands.
func TestManyWords(t *testing.T) { //nolint:paralleltest // it measures what is allocated
	allocated := func(n int) uint64 {
		text := "aws secretsmanager create-secret --name a " + strings.Repeat("--tags Key=a,Value=b \\\n", n)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		uses, err := command.Parse(text, command.Shell)
		runtime.ReadMemStats(&after)
		if err != nil || len(uses) != 1 {
			t.Fatalf("got %d uses, %v, want the command", len(uses), err)
		}
		return after.TotalAlloc - before.TotalAlloc
	}
	allocated(100)
	if once, twice := allocated(2000), allocated(4000); twice > 3*once {
		t.Errorf("2000 words take %d bytes, 4000 take %d", once, twice)
	}
}

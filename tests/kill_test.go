package tests

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// When the real CLI is killed with SIGKILL in the middle of a preview, the pack ends with it.
func TestKilledCLI(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("reads /proc")
	}
	started, finish := make(chan struct{}), make(chan struct{})
	s := harness.NewStack(t, func(ctx *pulumi.Context) error {
		if _, err := newResource(ctx, "aws:s3/bucket:Bucket", "bucket", nil); err != nil {
			return err
		}
		close(started)
		<-finish
		return nil
	})
	launcher, noted := harness.NotingLauncher(t)
	done := make(chan harness.Result, 1)
	go func() { done <- s.Preview(t, launcher, "") }()
	select {
	case <-started:
	case res := <-done:
		t.Fatalf("the preview ended too early: %v\n%s", res.Err, res.Output)
	}
	pid := noted()
	cli := parentOf(t, pid)
	if exe, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", cli)); err != nil || filepath.Base(exe) != "pulumi" {
		t.Fatalf("the parent of the pack is %s, want pulumi (%v)", exe, err)
	}
	if err := syscall.Kill(cli, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "the pack to end", func() bool { return !harness.Alive(pid) })
	close(finish)
	<-done
}

// parentOf is the process that started pid.
func parentOf(t *testing.T, pid int) int {
	t.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(stat), ") ")
	parent, err := strconv.Atoi(strings.Fields(rest)[1])
	if err != nil {
		t.Fatal(err)
	}
	return parent
}

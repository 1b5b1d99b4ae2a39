package soak

import (
	"context"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// soon is how quickly a process follows the other side that died.
const soon = 15 * time.Second

// TestKills kills either side at each call of the protocol: the engine's call ends with an error that says so, and the
// analyzer follows an engine that is gone.
func TestKills(t *testing.T) {
	part := begin(t, "kills")
	s := stacks(t)[0]
	whole := &pulumirpc.AnalyzeStackRequest{}
	for _, one := range stacks(t) {
		whole.Resources = append(whole.Resources, one.whole.Resources...)
	}
	calls := []struct {
		name string
		make func(context.Context, pulumirpc.AnalyzerClient) error
	}{
		{"Handshake", func(ctx context.Context, c pulumirpc.AnalyzerClient) error {
			_, err := c.Handshake(ctx, &pulumirpc.AnalyzerHandshakeRequest{})
			return err
		}},
		{"ConfigureStack", func(ctx context.Context, c pulumirpc.AnalyzerClient) error {
			_, err := c.ConfigureStack(ctx, s.about)
			return err
		}},
		{"GetAnalyzerInfo", func(ctx context.Context, c pulumirpc.AnalyzerClient) error {
			_, err := c.GetAnalyzerInfo(ctx, &emptypb.Empty{})
			return err
		}},
		{"Configure", func(ctx context.Context, c pulumirpc.AnalyzerClient) error {
			_, err := c.Configure(ctx, &pulumirpc.ConfigureAnalyzerRequest{})
			return err
		}},
		{"Remediate", func(ctx context.Context, c pulumirpc.AnalyzerClient) error {
			_, err := c.Remediate(ctx, s.resources[0])
			return err
		}},
		{"Analyze", func(ctx context.Context, c pulumirpc.AnalyzerClient) error {
			_, err := c.Analyze(ctx, s.resources[0])
			return err
		}},
		{"AnalyzeStack", func(ctx context.Context, c pulumirpc.AnalyzerClient) error {
			_, err := c.AnalyzeStack(ctx, whole)
			return err
		}},
		{"Cancel", func(ctx context.Context, c pulumirpc.AnalyzerClient) error {
			_, err := c.Cancel(ctx, &emptypb.Empty{})
			return err
		}},
	}
	kills := 0
	for i, call := range calls {
		for _, engine := range []bool{false, true} {
			who := map[bool]string{false: "the analyzer", true: "the engine"}[engine]
			t.Run(call.name+", "+who, func(t *testing.T) {
				// Without a pipe as its input, the analyzer sees the engine only by its server.
				a := harness.StartAnalyzer(t, harness.Start{DevNull: true})
				ctx, cancel := context.WithTimeout(t.Context(), harness.Timeout)
				defer cancel()
				for _, before := range calls[:i] {
					if err := before.make(ctx, a.Client); err != nil {
						t.Fatal(err)
					}
				}
				kills++
				answered := make(chan error, 1)
				if engine {
					go func() { answered <- call.make(ctx, a.Client) }()
					a.Engine.Stop()
				} else { // stopped, it has the call and no answer when it is killed
					if err := syscall.Kill(a.PID(), syscall.SIGSTOP); err != nil {
						t.Fatal(err)
					}
					go func() { answered <- call.make(ctx, a.Client) }()
					time.Sleep(100 * time.Millisecond)
					a.Kill()
				}
				err := <-answered
				if got := status.Code(err); !engine && (got != codes.Unavailable || status.Convert(err).Message() == "") {
					part.fail(t, "%s of a killed analyzer: %v", call.name, err)
				}
				if !a.Exits(soon) {
					part.fail(t, "%s: the analyzer still runs %s after %s was killed", call.name, soon, who)
				}
			})
		}
	}
	t.Run("in the real CLI", func(t *testing.T) {
		kills++
		killedPack(t, part)
	})
	part.ran("%d kills at %d calls", kills, len(calls))
}

// killedPack kills the pack in the middle of a preview of the real CLI, which says that it is gone. What happens when the
// CLI itself is killed is in TestKilledCLI of package tests.
func killedPack(t *testing.T, part *row) {
	t.Helper()
	started, finish := make(chan struct{}), make(chan struct{})
	s := harness.NewStack(t, func(ctx *pulumi.Context) error {
		one := &pulumi.CustomResourceState{}
		if err := ctx.RegisterResource("aws:s3/bucket:Bucket", "one", pulumi.Map{}, one); err != nil {
			return err
		}
		close(started)
		<-finish
		return ctx.RegisterResource("aws:s3/bucket:Bucket", "two", pulumi.Map{}, &pulumi.CustomResourceState{})
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
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(soon); harness.Alive(pid) && time.Now().Before(end); {
		time.Sleep(10 * time.Millisecond)
	}
	close(finish)
	res := <-done
	if res.Err == nil || !strings.Contains(res.Output, "rpc error") && !strings.Contains(res.Output, "policy") {
		part.fail(t, "a preview whose pack was killed: %v\n%s", res.Err, res.Output)
	}
	if harness.Alive(pid) {
		part.fail(t, "the pack still runs")
	}
}

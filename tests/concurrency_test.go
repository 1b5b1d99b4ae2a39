package tests

import (
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/progression-labs-development/policypack/internal/wire/wiretest"
	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// Concurrent callers get the answers that a single one gets, from a binary with the race detector.
func TestConcurrentCallers(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the pack with the race detector")
	}
	requests := []*pulumirpc.AnalyzeRequest{rawSecret(), request("aws:s3/bucket:Bucket", nil, nil)}
	stack := &pulumirpc.AnalyzeStackRequest{}
	for _, c := range harness.Cases(t) {
		requests = append(requests, wiretest.Analyze(t, c.Registered())...)
		stack.Resources = append(stack.Resources, wiretest.AnalyzeStack(t, c.Whole()).Resources...)
	}
	// And findings of all kinds, with what the run remembers of them.
	birds := newAviary(81)
	requests = append(requests, birds.requests...)
	stack.Resources = append(stack.Resources, birds.outputs.Resources...)
	a := harness.StartAnalyzer(t, harness.Start{
		Bin: harness.PolicypackRace(t), Args: []string{"analyzer", "ENGINE", "."},
	})
	// The first calls race too: the pack loads while they come.
	var first sync.WaitGroup
	for range 4 {
		first.Go(func() {
			if _, err := a.Client.GetAnalyzerInfo(t.Context(), &emptypb.Empty{}); err != nil {
				t.Errorf("GetAnalyzerInfo: %v", err)
			}
		})
		first.Go(func() {
			if _, err := a.Client.Analyze(t.Context(), requests[0]); err != nil {
				t.Errorf("Analyze: %v", err)
			}
		})
		first.Go(func() {
			_, err := a.Client.ConfigureStack(t.Context(),
				&pulumirpc.AnalyzerStackConfigureRequest{Stack: "production"})
			if err != nil {
				t.Errorf("ConfigureStack: %v", err)
			}
		})
	}
	first.Wait()
	a.Ready(t, birds.stack, nil)

	ask := func(req *pulumirpc.AnalyzeRequest) *pulumirpc.AnalyzeResponse {
		res, err := a.Client.Analyze(t.Context(), req)
		if err != nil {
			t.Errorf("Analyze: %v", err)
		}
		return res
	}
	for _, req := range requests {
		ask(req) // the pack remembers the secrets of a run; from now on it knows them all
	}
	want := make([]*pulumirpc.AnalyzeResponse, len(requests))
	for i, req := range requests {
		want[i] = ask(req)
	}
	wantStack, err := a.Client.AnalyzeStack(t.Context(), stack)
	if err != nil {
		t.Fatal(err)
	}
	var callers sync.WaitGroup
	for caller := range 8 {
		callers.Go(func() {
			for i := range requests {
				i = (i*7 + caller*13) % len(requests)
				if i%2 != caller%2 {
					continue // each is made by four callers, at four times
				}
				if diff := cmp.Diff(want[i], ask(requests[i]), protocmp.Transform()); diff != "" {
					t.Errorf("caller %d, %s: mismatch (-want +got):\n%s", caller, requests[i].Urn, diff)
					return
				}
			}
		})
	}
	for range 2 {
		callers.Go(func() {
			res, err := a.Client.AnalyzeStack(t.Context(), stack)
			if err != nil {
				t.Errorf("AnalyzeStack: %v", err)
			}
			if diff := cmp.Diff(wantStack, res, protocmp.Transform()); diff != "" {
				t.Errorf("AnalyzeStack: mismatch (-want +got):\n%s", diff)
			}
		})
		callers.Go(func() {
			if _, err := a.Client.Configure(t.Context(), &pulumirpc.ConfigureAnalyzerRequest{}); err != nil {
				t.Errorf("Configure: %v", err)
			}
			if _, err := a.Client.GetAnalyzerInfo(t.Context(), &emptypb.Empty{}); err != nil {
				t.Errorf("GetAnalyzerInfo: %v", err)
			}
		})
	}
	callers.Wait()
}

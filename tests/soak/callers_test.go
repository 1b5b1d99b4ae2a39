package soak

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// callers is how many make calls at the same time.
const callers = 64

// TestCallers makes 64 callers ask one analyzer that is built with the race detector, for a twelfth of the time. Each
// answer is the one that a single caller gets.
func TestCallers(t *testing.T) {
	part := begin(t, "callers")
	var requests []*pulumirpc.AnalyzeRequest
	var wholes []*pulumirpc.AnalyzeStackRequest
	for _, s := range stacks(t) {
		requests = append(requests, s.resources...)
		wholes = append(wholes, s.whole)
	}
	a := harness.StartAnalyzer(t, harness.Start{
		Bin: harness.PolicypackRace(t), Args: []string{"analyzer", "ENGINE", "."},
	})
	a.Ready(t, nil, nil)
	analyze := func(i int) (proto.Message, error) { return a.Client.Analyze(t.Context(), requests[i%len(requests)]) }
	whole := func(i int) (proto.Message, error) { return a.Client.AnalyzeStack(t.Context(), wholes[i%len(wholes)]) }
	// A single caller. The pack remembers the secrets of a run: in the second round it knows them all.
	want := make([]proto.Message, len(requests))
	wantWhole := make([]proto.Message, len(wholes))
	for range 2 {
		for _, one := range []struct {
			call func(int) (proto.Message, error)
			into []proto.Message
		}{{analyze, want}, {whole, wantWhole}} {
			for i := range one.into {
				var err error
				if one.into[i], err = one.call(i); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	info, err := a.Client.GetAnalyzerInfo(t.Context(), &emptypb.Empty{})
	if err != nil {
		t.Fatal(err)
	}
	config := &pulumirpc.ConfigureAnalyzerRequest{}
	var calls [5]atomic.Int64
	var all sync.WaitGroup
	end := time.Now().Add(*length / 12)
	for caller := range callers {
		r := rand.New(rand.NewPCG(uint64(caller), 64))
		all.Go(func() {
			for time.Now().Before(end) && !t.Failed() {
				var got, expected proto.Message
				var err error
				i := r.IntN(len(requests))
				kind := r.IntN(20)
				var what string
				switch kind {
				case 0:
					kind, what, expected = 0, "Configure", &emptypb.Empty{}
					got, err = a.Client.Configure(t.Context(), config)
				case 1:
					kind, what, expected = 1, "GetAnalyzerInfo", info
					got, err = a.Client.GetAnalyzerInfo(t.Context(), &emptypb.Empty{})
				case 2, 3:
					kind, what, expected = 2, "Remediate", &pulumirpc.RemediateResponse{}
					got, err = a.Client.Remediate(t.Context(), requests[i])
				case 4, 5:
					i %= len(wholes)
					kind, what, expected = 3, fmt.Sprint("AnalyzeStack ", wholes[i].Resources[0].Urn), wantWhole[i]
					got, err = whole(i)
				default:
					kind, what, expected = 4, "Analyze "+requests[i].Urn, want[i]
					got, err = analyze(i)
				}
				calls[kind].Add(1)
				if diff := cmp.Diff(expected, got, protocmp.Transform()); diff != "" || err != nil {
					part.fail(t, "caller %d, %s: %v, mismatch (-one caller +%d callers):\n%s", caller, what, err, callers, diff)
				}
			}
		})
	}
	all.Wait()
	a.Stop(t) // which looks for data races
	part.ran("%d callers: %d Analyze, %d AnalyzeStack, %d Remediate, %d Configure, %d GetAnalyzerInfo", callers,
		calls[4].Load(), calls[3].Load(), calls[2].Load(), calls[0].Load(), calls[1].Load())
	for i := range calls {
		if calls[i].Load() == 0 {
			part.fail(t, "a kind of call was never made")
		}
	}
}

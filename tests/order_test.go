package tests

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// What a run says of a stack does not depend on the order in which the engine asks: resources without dependencies come
// as they like. A secret that stands in two places is found wherever it comes first.
func TestOrderDoesNotMatter(t *testing.T) {
	birds := newAviary(51)
	requests, stack := birds.requests, birds.outputs
	// Secrets of one resource that stand in another, both ways round and twice.
	for i := range 4 {
		value := birds.Random(fmt.Sprint("shared ", i))
		source := called(fmt.Sprint("source-", i),
			request(bucketToken, nil, map[string]any{"tags": map[string]any{"v": marked(value)}}))
		copied := called(fmt.Sprint("copy-", i), request(bucketToken, nil, map[string]any{
			"acl": "x " + value, "tags": []any{value, base64Of(value)},
		}))
		requests = append(requests, source, copied,
			called(fmt.Sprint("again-", i), request(bucketToken, nil, map[string]any{"acl": value})))
		stack.Resources = append(stack.Resources, rows(requests[len(requests)-3:]...).Resources...)
	}
	var want []string
	for seed := range uint64(6) {
		a := harness.StartAnalyzer(t, harness.Start{})
		a.Ready(t, birds.stack, nil)
		order, whole := slices.Clone(requests), &pulumirpc.AnalyzeStackRequest{Resources: slices.Clone(stack.Resources)}
		r := rand.New(rand.NewPCG(seed, 51))
		switch seed {
		case 0:
		case 1:
			slices.Reverse(order)
		default:
			r.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
			r.Shuffle(len(whole.Resources), func(i, j int) {
				whole.Resources[i], whole.Resources[j] = whole.Resources[j], whole.Resources[i]
			})
		}
		// A version refers to its secret, so the engine always asks about the secret first.
		slices.SortStableFunc(order, func(a, b *pulumirpc.AnalyzeRequest) int {
			return cmp.Compare(strings.Count(a.Type, "ecretVersion"), strings.Count(b.Type, "ecretVersion"))
		})
		var got []string
		for _, req := range order {
			res, err := a.Client.Remediate(t.Context(), req)
			if err != nil || len(res.Remediations) > 0 {
				t.Fatalf("Remediate: got %v, %v, want nothing", res, err)
			}
			for _, d := range analyze(t, a, req) {
				got = append(got, describe(req.Urn, d))
			}
		}
		res, err := a.Client.AnalyzeStack(t.Context(), whole)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range res.Diagnostics {
			got = append(got, describe(d.Urn, d))
		}
		a.Stop(t)
		slices.Sort(got)
		if seed == 0 {
			want = got
			shared := 0
			for _, line := range want {
				if strings.Contains(line, "::copy-") || strings.Contains(line, "::again-") {
					shared++
				}
			}
			if shared < 12 {
				t.Errorf("got %d violations for copies of other resources' secrets, want at least 12:\n%s", shared,
					strings.Join(want, "\n"))
			}
			if twice := repeated(want); len(twice) > 0 {
				t.Errorf("said twice:\n%s", strings.Join(twice, "\n"))
			}
			continue
		}
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Errorf("order %d: mismatch (-want +got):\n%s", seed, diff)
		}
	}
}

func describe(urn string, d *pulumirpc.AnalyzeDiagnostic) string {
	return fmt.Sprint(urn, " ", d.EnforcementLevel, " ", d.PolicyName, " ", d.Message)
}

func repeated(sorted []string) []string {
	var twice []string
	for i := 1; i < len(sorted); i++ {
		if sorted[i] == sorted[i-1] {
			twice = append(twice, sorted[i])
		}
	}
	return twice
}

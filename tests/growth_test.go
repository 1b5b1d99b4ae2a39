package tests

import (
	"fmt"
	"strings"
	"testing"
	"time"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/progression-labs-development/policypack/tests/internal/canary"
	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// Four times as much takes about four times as long, whatever is in it: the bound is generous, since machines are busy,
// and far below the sixteen times of quadratic work.
func TestGrowth(t *testing.T) {
	if testing.Short() {
		t.Skip("measures")
	}
	const most = 9.0
	for _, tt := range []struct {
		name string
		size int // of the big one, in bytes or leaves
		give func(size int) any
	}{
		{"a text of words", 5 << 20, repeat("some words of a long text ")},
		{"one word", 5 << 20, repeat("a")},
		{"what begins like a key in base64", 5 << 20, repeat("LS0tLS1CRUdJTi")},
		{"what begins like a token", 5 << 20, repeat("gh" + "p_")},
		{"what begins like a web token", 5 << 20, repeat("ey" + "J.")},
		{"what begins like a URL", 5 << 20, repeat("postgres://a:")},
		{"pairs", 5 << 20, repeat("name=value;password=x ")},
		{"open brackets", 5 << 20, repeat(`{"a":[`)},
		{"quotes", 5 << 20, repeat(`\"`)},
		{
			"a document", 5 << 20,
			func(n int) any { return `{"a": [` + strings.Repeat(`{"password": "x", "b": 1},`, n/26) + `1]}` },
		},
		{"lines", 5 << 20, repeat("password: correct-horse\n")},
		{"digits", 5 << 20, repeat("0123456789")},
		{"percents", 5 << 20, repeat("%41%2e")},
		{"findings in one text", 1 << 20, repeat("token gh" + "p_" + strings.Repeat("aB3dE6", 6) + " \n")},
		{"leaves", 60_000, func(n int) any {
			all := make([]any, n)
			for i := range all {
				all[i] = map[string]any{"name": fmt.Sprint("setting-", i), "value": fmt.Sprint("value of ", i)}
			}
			return all
		}},
		{"a wide map", 60_000, func(n int) any {
			all := map[string]any{}
			for i := range n {
				all[fmt.Sprint("setting-", i)] = fmt.Sprint("value of ", i)
			}
			return all
		}},
		{"findings", 1_000, func(n int) any {
			cage := canary.New(61)
			all := make([]any, n)
			for i := range all {
				all[i] = map[string]any{"password": "correct-horse-" + cage.Word("")}
			}
			return all
		}},
		{"marks", 8_000, func(n int) any {
			all := make([]any, n)
			for i := range all {
				all[i] = []any{marked(fmt.Sprintf("aZ%08dqW%08d", i*7919, i*104729)), fmt.Sprint("text ", i)}
			}
			return all
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			small, big := request(bucketToken, nil, map[string]any{"v": tt.give(tt.size / 4)}),
				request(bucketToken, nil, map[string]any{"v": tt.give(tt.size)})
			// What else runs here makes times longer and never shorter, so the least of several count; one of each is
			// enough where it is far from the bound.
			few, many := took(t, small), took(t, big)
			ratio := func() float64 { return float64(many) / float64(max(few, 2*time.Millisecond)) }
			for try := 1; try < 5 && ratio() > most*2/3; try++ {
				few, many = min(few, took(t, small)), min(many, took(t, big))
			}
			t.Logf("%v, then %v: %.1f times", few, many, ratio())
			if ratio() > most {
				t.Errorf("four times the work takes %.1f times as long, want at most %.0f", ratio(), most)
			}
		})
	}
}

func repeat(piece string) func(int) any {
	return func(n int) any { return strings.Repeat(piece, n/len(piece)) }
}

// took is what Analyze and AnalyzeStack take together in a new process.
func took(t *testing.T, req *pulumirpc.AnalyzeRequest) time.Duration {
	t.Helper()
	a := harness.StartAnalyzer(t, harness.Start{})
	defer a.Stop(t)
	a.Ready(t, nil, nil)
	analyze(t, a, rawSecret()) // what is loaded lazily is loaded now
	start := time.Now()
	if _, err := a.Client.Analyze(t.Context(), req); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Client.AnalyzeStack(t.Context(), rows(req)); err != nil {
		t.Fatal(err)
	}
	return time.Since(start)
}

package tests

import (
	"strings"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// The engine sends what programs hold, however big.
func TestBigResource(t *testing.T) {
	a := harness.StartAnalyzer(t, harness.Start{})
	a.Ready(t, nil, nil)
	big := request("aws:secretsmanager/secret:Secret", nil, map[string]any{
		"name": "api/production", "description": strings.Repeat("words ", 4<<20),
	})
	if got := of("raw-secret-resource", analyze(t, a, big)); len(got) != 1 {
		t.Errorf("got %d violations, want 1", len(got))
	}
}

// A value that is nested deeper than the pack looks is an error that says so, and never a resource that passes.
func TestDeepResource(t *testing.T) {
	a := harness.StartAnalyzer(t, harness.Start{})
	a.Ready(t, nil, nil)
	for _, tt := range []struct {
		name  string
		depth int
		fails bool
	}{
		{"as deep as documents are", 50, false},
		{"deeper than any document", 1500, true},
		{"deeper than a message may be", 4000, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var value any = "leaf"
			for range tt.depth {
				value = map[string]any{"a": value}
			}
			req := request("aws:secretsmanager/secret:Secret", nil, map[string]any{"tags": value})
			res, err := a.Client.Analyze(t.Context(), req)
			switch {
			case tt.fails && err == nil && len(of("raw-secret-resource", res.Diagnostics)) == 0:
				t.Error("passes")
			case tt.fails && err != nil && !strings.Contains(err.Error(), "deep") &&
				!strings.Contains(err.Error(), "depth"):
				t.Errorf("the error does not say that it is too deep: %v", err)
			case !tt.fails && err != nil:
				t.Error(err)
			}
			// The process has survived.
			if got := len(analyze(t, a, rawSecret())); got != 1 {
				t.Errorf("a raw secret gives %d violations, want 1", got)
			}
		})
	}
}

// Requests that no engine sends get an error or an answer, and the process lives on.
func TestOddRequests(t *testing.T) {
	a := harness.StartAnalyzer(t, harness.Start{})
	a.Ready(t, nil, nil)
	for name, req := range map[string]*pulumirpc.AnalyzeRequest{
		"nothing at all":   {},
		"no URN":           {Type: "aws:s3/bucket:Bucket", Name: "b"},
		"a broken URN":     {Type: "aws:s3/bucket:Bucket", Name: "b", Urn: "urn:pulumi:x"},
		"no properties":    {Type: secretToken, Name: "b", Urn: "urn:pulumi:production::shop::" + secretToken + "::b"},
		"a type and a URN": {Type: secretToken, Name: "b", Urn: "urn:pulumi:production::shop::aws:s3/bucket:Bucket::b"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := a.Client.Analyze(t.Context(), req); err != nil {
				t.Logf("%v", err)
				if strings.Contains(err.Error(), "internal error") {
					t.Errorf("the process panicked: %v\n%s", err, a.Stderr())
				}
			}
			if got := len(analyze(t, a, rawSecret())); got != 1 {
				t.Errorf("a raw secret gives %d violations, want 1", got)
			}
		})
	}
}

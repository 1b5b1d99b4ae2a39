package analyzer

import (
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/progression-labs-development/policypack/internal/session"
)

// The code of an error says whose it is.
func TestCodes(t *testing.T) {
	t.Parallel()
	s := server(t, nil)
	_, wrong := s.Configure(t.Context(),
		&pulumirpc.ConfigureAnalyzerRequest{PolicyConfig: map[string]*pulumirpc.PolicyConfig{"no-such-policy": {}}})
	_, input := s.Analyze(t.Context(), &pulumirpc.AnalyzeRequest{Urn: "urn", Type: ""})
	_, broken := server(t, func(o *session.Options) { o.Rules = []string{"no-such-directory"} }).Analyze(t.Context(),
		rawSecret())
	for _, tt := range []struct {
		name string
		give error
		want codes.Code
	}{
		{"none", coded(nil), codes.OK},
		{"the configuration", wrong, codes.InvalidArgument},
		{"the resource", input, codes.InvalidArgument},
		{"the evaluation", coded(&session.Error{Fault: session.Evaluation}), codes.Internal},
		{"the pack", broken, codes.FailedPrecondition},
	} {
		if got := status.Code(tt.give); got != tt.want {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
	}
}

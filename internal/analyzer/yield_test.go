package analyzer

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/structpb"
)

const (
	advisory  = pulumirpc.EnforcementLevel_ADVISORY
	mandatory = pulumirpc.EnforcementLevel_MANDATORY
	disabled  = pulumirpc.EnforcementLevel_DISABLED
)

// secretOf is a value that the engine marks.
func secretOf(v any) map[string]any {
	return map[string]any{"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": v}
}

// TestEasedPairs goes through pairs of policies about resources whose findings are in several calls, with the other
// policy as it is and eased.
func TestEasedPairs(t *testing.T) {
	t.Parallel()
	const token = "gh" + "p_" + "R7mK2pX9vLq4Tz8WcJ3nB6yD1fHs5gA0eUiO"
	key := "hT7vQ2mXzR9pLw4KcJ8n" + "B6yD1fGs5aE0uIoVtMq3"
	root := "urn:pulumi:production::shop::pulumi:pulumi:Stack::shop-production"
	stack := func() *pulumirpc.AnalyzeRequest {
		return &pulumirpc.AnalyzeRequest{
			Type: "pulumi:pulumi:Stack", Name: "shop-production", Urn: root,
			Properties: &structpb.Struct{},
		}
	}
	provider := func(name string) *pulumirpc.AnalyzeRequest {
		return request(name, "pulumi:providers:aws",
			map[string]any{"accessKey": "AKIA" + "QX7M2ZR9PLW4KCJ8", "secretKey": key})
	}
	version := func(value any) *pulumirpc.AnalyzeRequest {
		return request("v", "aws:secretsmanager/secretVersion:SecretVersion",
			map[string]any{"secretId": "elsewhere", "secretString": value})
	}
	levels := func(l pulumirpc.EnforcementLevel, policies ...string) map[string]pulumirpc.EnforcementLevel {
		out := map[string]pulumirpc.EnforcementLevel{}
		for _, policy := range policies {
			out[policy] = l
		}
		return out
	}
	for _, tt := range []struct {
		name     string
		give     []*pulumirpc.AnalyzeRequest
		config   map[string]string
		settings map[string]any
		levels   map[string]pulumirpc.EnforcementLevel
		want     []string
	}{
		{
			"a provider's key",
			[]*pulumirpc.AnalyzeRequest{provider("prod")},
			nil, nil, nil,
			[]string{"MANDATORY static-credential prod"},
		},
		{
			"a provider's key, advisory",
			[]*pulumirpc.AnalyzeRequest{provider("prod")},
			nil, nil, levels(advisory, "static-credential"),
			[]string{"ADVISORY static-credential prod", "MANDATORY plaintext-secret-property prod"},
		},
		{
			"a key in config",
			[]*pulumirpc.AnalyzeRequest{stack(), provider("default_6_0_0")},
			map[string]string{"aws:secretKey": key},
			nil, nil,
			[]string{"MANDATORY static-credential shop-production"},
		},
		{
			"a key in config, switched off",
			[]*pulumirpc.AnalyzeRequest{stack()},
			map[string]string{"aws:secretKey": key},
			nil,
			levels(disabled, "static-credential"),
			[]string{"MANDATORY plaintext-secret-config shop-production"},
		},
		{
			"a plaintext value",
			[]*pulumirpc.AnalyzeRequest{version(token)},
			nil, nil, nil,
			[]string{"MANDATORY secret-value-in-program v"},
		},
		{
			"a plaintext value, advisory",
			[]*pulumirpc.AnalyzeRequest{version(token)},
			nil, nil, levels(advisory, "secret-value-in-program"),
			[]string{"ADVISORY secret-value-in-program v", "MANDATORY raw-secret-resource v"},
		},
		{
			"a plaintext value, both advisory",
			[]*pulumirpc.AnalyzeRequest{version(token)},
			nil, nil,
			levels(advisory, "secret-value-in-program", "raw-secret-resource"),
			[]string{"ADVISORY secret-value-in-program v", "MANDATORY plaintext-secret-property v"},
		},
		{
			"a literal that is marked, both switched off",
			[]*pulumirpc.AnalyzeRequest{version(secretOf("correct-horse-battery-9"))},
			nil, nil,
			levels(disabled, "secret-value-in-program", "raw-secret-resource"),
			[]string{"ADVISORY hardcoded-secret v"},
		},
		{
			"a secret of a store that the settings add",
			[]*pulumirpc.AnalyzeRequest{
				request("p", "aws:ssm/parameter:Parameter",
					map[string]any{"name": "P", "type": "SecureString", "value": token}),
			},
			nil,
			map[string]any{"managers": []any{"ssm-parameter-store"}},
			nil,
			[]string{"MANDATORY raw-secret-resource p"},
		},
		{
			"a parameter that is no secret, with a token in it",
			[]*pulumirpc.AnalyzeRequest{
				request("p", "aws:ssm/parameter:Parameter",
					map[string]any{"name": "P", "type": "String", "value": token}),
			},
			nil,
			map[string]any{"managers": []any{"ssm-parameter-store"}},
			nil,
			[]string{"MANDATORY plaintext-secret-property p"},
		},
		{
			"a store that is none of the stack's", []*pulumirpc.AnalyzeRequest{
				request("p", "aws:ssm/parameter:Parameter",
					map[string]any{"name": "P", "type": "SecureString", "value": secretOf("correct-horse-9")}),
			}, nil, nil, levels(disabled, "hardcoded-secret"), []string{"ADVISORY unsupported-secret-store p"},
		},
		{
			"a store that is none of the stack's, switched off",
			[]*pulumirpc.AnalyzeRequest{
				request("p", "aws:ssm/parameter:Parameter",
					map[string]any{"name": "P", "type": "SecureString", "value": secretOf("correct-horse-9")}),
			},
			nil, nil, levels(disabled, "hardcoded-secret", "unsupported-secret-store"),
			[]string{"ADVISORY secret-name p"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := server(t, nil)
			if _, err := s.ConfigureStack(context.Background(), &pulumirpc.AnalyzerStackConfigureRequest{
				Organization: "acme", Project: "shop", Stack: "production", DryRun: true, Config: tt.config,
			}); err != nil {
				t.Fatal(err)
			}
			configure(t, s, tt.settings, tt.levels)
			var got []string
			whole := &pulumirpc.AnalyzeStackRequest{}
			name := map[string]string{"": "shop-production", root: "shop-production"}
			for _, req := range tt.give {
				response, err := s.Analyze(context.Background(), req)
				if err != nil {
					t.Fatal(err)
				}
				for _, d := range response.GetDiagnostics() {
					got = append(got,
						fmt.Sprintf("%s %s %s", d.GetEnforcementLevel(), d.GetPolicyName(), req.GetName()))
				}
				name[req.GetUrn()] = req.GetName()
				whole.Resources = append(whole.Resources, &pulumirpc.AnalyzerResource{
					Type: req.GetType(), Name: req.GetName(), Urn: req.GetUrn(), Properties: req.GetProperties(),
				})
			}
			response, err := s.AnalyzeStack(context.Background(), whole)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range response.GetDiagnostics() {
				if strings.HasPrefix(d.GetMessage(), "Disabled here: ") {
					continue // by tt.levels
				}
				got = append(got, fmt.Sprintf("%s %s %s", d.GetEnforcementLevel(), d.GetPolicyName(), name[d.GetUrn()]))
			}
			slices.Sort(got)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("mismatch (-want +got)\n%s", diff)
			}
		})
	}
}

package tests

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// rawSecrets is a program of each cloud that makes a secret outside of the infra package, off the templates of names,
// and writes a value into it. Key Vault has the value in the secret itself.
func rawSecrets() map[string][]*pulumirpc.AnalyzeRequest {
	value := marked("correct-horse-battery-9")
	return map[string][]*pulumirpc.AnalyzeRequest{
		"AWS": {
			called("stripe", request("aws:secretsmanager/secret:Secret", nil, map[string]any{"name": "Stripe"})),
			called("stripe-value", request("aws:secretsmanager/secretVersion:SecretVersion", nil, map[string]any{
				"secretId": unknownValue, "secretString": value,
			})),
		},
		"Google": {
			called("stripe", request("gcp:secretmanager/secret:Secret", nil, map[string]any{"secretId": "Stripe"})),
			called("stripe-value", request("gcp:secretmanager/secretVersion:SecretVersion", nil, map[string]any{
				"secret": unknownValue, "secretData": value,
			})),
		},
		"Azure": {
			called("stripe",
				request("azure:keyvault/secret:Secret", nil, map[string]any{"name": "Stripe", "value": value})),
		},
	}
}

// unknownValue is what the engine sends for a string that is not known yet.
const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

// TestEasingOnePolicySilencesNoOther eases raw-secret-resource in every way, and counts what still stops the preview.
func TestEasingOnePolicySilencesNoOther(t *testing.T) {
	day := func(n int) string { return time.Now().UTC().AddDate(0, 0, n).Format(time.DateOnly) }
	exemption := func(policy, name string, days int) map[string]any {
		return map[string]any{"exemptions": map[string]any{"x": map[string]any{
			"policies": []any{policy}, "urn": "urn:pulumi:*::shop::*::" + name, "reason": "a test", "owner": "us",
			"expires": day(days),
		}}}
	}
	baseline := func(requests []*pulumirpc.AnalyzeRequest) map[string]any {
		return map[string]any{"baseline": map[string]any{"expires": day(30), "findings": []any{
			map[string]any{"policy": "raw-secret-resource", "urn": requests[0].Urn, "path": ""},
		}}}
	}
	levels := func(l apitype.EnforcementLevel) map[string]plugin.AnalyzerPolicyConfig {
		return map[string]plugin.AnalyzerPolicyConfig{"raw-secret-resource": {EnforcementLevel: l}}
	}
	settings := func(parameters map[string]any) map[string]plugin.AnalyzerPolicyConfig {
		return map[string]plugin.AnalyzerPolicyConfig{"settings": {Properties: parameters}}
	}
	const (
		raw   = "MANDATORY raw-secret-resource stripe"
		eased = "ADVISORY raw-secret-resource stripe"
		name  = "MANDATORY secret-name stripe"
		value = "MANDATORY secret-value-in-program stripe-value"
		vault = "MANDATORY secret-value-in-program stripe" // the value in Key Vault's secret
	)
	for _, tt := range []struct {
		name string
		give func([]*pulumirpc.AnalyzeRequest) map[string]plugin.AnalyzerPolicyConfig
		want []string // of AWS and Google
		key  []string // of Azure
	}{
		{"nothing", nil, []string{raw, value}, []string{raw}},
		{
			"an exemption", fixed(settings(exemption("raw-secret-resource", "stripe", 30))),
			[]string{eased, name, value},
			[]string{eased, name, vault},
		},
		{
			"an exemption of all policies about the place", fixed(settings(exemption("raw-secret-resource", "*", 30))),
			[]string{eased, name, value},
			[]string{eased, name, vault},
		},
		{
			"an exemption that has expired", fixed(settings(exemption("raw-secret-resource", "stripe", -8))),
			[]string{raw, value},
			[]string{raw},
		},
		{
			"an exemption in its days of grace", fixed(settings(exemption("raw-secret-resource", "stripe", -1))),
			[]string{eased, name, value},
			[]string{eased, name, vault},
		},
		{
			"an exemption of the value", fixed(settings(exemption("secret-value-in-program", "*", 30))),
			[]string{
				raw, "MANDATORY raw-secret-resource stripe-value",
				"ADVISORY secret-value-in-program stripe-value",
			},
			[]string{raw},
		},
		{"advisory", fixed(levels(apitype.Advisory)), []string{eased, name, value}, []string{eased, name, vault}},
		{"disabled", fixed(levels(apitype.Disabled)), []string{name, value}, []string{name, vault}},
		{
			"a day to come",
			fixed(settings(map[string]any{"enforceFrom": map[string]any{"raw-secret-resource": day(30)}})),
			[]string{eased, name, value},
			[]string{eased, name, vault},
		},
		{
			"advisory on this stack",
			fixed(settings(map[string]any{
				"levelByStack": map[string]any{"prod*": map[string]any{"raw-secret-resource": "advisory"}},
			})),
			[]string{eased, name, value},
			[]string{eased, name, vault},
		},
		{
			"the baseline", func(r []*pulumirpc.AnalyzeRequest) map[string]plugin.AnalyzerPolicyConfig {
				return settings(baseline(r))
			},
			[]string{eased, name, value},
			[]string{eased, name, vault},
		},
		{
			"all advisory but the value", fixed(map[string]plugin.AnalyzerPolicyConfig{
				"all":                     {EnforcementLevel: apitype.Advisory},
				"secret-value-in-program": {EnforcementLevel: apitype.Mandatory},
			}),
			[]string{eased, value},
			[]string{eased, vault},
		},
	} {
		for cloud, requests := range rawSecrets() {
			t.Run(tt.name+", "+cloud, func(t *testing.T) {
				t.Parallel()
				a := harness.StartAnalyzer(t, harness.Start{})
				var config map[string]plugin.AnalyzerPolicyConfig
				if tt.give != nil {
					config = tt.give(requests)
				}
				a.Ready(t, nil, config)
				var got []string
				add := func(urn string, d *pulumirpc.AnalyzeDiagnostic) {
					got = append(got, fmt.Sprintf("%s %s %s", d.EnforcementLevel, d.PolicyName, place.NameOf(urn)))
					if strings.Contains(d.Message, "correct-horse") {
						t.Errorf("%s shows the value", d.PolicyName)
					}
				}
				for _, req := range requests {
					for _, d := range analyze(t, a, req) {
						add(req.Urn, d)
					}
				}
				res, err := a.Client.AnalyzeStack(t.Context(), rows(requests...))
				if err != nil {
					t.Fatal(err)
				}
				for _, d := range res.Diagnostics {
					if d.PolicyName != "settings" { // says what is disabled
						add(d.Urn, d)
					}
				}
				a.Stop(t)
				want := slices.Clone(tt.want)
				if cloud == "Azure" {
					want = slices.Clone(tt.key)
				}
				slices.Sort(got)
				slices.Sort(want)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("mismatch (-want +got)\n%s", diff)
				}
			})
		}
	}
}

func fixed(config map[string]plugin.AnalyzerPolicyConfig) func(
	[]*pulumirpc.AnalyzeRequest) map[string]plugin.AnalyzerPolicyConfig {
	return func([]*pulumirpc.AnalyzeRequest) map[string]plugin.AnalyzerPolicyConfig { return config }
}

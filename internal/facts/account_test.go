package facts

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/sig"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/progression-labs-development/policypack/internal/wire"
)

const (
	one          = "111111111111"
	two          = "222222222222"
	subscription = "ab000000-0000-0000-0000-000000000001"
)

func TestAccount(t *testing.T) {
	t.Parallel()
	type object = map[string]any
	role := func(account string) object { return object{"roleArn": "arn:aws:iam::" + account + ":role/deploy"} }
	secret := func(v any) object { return object{sig.Key: sig.Secret, "value": v} }
	for _, tt := range []struct {
		name     string
		provider string
		give     object // inputs of the provider
		own      object // properties of the resource
		want     string
	}{
		{"aws, nothing said", "aws", object{"region": "eu-west-1"}, nil, ""},
		{"aws, one account", "aws", object{"allowedAccountIds": []any{one}}, nil, one},
		{"aws, one account as the engine sends it", "aws", object{"allowedAccountIds": `["` + one + `"]`}, nil, one},
		{"aws, several accounts", "aws", object{"allowedAccountIds": []any{one, two}}, nil, ""},
		{
			"aws, several accounts and a role", "aws",
			object{"allowedAccountIds": []any{one, two}, "assumeRole": role(two)},
			nil, two,
		},
		{"aws, no account in the list", "aws", object{"allowedAccountIds": "[]"}, nil, ""},
		{
			"aws, the allowed account before the role", "aws",
			object{"allowedAccountIds": []any{one}, "assumeRole": role(two)},
			nil, one,
		},
		{"aws, a role", "aws", object{"assumeRole": role(one)}, nil, one},
		{
			"aws, a role as JSON", "aws",
			object{"assumeRole": `{"roleArn":"arn:aws-cn:iam::` + one + `:role/a/b"}`},
			nil,
			one,
		},
		{"aws, roles one after the other", "aws", object{"assumeRoles": []any{role(one), role(two)}}, nil, two},
		{"aws, a web identity", "aws", object{"assumeRoleWithWebIdentity": role(one)}, nil, one},
		{"aws, a user", "aws", object{"assumeRole": object{"roleArn": "arn:aws:iam::" + one + ":user/x"}}, nil, ""},
		{"aws, a role that is not known", "aws", object{"assumeRole": plugin.UnknownStringValue}, nil, ""},
		{
			"aws, a role's ARN that is not known", "aws",
			object{"assumeRole": object{"roleArn": plugin.UnknownStringValue}},
			nil, "",
		},
		{"aws, a secret list", "aws", object{"allowedAccountIds": secret([]any{one})}, nil, ""},
		{"aws, a secret entry", "aws", object{"allowedAccountIds": []any{secret(one)}}, nil, ""},
		{"aws, a secret role", "aws", object{"assumeRole": secret(role(one))}, nil, ""},
		{
			"aws, a secret in JSON", "aws",
			object{"assumeRole": `{"` + sig.Key + `":"` + sig.Secret + `","value":{}}`},
			nil, "",
		},
		{"aws, not JSON", "aws", object{"allowedAccountIds": "[" + one}, nil, ""},
		{"aws, no account number", "aws", object{"allowedAccountIds": []any{"prod"}}, nil, ""},
		{"aws-native", "aws-native", object{"assumeRole": role(one)}, nil, one},
		{"azure", "azure", object{"subscriptionId": subscription}, nil, subscription},
		{
			"azure-native, in capitals", "azure-native",
			object{"subscriptionId": "AB000000-0000-0000-0000-000000000001"},
			nil, subscription,
		},
		{"azure, not known", "azure", object{"subscriptionId": plugin.UnknownStringValue}, nil, ""},
		{"azure, secret", "azure", object{"subscriptionId": secret(subscription)}, nil, ""},
		{"gcp", "gcp", object{"project": "acme-prod"}, nil, "acme-prod"},
		{"gcp, a project of a domain", "gcp", object{"project": "acme.com:prod-1"}, nil, "acme.com:prod-1"},
		{
			"gcp, the resource names another", "gcp",
			object{"project": "acme-dev"},
			object{"project": "acme-prod"},
			"acme-prod",
		},
		{
			"gcp, the resource's is not known", "gcp",
			object{"project": "acme-dev"},
			object{"project": plugin.UnknownStringValue},
			"",
		},
		{
			"gcp, the resource's is empty, which is none", "gcp",
			object{"project": "acme-prod"},
			object{"project": ""},
			"acme-prod",
		},
		{
			"gcp, the resource's is null, which is none", "gcp",
			object{"project": "acme-prod"},
			object{"project": nil},
			"acme-prod",
		},
		{"gcp, the resource's is a list", "gcp", object{"project": "acme-prod"}, object{"project": []any{}}, ""},
		{
			"aws, a property called project", "aws",
			object{"allowedAccountIds": []any{one}},
			object{"project": "acme-prod"},
			one,
		},
		{
			"a provider without accounts", "kubernetes",
			object{"project": "acme-prod", "allowedAccountIds": []any{one}},
			nil, "",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			inputs, err := structpb.NewStruct(tt.give)
			if err != nil {
				t.Fatal(err)
			}
			properties, err := structpb.NewStruct(tt.own)
			if err != nil {
				t.Fatal(err)
			}
			typ := "pulumi:providers:" + tt.provider
			for _, req := range []*pulumirpc.AnalyzeRequest{
				{
					Type: "x:y:Z", Urn: "urn:pulumi:production::shop::x:y:Z::z", Properties: properties,
					Provider: &pulumirpc.AnalyzerProviderResource{
						Type: typ,
						Urn:  "urn:pulumi:production::shop::" + typ + "::p", Properties: inputs,
					},
				},
				{Type: typ, Urn: "urn:pulumi:production::shop::" + typ + "::p", Properties: inputs},
			} {
				if req.GetType() == typ && tt.own != nil {
					continue
				}
				r, err := fromAnalyze(t, req, testCatalogue(t))
				if err != nil {
					t.Fatal(err)
				}
				if got, ok := r.Account(); got != tt.want || !ok {
					t.Errorf("%s: got %q, %v, want %q", req.GetType(), got, ok, tt.want)
				}
			}
		})
	}
}

// A component has no provider: it is where its stack is.
func TestNoAccount(t *testing.T) {
	t.Parallel()
	r, err := fromAnalyze(t, &pulumirpc.AnalyzeRequest{Type: "x:y:Z", Urn: "urn:pulumi:production::shop::x:y:Z::z"},
		testCatalogue(t))
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := r.Account(); got != "" || ok {
		t.Errorf("got %q, %v", got, ok)
	}
}

func TestConfiguredAccount(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		give   map[string]string
		secret []string
		want   string
	}{
		{"nothing", nil, nil, ""},
		{"aws", map[string]string{"aws:allowedAccountIds": `["` + one + `"]`, "shop:project": "x"}, nil, one},
		{
			"aws, a role",
			map[string]string{"aws:assumeRole": `{"roleArn": "arn:aws:iam::` + two + `:role/deploy"}`},
			nil,
			two,
		},
		{"gcp", map[string]string{"gcp:project": "acme-prod"}, nil, "acme-prod"},
		{
			"azure twice, the same",
			map[string]string{"azure:subscriptionId": subscription, "azure-native:subscriptionId": subscription},
			nil,
			subscription,
		},
		{
			"two clouds",
			map[string]string{"aws:allowedAccountIds": `["` + one + `"]`, "gcp:project": "acme-prod"},
			nil,
			"",
		},
		{"secret", map[string]string{"gcp:project": "acme-prod"}, []string{"gcp:project"}, ""},
	} {
		got := ConfiguredAccount(
			wire.Stack(&pulumirpc.AnalyzerStackConfigureRequest{Config: tt.give, ConfigSecretKeys: tt.secret}))
		if got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
	if got := ConfiguredAccount(nil); got != "" {
		t.Errorf("without a stack: got %q", got)
	}
}

package analyzer

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/structpb"
)

// The level of a resource is that of the account that its provider names, which the name of the stack does not ease.
func TestLevelByAccount(t *testing.T) {
	t.Parallel()
	const sandbox, live, other = "111111111111", "222222222222", "333333333333"
	provider := func(account any) *pulumirpc.AnalyzerProviderResource {
		p, err := structpb.NewStruct(map[string]any{"allowedAccountIds": []any{account}})
		if err != nil {
			t.Fatal(err)
		}
		return &pulumirpc.AnalyzerProviderResource{
			Type: "pulumi:providers:aws", Name: "p", Urn: "urn:pulumi:production::shop::pulumi:providers:aws::p",
			Properties: p,
		}
	}
	secret := map[string]any{"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": sandbox}
	for _, tt := range []struct {
		name     string
		settings map[string]any
		account  any
		want     []string
	}{
		{
			"an account that no row is about",
			map[string]any{"levelByAccount": map[string]any{sandbox: "disabled"}},
			other,
			[]string{"MANDATORY raw-secret-resource"},
		},
		{"disabled there", map[string]any{"levelByAccount": map[string]any{sandbox: "disabled"}}, sandbox, nil},
		{
			"advisory there",
			map[string]any{"levelByAccount": map[string]any{sandbox: "advisory"}},
			sandbox,
			[]string{"ADVISORY raw-secret-resource"},
		},
		{
			"a secret account is not known",
			map[string]any{"levelByAccount": map[string]any{"*": "disabled"}},
			secret,
			[]string{"MANDATORY raw-secret-resource"},
		},
		{
			"an account that is not known yet",
			map[string]any{"levelByAccount": map[string]any{"*": "disabled"}},
			"04da6b54-80e4-46f7-96ec-b56ff0331ba9",
			[]string{"MANDATORY raw-secret-resource"},
		},
		{
			"the stack's name does not ease the account", map[string]any{
				"levelByStack": map[string]any{"*": "disabled"}, "levelByAccount": map[string]any{live: "mandatory"},
			}, live, []string{"MANDATORY raw-secret-resource"},
		},
		{
			"the account does not ease the stack", map[string]any{
				"levelByStack":   map[string]any{"production": "mandatory"},
				"levelByAccount": map[string]any{"*": "disabled"},
			}, sandbox, []string{"MANDATORY raw-secret-resource"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := server(t, nil)
			configure(t, s, tt.settings, nil)
			req := request("db", secretType, map[string]any{"name": "api/production"})
			req.Provider = provider(tt.account)
			response, err := s.Analyze(context.Background(), req)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, short(response)); diff != "" {
				t.Errorf("mismatch (-want +got)\n%s", diff)
			}
		})
	}
}

// A finding about the stack is at the level of the account that the stack's configuration names, one about a resource
// in it at that of the resource.
func TestLevelByAccountOfTheStack(t *testing.T) {
	t.Parallel()
	row := func(name, account string) *pulumirpc.AnalyzerResource {
		properties, err := structpb.NewStruct(map[string]any{"password": map[string]any{
			"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
			"value":                            "correct-horse-" + name + "-9x7",
		}})
		if err != nil {
			t.Fatal(err)
		}
		inputs, err := structpb.NewStruct(map[string]any{"allowedAccountIds": []any{account}})
		if err != nil {
			t.Fatal(err)
		}
		typ := "aws:rds/instance:Instance"
		return &pulumirpc.AnalyzerResource{
			Type: typ, Name: name, Urn: "urn:pulumi:production::shop::" + typ + "::" + name, Properties: properties,
			Provider: &pulumirpc.AnalyzerProviderResource{
				Type: "pulumi:providers:aws", Urn: "urn:pulumi:production::shop::pulumi:providers:aws::" + account,
				Properties: inputs,
			},
		}
	}
	outputs, err := structpb.NewStruct(map[string]any{"dbPassword": "correct-horse-9"})
	if err != nil {
		t.Fatal(err)
	}
	root := &pulumirpc.AnalyzerResource{
		Type: "pulumi:pulumi:Stack", Name: "shop-production",
		Urn: "urn:pulumi:production::shop::pulumi:pulumi:Stack::shop-production", Properties: outputs,
	}
	s := server(t, nil)
	about := &pulumirpc.AnalyzerStackConfigureRequest{
		Project: "shop", Stack: "production", Config: map[string]string{"aws:allowedAccountIds": `["222222222222"]`},
	}
	if _, err := s.ConfigureStack(context.Background(), about); err != nil {
		t.Fatal(err)
	}
	configure(t, s,
		map[string]any{"levelByAccount": map[string]any{"111111111111": "advisory", "222222222222": map[string]any{
			"hardcoded-secret": "disabled", "plaintext-secret-output": "advisory",
		}}}, map[string]pulumirpc.EnforcementLevel{"hardcoded-secret": pulumirpc.EnforcementLevel_MANDATORY})
	rows := []*pulumirpc.AnalyzerResource{
		root, row("a", "111111111111"), row("b", "222222222222"),
		row("c", "333333333333"),
	}
	for _, r := range rows {
		req := &pulumirpc.AnalyzeRequest{
			Type: r.GetType(), Name: r.GetName(), Urn: r.GetUrn(),
			Properties: r.GetProperties(), Provider: r.GetProvider(),
		}
		if r == root {
			req.Properties = &structpb.Struct{}
		}
		if _, err := s.Analyze(context.Background(), req); err != nil {
			t.Fatal(err)
		}
	}
	response, err := s.AnalyzeStack(context.Background(), &pulumirpc.AnalyzeStackRequest{Resources: rows})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"ADVISORY plaintext-secret-output", "ADVISORY hardcoded-secret a",
		"ADVISORY settings: Disabled here: hardcoded-secret (levelByAccount 222222222222).",
		"MANDATORY hardcoded-secret c",
	}
	var got []string
	for _, d := range response.GetDiagnostics() {
		line := d.GetEnforcementLevel().String() + " " + d.GetPolicyName()
		if name, ok := strings.CutPrefix(d.GetUrn(), "urn:pulumi:production::shop::aws:rds/instance:Instance::"); ok {
			line += " " + name
		}
		if d.GetPolicyName() == "settings" {
			line += ": " + strings.Split(d.GetMessage(), "\n")[0]
		}
		got = append(got, line)
	}
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
}

// short lists diagnostics as LEVEL POLICY.
func short(response *pulumirpc.AnalyzeResponse) (lines []string) {
	for _, d := range response.GetDiagnostics() {
		lines = append(lines, d.GetEnforcementLevel().String()+" "+d.GetPolicyName())
	}
	return lines
}

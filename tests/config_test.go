package tests

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/pkg/v3/resource/analyzer"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// The file of --policy-pack-config, read by the engine's own code, sets levels and parameters.
func TestConfiguredLevels(t *testing.T) {
	for _, tt := range []struct {
		name, file string
		want       []pulumirpc.EnforcementLevel
	}{
		{"the policy's own level", `{}`, []pulumirpc.EnforcementLevel{pulumirpc.EnforcementLevel_MANDATORY}},
		{
			"advisory", `{"raw-secret-resource": "advisory"}`,
			[]pulumirpc.EnforcementLevel{pulumirpc.EnforcementLevel_ADVISORY},
		},
		{"disabled", `{"raw-secret-resource": "disabled"}`, nil},
		{
			"remediate counts as mandatory", `{"raw-secret-resource": "remediate"}`,
			[]pulumirpc.EnforcementLevel{pulumirpc.EnforcementLevel_MANDATORY},
		},
		{"all", `{"all": "advisory"}`, []pulumirpc.EnforcementLevel{pulumirpc.EnforcementLevel_ADVISORY}},
		{
			"all and one", `{"all": "disabled", "raw-secret-resource": {"enforcementLevel": "mandatory"}}`,
			[]pulumirpc.EnforcementLevel{pulumirpc.EnforcementLevel_MANDATORY},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := harness.StartAnalyzer(t, harness.Start{})
			if err := configure(t, a, tt.file); err != nil {
				t.Fatal(err)
			}
			var got []pulumirpc.EnforcementLevel
			for _, d := range analyze(t, a, rawSecret()) {
				if d.PolicyName == "raw-secret-resource" {
					got = append(got, d.EnforcementLevel)
				}
			}
			if len(got) != len(tt.want) || len(got) > 0 && got[0] != tt.want[0] {
				t.Errorf("levels: got %v, want %v", got, tt.want)
			}
		})
	}
}

// The components that may hold secrets are a parameter.
func TestConfiguredComponents(t *testing.T) {
	a := harness.StartAnalyzer(t, harness.Start{})
	if err := configure(t, a,
		`{"settings": {"components": [{"type": "acme:platform:*", "values": "none"}]}}`); err != nil {
		t.Fatal(err)
	}
	const token = "aws:secretsmanager/secret:Secret"
	if got := of("raw-secret-resource",
		analyze(t, a, request(token, []string{"acme:platform:Secret"}, nil))); len(got) > 0 {
		t.Errorf("below the configured component: got %v, want no violation", got)
	}
	if got := of("raw-secret-resource", analyze(t, a, request(token, blessed, nil))); len(got) != 1 {
		t.Errorf("below the default component: got %v, want one violation", got)
	}
}

// A configuration that is wrong stops the run, and the message names the policy and the parameter.
func TestBadConfiguration(t *testing.T) {
	for _, tt := range []struct {
		name, file string
		want       []string
	}{
		{"a policy that does not exist", `{"raw-secrets": "advisory"}`, []string{"raw-secrets"}},
		{
			"a policy spelt with underscores", `{"raw_secret_resource": "advisory"}`,
			[]string{"raw_secret_resource", "raw-secret-resource"},
		},
		{"a parameter that does not exist", `{"settings": {"component": []}}`, []string{"settings", "component"}},
		{
			"a parameter of a policy without it", `{"raw-secret-resource": {"templates": []}}`,
			[]string{"raw-secret-resource", "templates"},
		},
		{"a parameter of the wrong type", `{"settings": {"environments": 3}}`, []string{"environments"}},
		{"a list item of the wrong type", `{"settings": {"components": ["x"]}}`, []string{"components"}},
		{
			"two mistakes", `{"raw-secrets": "advisory", "settings": {"componets": []}}`,
			[]string{"raw-secrets", "componets"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := harness.StartAnalyzer(t, harness.Start{})
			err := configure(t, a, tt.file)
			if err == nil {
				t.Fatal("got no error")
			}
			t.Logf("%v", err)
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("the error has no %q: %v", want, err)
				}
			}
		})
	}
}

// Configure checks by itself: a host need not check what the engine checks, and no message repeats a value.
func TestConfigureChecksByItself(t *testing.T) {
	const value = "a-value-that-nobody-may-see"
	for _, tt := range []struct {
		name, policy string
		properties   map[string]any
		want         string
	}{
		{"a wrong type", "settings", map[string]any{"environments": value}, "environments"},
		{
			"a wrong nested type", "settings",
			map[string]any{"components": []any{map[string]any{"type": []any{value}}}},
			"components",
		},
		{
			"an unknown nested key", "settings",
			map[string]any{"components": []any{map[string]any{"type": "a", "typo": value}}},
			"typo",
		},
		{"an unknown parameter", "settings", map[string]any{"typo": value}, "typo"},
		{"a wrong choice", "settings", map[string]any{"onUnknown": value}, "onUnknown"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := harness.StartAnalyzer(t, harness.Start{})
			s, err := structpb.NewStruct(tt.properties)
			if err != nil {
				t.Fatal(err)
			}
			_, err = a.Client.Configure(t.Context(), &pulumirpc.ConfigureAnalyzerRequest{
				PolicyConfig: map[string]*pulumirpc.PolicyConfig{
					tt.policy: {EnforcementLevel: pulumirpc.EnforcementLevel_MANDATORY, Properties: s},
				},
			})
			if err == nil {
				t.Fatal("got no error")
			}
			for _, want := range []string{tt.policy, tt.want} {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("the error has no %q: %v", want, err)
				}
			}
			if strings.Contains(err.Error(), value) {
				t.Errorf("the error repeats the value: %v", err)
			}
		})
	}
}

// configure reads text as the engine reads the file of --policy-pack-config, and hands it to the analyzer.
func configure(t *testing.T, a *harness.Analyzer, text string) error {
	t.Helper()
	file := filepath.Join(t.TempDir(), "config.json")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	config, err := analyzer.LoadPolicyPackConfigFromFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return a.TryReady(nil, config)
}

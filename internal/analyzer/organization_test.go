package analyzer

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/progression-labs-development/policypack"

	"github.com/progression-labs-development/policypack/internal/session"
)

// What an organisation has put beside PulumiPolicy.yaml is what the engine and Pulumi Cloud are told, or a clear error.
func TestOrganization(t *testing.T) {
	t.Parallel()
	const project = "runtime: policypack\n"
	for _, tt := range []struct {
		name  string
		files map[string]string
		level pulumirpc.EnforcementLevel
		wrong string
	}{
		{"nothing", map[string]string{"PulumiPolicy.yaml": project}, pulumirpc.EnforcementLevel_MANDATORY, ""},
		{"no PulumiPolicy.yaml", nil, pulumirpc.EnforcementLevel_MANDATORY, ""},
		{
			"defaults",
			map[string]string{"PulumiPolicy.yaml": project, "policy-config.json": `{"secret-name": "advisory"}`},
			pulumirpc.EnforcementLevel_ADVISORY, "",
		},
		{
			"a page of the organisation's",
			map[string]string{
				"policy-config.json": `{"settings": {"helpURL": "https://wiki.acme.example/{policy}"}}`,
			},
			pulumirpc.EnforcementLevel_MANDATORY, "",
		},
		{
			"a page with credentials",
			map[string]string{"policy-config.json": `{"settings": {"helpURL": "https://canary@wiki.acme.example/"}}`},
			0,
			"policy settings: parameters: helpURL: expected an https URL without user",
		},
		{
			"defaults that are no JSON",
			map[string]string{"policy-config.json": "{"},
			0,
			"policy-config.json: the organisation's defaults have mistakes",
		},
		{
			"defaults for what is not there",
			map[string]string{"policy-config.json": `{"secret-nam": "advisory"}`},
			0,
			"did you mean secret-name?",
		},
		{
			"made with this version",
			map[string]string{"PulumiPolicy.yaml": project + "policypack: " + policypack.Version() + "\n"},
			pulumirpc.EnforcementLevel_MANDATORY, "",
		},
		{
			"made with an older version",
			map[string]string{"PulumiPolicy.yaml": project + "policypack: \"0.0.1\"\n"},
			pulumirpc.EnforcementLevel_MANDATORY, "",
		},
		{
			"made with a newer version",
			map[string]string{"PulumiPolicy.yaml": project + "policypack: 99.0.0\n"},
			0,
			"the pack was built with policypack 99.0.0",
		},
		{
			"made with no version",
			map[string]string{"PulumiPolicy.yaml": project + "policypack: canary\n"},
			0,
			"expected the version that the pack was built with",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for name, text := range tt.files {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			info, err := server(t, func(o *session.Options) { o.Dir = dir }).GetAnalyzerInfo(t.Context(),
				&emptypb.Empty{})
			if tt.wrong != "" {
				if err == nil || !strings.Contains(err.Error(), tt.wrong) || strings.Contains(err.Error(), "canary") {
					t.Errorf("got %v, want %q", err, tt.wrong)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			page := policypack.Page("reference/policies/secret-name.md")
			if strings.Contains(tt.files["policy-config.json"], "helpURL") {
				page = "https://wiki.acme.example/secret-name"
			}
			for _, p := range info.GetPolicies() {
				if p.GetName() == "secret-name" && p.GetUrl() != page {
					t.Errorf("the page of secret-name is %s, want %s", p.GetUrl(), page)
				}
				if p.GetName() == "secret-name" && p.GetEnforcementLevel() != tt.level {
					t.Errorf("secret-name is told to be %s, want %s", p.GetEnforcementLevel(), tt.level)
				}
			}
			if got := info.GetInitialConfig()["secret-name"].GetEnforcementLevel(); got != tt.level {
				t.Errorf("the initial level of secret-name is %s, want %s", got, tt.level)
			}
		})
	}
}

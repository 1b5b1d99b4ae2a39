package tests

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// pinning makes a key, and a policy-config.json that pins it.
func pinning(t *testing.T) (private []byte, defaults string) {
	t.Helper()
	private, public, err := newKeys()
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(map[string]any{"settings": map[string]any{
		"bundleKeys": map[string]any{"centre": map[string]any{"algorithm": "ES256", "key": string(public)}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return private, string(text)
}

// signFloor writes a signed bundle with a floor, by the real `opa build`.
func signFloor(t *testing.T, file string, private []byte, rows string) {
	t.Helper()
	work := t.TempDir()
	harness.WriteFiles(t, work, map[string]string{
		"key.pem":          string(private),
		"centre/data.json": `{"policypack": {"format": "policypack-bundle/1", "floor": ` + rows + `}}`,
	})
	opa := exec.Command(harness.OPA(t), "build", "--bundle", "centre", "--output", file,
		"--signing-key", "key.pem", "--signing-alg", "ES256", "--revision", "r1")
	opa.Dir = work
	if out, err := opa.CombinedOutput(); err != nil {
		t.Fatalf("opa build: %v\n%s", err, out)
	}
}

// The binary raises levels by what the engine says of a stack and of the provider of a resource.
func TestFloorOverTheWire(t *testing.T) {
	private, defaults := pinning(t)
	dir := harness.PackDir(t, map[string]string{"policy-config.json": defaults})
	signFloor(t, filepath.Join(dir, "bundle.tar.gz"), private, `[
		{"tag": {"tier": "1"}, "levels": {"secret-name": "mandatory"}},
		{"account": "2222*", "levels": {"raw-secret-resource": "mandatory"}}]`)
	for _, tt := range []struct {
		name, account string
		tags          map[string]string
		want          []string
	}{
		{"no row", "111111111111", nil, nil},
		{"a tag", "111111111111", map[string]string{"tier": "1"}, []string{"secret-name"}},
		{"an account", "222222222222", map[string]string{"tier": "2"}, []string{"raw-secret-resource"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := harness.StartAnalyzer(t, harness.Start{Dir: dir})
			a.Ready(t, &pulumirpc.AnalyzerStackConfigureRequest{
				Organization: "acme", Project: "shop", Stack: "production", DryRun: true, Tags: tt.tags,
			}, map[string]plugin.AnalyzerPolicyConfig{"all": {EnforcementLevel: apitype.Disabled}})
			inputs, err := structpb.NewStruct(map[string]any{"name": "DB_PASSWORD"})
			if err != nil {
				t.Fatal(err)
			}
			provider, err := structpb.NewStruct(map[string]any{"allowedAccountIds": []any{tt.account}})
			if err != nil {
				t.Fatal(err)
			}
			const urn = "urn:pulumi:production::shop::"
			response, err := a.Client.Analyze(t.Context(), &pulumirpc.AnalyzeRequest{
				Urn: urn + secretToken + "::db", Type: secretToken, Name: "db", Properties: inputs,
				Provider: &pulumirpc.AnalyzerProviderResource{
					Urn: urn + "pulumi:providers:aws::p", Type: "pulumi:providers:aws", Name: "p", Properties: provider,
				},
			})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, d := range response.GetDiagnostics() {
				if d.GetEnforcementLevel() == pulumirpc.EnforcementLevel_MANDATORY &&
					strings.Contains(d.GetMessage(), "Raised to mandatory by the floor of ") {
					got = append(got, d.GetPolicyName())
				}
			}
			slices.Sort(got)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("mismatch (-want +got)\n%s", diff)
			}
		})
	}
}

// A floor that is published with the pack holds on a machine that has never seen it, whatever the policy group on the
// service says, and by the organization that the service names.
func TestFloorOfAnOrganization(t *testing.T) {
	o := newOrganization(t, "policypack")
	private, defaults := pinning(t)
	pack := o.bundle(t, "1.0.0", defaults)
	signFloor(t, filepath.Join(pack, "bundle.tar.gz"), private, `[
		{"organization": "acme", "project": "shop", "levels": {"raw-secret-resource": "mandatory"}},
		{"organization": "other", "levels": {"all": "mandatory"}}]`)
	o.publish(t, pack)
	if !slices.ContainsFunc(archived(t, o.Published("policypack")),
		func(line string) bool { return strings.HasPrefix(line, "package/bundle.tar.gz ") }) {
		t.Fatal("the bundle was not published with the pack")
	}
	r := o.runner(t, "production")
	for _, config := range []string{
		`{"all": "disabled"}`,
		`{"all": "disabled", "settings": {"levelByStack": {"*": "disabled"}, "bundleKeys": {}}}`,
	} {
		o.enable(t, "", config)
		out, got := r.preview(t, "production")
		if diff := cmp.Diff([]string{"failed", "raw-secret-resource mandatory"}, withoutSettings(got)); diff != "" {
			t.Errorf("%s: mismatch (-want +got)\n%s\n%s", config, diff, out)
		}
		if want := "Raised to mandatory by the floor of "; !strings.Contains(out, want) ||
			!strings.Contains(out, "(revision r1) (entry 1).") {
			t.Errorf("%s: the output has no %q:\n%s", config, want, out)
		}
	}
}

// withoutSettings leaves out what is said about the configuration itself.
func withoutSettings(got []string) []string {
	return slices.DeleteFunc(got, func(line string) bool { return strings.HasPrefix(line, "settings ") })
}

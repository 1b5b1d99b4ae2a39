package tests

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// A floor that is published with the pack holds on a machine that has never seen it, whatever the policy group on the service says,
// and by the organization that the service names.
func TestFloorOfAnOrganization(t *testing.T) {
	o := newOrganization(t, "policypack")
	private, public, err := newKeys()
	if err != nil {
		t.Fatal(err)
	}
	keys, err := json.Marshal(map[string]any{"centre": map[string]any{"algorithm": "ES256", "key": string(public)}})
	if err != nil {
		t.Fatal(err)
	}
	pack := o.bundle(t, "1.0.0", `{"settings": {"bundleKeys": `+string(keys)+`}}`)
	work := t.TempDir()
	harness.WriteFiles(t, work, map[string]string{
		"key.pem": string(private),
		"centre/data.json": `{"policypack": {"format": "policypack-bundle/1", "floor": [
			{"organization": "acme", "project": "shop", "levels": {"raw-secret-resource": "mandatory"}},
			{"organization": "other", "levels": {"all": "mandatory"}}]}}`,
	})
	opa := exec.Command(harness.OPA(t), "build", "--bundle", "centre", "--output", filepath.Join(pack, "bundle.tar.gz"),
		"--signing-key", "key.pem", "--signing-alg", "ES256", "--revision", "r1")
	opa.Dir = work
	if out, err := opa.CombinedOutput(); err != nil {
		t.Fatalf("opa build: %v\n%s", err, out)
	}
	o.publish(t, pack)
	if !slices.ContainsFunc(archived(t, o.Published("policypack")), func(line string) bool { return strings.HasPrefix(line, "package/bundle.tar.gz ") }) {
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
		if want := "Raised to mandatory by the floor of "; !strings.Contains(out, want) || !strings.Contains(out, "(revision r1) (row 1).") {
			t.Errorf("%s: the output has no %q:\n%s", config, want, out)
		}
	}
}

// withoutSettings leaves out what is said about the configuration itself.
func withoutSettings(got []string) []string {
	return slices.DeleteFunc(got, func(line string) bool { return strings.HasPrefix(line, "settings ") })
}

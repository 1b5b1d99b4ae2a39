package tests

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/progression-labs-development/policypack/internal/report"
	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// One configuration has one digest, in the report of a preview, in its decision log and in the report of check, and two
// have two.
func TestDigestOfAConfiguration(t *testing.T) {
	harness.Pulumi(t)
	program := func(ctx *pulumi.Context) error {
		var bucket pulumi.CustomResourceState
		return ctx.RegisterResource("aws:s3/bucket:Bucket", "b", pulumi.Map{}, &bucket)
	}
	repository := t.TempDir()
	harness.WriteFiles(t, repository, map[string]string{"README.md": "A shop.\n"})
	seen := map[string]string{}
	for name, config := range map[string]string{
		"none":      `{}`,
		"a level":   `{"secret-name": "advisory"}`,
		"by stack":  `{"settings": {"levelByStack": {"shop/dev-*": "advisory"}}}`,
		"another":   `{"settings": {"levelByStack": {"shop/test-*": "advisory"}}}`,
		"by number": `{"settings": {"levelByAccount": {"111111111111": "advisory"}, "maxExemptionDays": 30}}`,
	} {
		dir := t.TempDir()
		launcher := launcherWith(t, dir,
			fmt.Sprintf("POLICYPACK_REPORT=%q POLICYPACK_DECISION_LOG=%q", filepath.Join(dir, "report.json"),
				filepath.Join(dir, "log.jsonl")))
		file := filepath.Join(dir, "config.json")
		harness.WriteFiles(t, dir, map[string]string{"config.json": config})
		harness.NewStack(t, program).Preview(t, launcher, file)
		data, err := os.ReadFile(filepath.Join(dir, "report.json"))
		if err != nil {
			t.Fatal(err)
		}
		previewed, err := report.Read(data)
		if err != nil {
			t.Fatal(err)
		}
		if previewed.Sources[0].Unfinished {
			t.Errorf("%s: the report says that the preview did not come to its end", name)
		}
		log, err := os.Open(filepath.Join(dir, "log.jsonl"))
		if err != nil {
			t.Fatal(err)
		}
		defer log.Close() //nolint:errcheck // it was only read
		var decision struct {
			Labels struct{ Configuration string }
		}
		if err := json.NewDecoder(log).Decode(&decision); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(harness.Policypack(t), "check", repository, "--format", "json", "--config",
			file).Output()
		if err != nil {
			t.Fatal(err)
		}
		checked, err := report.Read(out)
		if err != nil {
			t.Fatal(err)
		}
		if d := previewed.Digest; d == "" || d != checked.Digest || d != decision.Labels.Configuration {
			t.Errorf("%s: the digest is %q in the preview, %q in its log and %q in check", name, d,
				decision.Labels.Configuration, checked.Digest)
		}
		if other, twice := seen[previewed.Digest]; twice {
			t.Errorf("%s and %s have the same digest", name, other)
		}
		seen[previewed.Digest] = name
	}
}

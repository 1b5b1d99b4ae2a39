//go:build oldest

package tests

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// The oldest engine that docs/start/install.md promises runs the pack in both ways: a raw secret stops a preview, and without
// it the preview passes.
func TestOldestEngine(t *testing.T) {
	pulumi := harness.Oldest(t)
	out, err := exec.Command(pulumi, "version").Output()
	if err != nil {
		t.Fatal(err)
	}
	version := strings.TrimPrefix(strings.TrimSpace(string(out)), "v")
	page, err := os.ReadFile(filepath.Join(harness.Root(t), "docs", "start", "install.md"))
	if err != nil {
		t.Fatal(err)
	}
	if minor := version[:strings.LastIndex(version, ".")]; !strings.Contains(string(page),
		"Pulumi "+minor+" or later") {
		t.Errorf("docs/start/install.md does not promise Pulumi %s", minor)
	}
	for _, way := range []struct{ name, pack string }{
		{"directory", harness.PackDir(t, nil)},
		{"executable", harness.Policypack(t)},
	} {
		for _, tt := range []struct {
			name, kind string
			passes     bool
		}{
			{"denied", "aws:secretsmanager/secret:Secret", false},
			{"allowed", "aws:s3/bucket:Bucket", true},
		} {
			t.Run(way.name+" "+tt.name, func(t *testing.T) {
				dir := t.TempDir()
				c := &cli{home: harness.NewHomeOf(t, dir, pulumi), program: filepath.Join(dir, "program")}
				harness.WriteFiles(t, c.program, map[string]string{
					"Pulumi.yaml": "name: shop\nruntime: yaml\nresources:\n  it:\n    type: " + tt.kind + "\n",
				})
				if out, err := c.run("stack", "init", "production"); err != nil {
					t.Fatalf("stack init: %v\n%s", err, out)
				}
				out, err := c.run("preview", "--policy-pack", way.pack)
				if (err == nil) != tt.passes || strings.Contains(out, "raw-secret-resource") == tt.passes ||
					!strings.Contains(out, "policypack@v") {
					t.Errorf("passes: got %v (%v), want %v\n%s", err == nil, err, tt.passes, out)
				}
			})
		}
	}
}

package tests

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// What `make preview` runs works, with a pulumi that the user has, and leaves the tree as it was.
func TestMakePreview(t *testing.T) {
	before := status(t)
	cmd := exec.Command("go", "run", "./tests/preview")
	cmd.Dir = harness.Root(t)
	cmd.Env = append(harness.CleanEnviron(),
		"PATH="+filepath.Dir(harness.Pulumi(t))+string(os.PathListSeparator)+os.Getenv("PATH"))
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, want := range []string{
		"using your pulumi 3.", "raw-secret-resource  (aws:secretsmanager:Secret: stripe)", "error: preview failed",
		"✅ policypack@v", "The preview of examples/broken was refused; the preview of examples/fixed passed.",
	} {
		if !strings.Contains(string(out), want) {
			t.Errorf("the output lacks %q:\n%s", want, out)
		}
	}
	if after := status(t); after != before {
		t.Errorf("the tree changed:\n%s", after)
	}
}

// status is what git says of the tree, empty where there is no git.
func status(t *testing.T) string {
	t.Helper()
	cmd := exec.Command("git", "status", "--porcelain")
	cmd.Dir = harness.Root(t)
	out, err := cmd.Output()
	if err != nil {
		t.Logf("no git here, so changes of the tree are not looked for: %v", err)
	}
	return string(out)
}

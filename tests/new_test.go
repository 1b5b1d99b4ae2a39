package tests

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// A policy that `policypack new` makes in the pack's own folder passes what is asked of every policy of the pack,
// before anybody edits it. The copy of the folder takes the place of the real one in the builds: nothing is written
// here.
func TestNewPolicyPassesTheSuite(t *testing.T) {
	root, work := harness.Root(t), t.TempDir()
	dir, pages := filepath.Join(work, "policies"), filepath.Join(work, "docs")
	for _, d := range []string{dir, pages} {
		if err := os.CopyFS(d, os.DirFS(filepath.Join(root, filepath.Base(d)))); err != nil {
			t.Fatal(err)
		}
	}
	run := func(name string, args ...string) string {
		t.Helper()
		cmd := exec.Command(name, args...)
		cmd.Dir = root
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", strings.Join(cmd.Args, " "), err, out)
		}
		return string(out)
	}
	read := func(name string) string {
		t.Helper()
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	run(harness.Policypack(t), "new", "own-one", "--dir", dir)

	replace := map[string]string{}
	for _, file := range []string{
		"own_one/own_one.rego", "own_one/own_one_test.rego", "own_one/examples.yaml", "metadata.jsonl",
	} {
		replace[filepath.Join(root, "policies", file)] = filepath.Join(dir, file)
	}
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	overlay := filepath.Join(t.TempDir(), "overlay.json")
	if err := os.WriteFile(overlay, text, 0o600); err != nil {
		t.Fatal(err)
	}
	run("go", "test", "-overlay", overlay, "-vet=off", "-ldflags=-s -w",
		"./policies", "./internal/confdiff", "./internal/allowance")

	cmd := exec.Command(harness.Policypack(t), "test", dir)
	const foreign = "metadata.jsonl differs from the file that this program was built from"
	if out, err := cmd.CombinedOutput(); err == nil || !strings.Contains(string(out), foreign) {
		t.Errorf("policypack test, of a program without the policy: %v\n%s", err, out)
	}
	program := filepath.Join(t.TempDir(), "policypack")
	run("go", "build", "-overlay", overlay, "-tags", "grpcnotrace", "-ldflags=-s -w", "-o", program, "./cmd/policypack")
	if out := run(program, "test", dir); !strings.Contains(out, "\nok    own-one ") || strings.Contains(out, "\nFAIL") {
		t.Errorf("policypack test:\n%s", out)
	}
	written := t.TempDir()
	if err := os.CopyFS(written, os.DirFS(pages)); err != nil {
		t.Fatal(err)
	}
	run(program, "docs", written)
	for _, name := range []string{
		"reference/policies.md", "reference/policies/own-one.md", "reference/coverage.md", "reference/configuration.md",
		"reference/policy-config.schema.json", "reference/reports.md", "govern/upgrading.md",
	} {
		got, want := read(filepath.Join(pages, name)), read(filepath.Join(written, name))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("docs/%s is stale after `policypack new`: mismatch (-want +got)\n%s", name, diff)
		}
	}
	if !strings.Contains(read(filepath.Join(pages, "reference", "policies.md")), "](policies/own-one.md)") {
		t.Error("docs/reference/policies.md does not have the policy")
	}
	if out := run(program, "list"); !strings.Contains(out, "\nown-one ") {
		t.Errorf("policypack list:\n%s", out)
	}

	opa := harness.OPA(t)
	if out := run(opa, "fmt", "--list", dir); out != "" {
		t.Errorf("opa fmt: %s", out)
	}
	run(opa, "check", "--strict", "--schema", "rego/schemas/input.json", "--ignore", "*.json", "--ignore", "*.yaml",
		"rego", dir)
}

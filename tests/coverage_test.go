package tests

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// An update with the pack covers its stack, a later one without it is found, a preview does not make up for it, and the
// next one with the pack does. States are read from the backend and from an export.
func TestCoverageOfUpdates(t *testing.T) {
	t.Parallel()
	names := []string{"one"}
	stack := harness.NewStack(t, func(ctx *pulumi.Context) error {
		for _, name := range names {
			if _, err := newResource(ctx, "random:index/randomPet:RandomPet", name,
				pulumi.Map{"length": pulumi.Int(3)}); err != nil {
				return err
			}
		}
		return nil
	})
	home, dir := stack.Home(), t.TempDir()
	private, public, _ := keypair(t, dir, "runner")
	config := filepath.Join(dir, "policy-config.json")
	harness.WriteFiles(t, dir, map[string]string{"policy-config.json": `{"all": "advisory"}`})
	for _, name := range []string{"attestations", "exports"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	attest := func(file string) {
		t.Helper()
		env := home.Variables()
		if file != "" {
			env["POLICYPACK_ATTEST"], env["POLICYPACK_ATTEST_KEY"] = filepath.Join(dir, "attestations", file), private
		} else {
			stack.Workspace().UnsetEnvVar("POLICYPACK_ATTEST")
		}
		if err := stack.Workspace().SetEnvVars(env); err != nil {
			t.Fatal(err)
		}
	}
	check := func(r harness.Result) {
		t.Helper()
		if r.Err != nil {
			t.Fatalf("%v\n%s", r.Err, r.Output)
		}
	}
	want := func(row string, exit int, reason string) {
		t.Helper()
		state, err := stack.Export(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		harness.WriteFiles(t, filepath.Join(dir, "exports"), map[string]string{
			"production.json": `{"version": 3, "deployment": ` + string(state.Deployment) + `}`,
		})
		for _, states := range []string{filepath.Join(dir, "exports"), home.State} {
			cmd := exec.Command(filepath.Join(home.Bin, "policypack"), "coverage", "--states", states, "--attestations",
				filepath.Join(dir, "attestations"), "--key", public, "--config", config)
			cmd.Env = home.Environ()
			out, err := cmd.CombinedOutput()
			if cmd.ProcessState == nil {
				t.Fatal(err)
			}
			if got := cmd.ProcessState.ExitCode(); got != exit || !strings.Contains(string(out), row) ||
				!strings.Contains(string(out), reason) {
				t.Errorf("%s: got %d; want %d, %q and %q\n%s", states, got, exit, row, reason, out)
			}
		}
	}
	pack := filepath.Join(home.Bin, "policypack")
	attest("{kind}-1.json")
	check(stack.Up(t, pack, config))
	want("shop/production  covered ", 0, "1 of 1 stack covered.")

	attest("")
	names = append(names, "two")
	check(stack.Up(t, "", ""))
	want("shop/production  missing ", 1, "resources in it were created or modified since")

	attest("{kind}-2.json")
	check(stack.Preview(t, pack, ""))
	want("shop/production  preview-only ", 1, "the last attestation is for a preview")

	names = names[:1] // which deletes one, and changes no other
	check(stack.Up(t, pack, config))
	want("shop/production  covered ", 0, "1 of 1 stack covered.")

	harness.WriteFiles(t, dir, map[string]string{"policy-config.json": `{"all": "mandatory"}`})
	want("shop/production  refused ", 1, "another configuration was in effect")

	if _, err := stack.Destroy(t.Context()); err != nil {
		t.Fatal(err)
	}
	want("  empty ", 0, "0 of 0 stacks covered.")
}

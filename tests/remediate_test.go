package tests

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/auto/optpreview"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/progression-labs-development/policypack/tests/internal/canary"
	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// Why the pack changes nothing: the engine shows what a remediation replaces, on the screen and in the event log, even
// where the remediation is that the value is marked secret. If this test fails one day, remediations may be worth a
// look.
func TestEngineShowsWhatARemediationReplaces(t *testing.T) {
	value := canary.New(41).Random("replaced")
	res := bucketWith(t, value).Preview(t, harness.Remediator(t), "", optpreview.Diff())
	if res.Err != nil {
		t.Fatalf("%v\n%s", res.Err, res.Output)
	}
	if len(res.Remediations) != 1 {
		t.Fatalf("got %d remediations, want 1\n%s", len(res.Remediations), res.Output)
	}
	before, err := json.Marshal(res.Remediations[0].Before)
	if err != nil {
		t.Fatal(err)
	}
	after, err := json.Marshal(res.Remediations[0].After)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("before: %s\nafter: %s", before, after)
	if !strings.Contains(string(before), value) {
		t.Error("the event log does not hold the value that was replaced")
	}
	if strings.Contains(string(after), value) {
		t.Error("the remediation has marked nothing")
	}
	// The resource itself is shown with the mark: what is left of the value is the remediation.
	if !strings.Contains(res.Output, value) {
		t.Errorf("the CLI does not print the value that was replaced:\n%s", res.Output)
	}
	t.Log(res.Output)
}

// The level remediate counts as mandatory: the preview fails, and nothing is changed.
func TestRemediateIsMandatory(t *testing.T) {
	cage := canary.New(42)
	config := filepath.Join(t.TempDir(), "config.json")
	if err := os.WriteFile(config, []byte(`{"plaintext-secret-property": "remediate"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	res := bucketWith(t, cage.Token("token", "gh"+"p_", 36)).Preview(t, harness.PackDir(t, nil), config)
	if res.Err == nil || len(res.Violations) != 1 || res.Violations[0].Level != "mandatory" {
		t.Errorf("got %v and %v, want one mandatory violation\n%s", res.Violations, res.Err, res.Output)
	}
	if len(res.Remediations) > 0 {
		t.Errorf("got %d remediations, want none", len(res.Remediations))
	}
	for _, what := range cage.Find(res.Output) {
		t.Errorf("the output holds a canary: %s", what)
	}
}

// bucketWith is a stack of one bucket with a value in the clear.
func bucketWith(t *testing.T, value string) *harness.Stack {
	return harness.NewStack(t, func(ctx *pulumi.Context) error {
		_, err := newResource(ctx, bucketToken, "files", pulumi.Map{"acl": pulumi.String(value)})
		return err
	})
}

package soak

import (
	"fmt"
	"path/filepath"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/progression-labs-development/policypack/internal/example"
	"github.com/progression-labs-development/policypack/internal/wire/wiretest"
	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// stack is a case of the policies' examples as the engine's calls.
type stack struct {
	about     *pulumirpc.AnalyzerStackConfigureRequest
	resources []*pulumirpc.AnalyzeRequest
	whole     *pulumirpc.AnalyzeStackRequest
}

// stacks are all cases with resources, each a project of its own: what the pack remembers of one must not depend on the
// others' order.
func stacks(t *testing.T) (all []stack) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(harness.Root(t), "policies", "*", "examples.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files {
		file, err := example.Load(path)
		if err != nil {
			t.Fatal(err)
		}
		for i, c := range file.Cases {
			c.Run.Project = fmt.Sprintf("%s-%d", filepath.Base(filepath.Dir(path)), i)
			if resources := wiretest.Analyze(t, c.Registered()); len(resources) > 0 {
				all = append(all, stack{
					about: &pulumirpc.AnalyzerStackConfigureRequest{
						Organization: c.Run.Organization, Project: c.Run.Project, Stack: c.Run.Stack, DryRun: c.Run.DryRun,
						Tags: c.Run.Tags, Config: c.Run.Config, ConfigSecretKeys: c.Run.SecretConfig,
					},
					resources: resources, whole: wiretest.AnalyzeStack(t, c.Whole()),
				})
			}
		}
	}
	if len(all) < 100 {
		t.Fatalf("found %d cases, want more", len(all))
	}
	return all
}

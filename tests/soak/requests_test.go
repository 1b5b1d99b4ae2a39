package soak

import (
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/progression-labs-development/policypack/internal/wire/wiretest"
	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// stack is a case of the policies' examples as the engine's calls.
type stack struct {
	about     *pulumirpc.AnalyzerStackConfigureRequest
	resources []*pulumirpc.AnalyzeRequest
	whole     *pulumirpc.AnalyzeStackRequest
}

// stacks are all cases with resources.
func stacks(t *testing.T) (all []stack) {
	t.Helper()
	for _, c := range harness.Cases(t) {
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
	if len(all) < 100 {
		t.Fatalf("found %d cases, want more", len(all))
	}
	return all
}

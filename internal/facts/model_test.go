package facts

import (
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/progression-labs-development/policypack/internal/catalogue"
	"github.com/progression-labs-development/policypack/internal/wire/wiretest"
)

// fromAnalyze reads a call of the engine's.
func fromAnalyze(t testing.TB, req *pulumirpc.AnalyzeRequest, c *catalogue.Catalogue) (*Resource, error) {
	t.Helper()
	return New(wiretest.Resource(t, req), c)
}

package facts

import (
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/progression-labs-development/policypack/internal/catalogue"
	"github.com/progression-labs-development/policypack/internal/wire"
)

// fromAnalyze reads a call of the engine's.
func fromAnalyze(req *pulumirpc.AnalyzeRequest, c *catalogue.Catalogue) (*Resource, error) {
	return New(wire.Resource(req), c)
}

package analyzer

import (
	"context"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/progression-labs-development/policypack/internal/plugin"
)

// Process is what Serve needs of the process that it runs in.
type Process = plugin.Process

// Serve answers the engine until the run is over or the engine is gone, which it sees by the end of stdin, where that is
// a pipe, and by the engine's health service. It returns nil in both cases.
func Serve(ctx context.Context, p Process, options Options) error {
	s := plugin.New(ctx, p)
	options.Watch, options.Done = s.Watch, s.Done
	analyzer := New(options)
	if options.Started != nil {
		options.Started(analyzer)
	}
	pulumirpc.RegisterAnalyzerServer(s, analyzer)
	return s.Serve()
}

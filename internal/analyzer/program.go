package analyzer

import (
	"context"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/progression-labs-development/policypack/internal/facts"
)

// ConfigureProgram is ConfigureStack for resources that another program than Pulumi has written down. Until the next
// ConfigureStack messages speak of them in its words.
func (s *Server) ConfigureProgram(ctx context.Context, req *pulumirpc.AnalyzerStackConfigureRequest, p *facts.Program) error {
	if _, err := s.ConfigureStack(ctx, req); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.run.Facts.By(p)
	return nil
}

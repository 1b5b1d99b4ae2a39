package analyzer

import (
	"context"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/progression-labs-development/policypack/internal/model"
	"github.com/progression-labs-development/policypack/internal/place"
)

// ConfigureProgram is ConfigureStack for resources that another program than Pulumi has written down. Until the next
// ConfigureStack messages speak of them in its words.
func (s *Server) ConfigureProgram(ctx context.Context, req *pulumirpc.AnalyzerStackConfigureRequest, p *model.Program) error {
	if _, err := s.ConfigureStack(ctx, req); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.run.Facts.By(p)
	return nil
}

// Shown returns a text about what is judged as it may leave the process: without what the run knows, or recognises by its
// format, to be secret. It is for errors of whoever reads what the calls are made of.
func (s *Server) Shown(text string) string {
	j, run, err := s.ready("")
	if err != nil {
		return place.VisibleLines(text) // nothing can have been read without a configuration
	}
	return j.verdict.Shown(run.Facts, text)
}

// HideNames returns a function that takes secrets out of what the program of the run calls its resources. A program whose
// resources have addresses beside their URNs takes them out of both before the first call of Analyze.
func (s *Server) HideNames() (func(string) string, error) {
	j, run, err := s.ready("")
	if err != nil {
		return nil, err
	}
	return run.Facts.HideNames(j.verdict.Detector), nil
}

package analyzer

import (
	"context"
	"strings"
	"testing"

	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/session"
	"github.com/progression-labs-development/policypack/internal/verdict"
)

// Whoever asks for the findings is told what the diagnostics are made of, and where it stands.
func TestFound(t *testing.T) {
	t.Parallel()
	var found []verdict.Finding
	s := server(t, func(o *session.Options) { o.Found = func(f, _ []verdict.Finding) { found = append(found, f...) } })
	req := request("fn", "aws:lambda/function:Function", map[string]any{
		"environment": map[string]any{"variables": map[string]any{"DB_PASSWORD": "k3Zq9vTr2mXw"}},
	})
	response, err := s.Analyze(context.Background(), req)
	if err != nil {
		t.Fatal(err)
	}
	if len(found) != 1 || len(response.GetDiagnostics()) != 1 {
		t.Fatalf("got %d findings and %d diagnostics, want 1 of both", len(found), len(response.GetDiagnostics()))
	}
	f := found[0]
	if f.Policy != "plaintext-secret-property" || f.URN != req.GetUrn() ||
		f.Path.String() != "environment.variables.DB_PASSWORD" ||
		f.Level != pack.Mandatory || f.Severity != pack.Critical || f.Undecided || f.Exempted() || f.About {
		t.Errorf("got %+v", f)
	}
	if d := response.GetDiagnostics()[0]; !strings.HasPrefix(d.GetMessage(), f.Message+"\n") {
		t.Errorf("the diagnostic is not made of the finding: %v", d)
	}
}

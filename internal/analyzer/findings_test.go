package analyzer

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/evaluator"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/pack"
)

// Whoever asks for the findings is told what the diagnostics are made of, and where it stands.
func TestFound(t *testing.T) {
	t.Parallel()
	var found []Finding
	s := server(t, func(o *Options) { o.Found = func(f []Finding) { found = append(found, f...) } })
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
	if f.Policy != "plaintext-secret-property" || f.URN != req.GetUrn() || facts.Path(f.Path) != "environment.variables.DB_PASSWORD" ||
		f.Level != pack.Mandatory || f.Severity != pack.Critical || f.Undecided || f.Exempted() || f.About {
		t.Errorf("got %+v", f)
	}
	if d := response.GetDiagnostics()[0]; !strings.HasPrefix(d.GetMessage(), f.Message+"\n") {
		t.Errorf("the diagnostic is not made of the finding: %v", d)
	}
}

// TestPlaces shows which plaintext secrets a decision is about: those at its place.
func TestPlaces(t *testing.T) {
	t.Parallel()
	at := facts.Position{Line: 3, Column: 1}
	found := []facts.Finding{
		{Detector: "in file", At: at},
		{Detector: "in config", At: at, Path: []any{"shop:db", "hosts", 0}},
		{Detector: "in resource", Path: []any{"name"}},
	}
	for _, tt := range []struct {
		name string
		give evaluator.Decision
		want []string
	}{
		{"a place in a file", evaluator.Decision{At: at}, []string{"in file", "in config"}},
		{"a key of the configuration", evaluator.Decision{At: at, Path: []any{"shop:db", "hosts", 0}}, []string{"in config"}},
		{"the file as a whole", evaluator.Decision{}, nil},
		{"a property", evaluator.Decision{Path: []any{"name"}}, []string{"in resource"}},
		{"another property", evaluator.Decision{Path: []any{"other"}}, nil},
	} {
		p := places{found: func(string) []facts.Finding { return found }}
		var got []string
		for _, f := range p.of("urn", tt.give) {
			got = append(got, f.Detector)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: mismatch (-want +got)\n%s", tt.name, diff)
		}
	}
}

package verdict

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/evaluator"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/place"
)

// TestPlaces shows which plaintext secrets a decision is about: those at its place.
func TestPlaces(t *testing.T) {
	t.Parallel()
	at := place.Position{Line: 3, Column: 1}
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

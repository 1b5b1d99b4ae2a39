package verdict

import (
	"testing"

	"github.com/progression-labs-development/policypack/internal/evaluator"
	"github.com/progression-labs-development/policypack/internal/expiry"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/floor"
	"github.com/progression-labs-development/policypack/internal/pack"
)

// TestFloorOverAdopt shows that the setting adopt lowers nothing that the floor makes mandatory, unless the floor
// itself pins it.
func TestFloorOverAdopt(t *testing.T) {
	t.Parallel()
	file := &facts.File{Name: "a"}
	about := Subject{URN: file.URN(), File: file}
	give := []evaluator.Decision{
		// a new kind of an old policy
		{Policy: "committed-secret", Kind: "key-store", Message: "x", Path: []any{"key-store"}},
		{Policy: "unread-file", Message: "x"}, // a new policy
	}
	levels := func(l string) map[string]any { return map[string]any{"all": l} }
	pinned := map[string]any{"settings": map[string]any{"adopt": "0.1.0"}}
	for _, tt := range []struct {
		name string
		rows []any
		want pack.Level
	}{
		{"no floor", nil, pack.Advisory},
		{"a floor", []any{map[string]any{"levels": levels("mandatory")}}, pack.Mandatory},
		{"a floor of advice", []any{map[string]any{"levels": levels("advisory")}}, pack.Advisory},
		{"any exemption", []any{map[string]any{"levels": levels("mandatory"), "exemptions": "any"}}, pack.Mandatory},
		{
			"a floor that pins the setting",
			[]any{map[string]any{"levels": levels("mandatory"), "parameters": pinned}},
			pack.Advisory,
		},
	} {
		p := ownPack(t)
		settings := map[string]pack.Setting{pack.SettingsPolicy: {Parameters: map[string]any{"adopt": "0.1.0"}}}
		config, err := p.Configure(settings)
		if err != nil {
			t.Fatal(err)
		}
		given := Given{When: expiry.When{Now: now}}
		if tt.rows != nil {
			f, err := floor.Parse(tt.rows, p, "bundle.tar.gz")
			if err != nil {
				t.Fatal(err)
			}
			given.Floor = &Floor{Floor: f, Settings: settings}
		}
		c, err := New(p, config, given)
		if err != nil {
			t.Fatal(err)
		}
		got, _ := c.Findings(NewRun(facts.NewRun(nil, "2026-11-23")), about, give)
		if len(got) != 2 || got[0].Level != tt.want || got[1].Level != tt.want {
			t.Errorf("%s: got %v, want both %s", tt.name, said(got, nil), tt.want)
		}
	}
}

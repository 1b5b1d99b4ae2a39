package verdict

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/evaluator"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/pack"
)

// TestAdopt shows what the setting adopt lowers, and what it does not.
func TestAdopt(t *testing.T) {
	t.Parallel()
	adopt := func(version string) map[string]any { return map[string]any{"adopt": version} }
	file := &facts.File{Name: "a"}
	about := Subject{URN: file.URN(), File: file}
	store := evaluator.Decision{Policy: "committed-secret", Kind: "key-store", Message: "x", Path: []any{"key-store"}}
	old := evaluator.Decision{Policy: "committed-secret", Message: "x"}
	unread := evaluator.Decision{Policy: "unread-file", Message: "x"}
	for _, tt := range []struct {
		name       string
		parameters map[string]any
		levels     map[string]pack.Level
		give       evaluator.Decision
		want       pack.Level
		note       bool
	}{
		{"a new kind of an old policy", adopt("0.1.0"), nil, store, pack.Advisory, true},
		{"what the policy has always found", adopt("0.1.0"), nil, old, pack.Mandatory, false},
		{"a new policy", adopt("0.1.0"), nil, unread, pack.Advisory, true},
		{"not set", nil, nil, store, pack.Mandatory, false},
		{
			"made advisory", adopt("0.1.0"),
			map[string]pack.Level{"committed-secret": pack.Advisory},
			store,
			pack.Advisory, false,
		},
	} {
		c := configured(t, ownPack(t), tt.levels, tt.parameters, nil)
		got, _ := c.Findings(NewRun(facts.NewRun(nil, "2026-11-23")), about, []evaluator.Decision{tt.give})
		if len(got) != 1 || got[0].Level != tt.want || strings.Contains(got[0].Message, "Mandatory from ") != tt.note {
			t.Errorf("%s: got %+v, want %s, a note: %v", tt.name, got, tt.want, tt.note)
		}
	}
}

// What is left to a finding counts by itself where adopt has lowered that finding.
func TestAdoptSilencesNoOther(t *testing.T) {
	t.Parallel()
	c := configured(t, ownPack(t), nil, map[string]any{"adopt": "0.1.0"}, nil)
	got := said(c.Findings(NewRun(facts.NewRun(nil, "2026-11-23")), Subject{URN: urn}, []evaluator.Decision{
		{Policy: "secret-value-in-program", Kind: "ignored", Message: "x"},
		{Policy: "plaintext-secret-property", Message: "x", Yields: targets("secret-value-in-program")},
	}))
	want := []string{"secret-value-in-program advisory", "plaintext-secret-property mandatory"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
}

// BreakGlass lowers what would stop a run, and nothing else.
func TestBreakGlass(t *testing.T) {
	t.Parallel()
	findings := []Finding{
		{Level: pack.Mandatory, Message: "a"},
		{Level: pack.Advisory, Message: "b"},
		{Level: pack.Mandatory, Policy: pack.SettingsPolicy, Message: "c"},
	}
	if n := BreakGlass(findings, "2026-11-23T16:00:00Z"); n != 2 {
		t.Errorf("got %d, want 2", n)
	}
	var got []string
	for _, f := range findings {
		got = append(got, string(f.Level)+" "+f.Message)
	}
	const note = "\nMandatory, but allowed by break-glass until 2026-11-23T16:00:00Z."
	if diff := cmp.Diff([]string{"advisory a" + note, "advisory b", "advisory c" + note}, got); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
}

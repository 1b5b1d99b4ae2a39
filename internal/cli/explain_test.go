package cli

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/progression-labs-development/policypack/internal/exemption"
	"github.com/progression-labs-development/policypack/internal/expiry"
	"github.com/progression-labs-development/policypack/internal/pack"
)

// The exemption that explain proposes is one that the pack accepts, and it is about that resource and no other.
func TestProposedExemption(t *testing.T) {
	t.Parallel()
	const prefix = "urn:pulumi:production::shop::aws:secretsmanager/secret:Secret::"
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for _, tt := range []struct{ name, give, other string }{
		{"a plain name", "db", "db2"},
		{"a name with stars and brackets", "db[*]{a,b}?", "db[x]{a,b}y"},
		{"a name with a backslash and quotes", `db\"x"`, `db"x"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			e := explanation{policy: &pack.Policy{Name: "secret-name"}, urn: prefix + tt.give, today: now}
			var config struct {
				Settings map[string]any `json:"settings"`
			}
			if err := json.Unmarshal([]byte(e.exemption()), &config); err != nil {
				t.Fatal(err)
			}
			config.Settings["maxExemptionDays"] = 90.0
			set, err := exemption.Parse(config.Settings, []string{"secret-name"}, expiry.When{Now: now})
			if err != nil {
				t.Fatal(err)
			}
			if set.Find("secret-name", prefix+tt.give, nil) == nil {
				t.Error("it is not about the resource")
			}
			if set.Find("secret-name", prefix+tt.other, nil) != nil {
				t.Error("it is about another resource")
			}
		})
	}
}

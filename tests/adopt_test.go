package tests

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// adopt is the transform of docs/adopt/existing-secrets.md, to the letter.
func adopt(_ context.Context, args *pulumi.ResourceTransformArgs) *pulumi.ResourceTransformResult {
	if args.Type == "aws:secretsmanager/secret:Secret" {
		args.Opts.Aliases = append(args.Opts.Aliases, pulumi.Alias{NoParent: pulumi.Bool(true)})
	}
	return &pulumi.ResourceTransformResult{Props: args.Props, Opts: args.Opts}
}

// A secret that exists is adopted by the infra package with an alias: the pack is content, and the engine keeps the
// secret and its value. Without the alias it would be replaced.
func TestAdopt(t *testing.T) {
	mode := "raw"
	s := harness.NewStack(t, func(ctx *pulumi.Context) error {
		properties := pulumi.Map{"name": pulumi.String("api/production")}
		if mode == "raw" {
			_, err := newResource(ctx, secretToken, "api", properties)
			return err
		}
		var opts []pulumi.ResourceOption
		if mode == "aliased" {
			opts = append(opts, pulumi.Transforms([]pulumi.ResourceTransform{adopt}))
		}
		parent, err := newComponent(ctx, blessed[0], "api", opts...)
		if err != nil {
			return err
		}
		_, err = newResource(ctx, secretToken, "api", properties, pulumi.Parent(parent))
		return err
	})
	if res := s.Up(t, "", ""); res.Err != nil {
		t.Fatalf("up without the pack: %v\n%s", res.Err, res.Output)
	}
	pack := harness.PackDir(t, nil)
	for _, tt := range []struct {
		mode       string
		violations int
		deletes    bool
	}{
		{"raw", 1, false},
		{"moved", 0, true},
		{"aliased", 0, false},
	} {
		t.Run(tt.mode, func(t *testing.T) {
			mode = tt.mode
			res := s.Preview(t, pack, "")
			if len(res.Violations) != tt.violations {
				t.Errorf("got %v, want %d violations\n%s", res.Violations, tt.violations, res.Output)
			}
			if got := strings.Contains(res.Output, "to delete"); got != tt.deletes {
				t.Errorf("deletes the secret: got %v, want %v\n%s", got, tt.deletes, res.Output)
			}
		})
	}
}

// The other half of docs/adopt/existing-secrets.md: what cannot move or be renamed yet is exempted, and stays in sight.
func TestExempt(t *testing.T) {
	s := harness.NewStack(t, func(ctx *pulumi.Context) error {
		_, err := newResource(ctx, secretToken, "stripe", pulumi.Map{"name": pulumi.String("stripe/production")})
		if err != nil {
			return err
		}
		parent, err := newComponent(ctx, blessed[0], "legacy")
		if err != nil {
			return err
		}
		_, err = newResource(ctx, secretToken, "legacy", pulumi.Map{"name": pulumi.String("LegacyKey")},
			pulumi.Parent(parent))
		return err
	})
	pack := harness.PackDir(t, nil)
	day := func(days int) string { return time.Now().UTC().AddDate(0, 0, days).Format(time.DateOnly) }
	entry := func(policy, urn, expires string) map[string]any {
		return map[string]any{
			"policies": []any{policy}, "urn": urn, "reason": "made before the standard", "owner": "team-payments",
			"expires": expires,
		}
	}
	raw := entry("raw-secret-resource", "urn:pulumi:production::shop::*::stripe", day(30))
	named := entry("secret-name", "urn:pulumi:production::shop::*::legacy", day(30))
	for _, tt := range []struct {
		name    string
		entries map[string]any
		want    []string // level, policy, and the beginning of the message
		fails   bool
	}{
		{"none", nil, []string{"mandatory raw-secret-resource", "mandatory secret-name"}, true},
		{
			"both",
			map[string]any{"raw": raw, "named": named},
			[]string{
				"advisory raw-secret-resource Exempted until " + day(30) +
					" (raw, owner: team-payments): made before the standard",
				"advisory secret-name Exempted until " + day(30) + " (named, owner: team-payments): made before the " +
					"standard",
			},
			false,
		},
		{
			"expired",
			map[string]any{
				"raw":   raw,
				"named": entry("secret-name", "urn:pulumi:production::shop::*::legacy", day(-8)),
			},
			[]string{"advisory raw-secret-resource Exempted", "mandatory secret-name"},
			true,
		},
		{
			"expired yesterday",
			map[string]any{
				"raw":   raw,
				"named": entry("secret-name", "urn:pulumi:production::shop::*::legacy", day(-1)),
			},
			[]string{
				"advisory raw-secret-resource Exempted", "advisory secret-name",
				"advisory settings The exemption named expired on " + day(-1) +
					" (owner: team-payments), and its findings pass until " + day(7) + " alone",
			},
			false,
		},
		{
			"unused",
			map[string]any{
				"raw": raw, "named": named,
				"gone": entry("secret-name", "urn:pulumi:production::shop::*::gone", day(30)),
			},
			[]string{
				"advisory raw-secret-resource Exempted", "advisory secret-name Exempted",
				"advisory settings The exemption gone matches nothing in this stack (owner: team-payments): remove it.",
			},
			false,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b, err := json.Marshal(map[string]any{"settings": map[string]any{"exemptions": tt.entries}})
			if err != nil {
				t.Fatal(err)
			}
			if tt.entries == nil {
				b = []byte("{}")
			}
			config := filepath.Join(t.TempDir(), "config.json")
			if err := os.WriteFile(config, b, 0o600); err != nil {
				t.Fatal(err)
			}
			res := s.Preview(t, pack, config)
			if got := res.Err != nil; got != tt.fails {
				t.Errorf("the preview fails: got %v, want %v\n%s", got, tt.fails, res.Output)
			}
			var got []string
			for _, v := range res.Violations {
				got = append(got, v.Level+" "+v.Policy+" "+v.Message)
			}
			if len(got) != len(tt.want) {
				t.Fatalf("got %q, want %q", got, tt.want)
			}
			for i := range got {
				if !strings.HasPrefix(got[i], tt.want[i]) {
					t.Errorf("got %q, want %q", got[i], tt.want[i])
				}
			}
			if expired := strings.Contains(strings.Join(got, "\n"),
				"Its exemption named expired on "); expired != strings.HasPrefix(tt.name, "expired") {
				t.Errorf("says that the exemption has expired: %v", expired)
			}
		})
	}
}

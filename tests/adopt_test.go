package tests

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

const existingSecrets = "docs/adopt/existing-secrets.md"

// A program that creates a raw secret is denied. Moving the secret into the component of the infra package passes the
// pack, and replaces the secret.
func TestMoveWithoutAlias(t *testing.T) {
	moved := false
	s := harness.NewStack(t, func(ctx *pulumi.Context) error {
		var opts []pulumi.ResourceOption
		if moved {
			parent, err := newComponent(ctx, blessed[0], "api")
			if err != nil {
				return err
			}
			opts = append(opts, pulumi.Parent(parent))
		}
		_, err := newResource(ctx, secretToken, "api", pulumi.Map{"name": pulumi.String("api/production")}, opts...)
		return err
	})
	if res := s.Up(t, "", ""); res.Err != nil {
		t.Fatalf("up without the pack: %v\n%s", res.Err, res.Output)
	}
	pack := harness.PackDir(t, nil)
	for _, moved = range []bool{false, true} {
		res := s.Preview(t, pack, "")
		if got := len(res.Violations) == 0; got != moved {
			t.Errorf("moved %v: got %v\n%s", moved, res.Violations, res.Output)
		}
		if got := strings.Contains(res.Output, "to delete"); got != moved {
			t.Errorf("moved %v: deletes the secret: got %v\n%s", moved, got, res.Output)
		}
	}
}

// The programs of the page adopt a raw secret with an alias, and import one that only the cloud has, in every language: the
// pack passes them, and the engine keeps the secret.
func TestExistingSecrets(t *testing.T) {
	t.Parallel()
	const (
		raw = "name: shop\nruntime: yaml\nresources:\n  stripe:\n    type: " + secretToken +
			"\n    properties: {name: api/production}\n"
		urn = "urn:pulumi:production::shop::progression-labs-development:infra:Secret$" + secretToken + "::stripe"
	)
	pack := harness.PackDir(t, nil)
	preview := func(t *testing.T, s *harness.Stack, want string) {
		t.Helper()
		res := s.Preview(t, pack, "")
		if res.Err != nil || len(res.Violations) > 0 || res.Steps[urn] != want {
			t.Errorf("got %v, %v and %v, want the secret to be %q\n%s", res.Err, res.Violations,
				res.Steps, want, res.Output)
		}
		for on, step := range res.Steps {
			if on != urn && strings.Contains(on, secretToken) {
				t.Errorf("%s %s", step, on)
			}
		}
	}
	for _, l := range languages {
		t.Run(l.name, func(t *testing.T) {
			t.Parallel()
			program := pageBlock(t, existingSecrets, l.fence, "infra")
			s := l.start(t, program)
			harness.WriteFiles(t, s.Workspace().WorkDir(), map[string]string{"Pulumi.yaml": raw})
			if res := s.Up(t, "", ""); res.Err != nil {
				t.Fatalf("up of the raw secret: %v\n%s", res.Err, res.Output)
			}
			harness.WriteFiles(t, s.Workspace().WorkDir(), map[string]string{"Pulumi.yaml": l.files["Pulumi.yaml"]})
			preview(t, s, "same")

			imports := pageBlock(t, existingSecrets, l.fence, cloudOnly)
			if strings.Count(imports, "\n") != 1 {
				t.Fatalf("want one line that imports, got:\n%s", imports)
			}
			lines := strings.SplitAfter(program, "\n")
			i := slices.IndexFunc(lines, func(line string) bool { return strings.Contains(strings.ToLower(line), "aliases") })
			lines[i] = imports
			s = l.start(t, strings.Join(lines, ""))
			s.Workspace().SetEnvVar("PULUMI_NODEJS_TRANSPILE_ONLY", "true") // the types have been checked above
			preview(t, s, "import")
		})
	}
}

// A secret that cannot move or be renamed yet is exempted, and stays visible.
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
				"advisory settings Exemption named expired on " + day(-1) +
					" (owner: team-payments). Its findings fail from " + day(7) + ", in pull requests already.",
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
				"advisory settings Exemption gone matches nothing in this stack (owner: team-payments): remove it.",
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
				"Exemption named expired on "); expired != strings.HasPrefix(tt.name, "expired") {
				t.Errorf("says that the exemption has expired: %v", expired)
			}
		})
	}
}

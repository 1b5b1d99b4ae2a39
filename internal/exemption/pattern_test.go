package exemption

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/expiry"
)

const (
	secretType = "aws:secretsmanager/secret:Secret"
	shop       = "urn:pulumi:production::shop::"
)

// What an exemption says of a part counts for that part, and the name is all that comes after the third double colon.
func TestPattern(t *testing.T) {
	t.Parallel()
	type fields = map[string]any
	for _, tt := range []struct {
		name string
		give fields
		urn  string
		want bool
	}{
		{"its own", fields{"urn": "urn:pulumi:*::shop::*::stripe"}, shop + secretType + "::stripe", true},
		{
			"a name that holds the rest of the pattern",
			fields{"urn": "urn:pulumi:*::shop::*::stripe"},
			"urn:pulumi:production::evil::" + secretType + "::x::shop::y::stripe", false,
		},
		{
			"a name that only ends alike",
			fields{"urn": "urn:pulumi:*::shop::*::stripe"},
			shop + secretType + "::x::stripe", false,
		},
		{
			"a name with double colons, spelled out",
			fields{"urn": "urn:pulumi:*::shop::*::x::stripe"},
			shop + secretType + "::x::stripe", true,
		},
		{
			"a glob over a name with double colons",
			fields{"urn": "urn:pulumi:*::shop::*::*::stripe"},
			shop + secretType + "::x::stripe", true,
		},
		{
			"a stack that holds the project",
			fields{"urn": "urn:pulumi:prod*::shop::*::*"},
			"urn:pulumi:production::evil::a:b:C::shop::x::y", false,
		},
		{
			"a type of another package",
			fields{"urn": "urn:pulumi:*::shop::aws:*::stripe"},
			shop + "gcp:secretmanager/secret:Secret::stripe", false,
		},
		{
			"a package among the parents alone",
			fields{"urn": "urn:pulumi:*::shop::aws:*::stripe"},
			shop + "aws:x/y:Z$gcp:secretmanager/secret:Secret::stripe", false,
		},
		{
			"the own type inside a component",
			fields{"urn": "urn:pulumi:*::shop::" + secretType + "::stripe"},
			shop + "acme:x:Y$" + secretType + "::stripe", true,
		},
		{
			"the parents' types",
			fields{"urn": "urn:pulumi:*::shop::acme:*$" + secretType + "::stripe"},
			shop + "acme:x:Y$" + secretType + "::stripe", true,
		},
		{
			"any parents",
			fields{"urn": "urn:pulumi:*::shop::*$" + secretType + "::stripe"},
			shop + "acme:x:Y$acme:z:Z$" + secretType + "::stripe", true,
		},
		{
			"other parents",
			fields{"urn": "urn:pulumi:*::shop::acme:*$" + secretType + "::stripe"},
			shop + "evil:x:Y$" + secretType + "::stripe", false,
		},
		{
			"no parents where some are asked for",
			fields{"urn": "urn:pulumi:*::shop::acme:*$*::stripe"},
			shop + secretType + "::stripe", false,
		},
		{"a missing name", fields{"urn": "urn:pulumi:production::shop::aws:*"}, shop + secretType + "::stripe", true},
		{"a missing type and name", fields{"urn": "urn:pulumi:production::shop"}, shop + secretType + "::stripe", true},
		{
			"a missing type and name, of another project",
			fields{"urn": "urn:pulumi:production::shop"},
			"urn:pulumi:production::shops::" + secretType + "::stripe", false,
		},
		{
			"every part",
			fields{"project": "shop", "stack": "production", "type": secretType, "name": "stripe"},
			shop + secretType + "::stripe", true,
		},
		{"some parts", fields{"project": "shop", "name": "str*"}, shop + secretType + "::stripe", true},
		{
			"another project",
			fields{"project": "shop", "name": "str*"},
			"urn:pulumi:production::evil::" + secretType + "::stripe", false,
		},
		{"another stack", fields{"stack": "staging", "name": "stripe"}, shop + secretType + "::stripe", false},
		{
			"another type",
			fields{"type": "aws:secretsmanager/secretVersion:SecretVersion", "project": "shop"},
			shop + secretType + "::stripe", false,
		},
		{
			"a type of a component",
			fields{"type": "*:infra:Database$*", "project": "shop"},
			shop + "acme:infra:Database$" + secretType + "::stripe", true,
		},
		{
			"parts and a name that holds a URN",
			fields{"project": "shop", "name": "stripe"},
			"urn:pulumi:a::evil::b:c:D::x::shop::y::stripe", false,
		},
		{
			"an address of Terraform",
			fields{"project": "shop", "name": `module.a["x::y"].aws_db_instance.main[0]`},
			shop + "terraform:module:a$aws:rds/instance:Instance::" + `module.a["x::y"].aws_db_instance.main[0]`, true,
		},
		{
			"an escaped bracket",
			fields{"name": `aws_db_instance.main\[*`},
			shop + "aws:rds/instance:Instance::aws_db_instance.main[0]", true,
		},
		{
			"an address of Terraform and a star",
			fields{"name": `module.a["x"].*`},
			shop + "aws:rds/instance:Instance::" + `module.a["x"].aws_db_instance.main`, true,
		},
		{
			"a bracket is no class of characters",
			fields{"name": "aws_db_instance.main[0]*"},
			shop + "aws:rds/instance:Instance::aws_db_instance.main0", false,
		},
		{
			"types of the docs",
			fields{"project": "shop", "type": "aws:secretsmanager/*", "name": "stripe*"},
			shop + secretType + "::stripe-key", true,
		},
		{
			"types of the docs, of another module",
			fields{"type": "aws:secretsmanager/*"},
			shop + "aws:ssm/parameter:Parameter::x", false,
		},
		{
			"a type inside a component, as in the docs",
			fields{"type": "*:infra:Database$aws:*"},
			shop + "acme:infra:Database$" + secretType + "::x", true,
		},
		{
			"a type inside another component",
			fields{"type": "*:infra:Database$aws:*"},
			shop + "acme:infra:Vpc$" + secretType + "::x", false,
		},
		{
			"an address of the docs",
			fields{"name": "*aws_secretsmanager_secret.stripe"},
			shop + secretType + "::module.a.aws_secretsmanager_secret.stripe", true,
		},
		{
			"an address of the docs, of another secret",
			fields{"name": "*aws_secretsmanager_secret.stripe"},
			shop + secretType + "::aws_secretsmanager_secret.stripe[0]", false,
		},
		{"a file with brackets", fields{"urn": "file:pages/[slug]/*"}, "file:pages/[slug]/index.tsx", true},
		{"parts are about no file", fields{"name": "*.env"}, "file:a.env", false},
		{"files", fields{"urn": "file:docs/*"}, "file:docs/a/b.md", true},
		{"files are no resources", fields{"urn": "file:*.md"}, shop + secretType + "::file:x.md", false},
		{"no URN at all", fields{"name": "x"}, "", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := parsePattern(tt.give, func(field, format string, args ...any) {
				t.Fatalf("%s: "+format, append([]any{field}, args...)...)
			})
			if got := p.match(tt.urn); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestDoubts(t *testing.T) {
	t.Parallel()
	set, _ := Parse(settings(map[string]any{
		"a-whole":     entry(nil),
		"b-cut":       entry(map[string]any{"urn": "urn:pulumi:*::stripe"}),
		"c-no-name":   entry(map[string]any{"urn": "urn:pulumi:*::shop::aws:*"}),
		"d-terraform": entry(map[string]any{"urn": nil, "type": "aws_db_instance", "project": "shop"}),
		"e-stack":     entry(map[string]any{"urn": nil, "stack": "acme/shop/production"}),
		"f-parts":     entry(map[string]any{"urn": nil, "name": "stripe"}),
		"g-file":      entry(map[string]any{"urn": "file:docs/*"}),
		"i-class":     entry(map[string]any{"urn": nil, "stack": "pr-[0-9]", "name": "main[0]"}),
		"j-over":      entry(map[string]any{"expires": "2026-11-01"}),
		"k-grace":     entry(map[string]any{"expires": "2026-11-22"}),
		"l-today":     entry(map[string]any{"expires": "2026-11-23"}),
		"l-tomorrow":  entry(map[string]any{"expires": "2026-11-24"}),
		"m-soon":      entry(map[string]any{"expires": "2026-12-07"}),
		"n-later":     entry(map[string]any{"expires": "2026-12-08"}),
		"o-glass":     entry(map[string]any{"expires": "2026-11-23T20:00:00Z", "breakGlass": true}),
		"p-glass":     entry(map[string]any{"expires": "2026-11-23T14:00:00Z", "breakGlass": true}),
	}), policies, expiry.When{Now: now})
	set.clock = expiry.When{Now: now}.Clock(map[string]any{"exemptionWarningDays": 14.0, "expiryGraceDays": 7.0})
	const where = "policy settings: parameters: exemptions."
	want := []string{
		where + "b-cut.urn: no type and no name, so that any matches: write " +
			"urn:pulumi:STACK::PROJECT::TYPE::NAME, with * to match any",
		where + "c-no-name.urn: no name, so that any matches: write urn:pulumi:STACK::PROJECT::TYPE::NAME, " +
			"with * to match any",
		where + "d-terraform.type: a type contains colons, as in aws:secretsmanager/secret:Secret; for a " +
			"Terraform resource, put its address into name, as in *aws_secretsmanager_secret.stripe",
		where + "e-stack.stack: a stack name contains no slash: leave out the organization and project",
		where + "i-class.stack: brackets match literally and cannot match here: write {a,b} for alternatives",
		where + "j-over.expires: expired on 2026-11-01 and has no effect: remove it, or renew it",
		where + "k-grace.expires: expired on 2026-11-22: its findings fail from 2026-11-30, in pull requests already; " +
			"fix them, or renew the exemption",
		where + "l-today.expires: expires today, on 2026-11-23: fix what it exempts, or renew it",
		where + "l-tomorrow.expires: expires tomorrow, on 2026-11-24: fix what it exempts, or renew it",
		where + "m-soon.expires: expires in 14 days, on 2026-12-07: fix what it exempts, or renew it",
		where + "p-glass.expires: expired on 2026-11-23T14:00:00Z and has no effect: remove it, or renew it",
	}
	if diff := cmp.Diff(want, set.Doubts().Lines()); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
}

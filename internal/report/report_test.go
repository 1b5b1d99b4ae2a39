package report

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/place"
)

var update = flag.Bool("update", false, "write the goldens")

// sample is a report with everything that a report can have.
func sample() *Report {
	r := New("0.1.0")
	r.Day = "2026-11-23"
	r.Digest = strings.Repeat("4a", 32)
	r.Bundles = []Bundle{{Digest: strings.Repeat("5b", 32), Revision: "r7", Serial: 7, Expires: "2027-06-30"}}
	r.Browse = "https://github.com/acme/shop/blob/5c6f0e1/{file}#L{line}"
	page := "https://github.com/progression-labs-development/policypack/blob/v0.1.0/docs/reference/policies/"
	r.Policies = []Policy{
		{
			Name: "plaintext-secret-property", Title: "No plaintext secrets in resource properties",
			Description: "No input of a resource or provider holds a secret that is not marked secret.",
			Remediation: "1. Remove the value from the program.\n2. Rotate it: it remains in the history of the " +
				"state and in git.",
			URL: page + "plaintext-secret-property.md", Level: "mandatory", From: Own, Severity: "critical",
			Scope:    "both",
			Standard: []string{"S3", "S10"}, Tags: []string{"secrets", "plaintext"},
		},
		{
			Name: "secret-name", Title: "Secrets are named by service and environment",
			Description: "Names follow SERVICE/ENVIRONMENT.",
			Remediation: "Name it as the message says.", URL: page + "secret-name.md", Level: "advisory",
			From: "levelByStack shop/*", Severity: "medium",
			Scope: "resource", Standard: []string{"S2"}, Tags: []string{"secrets"},
		},
		{
			Name: "raw-secret-resource", Title: "Secrets are created through the infra package",
			Description: "Stores are created through it.",
			Remediation: "New secret: create it with the component.\nExisting secret: adopt it with an alias.",
			URL:         page + "raw-secret-resource.md",
			Level:       "mandatory", Severity: "critical", Scope: "resource", Standard: []string{"S1"},
		},
		{
			Name: "committed-secret", Title: "No secrets in git", Description: "No file of the repository holds " +
				"a secret.",
			Remediation: "Rotate it, then remove it.", URL: page + "committed-secret.md", Level: "mandatory",
			Severity: "critical", Scope: "repository",
		},
		{
			Name: "secret-cli-command", Title: "No command writes a secret",
			Description: "Commands do not set secrets.",
			Remediation: "Leave it to the program.", Level: "mandatory", Severity: "high", Scope: "both",
		},
	}
	r.Disabled = []Disabled{
		{Name: "dotenv-file", Source: "preview", From: "the configuration"},
		{
			Name: "static-credential", Source: "preview", From: "allowTypes allows every cloud credential",
			Effect: true,
		},
		{Name: "component-contract", Source: "plan.json", From: "levelByAccount 1111*", Where: "account 111111111111"},
	}
	index := true
	r.Sources = []Source{
		{
			Name: "preview", Kind: Preview, Organization: "acme", Project: "shop", Stack: "production",
			File: "infra/Pulumi.yaml", Checked: []Count{{What: Resources, Count: 42}},
		},
		{
			Name: "plan.json", Kind: TerraformPlan, Project: "network", Stack: "staging", File: "plan.json",
			Checked: []Count{
				{What: Resources, Count: 7}, {What: "data source", Count: 3}, {What: "action", Count: 2},
			},
			NotChecked: []Count{
				{What: Resources, Count: 1, Reason: "the plan deletes it", Example: "aws_s3_bucket.old"},
				{What: "action", Count: 2, Reason: "this plan does not run it"},
			},
		},
		{
			Name: ".", Kind: Repository, Checked: []Count{{What: Files, Count: 311}}, Index: &index,
			NotChecked: []Count{
				{What: Files, Count: 12, Reason: "binary", Example: "docs/logo.png"},
				{What: Files, Count: 1, Reason: "larger than 10 MB", Example: "fixtures/dump.sql"},
			},
		},
	}
	urn := func(typ, name string) string { return "urn:pulumi:production::shop::" + typ + "::" + name }
	function, secret := "aws:lambda/function:Function", "aws:secretsmanager/secret:Secret"
	password := "`environment.variables.DB_PASSWORD` contains a password in plaintext, matched by its name, " +
		"`DB_PASSWORD`.\n" +
		"Pass a reference that the workload resolves at run time (valueFrom, secretKeyRef, the secret's ARN), not " +
		"the value."
	r.Findings = []Finding{
		{
			Policy: "plaintext-secret-property", Source: "preview", URN: urn(function, "api"), Type: function,
			Name: "api",
			Path: "environment.variables.DB_PASSWORD", Level: "mandatory", Severity: "critical", Detector: "password",
			Message: password,
		},
		{
			Policy: "plaintext-secret-property", Source: "preview", URN: urn(function, "api"), Type: function,
			Name: "api",
			Path: "environment.variables.STRIPE_KEY", Level: "mandatory", Severity: "critical", Detector: "stripe-key",
			Locations: []place.Location{
				{File: "infra/api.ts", Line: 12, Column: 20, Column16: 18}, {File: "infra/index.ts", Line: 8, Column: 1},
			},
			Message: "`environment.variables.STRIPE_KEY` contains a Stripe key in plaintext, matched by its format " +
				"(stripe-key).\nPass a reference.",
		},
		{
			Policy: "secret-name", Source: "preview", URN: urn(secret, "db"), Type: secret, Name: "db", Path: "name",
			Level:    "advisory",
			Severity: "medium", Message: "The name of this secret does not follow SERVICE/ENVIRONMENT.\nName it " +
				"db/production.",
		},
		{
			Policy: "secret-name", Source: "preview", URN: urn(secret, "cache"), Type: secret, Name: "cache",
			Path: "name", Level: "advisory",
			Severity: "medium", Message: "The name of this secret cannot be checked: `name` is not known yet.",
			Undecided: true,
		},
		{
			Policy: "raw-secret-resource", Source: "preview", URN: urn(secret, "legacy"), Type: secret, Name: "legacy",
			Level:    "advisory",
			Severity: "critical", Exemption: "legacy-stripe", Entry: Exemption{
				Owner: "payments", Reason: "It is rotated in March.", Expires: "2027-03-31", Ticket: "OPS-12",
			},
			Message: "Exempted until 2027-03-31 (legacy-stripe, owner: payments, OPS-12): It is rotated in March.\nThis AWS Secrets Manager " +
				"secret is created outside the infra package.",
		},
		{
			Policy: "raw-secret-resource", Source: "preview", URN: urn(secret, "old"), Type: secret, Name: "old",
			Level:    "advisory",
			Severity: "critical", Baseline: true, Entry: Exemption{Expires: "2026-12-01"},
			Message: "This AWS Secrets Manager secret is created outside the infra package.\nIn the baseline " +
				"until 2026-12-01.",
		},
		{
			Policy: "raw-secret-resource", Source: "preview", URN: urn(secret, "older"), Type: secret, Name: "older",
			Level:    "mandatory",
			Severity: "critical", Exemption: "older", Expired: true,
			Message: "This AWS Secrets Manager secret is created outside the infra package.\nExemption older " +
				"expired on 2026-01-31.",
		},
		{
			Policy: "raw-secret-resource", Source: "plan.json", URN: "urn:pulumi:staging::network::" + secret + "::vpn",
			Type: secret, Name: "vpn",
			Address: "module.vpn.aws_secretsmanager_secret.vpn[0]", Level: "mandatory", Severity: "critical",
			Message: "This AWS Secrets Manager secret is created in the root module, which may not create secrets.",
		},
		{
			Policy: "committed-secret", Source: ".", URN: "file:deploy/app.env", File: "deploy/app.env", Line: 12,
			Column: 9, Path: "github-token",
			Level: "mandatory", Severity: "critical", Detector: "github-token",
			Message: "deploy/app.env:12 contains a GitHub token, matched by its format (github-token).\nRotate it first.",
		},
		{
			Policy: "committed-secret", Source: ".", URN: "file:test/fixture.go", File: "test/fixture.go", Line: 3,
			Column: 14, Path: "aws-access-key",
			Level: "advisory", Severity: "critical", Detector: "aws-access-key", Exemption: Inline,
			Entry:   Exemption{Reason: "an example of the documentation", Line: 3},
			Message: "Suppressed by the comment on line 3: an example of the documentation\ntest/fixture.go:3 contains an AWS access key.",
		},
		{
			Policy: "secret-cli-command", Source: ".", URN: "file:Makefile", File: "Makefile", Line: 8, Column: 2,
			Level: "mandatory", Severity: "high",
			Message: "`pulumi config set --secret` writes a secret into the stack's config.\nRemove the command.",
		},
	}
	r.Errors = []Error{
		{
			Source: ".", File: ".github/workflows/ci.yml", Line: 14, Column: 3,
			Message: "mapping values are not allowed here",
		},
		{Source: "state.json", Message: "this is not JSON"},
	}
	r.Notes = []Note{{Source: "preview", Message: "Exemption old-vendor matches nothing in this stack " +
		"(owner: payments): remove it."}}
	return r
}

func written(t testing.TB, r *Report, f Format, o Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, r, f, o); err != nil {
		t.Fatalf("%s: %v", f, err)
	}
	return b.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v: write it with -update, and read what it says", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s: mismatch (-want +got)\n%s", name, diff)
	}
}

func TestFormats(t *testing.T) {
	t.Parallel()
	names, endings := map[Format]bool{}, map[string]bool{}
	for _, f := range forms {
		if f.name == "" || !strings.HasPrefix(f.ending, ".") || f.use == "" || names[f.name] || endings[f.ending] {
			t.Errorf("form %q, %q: want a name and an ending of its own, and what it is for", f.name, f.ending)
		}
		names[f.name], endings[f.ending] = true, true
		golden(t, "sample"+f.ending, written(t, sample(), f.name, Options{}))
		golden(t, "nothing"+f.ending, written(t, nothing(), f.name, Options{}))
		golden(t, "whatif"+f.ending, written(t, whatIf(), f.name, Options{}))
		golden(t, "disabled"+f.ending, written(t, disabled(), f.name, Options{}))
	}
	golden(t, "color.txt", written(t, sample(), Text, Options{Color: true, Width: 72}))
}

// nothing is a report of a run that found nothing.
func nothing() *Report {
	r := sample()
	r.Findings, r.Errors, r.Notes, r.Disabled, r.Sources = nil, nil, nil, nil, r.Sources[:1]
	return r
}

// whatIf is a report about another day than its own.
func whatIf() *Report {
	r := disabled()
	r.Day, r.WhatIf = "2027-03-01", true
	return r
}

// disabled is a report of a run that found nothing with policies disabled, which no form shows as a plain tick.
func disabled() *Report {
	r := nothing()
	r.Disabled = sample().Disabled[:2]
	r.Notes = []Note{{Source: "preview", Message: "Disabled here: dotenv-file (the configuration)."}}
	return r
}

func TestDisabledIsNoPlainTick(t *testing.T) {
	t.Parallel()
	for _, f := range []Format{Text, Markdown, GitHub, HTML} {
		text := written(t, disabled(), f, Options{Color: true})
		if !strings.Contains(text, "Passed: nothing found, but 2 policies are disabled") {
			t.Errorf("%s: does not say that policies are disabled", f)
		}
		for _, tick := range []string{"✅", "verdict ok", "[1;32m"} {
			if strings.Contains(text, tick) {
				t.Errorf("%s: shows %q", f, tick)
			}
		}
	}
}

func TestOrderOfFindingsDoesNotMatter(t *testing.T) {
	t.Parallel()
	turned := sample()
	turned.Findings = append(turned.Findings, turned.Findings...)
	slices.Reverse(turned.Findings)
	slices.Reverse(turned.Policies)
	slices.Reverse(turned.Sources)
	slices.Reverse(turned.Errors)
	slices.Reverse(turned.Disabled)
	for _, f := range Formats() {
		if diff := cmp.Diff(written(t, sample(), f, Options{}), written(t, turned, f, Options{})); diff != "" {
			t.Errorf("%s: mismatch (-want +got)\n%s", f, diff)
		}
	}
}

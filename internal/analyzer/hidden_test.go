package analyzer

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/progression-labs-development/policypack/internal/decisionlog"
	"github.com/progression-labs-development/policypack/internal/facts"
	"github.com/progression-labs-development/policypack/internal/report"
	"github.com/progression-labs-development/policypack/internal/session"
	"github.com/progression-labs-development/policypack/internal/verdict"
)

// echo is an organisation's rule that says everything it is told.
const echo = `# METADATA
# title: Says what it is told
# description: Says what it is told.
# custom:
#   level: mandatory
#   severity: low
#   scope: %[2]s
#   remediation: None.
package rules.%[1]s

deny contains {"message": json.marshal(input)}
`

// Names are shown without the secrets that somebody put into them, wherever they leave the process; and what is called
// so still has one identity.
func TestNamesHoldNoSecret(t *testing.T) {
	t.Parallel()
	token := "ghp_" + "kT7xQ2mB9vR4wZ8nJ3cF6hL1pD5sG0yAeUiX"
	other := "ghp_" + "zR4mW9qY2tK7bN5xV8cJ1hF3gL6dP0sAoEiU"
	password := "Kp7wQz4v" + "&Xt9mRb2y"
	template := "Resources:\n  " + token + ":\n    Type: AWS::SecretsManager::Secret\n    Properties: {Name: " +
		"api/production}\n"
	infra := "progression-labs-development:infra:Secret"
	with := func(urn string, req *pulumirpc.AnalyzeRequest) *pulumirpc.AnalyzeRequest {
		req.Urn = urn
		return req
	}
	for _, tt := range []struct {
		name string
		give []*pulumirpc.AnalyzeRequest
		want string // in what is shown
	}{
		{"a key of a template", []*pulumirpc.AnalyzeRequest{
			request("stack", "aws:cloudformation/stack:Stack", map[string]any{"templateBody": template}),
		}, "templateBody.Resources"},
		{"a key of a map", []*pulumirpc.AnalyzeRequest{
			request("f", "aws:lambda/function:Function",
				map[string]any{
					"environment": map[string]any{
						"variables": map[string]any{token: password, "DB_PASSWORD": password},
					},
				}),
		}, "environment.variables"},
		{"a key that is a password of the same resource", []*pulumirpc.AnalyzeRequest{
			request("f", "aws:lambda/function:Function",
				map[string]any{
					"tags":       map[string]any{password: map[string]any{"password": other}},
					"dbPassword": password,
				}),
		}, "dbPassword"},
		{
			"the name of a resource",
			[]*pulumirpc.AnalyzeRequest{request("db-"+token, secretType, map[string]any{"name": "api/production"})},
			"[secret]",
		},
		{"the names of two resources", []*pulumirpc.AnalyzeRequest{
			request(token, secretType, map[string]any{"name": "api/production"}),
			request(other, secretType, map[string]any{"name": "api/production"}),
		}, "[secret]-2"},
		{"the name of a resource that is its password", []*pulumirpc.AnalyzeRequest{
			request("db-"+password, secretType, map[string]any{"name": "api/production", "adminPassword": password}),
		}, "[secret]"},
		{"the name of a parent", []*pulumirpc.AnalyzeRequest{with(
			"urn:pulumi:production::shop::acme:index:"+token+"$"+secretType+"::db",
			request("db", secretType, map[string]any{"name": "api/production"}),
		)}, "acme:index:[secret]"},
		{"a physical name", []*pulumirpc.AnalyzeRequest{with(
			"urn:pulumi:production::shop::"+infra+"$"+secretType+"::db",
			request("db", secretType, map[string]any{"name": "api/" + token}),
		)}, "api/[secret]"},
		{"the name of a variable of CI", []*pulumirpc.AnalyzeRequest{
			request("v", "github:index/actionsSecret:ActionsSecret",
				map[string]any{"secretName": "AWS_SECRET_ACCESS_KEY_" + token, "plaintextValue": password}),
		}, "secretName"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			shown := everything(t, func(s *Server, log io.Writer) error {
				about := &pulumirpc.AnalyzerStackConfigureRequest{
					Organization: "acme", Project: "shop", Stack: "production", Tags: map[string]string{token: token},
					DryRun: true,
					Config: map[string]string{"shop:" + token: "a", "shop:dbPassword": other},
				}
				if _, err := s.ConfigureStack(t.Context(), about); err != nil {
					return err
				}
				configure(t, s, map[string]any{"environments": []any{"production"}}, nil)
				root := with("urn:pulumi:production::shop::pulumi:pulumi:Stack::shop-production",
					request("shop-production", "pulumi:pulumi:Stack", nil))
				rows := []*pulumirpc.AnalyzerResource{{Urn: root.GetUrn(), Type: root.GetType(), Name: root.GetName()}}
				for _, req := range append([]*pulumirpc.AnalyzeRequest{root}, tt.give...) {
					response, err := s.Analyze(t.Context(), req)
					if err != nil {
						return err
					}
					fmt.Fprint(log, response)
					rows = append(rows, &pulumirpc.AnalyzerResource{
						Urn: req.GetUrn(), Type: req.GetType(), Name: req.GetName(), Properties: req.GetProperties(),
					})
				}
				response, err := s.AnalyzeStack(t.Context(), &pulumirpc.AnalyzeStackRequest{Resources: rows[1:]})
				fmt.Fprint(log, response)
				return err
			})
			for name, text := range shown {
				for _, secret := range []string{token[4:], other[4:], password} {
					for i := range len(secret) - 5 {
						if strings.Contains(text, secret[i:i+6]) {
							at := strings.Index(text, secret[i:i+6])
							t.Fatalf("%s holds a piece of a secret: %s", name,
								text[max(0, at-200):min(len(text), at+60)])
						}
					}
				}
				if !strings.Contains(text, strings.ReplaceAll(tt.want, `"`, `\"`)) && name == "report.json" {
					t.Errorf("%s does not hold %q", name, tt.want)
				}
			}
		})
	}
}

// A file of a repository may be called like a token, too, and so may what is in it.
func TestFileNamesHoldNoSecret(t *testing.T) {
	t.Parallel()
	token := "ghp_" + "kT7xQ2mB9vR4wZ8nJ3cF6hL1pD5sG0yAeUiX"
	shown := everything(t, func(s *Server, _ io.Writer) error {
		configure(t, s, nil, nil)
		f := committed()
		f.Name, f.Kind = "deploy/"+token+".sh", "workflow"
		f.Commands = []facts.FileCommand{
			{Tool: "gcloud", Command: "gcloud secrets create", Action: "create", Certain: true, Job: token},
		}
		f.Logins = []facts.FileLogin{
			{Cloud: "aws", Uses: "acme/login@" + token, How: "static-key", Job: token, Token: "no"},
		}
		f.CI = []facts.FileKey{{Name: "AWS_SECRET_ACCESS_KEY_" + token, Cloud: "aws", By: "name"}}
		_, err := s.session.File(t.Context(), f)
		return err
	})
	for name, text := range shown {
		if strings.Contains(text, "kT7xQ2") {
			t.Errorf("%s holds a piece of the name", name)
		}
		if name == "report.json" && !strings.Contains(text, "deploy/[secret]") {
			t.Errorf("%s does not hold the rest of the name", name)
		}
	}
}

// everything runs a server with rules that say what they are told, and returns what leaves it, by where it goes.
func everything(t *testing.T, calls func(s *Server, log io.Writer) error) map[string]string {
	t.Helper()
	dir := t.TempDir()
	for name, scope := range map[string]string{"echo": "resource", "echo_stack": "stack", "echo_file": "repository"} {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name, name+".rego"), fmt.Appendf(nil, echo, name, scope),
			0o600); err != nil {
			t.Fatal(err)
		}
	}
	var log bytes.Buffer
	var found []verdict.Finding
	var decisions []decisionlog.Decision
	s := server(t, func(o *session.Options) {
		o.Rules, o.Log = []string{dir}, &log
		o.Found = func(f, _ []verdict.Finding) { found = append(found, f...) }
		o.Decided = func(d []decisionlog.Decision) { decisions = append(decisions, d...) }
	})
	if err := calls(s, &log); err != nil {
		t.Fatal(err)
	}
	if len(found) == 0 || len(decisions) == 0 {
		t.Fatal("nothing was found")
	}
	lines, err := json.Marshal(decisions)
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]string{"the log": log.String(), "the decision log": string(lines)}
	r := report.New("0.1.0")
	s.session.Describe(r)
	r.Findings, r.Notes = verdict.Reports(found), verdict.Notes(found)
	for _, format := range report.Formats() {
		var b bytes.Buffer
		if err := report.Write(&b, r, format, report.Options{}); err != nil {
			t.Fatal(err)
		}
		shown["report."+string(format)] = b.String()
	}
	return shown
}

// An exemption reaches a resource whose name is hidden by what is shown of it.
func TestExemptionOfAHiddenName(t *testing.T) {
	t.Parallel()
	token := "ghp_" + "kT7xQ2mB9vR4wZ8nJ3cF6hL1pD5sG0yAeUiX"
	for _, tt := range []struct {
		urn  string
		want bool
	}{
		{"urn:pulumi:production::shop::*::db-*", true},
		{`urn:pulumi:production::shop::*::db-\[secret\]`, true},
		{"urn:pulumi:production::shop::*::api-*", false},
	} {
		s := server(t, nil)
		configure(t, s, map[string]any{"exemptions": map[string]any{"x": map[string]any{
			"policies": []any{"raw-secret-resource"}, "urn": tt.urn, "reason": "old", "owner": "team",
			"expires": "2026-12-01",
		}}}, nil)
		response, err := s.Analyze(t.Context(),
			request("db-"+token, secretType, map[string]any{"name": "api/production"}))
		if err != nil {
			t.Fatal(err)
		}
		exempted := false
		for _, d := range response.GetDiagnostics() {
			exempted = exempted || d.GetPolicyName() == "raw-secret-resource" &&
				d.GetEnforcementLevel() == pulumirpc.EnforcementLevel_ADVISORY
		}
		if exempted != tt.want {
			t.Errorf("%s: exempted is %t, want %t", tt.urn, exempted, tt.want)
		}
	}
}

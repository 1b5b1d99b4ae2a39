package analyzer

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/progression-labs-development/policypack"

	"github.com/progression-labs-development/policypack/internal/session"
)

// A run is complete when the stack as a whole was checked, and no call has failed.
func TestComplete(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	about := &pulumirpc.AnalyzerStackConfigureRequest{Project: "shop", Stack: "production"}
	bucket := request("b", "aws:s3/bucket:Bucket", nil)
	analyze := func(s *Server) { _, _ = s.Analyze(ctx, bucket) }
	stack := func(s *Server) { _, _ = s.AnalyzeStack(ctx, &pulumirpc.AnalyzeStackRequest{}) }
	broken := func(s *Server) { _, _ = s.Analyze(ctx, &pulumirpc.AnalyzeRequest{Urn: "urn", Type: ""}) }
	refused := func(s *Server) {
		_, _ = s.Configure(ctx,
			&pulumirpc.ConfigureAnalyzerRequest{PolicyConfig: map[string]*pulumirpc.PolicyConfig{"no-such-policy": {}}})
	}
	for _, tt := range []struct {
		name string
		give []func(*Server)
		want bool
	}{
		{"to its end", []func(*Server){analyze, stack}, true},
		{"no resources", []func(*Server){stack}, true},
		{"stopped before the stack", []func(*Server){analyze}, false},
		{"a call that failed", []func(*Server){broken, stack}, false},
		{"a configuration that was refused", []func(*Server){refused, stack}, false},
		{"the next stack has not ended", []func(*Server){
			stack, func(s *Server) { _, _ = s.ConfigureStack(ctx, about) },
		}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := server(t, nil)
			if _, err := s.ConfigureStack(ctx, about); err != nil {
				t.Fatal(err)
			}
			for _, call := range tt.give {
				call(s)
			}
			if got := s.session.Complete(); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

// The digests of an attestation change with what counts, and with nothing else.
func TestIdentity(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	const rule = "# METADATA\n# title: No databases\n# description: None.\n# custom:\n#   level: advisory\n#   " +
		"severity: low\n#   remediation: None.\n" +
		"package rules.no_databases\n\nimport rego.v1\n\ndeny contains violation if {\n\tinput.resource.type == " +
		"\"x:y:z\"\n\n\tviolation := {\"message\": \"no\"}\n}\n"
	write("PulumiPolicy.yaml", "runtime: policypack\n")
	identity := func() (rules, defaults string) {
		t.Helper()
		id, err := session.New(session.Options{Dir: dir, Log: io.Discard, Now: time.Now}).Identity()
		if err != nil {
			t.Fatal(err)
		}
		if id.Version != policypack.Version() {
			t.Errorf("version: got %q", id.Version)
		}
		return id.Rules, id.Defaults
	}
	if rules, defaults := identity(); rules != "" || defaults != "" {
		t.Errorf("got digests %q and %q of nothing", rules, defaults)
	}
	write("rules/no_databases/no_databases.rego", rule)
	write("policy-config.json", `{"secret-name": "advisory"}`)
	rules, defaults := identity()
	if len(rules) != 64 || len(defaults) != 64 {
		t.Errorf("got digests %q and %q", rules, defaults)
	}
	write("rules/no_databases/no_databases_test.rego", "package rules.no_databases_test\n")
	if again, _ := identity(); again != rules {
		t.Error("a test changes the digest of the rules")
	}
	write("rules/no_databases/no_databases.rego", rule+"\n# another\n")
	write("policy-config.json", `{"secret-name": "mandatory"}`)
	if r, d := identity(); r == rules || d == defaults {
		t.Error("other content has the same digest")
	}
}

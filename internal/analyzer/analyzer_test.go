package analyzer

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/progression-labs-development/policypack"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/session"
	"github.com/progression-labs-development/policypack/policies"
	"github.com/progression-labs-development/policypack/rego"
)

const secretType = "aws:secretsmanager/secret:Secret"

func request(name, typ string, props map[string]any) *pulumirpc.AnalyzeRequest {
	p, err := structpb.NewStruct(props)
	if err != nil {
		panic(err)
	}
	return &pulumirpc.AnalyzeRequest{
		Type: typ, Name: name, Urn: "urn:pulumi:production::shop::" + typ + "::" + name, Properties: p,
	}
}

func server(t testing.TB, change func(*session.Options)) *Server {
	t.Helper()
	options := session.Options{
		Log: &bytes.Buffer{},
		Now: func() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) },
	}
	if change != nil {
		change(&options)
	}
	return serving(session.New(options))
}

func TestAnalyzeWorksWithoutTheCallsBeforeIt(t *testing.T) {
	t.Parallel()
	response, err := server(t, nil).Analyze(context.Background(),
		request("db", secretType, map[string]any{"name": "api/production"}))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(response.GetDiagnostics()); n != 1 {
		t.Fatalf("got %d diagnostics, want 1", n)
	}
	d := response.GetDiagnostics()[0]
	if d.GetPolicyName() != "raw-secret-resource" || d.GetEnforcementLevel() != pulumirpc.EnforcementLevel_MANDATORY ||
		d.GetSeverity() != pulumirpc.PolicySeverity_POLICY_SEVERITY_CRITICAL ||
		d.GetPolicyPackVersion() != policypack.Version() ||
		!strings.HasSuffix(d.GetMessage(), "\n"+policypack.Page("reference/policies/raw-secret-resource.md")) {
		t.Errorf("got %v", d)
	}
}

func TestLevels(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		give pulumirpc.EnforcementLevel
		want string
	}{
		{pulumirpc.EnforcementLevel_ADVISORY, "[ADVISORY]"},
		{pulumirpc.EnforcementLevel_MANDATORY, "[MANDATORY]"},
		{pulumirpc.EnforcementLevel_REMEDIATE, "[MANDATORY]"},
		{pulumirpc.EnforcementLevel_DISABLED, "[]"},
	} {
		t.Run(tt.give.String(), func(t *testing.T) {
			t.Parallel()
			s := server(t, nil)
			_, err := s.Configure(context.Background(), &pulumirpc.ConfigureAnalyzerRequest{
				PolicyConfig: map[string]*pulumirpc.PolicyConfig{
					"raw-secret-resource": {EnforcementLevel: tt.give},
					"secret-name":         {EnforcementLevel: pulumirpc.EnforcementLevel_DISABLED},
				},
			})
			if err != nil {
				t.Fatal(err)
			}
			response, err := s.Analyze(context.Background(), request("db", secretType, nil))
			if err != nil {
				t.Fatal(err)
			}
			levels := []string{}
			for _, d := range response.GetDiagnostics() {
				levels = append(levels, d.GetEnforcementLevel().String())
			}
			if got := fmt.Sprint(levels); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestRulesBesideThePack(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("PulumiPolicy.yaml", "runtime: policypack\n")
	write("rules/tags/tags.rego", `# METADATA
# title: Buckets have tags
# description: Says no to a bucket without tags.
# custom:
#   level: mandatory
#   severity: low
#   remediation: Set tags.
package rules.tags

import data.lib.property

deny contains {"message": "no tags", "path": ["tags"]} if {
	input.resource.type == "aws:s3/bucket:Bucket"
	property.missing(["tags"])
}
`)
	s := server(t, func(o *session.Options) { o.Dir = dir })
	info, err := s.GetAnalyzerInfo(context.Background(), &emptypb.Empty{})
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, p := range info.GetPolicies() {
		found = found || p.GetName() == "tags"
	}
	if !found {
		t.Error("the policy tags is not in GetAnalyzerInfo")
	}
	response, err := s.Analyze(context.Background(), request("b", "aws:s3/bucket:Bucket", nil))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(response.GetDiagnostics()); n != 1 {
		t.Errorf("got %d diagnostics, want 1", n)
	}
}

func TestConcurrentCalls(t *testing.T) {
	t.Parallel()
	s := server(t, nil)
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			ctx := context.Background()
			r, err := s.Analyze(ctx,
				request(fmt.Sprintf("db-%d", i), secretType, map[string]any{"name": "api/production"}))
			if err != nil || len(r.GetDiagnostics()) != 1 {
				t.Errorf("got %v, %v", r, err)
			}
			if _, err := s.GetAnalyzerInfo(ctx, &emptypb.Empty{}); err != nil {
				t.Error(err)
			}
			if _, err := s.AnalyzeStack(ctx, &pulumirpc.AnalyzeStackRequest{}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func TestParametersOfOurPoliciesAreValid(t *testing.T) {
	t.Parallel()
	p, err := pack.Load(pack.Own(policies.FS, rego.FS), session.Docs())
	if err != nil {
		t.Fatal(err)
	}
	var errs pack.Errors
	for _, q := range p.Policies {
		q.CheckParameters(&errs)
	}
	if len(errs) > 0 {
		t.Error(errs)
	}
}

func BenchmarkAnalyze(b *testing.B) {
	for _, bb := range []struct {
		name string
		req  *pulumirpc.AnalyzeRequest
	}{
		{"no policy is asked", request("b", "aws:s3/bucket:Bucket", map[string]any{"bucket": "x"})},
		{"secret", request("db", secretType, map[string]any{"name": "api/production"})},
	} {
		b.Run(bb.name, func(b *testing.B) {
			s := server(b, nil)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := s.Analyze(context.Background(), bb.req); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func serving(s *session.Session) *Server {
	return &Server{session: s, watch: func(string) {}, done: func() {}}
}

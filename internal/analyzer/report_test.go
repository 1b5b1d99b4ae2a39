package analyzer

import (
	"context"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/progression-labs-development/policypack/internal/report"
)

// Two runs have the same digest exactly where they evaluate by the same levels and parameters.
func TestDigest(t *testing.T) {
	t.Parallel()
	type levels = map[string]pulumirpc.EnforcementLevel
	of := func(settings map[string]any, l levels, stack string) string {
		s := server(t, nil)
		if s.session.Digest() != "" {
			t.Error("there is a digest before there is a configuration")
		}
		if _, err := s.ConfigureStack(context.Background(),
			&pulumirpc.AnalyzerStackConfigureRequest{Project: "shop", Stack: stack}); err != nil {
			t.Fatal(err)
		}
		configure(t, s, settings, l)
		if _, err := s.Analyze(context.Background(), request("b", "aws:s3/bucket:Bucket", nil)); err != nil {
			t.Fatal(err)
		}
		return s.session.Digest()
	}
	same := of(nil, nil, "production")
	if !regexp.MustCompile("^[0-9a-f]{64}$").MatchString(same) {
		t.Errorf("got %q", same)
	}
	byStack := map[string]any{"levelByStack": map[string]any{"dev*": "advisory"}}
	for _, tt := range []struct {
		name     string
		settings map[string]any
		levels   levels
		stack    string
		want     string
	}{
		{"the same", nil, nil, "production", same},
		{"a default that is written out", map[string]any{"onUnknown": "warn"}, nil, "production", same},
		{"another stack", nil, nil, "staging", same},
		{"levels by stack, which follow from the configuration", byStack, nil, "dev1", of(byStack, nil, "production")},
	} {
		if got := of(tt.settings, tt.levels, tt.stack); got != tt.want {
			t.Errorf("%s: got another digest", tt.name)
		}
	}
	for _, tt := range []struct {
		name     string
		settings map[string]any
		levels   levels
	}{
		{"another level", nil, levels{"secret-name": pulumirpc.EnforcementLevel_DISABLED}},
		{"another parameter", map[string]any{"onUnknown": "deny"}, nil},
		{"a setting that only Go reads", byStack, nil},
	} {
		if of(tt.settings, tt.levels, "production") == same {
			t.Errorf("%s: got the same digest", tt.name)
		}
	}
}

func TestDescribe(t *testing.T) {
	t.Parallel()
	s := server(t, nil)
	r := report.New("0.1.0")
	s.session.Describe(r) // before anything is known
	if diff := cmp.Diff([]report.Source{{Name: "preview", Kind: "preview", Unfinished: true}}, r.Sources); diff != "" ||
		r.Policies != nil {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
	about := &pulumirpc.AnalyzerStackConfigureRequest{
		Organization: "acme", Project: "shop", Stack: "production",
		DryRun: false,
	}
	if _, err := s.ConfigureStack(context.Background(), about); err != nil {
		t.Fatal(err)
	}
	configure(t, s, nil, map[string]pulumirpc.EnforcementLevel{
		"secret-name": pulumirpc.EnforcementLevel_DISABLED, "raw-secret-resource": pulumirpc.EnforcementLevel_ADVISORY,
	})
	for _, req := range []*pulumirpc.AnalyzeRequest{
		request("p", "pulumi:providers:aws", nil), request("b", "aws:s3/bucket:Bucket", nil),
		request("c", "aws:s3/bucket:Bucket", nil),
	} {
		if _, err := s.Analyze(context.Background(), req); err != nil {
			t.Fatal(err)
		}
	}
	s.session.Describe(r)
	want := []report.Source{
		{
			Name: "update", Kind: "update", Organization: "acme", Project: "shop", Stack: "production",
			Checked: []report.Count{{What: report.Resources, Count: 2}}, Unfinished: true,
		},
	}
	if diff := cmp.Diff(want, r.Sources); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
	if _, err := s.AnalyzeStack(context.Background(), &pulumirpc.AnalyzeStackRequest{}); err != nil {
		t.Fatal(err)
	}
	s.session.Describe(r)
	want[0].Checked, want[0].Unfinished = nil, false
	if diff := cmp.Diff(want, r.Sources); diff != "" {
		t.Errorf("at the end: mismatch (-want +got)\n%s", diff)
	}
	if r.Day != "2026-11-23" || r.WhatIf {
		t.Errorf("got the day %q, what-if %t; want 2026-11-23, false", r.Day, r.WhatIf)
	}
	levels := map[string]string{}
	for _, p := range r.Policies {
		levels[p.Name] = p.Level
	}
	if levels["secret-name"] != "" || levels["raw-secret-resource"] != "advisory" ||
		levels["plaintext-secret-property"] != "mandatory" {
		t.Errorf("got %v", levels)
	}
}

// Package tests uses the policy pack through its real doors: the engine's gRPC protocol and the Pulumi CLI.
package tests

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/progression-labs-development/policypack/internal/example"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/report"
	"github.com/progression-labs-development/policypack/internal/wire/wiretest"
	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// Every example of every policy gives exactly the violations that it says, when the engine asks.
func TestExamples(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(harness.Root(t), "policies", "*", "examples.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Fatal("no examples")
	}
	a := harness.StartAnalyzer(t, harness.Start{})
	a.Ready(t, nil, nil)
	urls, levels := map[string]string{}, map[string]pulumirpc.EnforcementLevel{}
	for _, p := range a.Info(t).Policies {
		urls[p.Name], levels[p.Name] = p.Url, p.EnforcementLevel
	}
	for _, path := range files {
		policy := strings.ReplaceAll(filepath.Base(filepath.Dir(path)), "_", "-")
		t.Run(policy, func(t *testing.T) {
			file, err := example.Load(path)
			if err != nil {
				t.Fatal(err)
			}
			level, ok := levels[policy]
			if !ok {
				t.Fatalf("GetAnalyzerInfo does not list the policy %s", policy)
			}
			if level == pulumirpc.EnforcementLevel_DISABLED {
				level = pulumirpc.EnforcementLevel_MANDATORY
			}
			for _, c := range file.Cases {
				t.Run(string(c.Outcome)+"/"+c.Name, func(t *testing.T) {
					got := judge(t, a, policy, level, c)
					want := slices.Clone(c.Want)
					wantLevel := level
					if c.Outcome == example.Undecided {
						wantLevel = pulumirpc.EnforcementLevel_ADVISORY
					}
					var found []example.Want
					if len(c.Files) > 0 {
						found = judgeFiles(t, policy, level, wantLevel, urls[policy], c)
					}
					for _, v := range got {
						lowered := ""
						if v.level != wantLevel {
							lowered = strings.ToLower(v.level.String())
						}
						message, ok := strings.CutSuffix(v.message, "\n"+urls[policy])
						if !ok {
							t.Errorf("%s: the last line is not the policy's url %s:\n%s", v.on, urls[policy], v.message)
						}
						found = append(found, example.Want{On: v.on, Message: message, Level: lowered})
					}
					sortWants(want)
					sortWants(found)
					if diff := cmp.Diff(want, found); diff != "" {
						t.Errorf("%s:%d: mismatch (-want +got):\n%s", path, c.Row, diff)
					}
				})
			}
		})
	}
}

func sortWants(w []example.Want) {
	slices.SortFunc(w, func(a, b example.Want) int {
		key := func(w example.Want) string { return fmt.Sprintf("%s\x00%06d\x00%s", w.On, w.Line, w.Message) }
		return strings.Compare(key(a), key(b))
	})
}

// judgeFiles lets `policypack check` read the files of a case as a repository, and returns the violations of one
// policy.
func judgeFiles(t *testing.T, policy string, level, usual pulumirpc.EnforcementLevel, url string,
	c example.Case,
) []example.Want {
	t.Helper()
	dir := t.TempDir()
	if err := c.WriteFiles(filepath.Join(dir, "repository")); err != nil {
		t.Fatal(err)
	}
	config := map[string]map[string]any{"settings": {}}
	maps.Copy(config["settings"], c.Settings)
	if policy != "settings" {
		config[policy] = map[string]any{}
		maps.Copy(config[policy], c.Parameters)
		config[policy]["enforcementLevel"] = strings.ToLower(level.String())
	}
	text, err := json.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "config.json"), text, 0o644); err != nil {
		t.Fatal(err)
	}
	args := []string{"check", "repository", "--kind", "repository", "--config", "config.json", "--format", "json"}
	if c.Base != nil {
		if err := c.WriteBase(filepath.Join(dir, "base")); err != nil {
			t.Fatal(err)
		}
		args = append(args, "--base", "base")
	}
	cmd := exec.Command(harness.Policypack(t), args...)
	cmd.Dir = dir
	var exit *exec.ExitError
	out, err := cmd.Output()
	if err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1) {
		t.Fatalf("check: %v\n%s", err, exit.Stderr)
	}
	r, err := report.Read(out)
	if err != nil {
		t.Fatal(err)
	}
	var found []example.Want
	for _, f := range r.Findings {
		if f.Policy != policy {
			continue
		}
		lowered := ""
		if f.Level != strings.ToLower(usual.String()) {
			lowered = f.Level
		}
		if f.URN != "file:"+f.File || f.Undecided != (c.Outcome == example.Undecided) {
			t.Errorf("%s:%d: got the URN %s, undecided %v", f.File, f.Line, f.URN, f.Undecided)
		}
		found = append(found, example.Want{On: f.File, Line: f.Line, Message: f.Message, Level: lowered})
	}
	for _, p := range r.Policies {
		if p.Name == policy && p.URL != url {
			t.Errorf("got the url %s, want %s", p.URL, url)
		}
	}
	return found
}

// violation is one diagnostic, with the logical name of the resource that it is about.
type violation struct {
	on, policy, message string
	level               pulumirpc.EnforcementLevel
}

// judge makes the engine's calls for one case and returns the violations of one policy; no answer, of any policy, may
// hold a secret of the case.
func judge(t *testing.T, a *harness.Analyzer, policy string, level pulumirpc.EnforcementLevel, c example.Case,
) []violation {
	t.Helper()
	config := map[string]plugin.AnalyzerPolicyConfig{}
	set := func(name string, level apitype.EnforcementLevel, values map[string]any) {
		old := config[name]
		if old.Properties == nil {
			old.Properties = map[string]any{}
		}
		for key, value := range values {
			old.Properties[key] = value
		}
		if level != "" {
			old.EnforcementLevel = level
		}
		config[name] = old
	}
	set("settings", "", c.Settings)
	set(policy, apitype.EnforcementLevel(strings.ToLower(level.String())), c.Parameters)
	if err := a.TryReady(wiretest.Stack(c.About()), config); err != nil {
		t.Fatal(err)
	}

	ctx, cancel := context.WithTimeout(context.Background(), harness.Timeout)
	defer cancel()
	var all []violation
	collect := func(name string, res *pulumirpc.AnalyzeResponse) {
		for _, d := range res.Diagnostics {
			for _, secret := range c.Secrets() {
				if strings.Contains(d.String(), secret) {
					t.Errorf("the diagnostic of %s on %s contains a value that the example marks as secret", d.PolicyName,
						name)
				}
			}
			on := name
			if d.Urn != "" && name == "" {
				on = place.NameOf(d.Urn)
			}
			if d.PolicyName == policy {
				all = append(all,
					violation{on: on, policy: d.PolicyName, message: d.Message, level: d.EnforcementLevel})
			}
		}
	}
	for _, req := range wiretest.Analyze(t, c.Registered()) {
		if _, err := a.Client.Remediate(ctx, req); err != nil {
			t.Fatalf("Remediate %s: %v", req.Name, err)
		}
		res, err := a.Client.Analyze(ctx, req)
		if err != nil {
			t.Fatalf("Analyze %s: %v", req.Name, err)
		}
		collect(req.Name, res)
	}
	res, err := a.Client.AnalyzeStack(ctx, wiretest.AnalyzeStack(t, c.Whole()))
	if err != nil {
		t.Fatalf("AnalyzeStack: %v", err)
	}
	collect("", res)
	return all
}

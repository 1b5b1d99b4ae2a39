// Package conformance tests that a violation of the standard gets the same verdict in every way of running the pack.
package conformance

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"

	"github.com/progression-labs-development/policypack/internal/report"
	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// conformanceConfig blesses the same things in both programs: a secret that writes no value, a database that writes
// generated ones.
const conformanceConfig = `{"settings": {
	"components": [{"type": "acme:infra:Secret", "values": "none"}, {"type": "acme:infra:*", "values": "generated"}],
	"blessedModules": [{"source": "./modules/secret"}, {"source": "./modules/database", "values": "generated"}]
}}`

// TestConformance: the same break of the standard gets the same verdicts, written in Pulumi and seen by the engine,
// written in Terraform and seen in a plan, and exported as Pulumi's state. A verdict is a policy with its level.
func TestConformance(t *testing.T) {
	t.Parallel()
	cases := conformanceCases()
	if len(cases) < 25 {
		t.Errorf("%d cases, want at least 25", len(cases))
	}
	config := filepath.Join(t.TempDir(), "config.json")
	if err := os.WriteFile(config, []byte(conformanceConfig), 0o600); err != nil {
		t.Fatal(err)
	}
	var plans, exports [][]byte
	var secrets []string
	for _, tt := range cases {
		plans, exports = append(plans, tt.terraform.json(t)), append(exports, tt.pulumi.export(t))
		secrets = append(secrets, tt.secrets...)
	}
	planned, exported := checkVerdicts(t, plans, config, secrets), checkVerdicts(t, exports, config, secrets)
	for i, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			slices.Sort(tt.want)
			state, plan := tt.want, tt.want
			if tt.plan != nil {
				plan = tt.plan
			}
			if tt.state != nil {
				state = *tt.state
			}
			for _, way := range []struct {
				name string
				got  []string
				want []string
			}{
				{"the engine", engineVerdicts(t, tt.pulumi, config), tt.want},
				{"a plan of Terraform", planned[i], plan},
				{"an exported state", exported[i], state},
			} {
				if diff := cmp.Diff(way.want, way.got); diff != "" {
					t.Errorf("%s: mismatch (-want +got)\n%s", way.name, diff)
				}
			}
		})
	}
}

// engineVerdicts are the verdicts of the built program, called as the engine calls it.
func engineVerdicts(t *testing.T, p pulumiProgram, config string) []string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "report.json")
	a := harness.StartAnalyzer(t, harness.Start{Env: []string{"POLICYPACK_REPORT=" + file}})
	stack, requests, whole := p.calls(t)
	a.Ready(t, stack, policyConfig(t, config))
	for _, req := range requests {
		if _, err := a.Client.Analyze(t.Context(), req); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := a.Client.AnalyzeStack(t.Context(), whole); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return verdicts(read(t, text).Findings)
}

// checkVerdicts are the verdicts of `policypack check` on each of the sources, in whose output none of the secrets may
// stand.
func checkVerdicts(t *testing.T, sources [][]byte, config string, secrets []string) [][]string {
	t.Helper()
	dir := t.TempDir()
	args := []string{"check", "--config", config, "--stack", "acme/shop/production", "--format", "json"}
	for i, data := range sources {
		args = append(args, write(t, dir, fmt.Sprintf("source-%02d.json", i), string(data)))
	}
	cmd := exec.Command(harness.Policypack(t), args...)
	cmd.Env = harness.CleanEnviron()
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	for _, secret := range secrets {
		if strings.Contains(stdout.String()+stderr.String(), secret) {
			t.Errorf("a secret is in the output")
		}
	}
	r := read(t, stdout.Bytes())
	if len(r.Sources) != len(sources) {
		t.Fatalf("%d sources are in the report, want %d", len(r.Sources), len(sources))
	}
	all := make([][]string, len(sources))
	for i := range sources {
		of := slices.DeleteFunc(slices.Clone(r.Findings),
			func(f report.Finding) bool { return f.Source != r.Sources[i].Name })
		all[i] = verdicts(of)
	}
	return all
}

// read reads a report, which must be complete.
func read(t *testing.T, text []byte) *report.Report {
	t.Helper()
	r := &report.Report{}
	if err := json.Unmarshal(text, r); err != nil {
		t.Fatalf("no report: %v\n%s", err, text)
	}
	if len(r.Errors) > 0 {
		t.Errorf("not judged: %v", r.Errors)
	}
	return r
}

// verdicts are the policies of findings with their levels, each once.
func verdicts(findings []report.Finding) []string {
	var all []string
	for _, f := range findings {
		verdict := f.Policy + " " + f.Level
		if f.Undecided {
			verdict = f.Policy + " undecided"
		}
		all = append(all, verdict)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// policyConfig is a file for --policy-pack-config as the engine hands it on.
func policyConfig(t *testing.T, file string) map[string]plugin.AnalyzerPolicyConfig {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var policies map[string]map[string]any
	if err := json.Unmarshal(text, &policies); err != nil {
		t.Fatal(err)
	}
	config := map[string]plugin.AnalyzerPolicyConfig{}
	for name, properties := range policies {
		config[name] = plugin.AnalyzerPolicyConfig{Properties: properties}
	}
	return config
}

package tests

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/attest"
	"github.com/progression-labs-development/policypack/internal/report"
)

// exempting is a configuration of version 2 with the setting exceptions and one of Pulumi's policy exceptions.
func exempting(setting, policy string) string {
	return fmt.Sprintf(`{"version": 2, "policies": {"settings": {"exceptions": %q}},
		"exceptions": {"EXC-1": {"reason": "moves next week", "match": [{"policies": [%q],
		"targets": ["urn:pulumi:production::shop::aws:secretsmanager/secret:Secret::key"]}]}}}`, setting, policy)
}

// exceptions lists what is exempted by policy exceptions in the gate's report, and what it says about them.
func (j *judged) exceptions() (exempted, notes []string) {
	if j.report == nil {
		return nil, nil
	}
	for i := range j.report.Findings {
		f := &j.report.Findings[i]
		for _, e := range f.Exceptions {
			if f.Class() == report.Exempted {
				exempted = append(exempted, f.Policy+": "+e.ID+", "+e.Reason)
			}
		}
	}
	for _, n := range j.report.Notes {
		notes = append(notes, n.Message)
	}
	return exempted, notes
}

// The engine applies exceptions after the pack has answered; the gate's report and status agree with it, but for those
// of the configuration file that the setting denies.
func TestGateOfExceptions(t *testing.T) {
	const (
		raw      = badProgram + "    properties:\n      name: api/production\n"
		misnamed = badProgram + "    properties:\n      name: Bad Name\n"
		two      = raw + "  other:\n    type: aws:secretsmanager/secret:Secret\n"
		used     = "Policy exception EXC-1 in the configuration file exempts findings here until it is " +
			"removed."
		left = "secret-name also found something in " +
			"urn:pulumi:production::shop::aws:secretsmanager/secret:Secret::key, but deferred to raw-secret-resource, " +
			"which a policy exception exempts. Pulumi does not report exceptions to the pack: fix the finding, or exempt " +
			"it in the settings."
	)
	exempted := []string{"raw-secret-resource: EXC-1, moves next week"}
	for _, tt := range []struct {
		name, program, config string
		env                   map[string]string
		status                int
		violations            []string
		errors                []string
		exempted, notes       []string
	}{
		{"warn", raw, exempting("warn", "raw-secret-resource"), nil, 0, nil, nil, exempted, []string{used}},
		{"allow", raw, exempting("allow", "raw-secret-resource"), nil, 0, nil, nil, exempted, nil},
		{"deny", raw, exempting("deny", "raw-secret-resource"), nil, 1, []string{"raw-secret-resource"}, nil, nil, nil},
		{
			"by default, in previews alone", raw,
			strings.Replace(exempting("warn", "raw-secret-resource"), `{"settings": {"exceptions": "warn"}}`, `{}`, 1),
			map[string]string{"GATE_MODE": "preview"},
			0, nil, nil, exempted,
			[]string{used},
		},
		{
			"another violation", two, exempting("allow", "raw-secret-resource"), nil, 1,
			[]string{"raw-secret-resource"},
			nil, exempted, nil,
		},
		{
			"another policy", raw, exempting("allow", "static-credential"), nil, 1,
			[]string{"raw-secret-resource"},
			nil,
			nil, nil,
		},
		{
			"what was left to it", misnamed, exempting("allow", "raw-secret-resource"), nil, 0, nil, nil, exempted,
			[]string{left},
		},
		{
			"a preview that fails all the same", raw + "  files:\n    type: aws:s3/bucket:Bucket\n    properties:\n" +
				"      bucket:\n        fn::readFile: ./nothing\n    options:\n      dependsOn: [\"${key}\"]\n",
			exempting("allow", "raw-secret-resource"), nil, 2, nil,
			[]string{"preview of production"},
			exempted, nil,
		},
		{
			"on the settings", raw, exempting("allow", "settings"), nil, 2, nil,
			[]string{"policypack check", "preview of production"},
			nil, nil,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			g := newGate(t, nil).write(t,
				map[string]string{"infra/Pulumi.yaml": tt.program, "policy.json": tt.config}).stacks(t, "production")
			g.commit(t)
			g.env["GATE_CONFIG"] = "policy.json"
			maps.Copy(g.env, tt.env)
			runs := both
			switch {
			case len(tt.errors) > 1:
				runs = nil // the configuration is refused before anything is checked by it
			case tt.env["GATE_MODE"] == "preview":
				runs = []string{"preview"}
			}
			j := g.run(t)
			j.want(t, tt.status, tt.violations, tt.errors, runs)
			got, notes := j.exceptions()
			if diff := cmp.Diff(tt.exempted, got); diff != "" {
				t.Errorf("exempted: mismatch (-want +got)\n%s", diff)
			}
			if diff := cmp.Diff(tt.notes, notes); diff != "" {
				t.Errorf("notes: mismatch (-want +got)\n%s", diff)
			}
			page, err := os.ReadFile(filepath.Join(g.dir, "reports", "policypack.md"))
			if err != nil || len(tt.exempted) > 0 &&
				!strings.Contains(string(page), "Exempted by policy exception EXC-1") {
				t.Errorf("the page does not name the exception: %v\n%s", err, page)
			}
			if tt.name == "deny" && !strings.Contains(string(page), "does not apply here: the setting exceptions is "+
				"deny") {
				t.Errorf("the page does not say that the exception does not count:\n%s", page)
			}
		})
	}
}

// On a pull request the base's exceptions count, and the base's setting.
func TestGateOfExceptionsOnPullRequests(t *testing.T) {
	deny, allow := exempting("deny", "raw-secret-resource"), exempting("allow", "raw-secret-resource")
	for _, tt := range []struct {
		name, base, head string
		status           int
		violations       []string
		exempted         []string
	}{
		{"the base denies", deny, allow, 1, []string{"raw-secret-resource"}, nil},
		{"the change denies", allow, deny, 0, nil, []string{"raw-secret-resource: EXC-1, moves next week"}},
		{"the change brings the exception", "{}", allow, 1, []string{"raw-secret-resource"}, nil},
		{
			"the change removes the exception", allow, "{}", 0, nil,
			[]string{"raw-secret-resource: EXC-1, moves next week"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			g := newGate(t, map[string]string{"policy.json": tt.base})
			g.write(t, map[string]string{"infra/Pulumi.yaml": badProgram, "policy.json": tt.head}).stacks(t,
				"production").commit(t).pull(t, "acme/shop")
			g.env["GATE_CONFIG"] = "policy.json"
			j := g.run(t)
			j.want(t, tt.status, tt.violations, nil, both)
			if got, _ := j.exceptions(); cmp.Diff(tt.exempted, got) != "" {
				t.Errorf("exempted: mismatch (-want +got)\n%s", cmp.Diff(tt.exempted, got))
			}
		})
	}
}

// An attested preview that passes by an exception has an attestation that verifies, with the id of the exception; one
// whose exception is denied has none that does.
func TestGateAttestsExceptions(t *testing.T) {
	for _, tt := range []struct {
		setting string
		status  int
		verify  int
		counts  attest.Counts
		used    []attest.Exemption
	}{
		{"warn", 0, 0, attest.Counts{Exempted: 1}, []attest.Exemption{{ID: "EXC-1", Exception: true, Findings: 1}}},
		{"deny", 1, 1, attest.Counts{Violation: 1}, []attest.Exemption{}},
	} {
		t.Run(tt.setting, func(t *testing.T) {
			t.Parallel()
			g := newGate(t, map[string]string{
				"infra/Pulumi.yaml": badProgram + "    properties:\n      name: api/production\n",
				"policy.json":       exempting(tt.setting, "raw-secret-resource"),
			}).stacks(t, "production").commit(t)
			private, public, key := keypair(t, g.dir, "runner")
			g.env["GATE_ATTEST_KEY"], g.env["GATE_CONFIG"] = private, "policy.json"
			if j := g.run(t); j.status != tt.status {
				t.Fatalf("status: got %d, want %d\n%s", j.status, tt.status, j.stderr)
			}
			file := filepath.Join(g.dir, "reports", "attestation-production.json")
			s := attested(t, file, key)
			if diff := cmp.Diff(tt.counts, s.Predicate.Counts); diff != "" {
				t.Errorf("counts: mismatch (-want +got)\n%s", diff)
			}
			if diff := cmp.Diff(tt.used, s.Predicate.Exemptions); diff != "" {
				t.Errorf("exemptions: mismatch (-want +got)\n%s", diff)
			}
			if got := sha256Hex([]byte(g.read("reports/preview-1.json"))); s.Subject[0].Digest["sha256"] != got {
				t.Errorf("report: got %s, want %s", s.Subject[0].Digest["sha256"], got)
			}
			cmd := exec.Command(filepath.Join(g.home.Bin, "policypack"), "attest", "verify", file, "--key", public,
				"--config", "policy.json",
				"--commit", g.git(t, "rev-parse", "HEAD"), "--stack", "shop/production")
			cmd.Dir, cmd.Env = g.repo, g.home.Environ()
			out, err := cmd.CombinedOutput()
			if cmd.ProcessState == nil || cmd.ProcessState.ExitCode() != tt.verify {
				t.Errorf("attest verify: got %v, want exit status %d\n%s", err, tt.verify, out)
			}
		})
	}
}

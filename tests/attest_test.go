package tests

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/progression-labs-development/policypack/internal/attest"
	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// keypair makes the key of a runner, and returns the files of both halves.
func keypair(t *testing.T, dir, name string) (private, public string, key ed25519.PrivateKey) {
	t.Helper()
	half, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	spki, err := x509.MarshalPKIXPublicKey(half)
	if err != nil {
		t.Fatal(err)
	}
	private, public = filepath.Join(dir, name+".pem"), filepath.Join(dir, name+".pub")
	for file, b := range map[string]*pem.Block{
		private: {Type: "PRIVATE KEY", Bytes: der},
		public:  {Type: "PUBLIC KEY", Bytes: spki},
	} {
		if err := os.WriteFile(file, pem.EncodeToMemory(b), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return private, public, key
}

// attested reads an attestation.
func attested(t *testing.T, file string, key ed25519.PrivateKey) *attest.Statement {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s, err := attest.Open(data, key.Public().(ed25519.PublicKey))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// The gate attests what it has seen, and whoever deploys verifies it: each thing that can be wrong is refused.
func TestAttestationOfTheGate(t *testing.T) {
	t.Parallel()
	g := newGate(t, map[string]string{
		"policy-config.json": `{"all": "mandatory", "settings": {"environments": ["production", "dev"]}}`,
		"other-config.json":  `{"all": "advisory"}`,
	})
	g.git(t, "checkout", "--quiet", "main")
	g.stacks(t, "production", "dev")
	g.commit(t) // the settings files that Pulumi has written
	private, public, key := keypair(t, g.dir, "runner")
	_, stranger, _ := keypair(t, g.dir, "stranger")
	g.env["GATE_ATTEST_KEY"], g.env["GATE_CONFIG"] = private, "policy-config.json"
	g.run(t).want(t, 0, nil, nil, []string{"preview", "preview", "repository"})
	file := filepath.Join(g.dir, "reports", "attestation-production.json")
	commit := strings.TrimSpace(g.git(t, "rev-parse", "HEAD"))

	s := attested(t, file, key)
	p := s.Predicate
	if !p.Complete || p.Errors != 0 || p.Counts != (attest.Counts{}) {
		t.Errorf("got complete %v, %d errors, %+v", p.Complete, p.Errors, p.Counts)
	}
	if diff := cmp.Diff(&attest.Commit{ID: commit}, p.Commit); diff != "" {
		t.Errorf("commit: mismatch (-want +got):\n%s", diff)
	}
	want := []attest.Source{
		{Kind: "preview", Organization: "organization", Project: "shop", Stack: "production", Resources: 2},
	}
	if diff := cmp.Diff(want, p.Sources); diff != "" {
		t.Errorf("sources: mismatch (-want +got):\n%s", diff)
	}
	program, err := os.ReadFile(filepath.Join(g.home.Bin, "policypack"))
	if err != nil {
		t.Fatal(err)
	}
	if got := sha256Hex(program); p.Pack.Digest != got {
		t.Errorf("program: got %s, want %s", p.Pack.Digest, got)
	}
	if got := sha256Hex([]byte(g.read("reports/preview-1.json"))); s.Subject[0].Digest["sha256"] != got {
		t.Errorf("report: got %s, want %s", s.Subject[0].Digest["sha256"], got)
	}

	verify := func(file string, args ...string) (int, string) {
		t.Helper()
		cmd := exec.Command(filepath.Join(g.home.Bin, "policypack"),
			append([]string{"attest", "verify", file}, args...)...)
		cmd.Dir, cmd.Env = g.repo, g.home.Environ()
		out, err := cmd.CombinedOutput()
		if cmd.ProcessState == nil {
			t.Fatal(err)
		}
		return cmd.ProcessState.ExitCode(), string(out)
	}
	args := func(change ...string) []string {
		flags := map[string]string{
			"--key": public, "--stack": "organization/shop/production", "--commit": commit,
			"--config": "policy-config.json",
			"--kind":   "preview", "--max-age": "1h", "--pack-version": p.Pack.Version, "--pack-digest": p.Pack.Digest,
		}
		for i := 0; i < len(change); i += 2 {
			flags[change[i]] = change[i+1]
		}
		var out []string
		for name, value := range flags {
			out = append(out, name, value)
		}
		return out
	}
	if code, out := verify(file, args()...); code != 0 {
		t.Errorf("a good attestation is refused: %d\n%s", code, out)
	}

	tampered, old := filepath.Join(g.dir, "tampered.json"), filepath.Join(g.dir, "old.json")
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(data, []byte(`"payload":"`)) + len(`"payload":"`) + 40
	data[at] ^= 1 // another letter
	stale := *s
	stale.Predicate.Time = time.Now().Add(-2 * time.Hour).UTC().Format(time.RFC3339)
	sealed, err := stale.Seal(key)
	if err != nil {
		t.Fatal(err)
	}
	harness.WriteFiles(t, g.dir, map[string]string{"tampered.json": string(data), "old.json": string(sealed)})
	for _, tt := range []struct {
		name, file string
		args       []string
		want       string
	}{
		{"another commit", file, args("--commit", strings.Repeat("a", 40)), "another commit"},
		{"another configuration", file, args("--config", "other-config.json"), "another configuration was in effect"},
		{"another stack", file, args("--stack", "organization/shop/dev"), "expected preview of organization/shop/dev"},
		{"another kind", file, args("--kind", "update"), "expected update"},
		{"another key", file, args("--key", stranger), "signed with another key"},
		{"another version", file, args("--pack-version", "99.0.0"), "expected 99.0.0"},
		{"tampered", tampered, args(), "the signature does not verify"},
		{"stale", old, args(), "expected at most 1h"},
		{
			"that of the other stack", filepath.Join(g.dir, "reports", "attestation-dev.json"), args(),
			"expected preview of organization/shop/production",
		},
	} {
		if code, out := verify(tt.file, tt.args...); code != 1 || !strings.Contains(out, tt.want) {
			t.Errorf("%s: got %d; want 1 and %q\n%s", tt.name, code, tt.want, out)
		}
	}

	// A violation is attested with its count, and the checkout differs from its commit.
	g.write(t, map[string]string{"infra/Pulumi.yaml": badProgram})
	g.run(t).want(t, 1, []string{"raw-secret-resource", "raw-secret-resource"}, nil,
		[]string{"preview", "preview", "repository"})
	code, out := verify(file, args()...)
	for _, text := range []string{
		"1 violation (raw-secret-resource 1); expected none",
		"the checkout had changes to tracked files on top of commit " + commit,
	} {
		if code != 1 || !strings.Contains(out, text) {
			t.Errorf("a violation: got %d; want 1 and %q\n%s", code, text, out)
		}
	}

	// A preview that fails for another reason leaves none.
	g.write(t, map[string]string{"infra/Pulumi.yaml": "name: shop\nruntime: yaml\noutputs:\n  a: ${nothing}\n"})
	if j := g.run(t); j.status != 2 {
		t.Errorf("got status %d\n%s", j.status, j.stderr)
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("an attestation is left of a preview whose verdict is not known")
	}
	g.env["GATE_ATTEST_KEY"] = filepath.Join(g.dir, "nowhere.pem")
	if j := g.run(t); j.status != 2 || !strings.Contains(j.stderr, "GATE_ATTEST_KEY: the file does not exist") {
		t.Errorf("got status %d\n%s", j.status, j.stderr)
	}
}

// `pulumi up` starts the pack twice: the update's attestation stands beside the preview's, or in its place.
func TestAttestationsOfAnUpdate(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	private, _, key := keypair(t, dir, "runner")
	home := harness.NewHome(t, dir)
	project := filepath.Join(dir, "infra")
	harness.WriteFiles(t, project, map[string]string{"Pulumi.yaml": "name: shop\nruntime: yaml\n"})
	pulumi := func(env []string, args ...string) (string, error) {
		cmd := exec.Command(filepath.Join(home.Bin, "pulumi"), args...)
		cmd.Dir, cmd.Env = project, home.Environ(env...)
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	home.InitStack(t, project, "dev")
	up := []string{
		"up", "--yes", "--non-interactive", "--stack", "dev", "--policy-pack",
		filepath.Join(home.Bin, "policypack"),
	}
	for _, file := range []string{"{kind}.json", "one.json"} {
		env := []string{"POLICYPACK_ATTEST=" + filepath.Join(dir, file), "POLICYPACK_ATTEST_KEY=" + private}
		if out, err := pulumi(env, up...); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	for file, kind := range map[string]string{
		"preview.json": "preview", "update.json": "update",
		"one.json": "update",
	} {
		s := attested(t, filepath.Join(dir, file), key)
		if got := s.Predicate.Sources[0].Kind; got != kind || !s.Predicate.Complete || s.Predicate.Commit != nil {
			t.Errorf("%s: got %+v", file, s.Predicate)
		}
	}
	// A key that is not there fails the run, as a report that cannot be written does.
	for name, env := range map[string][]string{
		"no key": {"POLICYPACK_ATTEST=" + filepath.Join(dir, "none.json")},
		"a wrong key": {
			"POLICYPACK_ATTEST=" + filepath.Join(dir, "none.json"),
			"POLICYPACK_ATTEST_KEY=" + filepath.Join(project, "Pulumi.yaml"),
		},
		"no place": {
			"POLICYPACK_ATTEST=" + filepath.Join(dir, "nowhere", "a.json"),
			"POLICYPACK_ATTEST_KEY=" + private,
		},
	} {
		if out, err := pulumi(env, up...); err == nil || !strings.Contains(out, "attestation") {
			t.Errorf("%s: got %v\n%s", name, err, out)
		}
	}
}

func sha256Hex(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// The scripts of the examples' jobs up, as a runner would run them: they update what the gate has attested, and nothing
// else.
func TestUpOfTheExamples(t *testing.T) {
	t.Parallel()
	hosted(t)
	g := newGate(t, map[string]string{"policy-config.json": `{"all": "mandatory"}`})
	g.git(t, "checkout", "--quiet", "main")
	g.stacks(t, "staging", "production")
	g.commit(t)
	private, public, key := keypair(t, g.dir, "runner")
	reports := filepath.Join(g.dir, "gate")
	g.env["GATE_ATTEST_KEY"], g.env["GATE_CONFIG"], g.env["GATE_REPORTS"] = private, "policy-config.json", reports
	if j := g.run(t); j.status != 0 {
		t.Fatalf("got status %d\n%s", j.status, j.stderr)
	}
	pem, err := os.ReadFile(public)
	if err != nil {
		t.Fatal(err)
	}
	for _, fetch := range []string{"aws", "az", "gcloud"} { // whichever fetches the key
		if err := os.WriteFile(filepath.Join(g.home.Bin, fetch), []byte("#!/bin/sh\ncat '"+private+"'\n"),
			0o755); err != nil {
			t.Fatal(err)
		}
	}
	url, sum := releases(t)
	scripts := map[string]string{}
	for _, cloud := range []string{"aws", "azure", "gcp"} {
		var w struct {
			Jobs struct {
				Up struct {
					Steps []struct{ ID, Run string }
				}
			}
		}
		readYAML(t, "examples/ci/github-"+cloud+".yml", &w)
		script := "set -e\n"
		for _, step := range w.Jobs.Up.Steps {
			if step.Run != "" {
				script += "(\n" + step.Run + "\n)\n"
			}
		}
		scripts[cloud] = script
	}
	var pipeline struct{ Up struct{ Script []string } }
	readYAML(t, "examples/ci/gitlab-ci.yml", &pipeline)
	if host().String() == "linux-amd64" {
		lines := pipeline.Up.Script
		lines[0] = "project=" + strings.TrimSuffix(url, "/") // whose releases are at releases/download
		for i := range lines {
			lines[i] = strings.ReplaceAll(lines[i], "$project/releases/download", "$project")
		}
		scripts["gitlab"] = "set -e\n" + strings.Join(lines, "\n")
	}
	up := func(name string) *judged {
		g.env = map[string]string{
			"POLICYPACK": filepath.Join(g.home.Bin, "policypack"), "PUBLIC_KEY": string(pem), "RUNNER_TEMP": g.dir,
			"POLICYPACK_VERSION": "1.2.3", "POLICYPACK_SHA256": sum, "POLICYPACK_PUBLIC_KEY": public,
			"GATE_ATTEST_KEY": private, "AWS_TOKEN": "token",
		}
		return g.exec(t, "sh", "-e", "-c", scripts[name])
	}
	// where GitLab puts artifacts
	if err := os.Symlink(reports, filepath.Join(g.repo, "policypack-reports")); err != nil {
		t.Fatal(err)
	}
	for name := range scripts {
		j := up(name)
		if j.status != 0 || strings.Count(j.stdout, "Updating (") != 2 {
			t.Fatalf("%s: got %d\n%s%s", name, j.status, j.stdout, j.stderr)
		}
		dir := g.dir
		if name == "gitlab" {
			dir = g.repo
		}
		for _, stack := range []string{"staging", "production"} {
			p := attested(t, filepath.Join(dir, "up-"+stack+"-update.json"), key).Predicate
			if !p.Complete || p.Sources[0].Stack != stack || p.Sources[0].Kind != "update" {
				t.Errorf("%s: got %+v", name, p)
			}
		}
	}
	g.write(t, map[string]string{"deploy.sh": "echo again\n"}).commit(t)
	for name := range scripts {
		j := up(name)
		if j.status != 1 || !strings.Contains(j.stderr, "another commit") || strings.Contains(j.stdout, "Updating") {
			t.Errorf("%s, another commit: got %d\n%s%s", name, j.status, j.stdout, j.stderr)
		}
	}
}

// The first commands of docs/govern/attestation.md, as they are printed.
func TestFirstCommandsOfTheAttestationPage(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skipf("the page's openssl: %v", err)
	}
	page, err := os.ReadFile(filepath.Join(harness.Root(t), "docs", "govern", "attestation.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, block, _ := strings.Cut(string(page), "```sh\n")
	block, _, ok := strings.Cut(block, "```\n")
	if !ok {
		t.Fatal("the page has no commands")
	}
	g := newGate(t, nil).stacks(t, "production")
	cmd := exec.Command("sh", "-e", "-c", block)
	cmd.Dir, cmd.Env = filepath.Join(g.repo, "infra"), g.home.Environ()
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "attestation.json is accepted:") ||
		!strings.Contains(string(out), "preview of organization/shop/production") {
		t.Errorf("%v\n%s", err, out)
	}
}

// The digest that verify computes is that of a preview, with what lies beside the pack and what the environment adds;
// and the commit is that of the program's checkout or of none, wherever Pulumi was started.
func TestAttestationOfAPackDirectory(t *testing.T) {
	t.Parallel()
	g := newGate(t, nil).stacks(t, "production")
	g.commit(t)
	private, public, key := keypair(t, g.dir, "runner")
	rule := "# METADATA\n# title: No databases\n# description: None.\n# custom:\n#   level: advisory\n#   severity: " +
		"low\n#   remediation: None.\npackage rules.no_%s\n\n" +
		"import rego.v1\n\ndeny contains violation if {\n\tinput.resource.type == \"x:y:%s\"\n\n\tviolation := " +
		"{\"message\": \"no\"}\n}\n"
	pack := harness.PackDir(t, map[string]string{
		"policy-config.json":                   `{"secret-name": "advisory", "settings": {"environments": ["production"]}}`,
		"rules/no_databases/no_databases.rego": strings.ReplaceAll(rule, "%s", "databases"),
	})
	more := filepath.Join(g.dir, "more")
	harness.WriteFiles(t, more, map[string]string{
		"no_queues/no_queues.rego": strings.ReplaceAll(rule, "%s", "queues"),
		"../config.json":           `{"raw-secret-resource": "advisory", "no-queues": "mandatory"}`,
	})
	config, file := filepath.Join(g.dir, "config.json"), filepath.Join(g.dir, "attestation.json")
	other := filepath.Join(g.dir, "other") // another checkout, of another project
	harness.WriteFiles(t, other, map[string]string{"Pulumi.yaml": "name: other\nruntime: yaml\n"})
	run := func(dir, name string, args ...string) (string, error) {
		cmd := exec.Command(name, args...)
		cmd.Dir = dir
		cmd.Env = g.home.Environ("PWD="+dir, "POLICYPACK_ATTEST="+file, "POLICYPACK_ATTEST_KEY="+private,
			"POLICYPACK_RULES="+more,
			"GIT_AUTHOR_NAME=t", "GIT_AUTHOR_EMAIL=t@example.com", "GIT_COMMITTER_NAME=t",
			"GIT_COMMITTER_EMAIL=t@example.com")
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	for _, args := range [][]string{{"init", "--quiet"}, {"add", "."}, {"commit", "--quiet", "-m", "one"}} {
		if out, err := run(other, "git", args...); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	infra, commit := filepath.Join(g.repo, "infra"), strings.TrimSpace(g.git(t, "rev-parse", "HEAD"))
	pulumi, policypack := filepath.Join(g.home.Bin, "pulumi"), filepath.Join(g.home.Bin, "policypack")
	for _, tt := range []struct {
		name, dir, pack string
		args            []string
	}{
		{"a directory, in the program's", infra, pack, nil},
		{"a directory, from another project", other, pack, []string{"-C", infra}},
		{"a program, from another project", other, policypack, []string{"-C", infra}},
	} {
		out, err := run(tt.dir, pulumi,
			append(tt.args, "preview", "--non-interactive", "--stack", "production", "--policy-pack", tt.pack,
				"--policy-pack-config", config)...)
		if err != nil {
			t.Fatalf("%s: %v\n%s", tt.name, err, out)
		}
		p := attested(t, file, key).Predicate
		got := ""
		if p.Commit != nil {
			got = p.Commit.ID
		}
		if got != commit {
			t.Errorf("%s: commit: got %q, want %q\n%s", tt.name, got, commit, out)
		}
		if tt.pack == policypack {
			continue
		}
		if p.Pack.Rules == "" || p.Pack.Defaults == "" {
			t.Errorf("%s: want digests of rules and defaults, got %+v", tt.name, p.Pack)
		}
		verify := []string{"attest", "verify", file, "--key", public, "--config", config, "--policy-pack"}
		if out, err := run(infra, policypack, append(verify, pack)...); err != nil {
			t.Errorf("%s: %v\n%s", tt.name, err, out)
		}
		if out, err := run(infra, policypack, append(verify, policypack)...); err == nil ||
			!strings.Contains(out, "another configuration was in effect") {
			t.Errorf("%s, without what lies beside the pack: got %v\n%s", tt.name, err, out)
		}
	}
}

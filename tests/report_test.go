package tests

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/progression-labs-development/policypack/internal/report"
	"github.com/progression-labs-development/policypack/tests/internal/canary"
	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// launcherWith is an executable pack that sets variables, notes its process in DIR/pid and becomes the real one.
func launcherWith(t *testing.T, dir, variables string) string {
	t.Helper()
	launcher := filepath.Join(dir, "pack")
	script := fmt.Sprintf("#!/bin/sh\necho $$ > %q\n%s exec %q \"$@\"\n", filepath.Join(dir, "pid"), variables,
		harness.Policypack(t))
	if err := os.WriteFile(launcher, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	return launcher
}

// reportFiles are files of every form.
func reportFiles(dir string) []string {
	var files []string
	for _, ending := range report.Endings() {
		files = append(files, filepath.Join(dir, "report"+ending))
	}
	return files
}

// No form of a report of a real preview holds a part of a value, wherever a program puts it and whatever rules say.
func TestCanariesInReports(t *testing.T) {
	dir := t.TempDir()
	for path, text := range parrots {
		harness.WriteFiles(t, dir, map[string]string{path: text})
	}
	files := reportFiles(dir)
	private, _, key := keypair(t, dir, "runner")
	attestation := filepath.Join(dir, "attestation.json")
	launcher := launcherWith(t, dir, fmt.Sprintf("POLICYPACK_REPORT=%q POLICYPACK_RULES=%q POLICYPACK_ATTEST=%q "+
		"POLICYPACK_ATTEST_KEY=%q",
		strings.Join(files, ","), filepath.Join(dir, "rules"), attestation, private))
	cage := canary.New(72)
	s := harness.NewStack(t, cagedProgram(cage))
	for key, value := range map[string]auto.ConfigValue{
		"shop:apiToken":   {Value: cage.Random("secret config"), Secret: true},
		"shop:plainToken": {Value: cage.Token("token in plain config", "gh"+"p_", 36)},
		"shop:dbPassword": {Value: cage.Random("password in plain config")},
	} {
		if err := s.SetConfig(t.Context(), key, value); err != nil {
			t.Fatal(err)
		}
	}
	inner := auto.ConfigValue{Value: cage.Random("a part of secret config"), Secret: true}
	if err := s.SetConfigWithOptions(t.Context(), "shop:db.password", inner,
		&auto.ConfigOptions{Path: true}); err != nil {
		t.Fatal(err)
	}
	res := s.Preview(t, launcher, "")
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatalf("%v\n%s", err, res.Output)
		}
		if len(text) < 2000 {
			t.Errorf("%s: got %d bytes, want the findings in it", filepath.Base(file), len(text))
		}
		for _, what := range cage.Find(string(text)) {
			t.Errorf("%s holds a canary: %s", filepath.Base(file), what)
		}
	}
	data, err := os.ReadFile(filepath.Join(dir, "report.json"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := report.Read(data)
	if err != nil {
		t.Fatal(err)
	}
	statement := attested(t, attestation, key)
	text, err := json.Marshal(statement)
	if err != nil {
		t.Fatal(err)
	}
	for _, what := range cage.Find(string(text)) {
		t.Errorf("the attestation holds a canary: %s", what)
	}
	if got, want := statement.Predicate.Counts.Violation, r.Count(report.Violation); got != want || want == 0 {
		t.Errorf("the attestation counts %d violations, the report %d", got, want)
	}
	if strings.Contains(string(text), "urn:") || statement.Predicate.Pack.Rules == "" {
		t.Errorf("want no URN, and the digest of the rules: %s", text)
	}
	if len(r.Findings) < len(res.Violations)/2 || len(r.Findings) == 0 {
		t.Errorf("got %d findings in the report and %d in the preview", len(r.Findings), len(res.Violations))
	}
}

// A pack that is told to end in the middle of a preview leaves what it has found until then.
func TestReportOfAStoppedPack(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "report.json")
	private, _, key := keypair(t, dir, "runner")
	attestation := filepath.Join(dir, "attestation.json")
	launcher := launcherWith(t, dir,
		fmt.Sprintf("POLICYPACK_REPORT=%q POLICYPACK_ATTEST=%q POLICYPACK_ATTEST_KEY=%q", file, attestation, private))
	started, finish := make(chan struct{}), make(chan struct{})
	s := harness.NewStack(t, func(ctx *pulumi.Context) error {
		b := &arned{}
		if err := ctx.RegisterResource("aws:secretsmanager/secret:Secret", "legacy",
			pulumi.Map{"name": pulumi.String("legacy/production")}, b); err != nil {
			return err
		}
		b.URN().ApplyT(func(pulumi.URN) string { // the secret is registered, and was judged
			close(started)
			return ""
		})
		<-finish
		return nil
	})
	done := make(chan harness.Result, 1)
	go func() { done <- s.Preview(t, launcher, "") }()
	select {
	case <-started:
	case res := <-done:
		t.Fatalf("the preview ended too early: %v\n%s", res.Err, res.Output)
	}
	text, err := os.ReadFile(filepath.Join(dir, "pid"))
	if err != nil {
		t.Fatal(err)
	}
	pid := 0
	if _, err := fmt.Sscan(string(text), &pid); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(pid, syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "the pack to end", func() bool { return !harness.Alive(pid) })
	close(finish)
	<-done
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	r, err := report.Read(data)
	if err != nil {
		t.Fatal(err)
	}
	if n := r.Count(report.Violation); n != 1 || r.Findings[0].Name != "legacy" || r.Sources[0].Stack != "production" ||
		!r.Sources[0].Unfinished {
		t.Errorf("got %d violations: %+v", n, r)
	}
	if p := attested(t, attestation, key).Predicate; p.Complete || p.Counts.Violation != 1 {
		t.Errorf("the attestation says complete %v, %d violations", p.Complete, p.Counts.Violation)
	}
}

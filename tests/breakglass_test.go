package tests

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"

	"github.com/progression-labs-development/policypack/internal/breakglass"
	"github.com/progression-labs-development/policypack/internal/report"
	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// glassKey is a key that signs break-glass tokens.
type glassKey struct {
	private ed25519.PrivateKey
	public  string // PEM
}

func newGlassKey(t testing.TB) glassKey {
	t.Helper()
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	return glassKey{private, string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))}
}

// sign makes a token for an hour, changed as the test wants.
func (k glassKey) sign(t testing.TB, stack string, change func(*breakglass.Token)) string {
	t.Helper()
	now := time.Now()
	one := breakglass.Token{
		Stack: stack, Reason: "incident 2211", Who: "ada", NotBefore: now.Add(-time.Minute),
		Expires: now.Add(time.Hour),
	}
	if change != nil {
		change(&one)
	}
	word, err := breakglass.Sign(one, k.private)
	if err != nil {
		t.Fatal(err)
	}
	return word
}

// silent checks that a text holds neither the token, nor its payload or signature as they stand in it, nor the key.
func (k glassKey) silent(t *testing.T, token, text string) {
	t.Helper()
	secret := []string{token, strings.Split(k.public, "\n")[1], base64.StdEncoding.EncodeToString(k.private.Seed())}
	if inner, err := base64.RawURLEncoding.DecodeString(token); err == nil {
		var e struct {
			Payload    string
			Signatures []struct{ Sig string }
		}
		if json.Unmarshal(inner, &e) == nil && len(e.Signatures) > 0 {
			secret = append(secret, e.Payload, e.Signatures[0].Sig)
		}
	}
	for _, s := range secret {
		for _, part := range []string{s, s[:min(len(s), 24)]} {
			if len(part) >= 20 && strings.Contains(text, part) {
				t.Errorf("a part of the token or the key got out:\n%s", text)
			}
		}
	}
}

// What is wrong with a token stops the run with a clear text: it is neither honoured nor passed over.
func TestBreakGlassRefused(t *testing.T) {
	t.Parallel()
	key, foreign := newGlassKey(t), newGlassKey(t)
	const stack = "acme/shop/production"
	five := func() string { // `break-glass sign` signs none, so this one is made by hand
		return key.forge(t, map[string]any{
			"id": "0011223344556677", "stack": stack, "reason": "x", "who": "ada",
			"notBefore": time.Now().UTC().Add(-time.Hour).Format(time.RFC3339),
			"expires":   time.Now().UTC().Add(4 * time.Hour).Format(time.RFC3339),
		})
	}
	good := key.sign(t, stack, nil)
	inner, err := base64.RawURLEncoding.DecodeString(good)
	if err != nil {
		t.Fatal(err)
	}
	var sealed map[string]any
	if err := json.Unmarshal(inner, &sealed); err != nil {
		t.Fatal(err)
	}
	payload, err := base64.StdEncoding.DecodeString(sealed["payload"].(string))
	if err != nil {
		t.Fatal(err)
	}
	sealed["payload"] = base64.StdEncoding.EncodeToString(
		[]byte(strings.Replace(string(payload), "incident", "accident", 1)))
	changed, err := json.Marshal(sealed)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{breakglass.KeyFile: key.public}
	elsewhere := filepath.Join(t.TempDir(), "key.pem")
	if err := os.WriteFile(elsewhere, []byte(key.public), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, token string
		files       map[string]string // of the pack
		env         []string
		want        string
	}{
		{"expired", key.sign(t, stack, func(o *breakglass.Token) {
			o.NotBefore, o.Expires = time.Now().Add(-2*time.Hour), time.Now().Add(-time.Second)
		}), files, nil, "it expired at "},
		{
			"not valid yet", key.sign(
				t, stack, func(o *breakglass.Token) { o.NotBefore = time.Now().Add(30 * time.Minute) }), files, nil,
			"it is valid from ",
		},
		{"five hours long", five(), files, nil, "it is valid for 5h0m0s; expected at most 4 hours"},
		{
			"another stack", key.sign(t, "acme/shop/staging", nil), files, nil,
			"it is for the stack acme/shop/staging, but this run is for acme/shop/production",
		},
		{
			"another organization", key.sign(t, "evil/shop/production", nil), files, nil,
			"it is for the stack evil/shop/production",
		},
		{"another key", foreign.sign(t, stack, nil), files, nil, "it is signed with another key: "},
		{"tampered with", base64.RawURLEncoding.EncodeToString(changed), files, nil, "the signature does not verify"},
		{
			"another commit", key.sign(t, stack, func(o *breakglass.Token) { o.Commit = strings.Repeat("0a", 20) }), files,
			nil, "it is for commit 0a0a",
		},
		{"no token", "yes", files, nil, "not a token; expected"},
		{"no key", good, nil, nil, "no pinned key to verify it with; put the public key beside PulumiPolicy.yaml " +
			"as break-glass.pem"},
		{
			"a key that only the environment names", good, nil,
			[]string{
				"POLICYPACK_BREAK_GLASS_KEY=" + elsewhere, "GATE_BREAK_GLASS_KEY=" + elsewhere,
				"PWD=" + filepath.Dir(elsewhere),
			},
			"no pinned key",
		},
		{
			"a private key", good,
			map[string]string{breakglass.KeyFile: strings.ReplaceAll(key.public, "PUBLIC", "PRIVATE")},
			nil,
			"break-glass.pem: this is a private key",
		},
		{
			"a key that cannot be read", good,
			map[string]string{breakglass.KeyFile: "x"},
			nil,
			"break-glass.pem: expected an Ed25519 public key",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := harness.StartAnalyzer(t, harness.Start{
				Dir: harness.PackDir(t, tt.files),
				Env: append([]string{breakglass.Variable + "=" + tt.token}, tt.env...), Record: true,
			})
			err := a.TryReady(nil, nil)
			if err == nil || !strings.Contains(err.Error(), "POLICYPACK_BREAK_GLASS: the break-glass token is "+
				"rejected: ") || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("got %v, want %q", err, tt.want)
			}
			// Whoever goes on all the same gets no answer.
			if _, err := a.Client.Analyze(t.Context(), request("aws:s3/bucket:Bucket", nil, nil)); err == nil ||
				!strings.Contains(err.Error(), "rejected") {
				t.Errorf("Analyze: got %v, want the same refusal", err)
			}
			all := err.Error() + a.Stderr()
			for _, e := range a.Emitted() {
				all += e.Text
			}
			key.silent(t, tt.token, all)
		})
	}
	t.Run("a run that does not say its stack", func(t *testing.T) {
		t.Parallel()
		a := harness.StartAnalyzer(t,
			harness.Start{
				Dir: harness.PackDir(t, files), Env: []string{breakglass.Variable + "=" + good},
				NoStack: true,
			})
		err := a.TryReady(nil, nil)
		if err == nil {
			_, err = a.Client.Analyze(t.Context(), request("aws:s3/bucket:Bucket", nil, nil))
		}
		if err == nil || !strings.Contains(err.Error(), "this run has no stack") {
			t.Errorf("got %v", err)
		}
	})
}

// forge seals any payload with the key.
func (k glassKey) forge(t testing.TB, payload map[string]any) string {
	t.Helper()
	text, err := json.Marshal(payload)
	if err != nil {
		t.Fatal(err)
	}
	return sealForged(t, text, k.private)
}

// What a rule does that does not end, a panic or an error of a call comes to is an advisory, and the rest is checked.
func TestBreakGlassOverRPC(t *testing.T) {
	t.Parallel()
	key := newGlassKey(t)
	token := key.sign(t, "acme/shop/production", nil)
	reports := filepath.Join(t.TempDir(), "report.json")
	a := harness.StartAnalyzer(t, harness.Start{
		Dir: harness.PackDir(t, map[string]string{
			breakglass.KeyFile:                       key.public,
			"rules/no_buckets/no_buckets.rego":       noBuckets,
			"rules/endless/endless.rego":             endlessRule,
			"rules/endless_stack/endless_stack.rego": endlessStackRule,
		}),
		Env: []string{breakglass.Variable + "=" + token, "POLICYPACK_REPORT=" + reports}, Record: true,
	})
	a.Ready(t, nil,
		map[string]plugin.AnalyzerPolicyConfig{
			"settings": {Properties: map[string]any{"ruleSeconds": 0.05, "ruleSecondsPerStack": 0.05}},
		})
	got := analyze(t, a, request("aws:s3/bucket:Bucket", nil, nil))
	if len(got) != 2 || got[0].PolicyName != "settings" ||
		!strings.HasPrefix(got[0].Message, "BREAK-GLASS is in force on acme/shop/production until ") ||
		!strings.Contains(got[0].Message, ": incident 2211 (by ada, ") || got[1].PolicyName != "no-buckets" {
		t.Fatalf("got %v, want the announcement first, then no-buckets", got)
	}
	if !strings.Contains(got[1].Message, "Mandatory, but allowed by break-glass until ") {
		t.Errorf("got %q", got[1].Message)
	}
	slow := request("aws:s3/bucket:Bucket", nil, nil)
	slow.Name, slow.Urn = "slow", strings.Replace(slow.GetUrn(), "::it", "::slow", 1)
	late := analyze(t, a, slow)
	if len(late) != 1 || late[0].PolicyName != "settings" ||
		!strings.Contains(late[0].Message, "Not checked, and passed with break-glass: this resource") ||
		!strings.Contains(late[0].Message, "policy endless:") {
		t.Errorf("got %v, want an advisory about the rule that does not end", late)
	}
	res, err := a.Client.AnalyzeStack(t.Context(),
		&pulumirpc.AnalyzeStackRequest{Resources: []*pulumirpc.AnalyzerResource{
			{Urn: slow.GetUrn(), Type: slow.GetType(), Name: slow.GetName(), Properties: slow.GetProperties()},
		}})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range slices.Concat(got, late) {
		if d.EnforcementLevel.String() != "ADVISORY" && string(d.EnforcementLevel) != "advisory" {
			t.Errorf("%s is %v, want advisory", d.PolicyName, d.EnforcementLevel)
		}
	}
	if len(res.GetDiagnostics()) != 1 ||
		!strings.Contains(res.GetDiagnostics()[0].GetMessage(), "Not checked, and passed with break-glass: the stack "+
			"as a whole") ||
		res.GetDiagnostics()[0].GetEnforcementLevel() != pulumirpc.EnforcementLevel_ADVISORY {
		t.Errorf("got %v", res.GetDiagnostics())
	}
	if _, err := a.Client.Cancel(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(reports)
	if err != nil {
		t.Fatal(err)
	}
	r, err := report.Read(text)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.BreakGlass) != 1 || r.BreakGlass[0].Reason != "incident 2211" || r.BreakGlass[0].Passed != 1 ||
		len(r.BreakGlass[0].Outages) != 2 {
		t.Errorf("got %+v", r.BreakGlass)
	}
	all := string(text) + a.Stderr()
	for _, e := range a.Emitted() {
		all += e.Text
	}
	key.silent(t, token, all)
}

// Each way in which the pack itself can be the outage stops a real preview, and passes with a token, loudly.
func TestBreakGlassPreview(t *testing.T) {
	harness.Pulumi(t)
	key, signing, replaced := newGlassKey(t), newECKey(t), newECKey(t)
	token := key.sign(t, "organization/shop/production", nil)
	pinned := `{"settings": {"bundleKeys": {"centre": {"algorithm": "ES256", "key": ` + quoted(signing.public) + `}}}}`
	least := strings.Replace(pinned, `{"bundleKeys"`, `{"minBundleSerial": 8, "bundleKeys"`, 1)
	for _, tt := range []struct {
		name   string
		files  map[string]string // of the pack
		config string
		env    []string
		want   string // what the run says is broken
	}{
		{
			"a configuration that names no policy", nil, `{"secret-nam": "mandatory"}`, nil,
			`unknown policy "secret-nam"`,
		},
		{
			"a configuration of the wrong shape", nil, `{"settings": {"environments": "production"}}`, nil,
			"policy settings: parameters: environments",
		},
		{"a parameter that there is not", nil, `{"settings": {"enviroments": []}}`, nil, "enviroments"},
		{"defaults that are no JSON", map[string]string{"policy-config.json": "{"}, "", nil, "policy-config.json"},
		{
			"a bundle whose key has been replaced",
			map[string]string{"bundle.tar.gz": replaced.bundle(t, "")},
			pinned, nil,
			"bundle.tar.gz",
		},
		{
			"a bundle that has expired",
			map[string]string{"bundle.tar.gz": signing.bundle(t, `"expires": "2026-01-31", `)},
			pinned, nil,
			"the bundle expired on 2026-01-31",
		},
		{
			"a bundle that has been replaced",
			map[string]string{"bundle.tar.gz": signing.bundle(t, `"serial": 7, `)},
			least, nil,
			"the bundle has the serial number 7, but the configuration requires 8",
		},
		{
			"a bundle that the pack itself takes no longer",
			map[string]string{"bundle.tar.gz": signing.bundle(t, `"serial": 7, `), "policy-config.json": least},
			"", nil,
			"the bundle has the serial number 7, but the configuration requires 8",
		},
		{"a bundle that is missing", nil, pinned, nil, "there is none; put it beside PulumiPolicy.yaml"},
		{"rules that do not compile", map[string]string{"rules/broken/broken.rego": "package rules.broken\n\ndeny " +
			"contains x if { nothing }\n"}, "", nil, "rules/broken/broken.rego"},
		{"rules that are not there", nil, "", []string{"POLICYPACK_RULES=/nothing"}, "/nothing"},
		{"a pack of a newer version", map[string]string{"PulumiPolicy.yaml": "runtime: policypack\nversion: " +
			"9.0.0\npolicypack: 9.0.0\n"}, "", nil, "install 9.0.0 or later"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			home := harness.NewHome(t, t.TempDir())
			program := filepath.Join(home.Dir, "program")
			harness.WriteFiles(t, program, map[string]string{"Pulumi.yaml": badProgram, "config.json": tt.config})
			files := maps.Clone(tt.files)
			if files == nil {
				files = map[string]string{}
			}
			files[breakglass.KeyFile] = key.public
			pack := harness.PackDir(t, files)
			run := func(env []string, args ...string) (string, error) {
				cmd := exec.Command(filepath.Join(home.Bin, "pulumi"),
					append(args, "--non-interactive", "--color=never")...)
				cmd.Dir, cmd.Env = program, home.Environ(append(env, "PWD="+program)...)
				out, err := cmd.CombinedOutput()
				return string(out), err
			}
			home.InitStack(t, program, "production")
			args := []string{"preview", "--policy-pack", pack}
			if tt.config != "" {
				args = append(args, "--policy-pack-config", "config.json")
			}
			out, err := run(tt.env, args...)
			if err == nil || strings.Contains(out, "raw-secret-resource") {
				t.Fatalf("without a token the preview passes, or is not stopped by the outage: %v\n%s", err, out)
			}
			out, err = run(append(tt.env, breakglass.Variable+"="+token), args...)
			if err != nil {
				t.Fatalf("with a token: %v\n%s", err, out)
			}
			for _, want := range []string{
				"BREAK-GLASS is in force on organization/shop/production until ",
				": incident 2211 (by ada, ", "The pack itself is broken: ", tt.want,
				"[advisory] [severity: critical]  raw-secret-resource",
			} {
				if !strings.Contains(out, want) {
					t.Errorf("want %q in\n%s", want, out)
				}
			}
			if strings.Contains(out, "[mandatory]") {
				t.Errorf("something is mandatory:\n%s", out)
			}
			key.silent(t, token, out)
		})
	}
}

// A rollback to a commit that was deployed before passes, though its exemption has expired since; another commit does
// not.
func TestBreakGlassRollback(t *testing.T) {
	harness.Pulumi(t)
	key := newGlassKey(t)
	home := harness.NewHome(t, t.TempDir())
	program := filepath.Join(home.Dir, "program")
	config := `{"settings": {"exemptions": {"OLD-1": {"policies": ["raw-secret-resource", "secret-name"], "project": "shop", "name": "key", "reason": "moves",
		"owner": "team-a", "expires": "` + time.Now().UTC().AddDate(0, 0, -40).Format(time.DateOnly) + `"}}}}`
	harness.WriteFiles(t, program, map[string]string{"Pulumi.yaml": badProgram})
	harness.WriteFiles(t, home.Dir, map[string]string{"config.json": config})
	run := func(env []string, name string, args ...string) (string, error) {
		cmd := exec.Command(name, args...)
		cmd.Dir, cmd.Env = program, home.Environ(append(env, "PWD="+program)...)
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	must := func(name string, args ...string) string {
		out, err := run(nil, name, args...)
		if err != nil {
			t.Fatalf("%s %v: %v\n%s", name, args, err, out)
		}
		return strings.TrimSpace(out)
	}
	git := func(args ...string) string {
		return must("git", append([]string{"-c", "user.name=t", "-c", "user.email=t@example.com"}, args...)...)
	}
	pulumi := filepath.Join(home.Bin, "pulumi")
	home.InitStack(t, program, "production")
	git("init", "--quiet")
	git("add", "Pulumi.yaml")
	git("commit", "--quiet", "-m", "deployed before")
	commit := git("rev-parse", "HEAD")
	harness.WriteFiles(t, program, map[string]string{"Pulumi.yaml": strings.Replace(badProgram, "key:", "other:", 1)})
	git("commit", "--quiet", "-a", "-m", "the next")
	token := key.sign(t, "organization/shop/production",
		func(o *breakglass.Token) { o.Commit, o.Reason = commit, "rollback" })
	pack := harness.PackDir(t, map[string]string{breakglass.KeyFile: key.public})
	up := func(env ...string) (string, error) {
		return run(env, pulumi, "up", "--yes", "--policy-pack", pack, "--policy-pack-config",
			filepath.Join(home.Dir, "config.json"), "--non-interactive", "--color=never")
	}
	if out, err := up(breakglass.Variable + "=" + token); err == nil ||
		!strings.Contains(out, "it is for commit "+commit) {
		t.Fatalf("another commit passes: %v\n%s", err, out)
	}
	git("checkout", "--quiet", commit)
	if out, err := up(); err == nil || !strings.Contains(out, "Exemption OLD-1 expired on ") {
		t.Fatalf("without a token: %v\n%s", err, out)
	}
	out, err := up(breakglass.Variable + "=" + token)
	if err != nil || strings.Count(out, "BREAK-GLASS is in force on organization/shop/production until ") != 2 ||
		!strings.Contains(out, ": rollback (by ada, ") {
		t.Errorf("with a token: %v, want the announcement in preview and update\n%s", err, out)
	}
	key.silent(t, token, out)
}

// On Pulumi Cloud the group's own configuration is what is broken, and the key is in the pack that was published.
func TestBreakGlassOrganization(t *testing.T) {
	harness.Pulumi(t)
	key := newGlassKey(t)
	public := filepath.Join(t.TempDir(), "break-glass.pem")
	if err := os.WriteFile(public, []byte(key.public), 0o600); err != nil {
		t.Fatal(err)
	}
	o := newOrganization(t, "policypack")
	o.publish(t, o.bundle(t, "1.2.0", "", "--break-glass-key", public))
	o.enable(t, "",
		`{"no-such-policy": "mandatory", "settings": {"levelByStack": {"production": {"secret-nam": "disabled"}}}}`)
	r := o.runner(t, "production")
	out, got := r.preview(t, "production")
	if diff := cmp.Diff([]string{"failed"}, got); diff != "" {
		t.Fatalf("without a token: mismatch (-want +got)\n%s\n%s", diff, out)
	}
	token := key.sign(t, "acme/shop/production", nil)
	r.extra = []string{breakglass.Variable + "=" + token}
	out, got = r.preview(t, "production")
	if slices.Contains(got, "failed") || !slices.Contains(got, "raw-secret-resource advisory") ||
		!slices.Contains(got, "settings advisory") {
		t.Errorf("with a token: got %v\n%s", got, out)
	}
	for _, want := range []string{
		"BREAK-GLASS is in force on acme/shop/production until ",
		`unknown policy "no-such-policy"`,
	} {
		if !strings.Contains(out, want) {
			t.Errorf("want %q in\n%s", want, out)
		}
	}
	key.silent(t, token, out)
	r.extra = []string{breakglass.Variable + "=" + key.sign(t, "acme/shop/staging", nil)}
	if out, got = r.preview(t, "production"); !slices.Contains(got, "failed") ||
		!strings.Contains(out, "it is for the stack acme/shop/staging") {
		t.Errorf("with a token of another stack: got %v\n%s", got, out)
	}
}

package tests

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
	"github.com/pulumi/pulumi/sdk/v3/go/auto"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"

	"github.com/progression-labs-development/policypack/tests/internal/canary"
	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// A stack that is there already is judged as a preview of its program judges it: from an export, encrypted or not, and
// from the file in which the local backend keeps it. `pulumi policy analyze` says the same, and takes what comes from
// the configuration, which it does not show, for literals.
func TestCheckOfAState(t *testing.T) {
	cage := canary.New(101)
	s := harness.NewStack(t, exportedProgram(cage))
	for _, key := range []string{"shop:apiToken", "shop:usedOnce"} {
		if err := s.SetConfig(t.Context(), key, auto.ConfigValue{Value: cage.Random(key), Secret: true}); err != nil {
			t.Fatal(err)
		}
	}
	if res := s.Up(t, "", ""); res.Err != nil {
		t.Fatalf("up without the pack: %v\n%s", res.Err, res.Output)
	}
	pack := harness.PackDir(t, nil)
	preview := s.Preview(t, pack, "")
	var want []string
	for _, v := range preview.Violations {
		if v.Policy != originless {
			want = append(want, verdict(v.Policy, v.Level, v.URN))
		}
	}
	want = unique(want)
	if len(want) < 7 {
		t.Fatalf("got %d verdicts of the preview, want at least 7: %v\n%s", len(want), preview.Err, preview.Output)
	}
	work := s.Workspace().(*auto.LocalWorkspace)
	pulumi := func(args ...string) []byte {
		t.Helper()
		cmd := exec.Command("pulumi", append(args, "--non-interactive")...)
		cmd.Dir, cmd.Env = work.WorkDir(), harness.CleanEnviron()
		for key, value := range work.GetEnvVars() {
			cmd.Env = append(cmd.Env, key+"="+value)
			if key == "PATH" {
				cmd.Path = filepath.Join(filepath.SplitList(value)[0], "pulumi")
			}
		}
		cmd.Err = nil
		out, err := cmd.Output()
		if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
			t.Fatalf("pulumi %s: %v", strings.Join(args, " "), err)
		}
		return out
	}
	dir := t.TempDir()
	export := func(name string, args ...string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, pulumi(append([]string{"stack", "export", "--stack", "production"}, args...)...),
			0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	backend := strings.TrimPrefix(work.GetEnvVars()["PULUMI_BACKEND_URL"], "file://")
	encrypted := export("encrypted.json")
	for _, tt := range []struct{ name, path string }{
		{"an export", encrypted},
		{"an export with its secrets", export("plain.json", "--show-secrets")},
		{"the local backend", backend},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, text := checked(t, cage, "--kind", "state", tt.path)
			got = slices.DeleteFunc(got, func(v string) bool { return strings.HasPrefix(v, originless+" ") })
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("mismatch (-preview +check)\n%s\n%s", diff, text)
			}
		})
	}
	t.Run("policy analyze", func(t *testing.T) {
		var got []string
		out := pulumi("policy", "analyze", "--policy-pack", pack, "--file", encrypted, "--json")
		for line := range bytes.Lines(out) {
			var event struct {
				PolicyEvent *struct {
					ResourceURN      string `json:"resourceUrn"`
					PolicyName       string `json:"policyName"`
					EnforcementLevel string `json:"enforcementLevel"`
				} `json:"policyEvent"`
			}
			if json.Unmarshal(line, &event) == nil && event.PolicyEvent != nil {
				p := event.PolicyEvent
				if p.PolicyName == "hardcoded-secret" || p.PolicyName == originless {
					continue
				}
				got = append(got, verdict(p.PolicyName, p.EnforcementLevel, p.ResourceURN))
			}
		}
		if diff := cmp.Diff(want, unique(got)); diff != "" {
			t.Errorf("mismatch (-preview +policy analyze)\n%s\n%s", diff, out)
		}
	})
}

// exportedProgram breaks the standard in ways that a state shows.
func exportedProgram(cage *canary.Cage) pulumi.RunFunc {
	password, output := cage.Random("password of a function"), cage.Random("password as an output")
	return func(ctx *pulumi.Context) error {
		token := config.New(ctx, "").RequireSecret("apiToken")
		for _, r := range []struct {
			token, name string
			properties  pulumi.Map
		}{
			{secretToken, "db", pulumi.Map{"name": pulumi.String("db/production")}},
			{
				"aws:secretsmanager/secretVersion:SecretVersion", "db",
				pulumi.Map{"secretId": pulumi.String("db"), "secretString": token},
			},
			{"aws:ssm/parameter:Parameter", "key", pulumi.Map{
				"name": pulumi.String("/key"), "type": pulumi.String("SecureString"), "value": token,
			}},
			{functionToken, "api", pulumi.Map{"environment": pulumi.Map{"variables": pulumi.Map{
				"DB_PASSWORD": pulumi.String(password), "SAFE": token,
				"ONCE": config.New(ctx, "").RequireSecret("usedOnce"),
			}}}},
			{"aws:iam/accessKey:AccessKey", "ci", pulumi.Map{"user": pulumi.String("ci")}},
		} {
			if _, err := newResource(ctx, r.token, r.name, r.properties); err != nil {
				return err
			}
		}
		parent, err := newComponent(ctx, blessed[0], "api")
		if err != nil {
			return err
		}
		if _, err := newResource(ctx, secretToken, "api", pulumi.Map{"name": pulumi.String("ApiKey")},
			pulumi.Parent(parent)); err != nil {
			return err
		}
		ctx.Export("adminPassword", pulumi.String(output))
		return nil
	}
}

// originless is the policy that goes by where a value comes from, which a state does not hold, and by its content, which
// an encrypted value does not show.
const originless = "secret-in-workload"

func verdict(policy, level, urn string) string { return fmt.Sprintf("%s %s %s", policy, level, urn) }

func unique(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}

// checked runs `policypack check` and returns its verdicts. Nothing that it prints may hold a canary.
func checked(t *testing.T, cage *canary.Cage, args ...string) (verdicts []string, output string) {
	t.Helper()
	cmd := exec.Command(harness.Policypack(t), append([]string{"check", "--format", "json"}, args...)...)
	cmd.Env = harness.CleanEnviron()
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); cmd.ProcessState.ExitCode() != 1 {
		t.Fatalf("policypack check %s: got %v, want exit code 1\n%s%s", strings.Join(args, " "), err, &stdout, &stderr)
	}
	for _, text := range []string{stdout.String(), stderr.String()} {
		for _, what := range cage.Find(text) {
			t.Errorf("the output holds a canary: %s", what)
		}
	}
	var r struct {
		Findings []struct{ Policy, Level, URN string }
	}
	if err := json.Unmarshal(stdout.Bytes(), &r); err != nil {
		t.Fatal(err)
	}
	for _, f := range r.Findings {
		verdicts = append(verdicts, verdict(f.Policy, f.Level, f.URN))
	}
	return unique(verdicts), stdout.String()
}

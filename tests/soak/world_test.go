package soak

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// world is a folder with a document of each kind, in which commands of the program run.
type world struct {
	dir, bin string
	birds    *birds
	// owner is the runner's key and centre the one of the organisation.
	names []string
}

// config is a policy configuration with an exemption and a date that ends.
const config = `{
  "all": "mandatory",
  "settings": {
    "exemptions": {
      "legacy": {
        "policies": ["raw-secret-resource"],
        "urn": "urn:pulumi:prod::shop::aws:secretsmanager/secret:Secret::legacy",
        "reason": "being moved", "owner": "team", "expires": "@LATER@"
      }
    }
  }
}
`

const rule = `# METADATA
# title: Buckets have owners
# description: Denies buckets without an owner.
# custom:
#   level: mandatory
#   severity: low
#   remediation: Tag it.
package rules.bucket_owner

deny contains {"message": "no owner", "path": []} if input.resource.type == "aws:s3/bucket:Bucket"
`

// newWorld makes a world in a folder.
func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{dir: t.TempDir(), bin: harness.Policypack(t), birds: newBirds()}
	resources := []any{resource("pulumi:pulumi:Stack", "shop-prod", nil)}
	for i := range 30 {
		resources = append(resources, resource("aws:secretsmanager/secret:Secret", fmt.Sprintf("secret-%d", i),
			map[string]any{"name": fmt.Sprintf("shop/prod/%d", i), "tags": map[string]any{"password": w.birds.password}}))
	}
	resources = append(resources, resource("aws:secretsmanager/secret:Secret", "legacy", nil),
		resource("aws:s3/bucket:Bucket", "files", map[string]any{"tags": map[string]any{"token": w.birds.token}}))
	state := marshal(t, map[string]any{"version": 3, "deployment": map[string]any{
		"manifest": map[string]any{"time": "2026-11-01T12:00:00Z", "magic": "x", "version": "v3.200.0"}, "resources": resources,
	}})
	plan, err := os.ReadFile(filepath.Join(harness.Root(t), "internal", "terraform", "testdata", "aws.json"))
	if err != nil {
		t.Fatal(err)
	}
	later := time.Now().UTC().AddDate(0, 0, 60).Format(time.DateOnly)
	files := map[string]string{
		"state.json": state, "exports/prod.json": state, "plan.json": string(w.birds.plant(plan)),
		"policy-config.json": strings.ReplaceAll(config, "@LATER@", later),
		"repo/.env":          "DB_PASSWORD=" + w.birds.password + "\n",
		"repo/Pulumi.yaml":   "name: shop\nruntime: yaml\n",
		"repo/.github/workflows/deploy.yml": "on: push\njobs:\n  a:\n    runs-on: x\n    env:\n      AWS_SECRET_ACCESS_KEY: ${{ " +
			"secrets.KEY }}\n    steps:\n      - run: aws secretsmanager create-secret --name x\n",
		"rules/bucket_owner/bucket_owner.rego":        rule,
		"centre/rules/bucket_owner/bucket_owner.rego": rule,
		"centre/data.json":                            `{"policypack": {"format": "policypack-bundle/1", "floor": [{"levels": {"raw-secret-resource": "mandatory"}}]}}`,
	}
	files["attestations/README.md"] = "Attestations.\n"
	private := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))
	files["runner.pem"] = block(t, "PRIVATE"+" KEY", any(private), x509.MarshalPKCS8PrivateKey)
	files["runner.pub"] = block(t, "PUBLIC"+" KEY", any(private.Public()), x509.MarshalPKIXPublicKey)
	centre, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	files["centre.pem"] = block(t, "EC PRIVATE"+" KEY", centre, x509.MarshalECPrivateKey)
	harness.WriteFiles(t, w.dir, files)
	w.names = sorted(files)
	for _, args := range [][]string{
		{"check", "state.json", "--report", "report.json", "--attest", "attestations/a.json", "--attest-key", "runner.pem"},
		{"bundle", "--central", "centre", "--key-id", "centre", "--signing-key", "centre.pem", "-o", "bundle.tar.gz"},
	} {
		if got := w.run(t, w.command(args...)); got.code > 1 {
			t.Fatalf("%q: %d\n%s%s", args, got.code, got.stdout, got.stderr)
		}
	}
	w.names = append(w.names, "report.json", "attestations/a.json", "bundle.tar.gz")
	return w
}

func resource(token, name string, inputs map[string]any) map[string]any {
	urn := "urn:pulumi:prod::shop::" + token + "::" + name
	out := map[string]any{"urn": urn, "type": token, "custom": token != "pulumi:pulumi:Stack", "inputs": inputs, "outputs": inputs}
	if token != "pulumi:pulumi:Stack" {
		out["id"], out["parent"] = name, "urn:pulumi:prod::shop::pulumi:pulumi:Stack::shop-prod"
	}
	return out
}

func marshal(t *testing.T, v any) string {
	t.Helper()
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func block[K any](t *testing.T, kind string, key K, write func(K) ([]byte, error)) string {
	t.Helper()
	der, err := write(key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

// command is a command of the program in the world.
func (w *world) command(args ...string) *exec.Cmd {
	cmd := exec.Command(w.bin, args...)
	cmd.Dir = w.dir
	cmd.Env = append(harness.CleanEnviron(), "PULUMI_HOME="+filepath.Join(w.dir, "home"), "NO_COLOR=1")
	return cmd
}

// result is what a command came to. A command that was killed by a signal has the code -1.
type result struct {
	stdout, stderr string
	code           int
	hung           bool
}

// run runs a command to its end. Outputs that it has already are left as they are.
func (w *world) run(t *testing.T, cmd *exec.Cmd) result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if cmd.Stdout == nil {
		cmd.Stdout = &stdout
	}
	if cmd.Stderr == nil {
		cmd.Stderr = &stderr
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*harness.Timeout)
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	r := result{}
	select {
	case err := <-ended:
		var failed *exec.ExitError
		if err != nil && !errors.As(err, &failed) {
			t.Fatal(err)
		}
	case <-ctx.Done():
		_ = cmd.Process.Kill()
		<-ended //nolint:errcheck // it was killed
		r.hung = true
	}
	r.code, r.stdout, r.stderr = cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()
	return r
}

// copied returns a copy of the world in another folder.
func (w *world) copied(t *testing.T) *world {
	t.Helper()
	c := *w
	c.dir = t.TempDir()
	if err := os.CopyFS(c.dir, os.DirFS(w.dir)); err != nil {
		t.Fatal(err)
	}
	return &c
}

// silent fails where an output holds a canary.
func (r result) silent(t *testing.T, part *row, b *birds, what string) {
	t.Helper()
	for _, text := range []string{r.stdout, r.stderr} {
		if found := b.find(text); len(found) > 0 {
			part.fail(t, "%s prints a canary: %s", what, found)
		}
		if strings.Contains(text, "goroutine ") || strings.Contains(text, "panic:") {
			part.fail(t, "%s panics:\n%s", what, text)
		}
	}
}

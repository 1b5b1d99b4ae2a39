package tests

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/progression-labs-development/policypack/internal/dsse"
	"github.com/progression-labs-development/policypack/tests/internal/harness"
)

// sealForged seals a payload as a break-glass token would be, whatever it says.
func sealForged(t testing.TB, payload []byte, key ed25519.PrivateKey) string {
	t.Helper()
	sealed, err := dsse.Seal("application/vnd.policypack.break-glass.v1+json", payload, key)
	if err != nil {
		t.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(sealed)
}

// ecKey is a key that signs bundles.
type ecKey struct{ private, public string } // PEM

func newECKey(t testing.TB) ecKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	public, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	return ecKey{
		string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: private})),
		string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: public})),
	}
}

// bundle makes a bundle that is signed with the key; more are further members of its data.
func (k ecKey) bundle(t testing.TB, more string) string {
	t.Helper()
	dir := t.TempDir()
	harness.WriteFiles(t, dir, map[string]string{
		"key.pem":          k.private,
		"centre/data.json": `{"policypack": {"format": "policypack-bundle/1", ` + more + `"parameters": {"settings": {"onUnknown": "warn"}}}}`,
	})
	cmd := exec.Command(harness.OPA(t), "build", "--bundle", "centre", "--output", "bundle.tar.gz", "--signing-key",
		"key.pem", "--signing-alg", "ES256")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("opa build: %v\n%s", err, out)
	}
	text, err := os.ReadFile(filepath.Join(dir, "bundle.tar.gz"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func quoted(text string) string {
	out, err := json.Marshal(text)
	if err != nil {
		return ""
	}
	return string(out)
}

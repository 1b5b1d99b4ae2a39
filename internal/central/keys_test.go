package central

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestKeyDoubts(t *testing.T) {
	t.Parallel()
	written := func(public any) string {
		der, err := x509.MarshalPKIXPublicKey(public)
		if err != nil {
			t.Fatal(err)
		}
		return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
	}
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	old, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	edwards, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	pkcs1 := string(pem.EncodeToMemory(
		&pem.Block{Type: "RSA PUBLIC KEY", Bytes: x509.MarshalPKCS1PublicKey(&old.PublicKey)}))
	key := func(algorithm, text string) map[string]any {
		return map[string]any{"algorithm": algorithm, "key": text}
	}
	whole := written(&curve.PublicKey)
	got := KeyDoubts(map[string]any{Setting: map[string]any{
		"a-good":      key("ES256", whole),
		"b-good":      key("PS384", written(&old.PublicKey)),
		"c-good":      key("RS256", pkcs1),
		"d-curve":     key("ES384", whole),
		"e-rsa":       key("ES256", pkcs1),
		"f-curve":     key("RS256", whole),
		"g-cut":       key("ES256", whole[:60]),
		"h-damaged":   key("ES256", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"),
		"i-other":     key("ES256", written(edwards)),
		"j-shapeless": "CANARY",
	}})
	const where, tail = "policy settings: parameters: bundleKeys.", "; no bundle will verify with it"
	const cut = "the key is truncated or damaged, expected a complete public key in PEM"
	want := []string{
		where + "d-curve.algorithm: the key is on the curve P-256, expected ES256" + tail,
		where + "e-rsa.algorithm: the key is an RSA key, expected RS256, PS256 or a longer variant" + tail,
		where + "f-curve.algorithm: the key is on the curve P-256, expected ES256" + tail,
		where + "g-cut.key: " + cut + tail,
		where + "h-damaged.key: " + cut + tail,
		where + "i-other.key: expected an RSA key or an elliptic curve key" + tail,
		where + "j-shapeless.key: " + cut + tail,
	}
	if diff := cmp.Diff(want, got.Lines()); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
}

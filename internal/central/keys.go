package central

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/progression-labs-development/policypack/internal/mistake"
	"github.com/progression-labs-development/policypack/internal/pack"
)

// KeyDoubts returns warnings about pinned keys that can never verify a signature, with their paths in the
// configuration. They are warnings, because a pinned key that no bundle is signed with yet must not stop a run.
func KeyDoubts(settings map[string]any) (out mistake.List) {
	keys := Keys(settings)
	for _, id := range slices.Sorted(maps.Keys(keys)) {
		if field, why := keys[id].doubt(); why != "" {
			out.Add([]any{pack.SettingsPolicy, Setting, id, field}, "%s; no bundle will verify with it", why)
		}
	}
	return out
}

// doubt says what is wrong with the key, and with which field.
func (k Key) doubt() (field, why string) {
	const unread = "the key is truncated or damaged, expected a complete public key in PEM"
	block, _ := pem.Decode([]byte(k.Key))
	if block == nil {
		return "key", unread
	}
	public, err := x509.ParsePKIXPublicKey(block.Bytes)
	if key, pkcs1 := x509.ParsePKCS1PublicKey(block.Bytes); pkcs1 == nil {
		public, err = key, nil
	}
	if err != nil {
		return "key", unread
	}
	switch key := public.(type) {
	case *rsa.PublicKey:
		if !strings.HasPrefix(k.Algorithm, "RS") && !strings.HasPrefix(k.Algorithm, "PS") {
			return "algorithm", "the key is an RSA key, expected RS256, PS256 or a longer variant"
		}
	case *ecdsa.PublicKey:
		algorithm := map[int]string{256: "ES256", 384: "ES384", 521: "ES512"}[key.Curve.Params().BitSize]
		if k.Algorithm != algorithm {
			return "algorithm",
				fmt.Sprintf("the key is on the curve %s, expected %s", key.Curve.Params().Name, algorithm)
		}
	default:
		return "key", "expected an RSA key or an elliptic curve key"
	}
	return "", ""
}

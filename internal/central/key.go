package central

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"

	"github.com/progression-labs-development/policypack/internal/dsse"
)

// SigningKey is a private key that signs bundles.
type SigningKey struct {
	Pinned  Key    // its public half, as a configuration pins it
	private string // in PEM
}

// leastRSA is how many bits an RSA key must have.
const leastRSA = 2048

// ReadSigningKey reads an EC or RSA private key from a file: SEC 1, PKCS#1 or PKCS#8 in PEM. The error has the name of
// the file and nothing of its content.
func ReadSigningKey(file string) (*SigningKey, error) {
	const want = "expected an EC or RSA private key in PEM, as written by `openssl ecparam -name prime256v1 " +
		"-genkey -noout -out FILE`"
	block, err := dsse.ReadPEM(file, want)
	if err != nil {
		return nil, err
	}
	wrong := func(what string) error { return fmt.Errorf("%s: %s; %s", file, what, want) }
	if block.Headers["DEK-Info"] != "" {
		return nil, wrong("the key is encrypted")
	}
	var parsed any
	switch block.Type {
	case "EC PRIVATE KEY":
		parsed, err = x509.ParseECPrivateKey(block.Bytes)
	case "RSA PRIVATE KEY":
		parsed, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	case "PRIVATE KEY":
		parsed, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	case "ENCRYPTED PRIVATE KEY":
		return nil, wrong("the key is encrypted")
	case "PUBLIC KEY", "RSA PUBLIC KEY":
		return nil, wrong("this is a public key")
	default:
		return nil, fmt.Errorf("%s: %s", file, want)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %s", file, want) // the parser's error may be about what the key holds
	}
	var algorithm string
	switch key := parsed.(type) {
	case *ecdsa.PrivateKey:
		algorithm = map[int]string{256: "ES256", 384: "ES384", 521: "ES512"}[key.Curve.Params().BitSize]
	case *rsa.PrivateKey:
		if bits := key.N.BitLen(); bits < leastRSA {
			return nil, wrong(fmt.Sprintf("the RSA key has only %d bits, the minimum is %d", bits, leastRSA))
		}
		algorithm = "RS256"
	default:
		return nil, wrong("keys of this type cannot sign bundles")
	}
	if algorithm == "" {
		return nil, wrong("keys on this curve cannot sign bundles")
	}
	der, err := x509.MarshalPKIXPublicKey(parsed.(crypto.Signer).Public())
	if err != nil {
		return nil, wrong("it has no public key")
	}
	return &SigningKey{
		Pinned:  Key{Algorithm: algorithm, Key: string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))},
		private: string(pem.EncodeToMemory(block)),
	}, nil
}

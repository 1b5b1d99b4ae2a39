package dsse

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// KeyID returns the id of a key: the SHA-256 of its SPKI, in hex.
func KeyID(key ed25519.PublicKey) string {
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return "" // not with an Ed25519 key
	}
	sum := sha256.Sum256(der)
	return hex.EncodeToString(sum[:])
}

// isID reports whether the text has the form of a key's id.
func isID(text string) bool {
	return len(text) == 2*sha256.Size && strings.Trim(text, "0123456789abcdef") == ""
}

// ReadPrivateKey reads a private key from a file: PKCS#8 in PEM. The error has the name of the file and nothing of its
// content.
func ReadPrivateKey(file string) (ed25519.PrivateKey, error) {
	const want = "expected an Ed25519 private key in PEM (PKCS#8), as written by `openssl genpkey -algorithm " +
		"ed25519 -out FILE`"
	b, err := ReadPEM(file, want)
	if err != nil {
		return nil, err
	}
	switch b.Type {
	case "PRIVATE KEY":
	case "ENCRYPTED PRIVATE KEY":
		return nil, fmt.Errorf("%s: the key is encrypted; %s", file, want)
	case "PUBLIC KEY":
		return nil, fmt.Errorf("%s: this is a public key; %s", file, want)
	default:
		return nil, fmt.Errorf("%s: %s", file, want)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(b.Bytes)
	if key, ok := parsed.(ed25519.PrivateKey); err == nil && ok {
		return key, nil
	}
	return nil, fmt.Errorf("%s: %s", file, want)
}

// ReadPublicKey reads a public key from a file: SPKI in PEM. The error has the name of the file and nothing of its
// content.
func ReadPublicKey(file string) (ed25519.PublicKey, error) {
	const want = "expected an Ed25519 public key in PEM (SPKI), as written by `openssl pkey -in PRIVATE -pubout " +
		"-out FILE`"
	b, err := ReadPEM(file, want)
	if err != nil {
		return nil, err
	}
	switch b.Type {
	case "PUBLIC KEY":
	case "PRIVATE KEY", "ENCRYPTED PRIVATE KEY":
		return nil, fmt.Errorf("%s: this is a private key, which must stay secret; %s", file, want)
	default:
		return nil, fmt.Errorf("%s: %s", file, want)
	}
	parsed, err := x509.ParsePKIXPublicKey(b.Bytes)
	if key, ok := parsed.(ed25519.PublicKey); err == nil && ok {
		return key, nil
	}
	return nil, fmt.Errorf("%s: %s", file, want)
}

// isKey reports whether the name of a file may be, or end in, a key, which a variable holds in place of the name: PEM,
// in one line or in several, or base64 or hexadecimal as long as the shortest key.
func isKey(name string) bool {
	if strings.ContainsAny(name, "\r\n") || strings.Contains(name, "-----") {
		return true
	}
	text := strings.TrimRight(name, "= ")
	rest := strings.TrimRight(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-")
	const shortest = 43 // of 32 bytes
	return len(text)-len(rest) >= shortest
}

// ReadPEM reads the only PEM block of a file. The error has what was expected and nothing of the file's content.
func ReadPEM(file, want string) (*pem.Block, error) {
	f, err := os.Open(file)
	switch {
	case err != nil && isKey(file):
		return nil, errors.New("the value looks like the key itself, which is not repeated here; expected the " +
			"name of the file that contains it")
	case err != nil:
		return nil, err
	}
	defer f.Close() //nolint:errcheck // nothing was written
	const most = 64 << 10
	data, err := io.ReadAll(io.LimitReader(f, most+1))
	if err != nil {
		return nil, err
	}
	b, rest := pem.Decode(data)
	if b == nil || len(data) > most {
		return nil, fmt.Errorf("%s: %s", file, want)
	}
	if len(bytes.TrimSpace(rest)) > 0 || !bytes.HasPrefix(bytes.TrimSpace(data), []byte("-----BEGIN ")) {
		return nil, fmt.Errorf("%s: the file contains more than one key, or other text; %s", file, want)
	}
	return b, nil
}

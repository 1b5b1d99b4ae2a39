package looks

import (
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/ascii"
)

// Sealed reports whether the text is a ciphertext, a hash, a certificate or a public key.
func Sealed(v string) bool {
	if len(v) < 8 {
		return false
	}
	if i := strings.IndexByte(v, ':'); i > 0 && i < 40 && i+4 < len(v) && v[i+1] == '$' { // a line of htpasswd
		return Sealed(v[i+1:])
	}
	switch v[0] {
	case '$':
		for _, p := range [...]string{
			"$2a$", "$2b$", "$2y$", "$1$", "$5$", "$6$", "$argon2", "$apr1$", "$y$", "$7$",
			"$pbkdf2", "$ANSIBLE_VAULT", "$scrypt$", "$P$", "$ml$",
		} {
			if strings.HasPrefix(v, p) {
				return true
			}
		}
	case 'v':
		if strings.HasPrefix(v, "vault:v") || strings.HasPrefix(v, "v1:") && len(v) > 16 ||
			strings.HasPrefix(v, "v1.") && strings.Count(v, ":") > 1 {
			return true
		}
	case 'A':
		if strings.HasPrefix(v, "AAABA") || strings.HasPrefix(v, "AQICAH") || strings.HasPrefix(v, "AgB") &&
			len(v) >= 200 || strings.HasPrefix(v, "AQEC") && len(v) > 80 {
			return true
		}
	case 'C':
		if strings.HasPrefix(v, "CiQA") || strings.HasPrefix(v, "CiC") && len(v) > 80 {
			return true
		}
	case 'E':
		return strings.HasPrefix(v, "ENC[") || strings.HasPrefix(v, "ENC(")
	case 'S':
		return strings.HasPrefix(v, "SCRAM-SHA-")
	case 's':
		for _, p := range [...]string{
			"ssh-rsa ", "ssh-ed25519 ", "ssh-dss ", "sha1:", "sha256:", "sha512:",
			"sha256$", "sk-ssh-", "sk-ecdsa-", "sha1$", "scrypt:",
		} {
			if strings.HasPrefix(v, p) {
				return true
			}
		}
	case 'e':
		return strings.HasPrefix(v, "ecdsa-sha2-") || strings.HasPrefix(v, "enc:")
	case 'm':
		return strings.HasPrefix(v, "md5") && len(v) == 35
	case '{':
		return len(v) > 6 && (v[1] == 'S' || v[1] == 'M' || v[1] == 'C' || v[1] == 'P' || v[1] == 'A' || v[1] == 'b' ||
			v[1] == 'c') && closes(v)
	case 'p':
		return strings.HasPrefix(v, "pbkdf2")
	case '-':
		return strings.HasPrefix(v, "-----BEGIN ")
	case 'L', 'M':
		return strings.HasPrefix(v, "LS0tLS1CRUdJTi") || strings.HasPrefix(v, "MII") && len(v) > 200 ||
			strings.HasPrefix(v, "MIGfMA0") || strings.HasPrefix(v, "MFkwEwYHKoZIzj0") ||
			strings.HasPrefix(v, "MCowBQYDK2V")
	}
	return false
}

// closes reports whether the text is a hash with its scheme in braces, as LDAP writes them: {SSHA}…
func closes(v string) bool {
	i := strings.IndexByte(v, '}')
	return i > 3 && i < 16 && i < len(v)-8 && ascii.Run(v, 1, ascii.Alnum|ascii.Dash, i) == i
}

// identifier reports whether the text is an id that looks like a key and is not secret.
func identifier(v string) bool {
	// the last is the scope of a presigned URL
	if len(v) == 20 || len(v) == 21 || len(v) > 21 && (v[20] == '/' || v[20] == '%') {
		switch v[:4] {
		case "AKIA", "ASIA", "ABIA", "ACCA", "AROA", "AIDA", "AGPA", "AIPA", "ANPA", "ANVA", "APKA", "ASCA":
			return ascii.Run(v, 4, ascii.Upper|ascii.Digit, 17) == len(v) ||
				ascii.Run(v, 4, ascii.Upper|ascii.Digit, 16) == 20 && len(v) > 21
		}
	}
	if len(v) == 34 && (v[:2] == "AC" || v[:2] == "SK") && ascii.Run(v, 2, ascii.Hex, 32) == len(v) {
		return true // SIDs of Twilio
	}
	return strings.HasPrefix(v, "pk"+"_live_") || strings.HasPrefix(v, "pk"+"_test_") ||
		strings.HasPrefix(v, "-----BEGIN CERT") || strings.HasPrefix(v, "alias/")
}

package corpus

import (
	"fmt"
	"hash/crc32"
	"strings"
)

// strong machine-made password, url-safe variant optional
func (g *generator) strong() string {
	n := g.between(14, 28)
	p := g.of(upper, 1) + g.of(lower, 1) + g.of(digits, 1) + g.of(alnum+pwSym, n-4) + g.of(pwSym, 1)
	b := []byte(p)
	g.random.Shuffle(len(b), func(i, j int) { b[i], b[j] = b[j], b[i] })
	return string(b)
}
func (g *generator) plain() string { return g.of(alnum, g.between(10, 24)) }
func (g *generator) weak() string {
	return g.pick("Passw0rd!", "Summer2024!", "admin123", "hunter2", "P@ssw0rd123", "letmein99", "Welcome1!",
		"qwerty12", "postgres", "rootroot", "toor1234", "Winter#2025", "s3cr3t", "MyDbPass1", "Pa55word", "monkey77",
		"dragon2020!", "superuser1", "test1234", "Password1")
}

// wrap breaks a text into the lines of 64 characters that PEM has.
func wrap(b string) string {
	const n = 64
	var sb strings.Builder
	for len(b) > n {
		sb.WriteString(b[:n] + "\n")
		b = b[n:]
	}
	sb.WriteString(b)
	return sb.String()
}

func (g *generator) pem(kind, head string, n int) string {
	return "-----BEGIN " + kind + "-----\n" + wrap(head+g.of(b64, n-len(head)-2)+"==") + "\n-----END " + kind +
		"-----\n"
}
func (g *generator) rsaKey() string { return g.pem("RSA PRIVATE"+" KEY", "MIIEpAIBAAKCAQEA", 1588) }
func (g *generator) pkcs8Key() string {
	return g.pem("PRIVATE"+" KEY", "MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQ", 1624)
}
func (g *generator) ecKey() string { return g.pem("EC PRIVATE"+" KEY", "MHcCAQEEI", 164) }
func (g *generator) sshKey() string {
	return g.pem("OPENSSH PRIVATE"+" KEY", "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAAB", 380)
}

func (g *generator) pgpKey() string {
	return "-----BEGIN PGP PRIVATE" + " KEY BLOCK-----\n\n" + wrap("lQ"+g.of(b64, 1200)) + "\n=" + g.of(b64, 4) +
		"\n-----END PGP PRIVATE" + " KEY BLOCK-----\n"
}

func (g *generator) encryptedKey() string {
	return g.pem("ENCRYPTED PRIVATE"+" KEY", "MIIFHDBOBgkqhkiG9w0BBQ0wQTApBgkqhkiG9w0BBQwwHAQI", 1700)
}
func (g *generator) certificate() string { return g.pem("CERTIFICATE", "MIID", 1200) }
func (g *generator) anyKey() string {
	switch g.random.IntN(4) {
	case 0:
		return g.rsaKey()
	case 1:
		return g.pkcs8Key()
	case 2:
		return g.ecKey()
	}
	return g.sshKey()
}

func (g *generator) jwt() string {
	h := g.pick(`{"alg":"HS256","typ":"JWT"}`, `{"alg":"RS256","kid":"`+g.of(alnum, 16)+`","typ":"JWT"}`,
		`{"typ":"JWT","alg":"ES256"}`)
	p := fmt.Sprintf(`{"sub":"%s","iss":"https://%s","iat":17%s,"exp":18%s,"scope":"%s"}`, g.of(alnum, 18), g.host(),
		g.number(8), g.number(8), g.word())
	return encodeURL(h) + "." + encodeURL(p) + "." + g.of(b64u, g.oneOf(43, 86, 342))
}

func (g *generator) github(pfx string) string { // valid CRC32/base62 suffix, as documented by GitHub
	body := g.of(b62, 30)
	c := crc32.ChecksumIEEE([]byte(body))
	d := make([]byte, 6)
	for i := 5; i >= 0; i-- {
		d[i] = b62[c%62]
		c /= 62
	}
	return pfx + "_" + body + string(d)
}
func (g *generator) accessKeyID(p string) string { return p + g.of(b32, 16) }
func (g *generator) awsSecret() string {
	for {
		x := g.of(b64, 40)
		if strings.ContainsAny(x, "+/") || g.random.IntN(3) == 0 {
			return x
		}
	}
}
func (g *generator) storageKey() string { return g.of(b64, 76) + "+ASt" + g.of(b64, 6) + "==" }
func (g *generator) serviceAccount(pretty bool) string {
	pk := strings.ReplaceAll(g.pkcs8Key(), "\n", `\n`)
	p := g.word() + "-" + g.number(6)
	sep, ind := "", ""
	if pretty {
		sep, ind = "\n", "  "
	}
	f := []string{
		`"type": "service_account"`, `"project_id": "` + p + `"`, `"private_key_id": "` + g.hex(40) + `"`,
		`"private_key": "` + pk + `"`,
		`"client_email": "` + g.word() + `@` + p + `.iam.gserviceaccount.com"`, `"client_id": "` + g.number(21) + `"`,
		`"auth_uri": "https://accounts.google.com/o/oauth2/auth"`, `"token_uri": "https://oauth2.googleapis.com/token"`,
		`"auth_provider_x509_cert_url": "https://www.googleapis.com/oauth2/v1/certs"`,
	}
	return "{" + sep + ind + strings.Join(f, ","+sep+ind) + sep + "}"
}

package formats

import (
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/ascii"
	"github.com/progression-labs-development/policypack/internal/detect/looks"
)

func (known) AgeKey() Format {
	return Format{
		ID: "age-key", Title: "an age secret key",
		Matches: "AGE-SECRET-KEY-1 and 58 characters",
		Source:  "https://github.com/FiloSottile/age",
		Forms: []Form{
			{Anchor: "AGE-SECRET-KEY-1", Test: token(ascii.Upper|ascii.Digit, 58, 58)},
		},
		Samples: func(m Maker) Samples {
			return Samples{
				True:  texts("AGE-SECRET" + "-KEY-1" + m.Of("QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", 58)),
				False: texts("age1"+m.Of(SetLower+SetDigits, 58), "AGE-SECRET"+"-KEY-1"),
			}
		},
	}
}

func (known) PrivateKey() Format {
	return Format{
		ID: "private-key", Title: "a private key",
		Matches: "PEM, OpenSSH, PGP and PuTTY private keys with a body, encrypted ones too; line breaks may be escaped",
		Source:  "RFC 7468, RFC 4880",
		Forms: []Form{
			{Anchor: "-----BEGIN ", Test: privateKey},
			{Anchor: "PuTTY-User-Key-File-", Test: puttyKey},
		},
		Samples: func(m Maker) Samples {
			return Samples{
				True: texts(
					m.PEM("RSA PRIVATE"+" KEY"), m.PEM("PRIVATE"+" KEY"), m.PEM("OPENSSH PRIVATE"+" KEY"),
					m.PEM("ENCRYPTED PRIVATE"+" KEY"), m.PEM("PGP PRIVATE"+" KEY BLOCK"),
					strings.ReplaceAll(m.PEM("EC PRIVATE"+" KEY"), "\n", `\n`), Encode(m.PEM("PRIVATE"+" KEY")),
					Encode("#\n"+m.PEM("PRIVATE"+" KEY")), Encode("##\n"+m.PEM("PRIVATE"+" KEY")),
					"PuTTY-User-Key-File"+"-3: ssh-ed25519\nEncryption: none\n"+
						"Public-Lines: 1\nAAAA\nPrivate-Lines: 1\n"+m.Of(SetBase64, 48)+"\n",
				),
				False: texts(
					m.PEM("CERTIFICATE"), m.PEM("PUBLIC KEY"), m.PEM("CERTIFICATE REQUEST"),
					Encode(m.PEM("CERTIFICATE")),
					"-----BEGIN PRIVATE"+" KEY-----\n...\n-----END PRIVATE"+" KEY-----",
					"-----BEGIN PGP MESSAGE-----\n"+m.Of(SetBase64, 64)+"\n-----END PGP MESSAGE-----",
					"begins with -----BEGIN RSA PRIVATE"+" KEY----- and a body",
					"-----BEGIN PRIVATE"+" KEY-----\n"+strings.Repeat("putYourPrivateKeyHere", 3)+"\nor_not\n"+
						"ThisIsNotTheKeyThatYouWereLookingFor1\n-----END PRIVATE"+" KEY-----",
				),
			}
		},
	}
}

// maxKey is the maximum distance that is searched for the end of a private key.
const maxKey = 16 << 10

// privateKey finds a block of PEM or PGP that says PRIVATE KEY and has a body; line breaks may be escaped or lost.
func privateKey(c *Cursor, i, body int) (start, end int) {
	t := c.Text
	rest := t[body:min(len(t), body+64)]
	j := strings.Index(rest, "-----")
	c.Work += 64
	if j < 0 || !strings.Contains(rest[:j], "PRIVATE KEY") || strings.ContainsAny(rest[:j], "\n\"") {
		return 0, 0
	}
	body += j + len("-----")
	if !c.keyBody(body) {
		return 0, 0
	}
	window := t[body:min(len(t), body+maxKey)]
	if k := strings.Index(window, "-----END "); k >= 0 {
		c.Work += k
		end = body + k + len("-----END ")
		if m := strings.Index(t[end:min(len(t), end+64)], "-----"); m >= 0 {
			return i, end + m + len("-----")
		}
		return i, end
	}
	// cut off: to the end of the text or of what could be in a key
	end = body
	for end < len(t) && end-body < maxKey && (ascii.ClassOf(t[end])&(ascii.Base64|ascii.Pad|ascii.Dash) != 0 ||
		ascii.IsSpace(t[end]) || t[end] == '\\' || t[end] == ':' || t[end] == ',') {
		end++
	}
	c.Work += end - body
	return i, end
}

// keyBody reports whether random base64 follows soon, before the block ends.
func (c *Cursor) keyBody(i int) bool {
	t := c.Text
	stop := min(len(t), i+600)
	for i < stop {
		if t[i] == '\\' && i+1 < len(t) { // an escaped line break
			i += 2
			continue
		}
		j := ascii.Run(t, i, ascii.Base64, 128)
		c.Work += j - i + 1
		if j-i >= 20 && looks.Varied(t[i:j]) && !looks.Worded(t[i:j]) {
			return true
		}
		if strings.HasPrefix(t[i:], "-----") {
			return false
		}
		i = j + 1
	}
	return false
}

// puttyKey finds the private lines of a PuTTY key file.
func puttyKey(c *Cursor, i, _ int) (start, end int) {
	j := c.following(i, "Private-Lines:")
	if j < 0 || j-i > maxKey {
		return 0, 0
	}
	end = j
	for end < len(c.Text) && end < i+maxKey && (ascii.ClassOf(c.Text[end])&(ascii.Base64|ascii.Pad|ascii.Dash) != 0 ||
		ascii.IsSpace(c.Text[end]) || strings.IndexByte(`\:`, c.Text[end]) >= 0) {
		end++
	}
	c.Work += end - j
	return i, end
}

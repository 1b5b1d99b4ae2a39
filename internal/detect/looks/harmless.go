package looks

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"

	"github.com/progression-labs-development/policypack/internal/detect/ascii"
	"github.com/progression-labs-development/policypack/internal/detect/names"
)

// Harmless reports whether a value among secrets is not one: a URL without a password, a host, an address, a path, a
// number, a flag, a certificate, a document, a user name, or anything else that its own name shows not to be secret. It
// decodes base64.
func Harmless(name, text string) bool {
	return Placeholder(unwrapped(strings.TrimSpace(text))) || Ordinary(name, text)
}

// Ordinary is Harmless without placeholders: it is true for text that cannot be a secret, not even a weak one.
func Ordinary(name, text string) bool {
	v := unwrapped(strings.TrimSpace(text))
	switch {
	case v == "", Reference(v), Sealed(v), public(v):
		return true
	case strings.Contains(v, "PRIVATE KEY"), names.TierOf(name) == names.Password:
		return false
	case strings.IndexByte(v, '\n') >= 0:
		return strings.ContainsAny(v, " :=<{") // a document, in which nothing was found
	case v[0] == '{' && v[len(v)-1] == '}', v[0] == '[' && v[len(v)-1] == ']',
		names.Setting(name) && (!names.Location(name) || !MachineMade(v)), names.Label(name) && Slug(v):
		return true
	}
	return setting(v) || duration(v) || link(strings.TrimPrefix(v, "jdbc:")) || settings(v) || Path(v) ||
		numeric(v) || mailbox(v) || host(v)
}

// settings reports whether the text is names and values between semicolons, as in a connection string, in which nothing
// was found.
func settings(v string) bool {
	n := 0
	for pair := range strings.SplitSeq(strings.TrimSuffix(v, ";"), ";") {
		name, _, ok := strings.Cut(pair, "=")
		if !ok || name == "" || strings.Trim(name, letters+" ") != "" {
			return false
		}
		n++
	}
	return n > 1
}

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

// maxUnwrapped bounds the base64 that is decoded.
const maxUnwrapped = 64 << 10

// unwrapped returns the text in base64, and any other text as it is.
func unwrapped(v string) string {
	if len(v) < 4 || len(v)%4 != 0 || len(v) > maxUnwrapped {
		return v
	}
	raw, err := base64.StdEncoding.DecodeString(v)
	if err != nil || !utf8.Valid(raw) || !ascii.Printable(raw) {
		return v
	}
	return strings.TrimSpace(string(raw))
}

// public reports whether the text is the public part of a key pair: a certificate, a public key.
func public(v string) bool {
	return strings.HasPrefix(v, "-----BEGIN ") && !strings.Contains(v, "PRIVATE KEY") || strings.HasPrefix(v, "ssh-") &&
		strings.IndexByte(v, ' ') > 0
}

// numeric reports whether the text is a number, or numbers with joints: 5432, 1.2.3, 10.0.0.0/16, 2026-01-31.
func numeric(v string) bool {
	return strings.Trim(v, "0123456789.,:/+-_ TZ") == "" && len(v) < 32
}

// mailbox reports whether the text is an address of mail.
func mailbox(v string) bool {
	user, domain, ok := strings.Cut(v, "@")
	return ok && user != "" && host(domain) && !strings.ContainsAny(user, ":/ ") && !looksRandom(user)
}

// host reports whether the text is a host, with a port or not: db.internal, kafka-0.kafka:9092, localhost. Several may
// be joined by commas.
func host(v string) bool {
	for one := range strings.SplitSeq(v, ",") {
		name, port, ported := strings.Cut(strings.TrimSpace(one), ":")
		if ported && (port == "" || !ascii.IsNumber(port) || len(port) > 5) || name == "" {
			return false
		}
		if name == "localhost" {
			continue
		}
		dots, rented := 0, rented(name)
		for label := range strings.SplitSeq(name, ".") {
			dots++
			if label == "" || label[0] == '-' || strings.IndexByte(label, '_') >= 0 || !rented && looksRandom(label) ||
				ascii.Run(label, 0, ascii.Alnum|ascii.Dash, len(label)) != len(label) {
				return false
			}
		}
		if dots < 2 && !ported {
			return false
		}
		top := name[strings.LastIndexByte(name, '.')+1:]
		if dots > 1 && (len(top) < 2 || strings.Trim(top, "abcdefghijklmnopqrstuvwxyz") != "") &&
			!ascii.IsNumber(strings.ReplaceAll(name, ".", "")) {
			return false
		}
	}
	return true
}

// rented reports whether the name is one that a cloud assigns to a customer's resource, with generated letters and
// digits in it: db.c9xkq2v7ab1d.eu-west-1.rds.amazonaws.com.
func rented(name string) bool {
	for _, zone := range [...]string{
		".amazonaws.com", ".amazonaws.com.cn", ".cloudfront.net", ".azure.com", ".azure.net", ".windows.net",
		".azurewebsites.net", ".azmk8s.io", ".googleapis.com", ".run.app", ".ondigitalocean.com", ".mongodb.net",
	} {
		if strings.HasSuffix(name, zone) {
			return true
		}
	}
	return false
}

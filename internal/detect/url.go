package detect

import (
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/ascii"
	"github.com/progression-labs-development/policypack/internal/detect/looks"
)

// credentialedURL finds the password in scheme://user:password@host. A user without a password is none: git@host, the
// public key of a Sentry DSN. A token of a known format in its place is found by its own rule.
func (s *scan) credentialedURL(i int) (start, end int) {
	t := s.text
	scheme := s.back(i, ascii.Alnum|ascii.Dash|ascii.Dot|ascii.Plus, 32)
	if i-scheme < 2 || ascii.PrefixFold(t[scheme:i], "docker") || ascii.PrefixFold(t[scheme:i], "arn") {
		return 0, 0
	}
	user := i + len("://")
	colon, at := -1, -1
	j := user
scan:
	for ; j < len(t) && j-user < 512; j++ {
		switch c := t[j]; c {
		case ':':
			if colon < 0 {
				colon = j
			}
		case '@':
			at = j
		case '/', '?', '#', '"', '\'', '`', '<', '>', '\\', '|', '^':
			// a template may hold any of these: it ends the user info, and is no password anyway
			break scan
		default:
			if c <= ' ' || c >= 0x7f {
				break scan
			}
			if c == ',' && at > 0 { // more than one host
				break scan
			}
		}
	}
	s.work += j - user
	if colon < 0 || at < colon || at+1 >= len(t) {
		return 0, 0
	}
	secret := t[colon+1 : at]
	host := t[at+1:]
	if len(secret) < 3 || ascii.PrefixFold(host, "sha256:") || !ascii.IsWord(host[0]) && strings.IndexByte("[$({<%*_", host[0]) < 0 {
		return 0, 0
	}
	if looks.Reference(secret) || looks.Placeholder(secret) || strings.ContainsAny(secret, "${}<>*") && expressionLike(secret) || looks.Sealed(secret) || looks.Illustration(t[user:colon], secret) {
		return 0, 0
	}
	return colon + 1, at
}

// sourceName finds the password in user:password@tcp(host)/database.
func (s *scan) sourceName(i int) (start, end int) {
	t := s.text
	from := i
	for from > 0 && i-from < 128 && t[from-1] > ' ' && t[from-1] != '"' && t[from-1] != '\'' && t[from-1] != '=' {
		from--
	}
	s.work += i - from
	user, secret, ok := strings.Cut(t[from:i], ":")
	if !ok || len(secret) < 3 || user == "" || looks.Reference(secret) || looks.Placeholder(secret) || strings.ContainsAny(secret, "${}<>*%") || looks.Illustration(user, secret) {
		return 0, 0
	}
	return i - len(secret), i
}

// expressionLike reports whether what stands in place of the password is part of a template.
func expressionLike(v string) bool {
	return v[0] == '$' || v[0] == '{' || v[0] == '<' || v[len(v)-1] == '}' || v[len(v)-1] == '>' || strings.Contains(v, "**")
}

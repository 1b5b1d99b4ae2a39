package detect

import "strings"

// credentialedURL finds the password in scheme://user:password@host. A user without a password is none: git@host, the
// public key of a Sentry DSN. A token of a known format in its place is found by its own rule.
func (s *scan) credentialedURL(i int) (start, end int) {
	t := s.text
	scheme := s.back(i, alnum|cDash|cDot|cB64, 32)
	if i-scheme < 2 || prefixFold(t[scheme:i], "docker") || prefixFold(t[scheme:i], "arn") {
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
	if len(secret) < 3 || prefixFold(host, "sha256:") || !isWord(host[0]) && strings.IndexByte("[$({<%*_", host[0]) < 0 {
		return 0, 0
	}
	if Reference(secret) || Placeholder(secret) || strings.ContainsAny(secret, "${}<>*") && expressionLike(secret) || sealed(secret) || sample(t[user:colon], secret) {
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
	if !ok || len(secret) < 3 || user == "" || Reference(secret) || Placeholder(secret) || strings.ContainsAny(secret, "${}<>*%") || sample(user, secret) {
		return 0, 0
	}
	return i - len(secret), i
}

// expressionLike reports whether what stands in place of the password is part of a template.
func expressionLike(v string) bool {
	return v[0] == '$' || v[0] == '{' || v[0] == '<' || v[len(v)-1] == '}' || v[len(v)-1] == '>' || strings.Contains(v, "**")
}

// sample reports whether user and password are the words of a manual: user:password, username:pass.
func sample(user, v string) bool {
	switch strings.ToLower(v) {
	case "password", "pass", "passwd", "pwd", "secret", "token", "pw", "apikey", "api_key", "key":
		switch strings.ToLower(user) {
		case "user", "username", "login", "usr", "u", "name", "youruser", "":
			return true
		}
	case "xxx", "...":
		return true
	}
	return false
}

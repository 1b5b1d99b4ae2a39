package detect

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"
)

// bearer finds the token of an Authorization header.
func (s *scan) bearer(i int) (start, end int) {
	if !boundary(s.text, i) {
		return 0, 0
	}
	start = i + len("Bearer ")
	end = s.run(start, alnum|cDash|cDot|cB64|cPad, 4096)
	for end > start && s.text[end-1] == '.' {
		end--
	}
	v := strings.TrimRight(s.text[start:end], "=")
	if len(v) < 16 || wordy(v) || slug(v) || !varied(v) || entropy(v) < 3 || Placeholder(v) || path(v) {
		return 0, 0
	}
	return start, end
}

// basic finds the user and password of an Authorization header.
func (s *scan) basic(i int) (start, end int) {
	start = i + len("Basic ")
	end = s.run(start, b64|cPad, 512)
	if !boundary(s.text, i) || !userAndPassword(s.text[start:end]) {
		return 0, 0
	}
	return start, end
}

// userAndPassword reports whether the base64 holds a user and a password that could be real.
func userAndPassword(v string) bool {
	if len(v) < 8 || len(v) > 1024 {
		return false
	}
	raw, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(v, "="))
	if err != nil || !printable(raw) || !utf8.Valid(raw) {
		return false
	}
	user, secret, ok := strings.Cut(string(raw), ":")
	return ok && len(secret) >= 3 && !strings.ContainsAny(user, " \n") && !Placeholder(secret) && !Reference(secret) && !sample(user, secret)
}

// printable reports whether the bytes are text.
func printable(b []byte) bool {
	for _, c := range b {
		if c < ' ' && c != '\n' && c != '\r' && c != '\t' || c == 0x7f || c >= 0xf8 {
			return false
		}
	}
	return len(b) > 0
}

// tokenHeader finds the older header of GitHub, token and 40 hex digits, where it is the whole text or follows a colon.
func (s *scan) tokenHeader(i int) (start, end int) {
	if before := strings.TrimRight(s.text[max(0, i-32):i], " "); before != "" && !strings.HasSuffix(before, "uthorization:") {
		return 0, 0
	}
	start = i + len("token ")
	end = s.run(start, hexes, 41)
	if end-start != 40 || end < len(s.text) && isWord(s.text[end]) || !varied(s.text[start:end]) {
		return 0, 0
	}
	return start, end
}

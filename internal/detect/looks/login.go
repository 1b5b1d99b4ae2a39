package looks

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"

	"github.com/progression-labs-development/policypack/internal/detect/ascii"
)

// UserAndPassword reports whether the base64 encodes a user and a password that could be real.
func UserAndPassword(v string) bool {
	if len(v) < 8 || len(v) > 1024 {
		return false
	}
	raw, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(v, "="))
	if err != nil || !ascii.Printable(raw) || !utf8.Valid(raw) {
		return false
	}
	user, secret, ok := strings.Cut(string(raw), ":")
	return ok && len(secret) >= 3 && !strings.ContainsAny(user, " \n") && !Placeholder(secret) && !Reference(secret) &&
		!Illustration(user, secret)
}

// AWSSecretKey reports whether the text has the shape of an AWS secret access key.
func AWSSecretKey(v string) bool {
	if len(v) != 40 || ascii.Run(v, 0, ascii.Base64, 40) != 40 {
		return false
	}
	h := ascii.ShapeOf(v)
	return h.Upper > 2 && h.Lower > 2 && h.Digit > 0 && Varied(v) && !strings.HasSuffix(v, "EXAMPLEKEY")
}

// Illustration reports whether user and password are words from a manual: user:password, username:pass.
func Illustration(user, v string) bool {
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

package formats

import (
	"strings"

	"github.com/progression-labs-development/policypack/internal/detect/ascii"
	"github.com/progression-labs-development/policypack/internal/detect/looks"
)

func (known) AuthorizationHeader() Format {
	return Format{
		ID: "authorization-header", Title: "an Authorization header with a credential",
		Matches: "Bearer and a random token, Basic and base64 of a user and a password, token and 40 hex digits",
		Source:  "RFC 6750, RFC 7617",
		Forms: []Form{
			{Anchor: "Bearer ", Test: bearer},
			{Anchor: "bearer ", Test: bearer},
			{Anchor: "Basic ", Test: basic},
			{Anchor: "basic ", Test: basic},
			{Anchor: "token ", Test: tokenHeader},
		},
		Samples: func(m Maker) Samples {
			return Samples{
				True: append(texts(
					"Authorization: Bearer "+m.Of(SetAlnum, 40), "authorization: bearer "+m.Of(SetAlnum, 40),
					"Basic "+Encode("ann:"+m.Of(SetAlnum, 12)), "basic "+Encode("bob:"+m.Of(SetAlnum, 12)),
					"token "+m.Of(SetHex, 40),
				), named("Authorization", "ApiKey "+m.Of(SetAlnum, 24))...),
				False: append(texts(
					"Bearer ${token}", "Basic auth", "Bearer authentication-with-tokens",
					"basic "+Encode("just words"), "the token "+m.Of(SetHex, 40),
				), named("Authorization", "AWS4-HMAC-SHA256", "authorization", "NONE")...),
			}
		},
	}
}

func (known) CredentialedURL() Format {
	return Format{
		ID: "credentialed-url", Title: "a URL with a password",
		Matches: "scheme://user:password@host of any scheme; a user without a password is not reported",
		Source:  "RFC 3986, section 3.2.1",
		Forms: []Form{
			{Anchor: "://", Test: credentialedURL},
			{Anchor: "@tcp(", Test: sourceName},
			{Anchor: "@unix(", Test: sourceName},
		},
		Samples: func(m Maker) Samples {
			return Samples{
				True: texts(
					"postgres://app:"+m.Of(SetAlnum, 12)+"@db:5432/app",
					"https://deploy:"+m.Of(SetAlnum, 20)+"@git.example.com/x.git",
					"redis://:"+m.Of(SetAlnum, 16)+"@cache:6379",
					"mongodb+srv://u:p%40"+m.Of(SetAlnum, 8)+"@c.mongodb.net/x?w=majority",
					`see "amqp://u:`+m.Of(SetAlnum, 9)+`@q/v".`, "app:"+m.Of(SetAlnum, 12)+"@tcp(db:3306)/app",
					"app:"+m.Of(SetAlnum, 12)+"@unix(/run/db.sock)/app",
				),
				False: texts(
					"https://public@o1.ingest.sentry.io/1", "ssh://git@github.com/x/y.git",
					"postgres://app:${DB_PASSWORD}@db/app", "postgresql://$(U):$(P)@db",
					"https://user:password@example.com", "postgres://u:<password>@h/db",
					"docker://nginx:1.27@sha256:"+m.Of(SetHex, 64), "https://example.com:8443/a@b",
					"http://{{user}}:{{pass}}@h/", "app:${PW}@tcp(db:3306)/app", "%s:%s@tcp(%s)/app",
					"https://oauth2:****@git.example.com/x",
				),
			}
		},
	}
}

// bearer finds the token of an Authorization header.
func bearer(c *Cursor, i, body int) (start, end int) {
	if !boundary(c.Text, i) {
		return 0, 0
	}
	start = body
	end = c.Run(start, ascii.Alnum|ascii.Dash|ascii.Dot|ascii.Plus|ascii.Pad, 4096)
	for end > start && c.Text[end-1] == '.' {
		end--
	}
	v := strings.TrimRight(c.Text[start:end], "=")
	if len(v) < 16 || looks.Wordy(v) || looks.Slug(v) || !looks.Varied(v) || ascii.Entropy(v) < 3 ||
		looks.Placeholder(v) || looks.Path(v) {
		return 0, 0
	}
	return start, end
}

// basic finds the user and password of an Authorization header.
func basic(c *Cursor, i, body int) (start, end int) {
	start = body
	end = c.Run(start, ascii.Base64|ascii.Pad, 512)
	if !boundary(c.Text, i) || !looks.UserAndPassword(c.Text[start:end]) {
		return 0, 0
	}
	return start, end
}

// tokenHeader finds the older header of GitHub, token and 40 hex digits, where it is the whole text or follows a colon.
func tokenHeader(c *Cursor, i, body int) (start, end int) {
	if before := strings.TrimRight(c.Text[max(0, i-32):i], " "); before != "" &&
		!strings.HasSuffix(before, "uthorization:") {
		return 0, 0
	}
	start = body
	end = c.Run(start, ascii.Hex, 41)
	if end-start != 40 || end < len(c.Text) && ascii.IsWord(c.Text[end]) || !looks.Varied(c.Text[start:end]) {
		return 0, 0
	}
	return start, end
}

// credentialedURL finds the password in scheme://user:password@host. A user without a password is not one: git@host,
// the public key of a Sentry DSN. A token of a known format in its position is found by its own rule.
func credentialedURL(c *Cursor, i, body int) (start, end int) {
	t := c.Text
	scheme := c.Back(i, ascii.Alnum|ascii.Dash|ascii.Dot|ascii.Plus, 32)
	if i-scheme < 2 || ascii.PrefixFold(t[scheme:i], "docker") || ascii.PrefixFold(t[scheme:i], "arn") {
		return 0, 0
	}
	user := body
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
	c.Work += j - user
	if colon < 0 || at < colon || at+1 >= len(t) {
		return 0, 0
	}
	secret := t[colon+1 : at]
	host := t[at+1:]
	if len(secret) < 3 || ascii.PrefixFold(host, "sha256:") || !ascii.IsWord(host[0]) &&
		strings.IndexByte("[$({<%*_", host[0]) < 0 {
		return 0, 0
	}
	if looks.Reference(secret) || looks.Placeholder(secret) || strings.ContainsAny(secret, "${}<>*") &&
		expressionLike(secret) || looks.Sealed(secret) || looks.Illustration(t[user:colon], secret) {
		return 0, 0
	}
	return colon + 1, at
}

// sourceName finds the password in user:password@tcp(host)/database.
func sourceName(c *Cursor, i, _ int) (start, end int) {
	t := c.Text
	from := i
	for from > 0 && i-from < 128 && t[from-1] > ' ' && t[from-1] != '"' && t[from-1] != '\'' && t[from-1] != '=' {
		from--
	}
	c.Work += i - from
	user, secret, ok := strings.Cut(t[from:i], ":")
	if !ok || len(secret) < 3 || user == "" || looks.Reference(secret) || looks.Placeholder(secret) ||
		strings.ContainsAny(secret, "${}<>*%") || looks.Illustration(user, secret) {
		return 0, 0
	}
	return i - len(secret), i
}

// expressionLike reports whether the password is part of a template.
func expressionLike(v string) bool {
	return v[0] == '$' || v[0] == '{' || v[0] == '<' || v[len(v)-1] == '}' || v[len(v)-1] == '>' ||
		strings.Contains(v, "**")
}

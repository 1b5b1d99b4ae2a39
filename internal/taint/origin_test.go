package taint

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var named = Source{Kind: Config, Path: "shop:dbPassword", Says: Secret}

// chosen are passwords as people choose them. All are invented.
var chosen = []string{
	"Password321!", "ourownpassword", "purple-horse-stapler", "willow-tower-creek-19", "Willkommen2", "Autumn2031!",
	"q7Lw2nRv", "monkeymonkey9", "Tr1cky.Horse", "s3cr3t_w0rd", "MyDb#Pass7", "iloveyou2", "cafe\u0301-noir-88",
	"19840612", "Zug/um+Zug=1", `quo"te\sl4sh`, "p%40ss%word",
}

func learned(text string, from Source) *Matcher {
	var s Secrets
	s.Add(text, from)
	return s.Matcher()
}

func TestOriginInEveryForm(t *testing.T) {
	t.Parallel()
	for _, secret := range chosen {
		m := learned(secret, named)
		for _, f := range forms {
			if f.name == "in JSON" || f.name == "in JSON in JSON" {
				continue // below, where the key ends before the value
			}
			text := f.give(secret, "user=app; ", " ;")
			if hits := m.Find(text); len(hits) != 1 || hits[0].From != named {
				t.Errorf("%s, %s: got %+v", f.name, secret, hits)
			}
		}
		for name, text := range map[string]string{
			"a list":              "user=app;x=" + secret + ";z",
			"JSON":                marshal(map[string]string{"x": "a " + secret + "\n"}),
			"JSON in JSON":        marshal(marshal(map[string]string{"x": "\n" + secret + "\t"})),
			"a URL":               "https://example.com/a?b=" + url.QueryEscape("="+secret+"/"),
			"base64, one on":      base64.StdEncoding.EncodeToString([]byte("a" + "x=" + secret + ";z")),
			"base64, two on":      base64.RawURLEncoding.EncodeToString([]byte("ab" + "x=" + secret + "\n")),
			"base64 in a text":    "auth: " + base64.StdEncoding.EncodeToString([]byte("app:"+secret)) + " so",
			"hex":                 hex.EncodeToString([]byte("app:" + secret + ":x")),
			"the end of a text":   "so it is:" + secret,
			"the start of a text": secret + ", so it is",
		} {
			if hits := m.Find(text); len(hits) != 1 {
				t.Errorf("%s, %s: got %+v", name, secret, hits)
			}
		}
	}
}

func TestOriginBounds(t *testing.T) {
	t.Parallel()
	b64 := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	for _, tt := range []struct {
		name, secret, give string
		want               bool
	}{
		{"six bytes alone", "s3same", "s3same", true},
		{"six bytes alone on a line", "s3same", " s3same\n", true},
		{"six bytes in a text", "s3same", "x=s3same", false},
		{"seven bytes in a text", "s3same7", "x=s3same7", false},
		{"eight bytes in a text", "s3same78", "x=s3same78", true},
		{"five bytes alone", "s3sam", "s3sam", false},
		{"base64 of six bytes", "s3same", b64("s3same"), true},
		{"base64 of six bytes in a text", "s3same", b64("x s3same"), false},
		{"in another case", "ourownpassword", "Ourownpassword", false},
		{"a letter behind", "ourownpassword", "the ourownpasswords", false},
		{"a letter before", "ourownpassword", "Xourownpassword", false},
		{"a digit behind", "ourownpassword", "x ourownpassword2", false},
		{"an underscore behind", "ourownpassword", "x ourownpassword_db", false},
		{"an underscore before", "ourownpassword", "db_ourownpassword", false},
		{"a letter of another language behind", "ourownpassword", "x ourownpassword\u00e9", false},
		{"a passphrase", "let me in please", "so: let me in please.", true},
		{"a hyphen behind", "ourownpassword", "x ourownpassword-db", true},
		{"a letter behind in base64", "ourownpassword", b64("x=ourownpasswords;"), false},
		{"a letter before in base64", "ourownpassword", b64("x=sourownpassword;"), false},
		{"an escape that ends in a letter", "ourownpassword", `a\nourownpassword\tb`, true},
		{"an escape that is a letter", "ourownpassword", `a \u0078ourownpassword`, false},
		{"a percent escape that ends in a digit", "ourownpassword", "a%20ourownpassword%20b", true},
		{"a percent escape that is a letter", "ourownpassword", "a%20%61ourownpassword", false},
	} {
		if got := len(learned(tt.secret, named).Find(tt.give)) > 0; got != tt.want {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestOriginOfWhatIsNoSecret(t *testing.T) {
	t.Parallel()
	for _, give := range []string{
		"arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-a1B2c3", "https://issuer.example.com/", "${DB_PASSWORD}",
		"/run/secrets/db_password", "db.internal.example.com", "projects/shop/secrets/db", `{"a":"b"}`,
		"{{ .Values.password }}", "vault:secret/data/db#password", "line one\nline two",
		"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIabc ada@host",
	} {
		if hits := learned(give, named).Find(give); len(hits) > 0 {
			t.Errorf("%s: got %+v", give, hits)
		}
	}
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	for _, give := range []string{"postgres", "Password", "changeme", "administrator", "placeholder"} {
		m := learned(give, named)
		for _, text := range []string{give, "x=" + give + ";"} {
			if hits := m.Find(text); len(hits) != 1 || !hits[0].Default {
				t.Errorf("%s: got %+v", text, hits)
			}
			if m.Scrub(text) != text || m.Mask(text) != text {
				t.Errorf("%s: taken out of messages", text)
			}
		}
	}
	var s Secrets
	s.Add("postgres", named)
	s.Add("postgres-Qv7rT2mK9xW4z", Source{Kind: Input, URN: "x", Path: "p"})
	want := []Hit{{From: Source{Kind: Input, URN: "x", Path: "p"}, Start: 2, End: 24, Form: FormContained}}
	if diff := cmp.Diff(want, s.Matcher().Find("a postgres-Qv7rT2mK9xW4z b")); diff != "" {
		t.Errorf("a default word hides what it stands in: mismatch (-want +got):\n%s", diff)
	}
}

func TestSays(t *testing.T) {
	t.Parallel()
	token := invent(seeded(51), alnums, 24)
	ordinary := Source{Kind: Config, Path: "shop:db.host", Says: Ordinary}
	if m := learned(token, ordinary); m.Contains(token) || m.Scrub(token) == token || len(m.Origins(token)) != 1 {
		t.Error("of a place that says otherwise: want no finding, but its origin and its redaction")
	}
	var s Secrets
	s.Add("ourownpassword", Source{Kind: Input, URN: "a", Path: "x"})
	if s.Matcher().Contains("ourownpassword") {
		t.Error("a word that only shares a mark counts")
	}
	for i := range 2 * maxSources {
		s.Add("ourownpassword", Source{Kind: Config, Path: fmt.Sprint("shop:x", i)})
	}
	generated := Source{Kind: Generator, URN: "z", Path: "result", Says: Secret}
	s.Add("ourownpassword", generated)
	if hits := s.Matcher().Find("ourownpassword"); len(hits) != 1 || hits[0].From != generated {
		t.Errorf("known from a better place: got %+v", hits)
	}
}

func TestNamesExcuse(t *testing.T) {
	t.Parallel()
	token := invent(seeded(52), alnums, 24)
	var names Names
	s := NewSecrets(&names)
	for _, v := range []string{"orders-api", "Autumn2031!", token} {
		s.Add(v, named)
	}
	m := s.Matcher()
	if !m.Contains("orders-api") {
		t.Fatal("want it to count")
	}
	names.Excuse("Orders-API", "Autumn2031!", token)
	for give, want := range map[string]bool{
		"orders-api": false, "x orders-api x": false, "Autumn2031!": true, "x Autumn2031! x": false, token: true,
	} {
		if got := m.Contains(give); got != want {
			t.Errorf("%s: got %v, want %v", give, got, want)
		}
	}
	if m.Scrub("Autumn2031!") != marker {
		t.Error("what counts by its looks is hidden whatever is called like it")
	}
}

func TestPasswordOfURL(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ url, password string }{
		{"postgres://app:ourownpassword@db.internal:5432/shop", "ourownpassword"},
		{"amqps://app:purple-horse-stapler@mq.internal", "purple-horse-stapler"},
		{"redis://:Autumn2031!@cache:6379/0", "Autumn2031!"},
		{"mysql://app:my%40own%2Fword@db/shop", "my@own/word"},
		{"mysql://app:my%40own%2Fword@db/shop", "my%40own%2Fword"},
	} {
		from := Source{Kind: Input, URN: "u", Path: "environment.variables.URL"}
		m := learned(tt.url, from)
		part := from
		part.Says = Secret
		for _, text := range []string{tt.password, "x=" + tt.password + ";", tt.url} {
			if hits := m.Find(text); len(hits) != 1 || hits[0].From.URN != "u" {
				t.Errorf("%s of %s: got %+v", text, tt.url, hits)
			}
		}
	}
	m := learned("postgres://app:${PASSWORD}@db/shop", named)
	if m.Contains("${PASSWORD}") {
		t.Error("a reference counts")
	}
}

func TestScrubWords(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		secret, give, want string
	}{
		{"ourownpassword", "the ourownpassword of db", "the [secret] of db"},
		{"ourownpassword", "the ourownpasswords", "the ourownpasswords"},
		{"purple-horse-stapler", "in purple-horse-stapler.", "in [secret]."},
		{"elephant", "the elephant of db", "the elephant of db"}, // hidden where it makes a finding
		{"Willkommen2", "x Willkommen2 y", "x [secret] y"},
		{"Willkommen2", "xWillkommen2y", "x[secret]y"},
	} {
		m := learned(tt.secret, named)
		if got := m.Scrub(tt.give); got != tt.want {
			t.Errorf("scrub %q: got %q, want %q", tt.give, got, tt.want)
		}
	}
	if m := learned("elephant", named); m.Mask("my-elephant") != "my-elephant" || !m.Contains("my-elephant") {
		t.Error("a word that a name has by chance: want a finding in a text, and the name as it is")
	}
	if m := learned("ourownpassword", named); m.Mask("my-ourownpassword") != "my-[secret]" {
		t.Error("not masked")
	}
	if strings.Contains(learned("x", named).String(), "x") {
		t.Error("printed")
	}
}

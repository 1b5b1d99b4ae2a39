package repository

import (
	"strings"
	"testing"

	"github.com/progression-labs-development/policypack/internal/detect"
	"github.com/progression-labs-development/policypack/internal/facts"
)

// What a value is known by is the name that stands before it, in any notation, and no part of another value.
func TestNameBefore(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ give, want string }{
		{`export GITHUB_TOKEN=@`, "GITHUB_TOKEN"},
		{`  token: "@"`, "token"},
		{`{"github": {"token": "@"}}`, "token"},
		{`'ci-token' => '@'`, "ci-token"},
		{`const client = connect({ auth: '@' })`, "auth"},
		{`client.token = "@"`, "client.token"},
		{`token := "@"`, "token"},
		{`os.environ["GITHUB_TOKEN"] = "@"`, "GITHUB_TOKEN"},
		{`os.environ.setdefault("GITHUB_TOKEN", "@")`, "GITHUB_TOKEN"},
		{`setToken("@")`, "setToken"},
		{`gh auth login --with-token @`, "with-token"},
		{`-H "Authorization: Bearer @"`, "Authorization"},
		{`DATABASE_URL=postgres://shop:@`, "DATABASE_URL"},
		{`A=# B=@`, "B"},
		{`A=#:@`, ""},
		{`A=#: {x: @`, "x"},
		{`NAME=` + strings.Repeat("-", 300) + `@`, ""},
		{"NAME=\n@", ""},
		{`see @`, ""},
		{`login().token = "@"`, "token"},
		{`$token = "@"`, "token"},
		{`aaaa+` + strings.Repeat("b", 70) + `.cccc: @`, ""},
		{`A=#-rest: @`, ""},
		{strings.Repeat("b", 300) + `: ` + strings.Repeat("-", 200) + `@`, ""},
		{`@`, ""},
	} {
		all := []detect.FileMatch{{}}
		text := tt.give
		if at := strings.Index(text, "#"); at >= 0 {
			text = strings.Replace(text, "#", "hunter: two", 1)
			all = append(all, detect.FileMatch{Match: detect.Match{Start: at, End: at + len("hunter: two")}})
		}
		all[0].Start = strings.Index(text, "@")
		all[0].End = len(text)
		if got := nameBefore([]byte(text), all, 0); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.give, got, tt.want)
		}
	}
}

func TestValueOf(t *testing.T) {
	t.Parallel()
	d, err := detect.New(detect.Options{})
	if err != nil {
		t.Fatal(err)
	}
	token := "gh" + "p_" + "Zk3vQ9xT1mB7nL5cW2rY8dF4hJ6sA0pEiUgO"
	for _, tt := range []struct {
		name, text string
		key        string
		inner      []any
		want       string
	}{
		{"a key path", `password: "@"`, "password", []any{"shop", "database", "password"}, "shop.database.password"},
		{"of several documents", `password: "@"`, "password", []any{1, "password"}, "password"},
		{"a name beside the value", `value: @`, "DB_PASSWORD", []any{"env", 2, "value"}, "env[].value DB_PASSWORD"},
		{"a name above the value", `value: @`, "password", []any{"password", "value"}, "password.value"},
		{"a document inside", `export TOKEN=@`, "", []any{"on", "run"}, "on.run TOKEN"},
		{"a list in a list", `- @`, "passwords", []any{"passwords", 0, 1}, "passwords[][]"},
		{"an odd key", `@`, "a b", []any{"a b"}, `["a b"]`},
		{"a key that is a secret", `x @`, "", []any{token, "x"}, `["[secret]"].x`},
		{"a name that is a secret", token + `: @`, "", nil, "password [secret]"},
		{"a name with a secret in it", `client_` + token + `=@`, "", nil, "password [secret]"},
		{"no structure", `export DB_PASSWORD=@`, "DB_PASSWORD", nil, "password DB_PASSWORD"},
		{"nothing at all", `@`, "", nil, "password"},
	} {
		at := strings.Index(tt.text, "@")
		m := detect.FileMatch{Match: detect.Match{
			Detector: "password", Key: tt.key, Inner: tt.inner, Start: at, End: at + 1,
		}}
		if got := valueOf(d, []byte(tt.text), []detect.FileMatch{m}, 0).Name; got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

// A digest is that of the value, however it is broken into lines and indented.
func TestDigestOf(t *testing.T) {
	t.Parallel()
	one := facts.DigestOf([]byte("-----BEGIN\n  line\n-----END"))
	if facts.DigestOf([]byte("-----BEGIN\r\n\t\tline\r\n-----END\n")) != one || facts.DigestOf([]byte("-----BEGIN")) == one {
		t.Error("got another digest for other white space, or the same for another value")
	}
}

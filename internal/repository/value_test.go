package repository

import (
	"strings"
	"testing"

	"github.com/progression-labs-development/policypack/internal/detect"
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

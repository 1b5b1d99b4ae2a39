package glob

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMatch(t *testing.T) {
	t.Parallel()
	type texts = []string
	for _, tt := range []struct {
		name       string
		give       string
		separators string
		is, not    texts
	}{
		{"a name", "shop", "", texts{"shop"}, texts{"Shop", "shops", "a-shop", ""}},
		{"any characters", "prod-*", "", texts{"prod-", "prod-eu", "prod-a/b:c\nd"}, texts{"prod", "a-prod-x"}},
		{"one character", "dev-?", "", texts{"dev-1", "dev-é", "dev-/"}, texts{"dev-", "dev-12"}},
		{"within one part", "a:*:c", ":", texts{"a:b:c", "a::c"}, texts{"a:b:b:c", "a:c"}},
		{"one character of a part", "a?c", ":", texts{"abc"}, texts{"a:c"}},
		{"over parts", "a:**", ":", texts{"a:b:c", "a:"}, texts{"a", "b:a:b"}},
		{"two stars without separators", "a**c", "", texts{"ac", "a:b:c"}, texts{"ab"}},
		{"one of several", "{dev,test-*}", "", texts{"dev", "test-1"}, texts{"test", "{dev,test-*}x", "dev,test-1"}},
		{"one of several, of which one is nothing", "prod{,-eu}", "", texts{"prod", "prod-eu"}, texts{"prod-us"}},
		{"several in several", "{a,{b,c}d}", "", texts{"a", "bd", "cd"}, texts{"ad", "b"}},
		{"several that stay within their part", "{a:*,x}", ":", texts{"a:b", "x"}, texts{"a:b:c"}},
		{"brackets", "items[0].*", "", texts{"items[0].value"}, texts{"items0.value", "items[1].value"}},
		{"brackets that look like a class", "[a-z!]b*", "", texts{"[a-z!]b"}, texts{"ab", "zb", "!b"}},
		{"an open bracket", "main[*", "", texts{"main[0]"}, texts{"main0"}},
		{"brackets among several", "{a[0],b}", "", texts{"a[0]", "b"}, texts{"a0"}},
		{"brackets with a backslash", `main\[0\]*`, "", texts{"main[0].x"}, texts{"main0.x"}},
		{"a backslash before a bracket", `a\\[b]*`, "", texts{`a\[b]c`}, texts{"a[b]c", `a\b`}},
		{"quoted wildcards", `a\*\?\{b\}\\*`, "", texts{`a*?{b}\`, `a*?{b}\c`}, texts{`abc{b}\`}},
		{"a comma and a closing brace", "a,b}*", "", texts{"a,b}", "a,b}c"}, texts{"a", "b}"}},
		{"what is spelled to the letter", `a[0]["b(d)^$|+\\"]{e}`, "", texts{`a[0]["b(d)^$|+\\"]{e}`}, texts{"a0"}},
		{
			"regular expressions", "a.b+(c)^$|*", "",
			texts{"a.b+(c)^$|", "a.b+(c)^$|x"},
			texts{"aXb+(c)^$|", "a.bb(c)^$|"},
		},
		{"nothing", "", "", texts{""}, texts{"a"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			g, err := Compile(tt.give, []rune(tt.separators)...)
			if err != nil {
				t.Fatal(err)
			}
			for _, text := range tt.is {
				if !g.Match(text) {
					t.Errorf("%s: want a match of %q", g, text)
				}
			}
			for _, text := range tt.not {
				if g.Match(text) {
					t.Errorf("%s: want no match of %q", g, text)
				}
			}
		})
	}
}

func TestSyntax(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"{a", "a{b,{c}", `a\`, "{", "a*\xff"} {
		if _, err := Compile(text); !errors.Is(err, ErrSyntax) {
			t.Errorf("%q: got %v", text, err)
		}
	}
}

func TestQuote(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"plain", "db[0]", `a*?{b,c}\[d]!-`, "file:pages/[slug].tsx"} {
		g, err := Compile(Quote(text) + "*")
		if err != nil {
			t.Fatal(err)
		}
		if !g.Match(text) || !g.Match(text+"x") || g.Match("x"+text) {
			t.Errorf("%q: its quoted form %s does not match it alone", text, g)
		}
	}
}

func TestBracket(t *testing.T) {
	t.Parallel()
	var got []string
	for _, text := range []string{"a", "a[0]", `a\[0]`, `a\\[0]`, "a]", `\[a[`} {
		if Bracket(text) {
			got = append(got, text)
		}
	}
	if diff := cmp.Diff([]string{"a[0]", `a\\[0]`, `\[a[`}, got); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
}

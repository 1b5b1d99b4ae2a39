package glob

import (
	"testing"
	"unicode/utf8"

	"github.com/progression-labs-development/policypack/internal/fuzzing"
)

// FuzzCompile reads any text as a glob: quoted, it matches itself.
func FuzzCompile(f *testing.F) {
	f.Add("{a,b}*[0]?\\c", "ab[0]xc")
	f.Add("{{{a,b},{c,d}},**{e,*}}", "deeeeee")
	f.Add("**a**a**a**a**a**", "aaaaaaaaaaaaaaaaaaaaaaaaaaaa")
	f.Fuzz(func(t *testing.T, pattern, text string) {
		defer fuzzing.Watch(t, len(pattern)+len(text))()
		if g, err := Compile(pattern, '/', ':'); err == nil {
			g.Match(text)
		}
		if !utf8.ValidString(text) { // which no configuration is
			return
		}
		g, err := Compile(Quote(text))
		if err != nil || !g.Match(text) {
			t.Errorf("%q does not match itself: %v", text, err)
		}
	})
}

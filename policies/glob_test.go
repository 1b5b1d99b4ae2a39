package policies_test

import (
	"context"
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"

	"github.com/progression-labs-development/policypack/internal/glob"
	"github.com/progression-labs-development/policypack/policies"
	files "github.com/progression-labs-development/policypack/rego"
)

// source returns the text of one of the modules.
func source(t *testing.T, file string) []byte {
	t.Helper()
	fsys := fs.FS(policies.FS)
	name, ok := strings.CutPrefix(file, "rego/")
	if ok {
		fsys = files.FS
	} else {
		name = strings.TrimPrefix(file, "policies/")
	}
	b, err := fs.ReadFile(fsys, name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestGlobsAreTheSameInRego tries all short globs over the characters with which brackets are taken for themselves.
func TestGlobsAreTheSameInRego(t *testing.T) {
	t.Parallel()
	const letters, longest = `a*{}[\`, 4
	var globs []string
	for from := []string{""}; len(from[0]) < longest; {
		var next []string
		for _, g := range from {
			for _, c := range letters {
				next = append(next, g+string(c))
			}
		}
		for _, g := range next {
			if _, err := glob.Compile(g); err == nil {
				globs = append(globs, g)
			}
		}
		from = next
	}
	texts := []string{"", "a", "aa", ":", "a:a", "[", "[a", "a[", `\`, `\a`, `\[`, "{a}", "a,", "*", "?"}
	const all = `package all

found := [[g, s, t] |
	some g in input.globs
	some s in [null, [":"]]
	some t in input.texts
	data.lib.glob.match(g, s, t)
]`
	library := string(source(t, "rego/lib/glob.rego"))
	c, err := ast.CompileModules(map[string]string{"glob.rego": library, "all.rego": all})
	if err != nil {
		t.Fatal(err)
	}
	results, err := rego.New(rego.Compiler(c), rego.Query("data.all.found"), rego.StrictBuiltinErrors(true),
		rego.Input(map[string]any{"globs": globs, "texts": texts})).Eval(context.Background())
	if err != nil || len(results) != 1 {
		t.Fatal(results, err)
	}
	type key struct {
		glob, text string
		parts      bool
	}
	got := map[key]bool{}
	for _, v := range results[0].Expressions[0].Value.([]any) {
		v := v.([]any)
		got[key{v[0].(string), v[2].(string), v[1] != nil}] = true
	}
	for _, text := range globs {
		whole, err := glob.Compile(text)
		if err != nil {
			t.Fatal(err)
		}
		parts, err := glob.Compile(text, ':')
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range texts {
			if want := whole.Match(s); got[key{text, s, false}] != want {
				t.Errorf("%q over %q: want %v in Rego", text, s, want)
			}
			if want := parts.Match(s); got[key{text, s, true}] != want {
				t.Errorf("%q over %q, in parts: want %v in Rego", text, s, want)
			}
		}
	}
}

// TestGlobsAreMatchedInOnePlace finds rules that match globs by themselves.
func TestGlobsAreMatchedInOnePlace(t *testing.T) {
	t.Parallel()
	builtin := regexp.MustCompile(`(^|[^.a-z_])glob\.`)
	seen := 0
	for file := range modules(t) {
		if file == "rego/lib/glob.rego" {
			continue
		}
		seen++
		if text := source(t, file); builtin.Match(text) {
			t.Errorf("%s: a glob means the same in all settings: use data.lib.glob.match", file)
		}
	}
	if seen == 0 {
		t.Error("no rules")
	}
}

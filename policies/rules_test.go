package policies_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/policies"
	"github.com/progression-labs-development/policypack/rego"
)

// TestEveryRuleIsUsed finds rules and functions that no other rule asks for. What only tests ask for counts as unused.
func TestEveryRuleIsUsed(t *testing.T) {
	t.Parallel()
	p, err := pack.Load(pack.Own(policies.FS, rego.FS), "docs")
	if err != nil {
		t.Fatal(err)
	}
	modules, err := p.Whole().Modules()
	if err != nil {
		t.Fatal(err)
	}
	got := unused(t, modules)
	if len(got) > 0 {
		t.Errorf("nothing uses\n%s", strings.Join(got, "\n"))
	}
}

// TestRulesKeepToThemselves finds what a linter of Rego would: a rule of the library that others may ask for and that
// says nothing of itself, and a rule that asks for a helper of another package.
func TestRulesKeepToThemselves(t *testing.T) {
	t.Parallel()
	for file, m := range modules(t) {
		if strings.HasSuffix(file, "_test.rego") || strings.HasPrefix(file, "policies/") {
			continue
		}
		said := map[string]bool{}
		for _, a := range m.Annotations {
			if a.Scope == "rule" && a.Description != "" {
				said[a.GetTargetPath().String()] = true
			}
		}
		for _, r := range m.Rules {
			if path := r.Ref().GroundPrefix().String(); !strings.Contains(path, "._") && !said[path] {
				t.Errorf("%s: %s: want METADATA with a description", r.Location, path)
			}
		}
	}
	for file, m := range modules(t) {
		if strings.HasSuffix(file, "_test.rego") {
			continue
		}
		own := m.Package.Path.String() + "."
		ast.WalkRefs(m, func(ref ast.Ref) bool {
			if text := ref.ConstantPrefix().String(); strings.Contains(text, "._") && !strings.HasPrefix(text, own) {
				t.Errorf("%s:%d: %s is a helper of another package", file, ref[0].Location.Row, text)
			}
			return false
		})
	}
}

func TestUnusedRulesAreFound(t *testing.T) {
	t.Parallel()
	module, err := ast.ParseModule("a.rego", `package lib.a

used := 1

_function(x) := x + used

unused := _function(2)

deny contains "x" if _function(1)`)
	if err != nil {
		t.Fatal(err)
	}
	got, want := unused(t, map[string]*ast.Module{"a.rego": module}), []string{"a.rego: data.lib.a.unused"}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// unused returns the rules that are reached from no other, without those that the router asks for.
func unused(t *testing.T, modules map[string]*ast.Module) []string {
	t.Helper()
	c := ast.NewCompiler().WithCapabilities(pack.Capabilities())
	if c.Compile(modules); c.Failed() {
		t.Fatal(c.Errors)
	}
	rules, used := map[string]string{}, map[string]bool{}
	for _, m := range c.Modules {
		ast.WalkRules(m, func(r *ast.Rule) bool {
			path := r.Ref().GroundPrefix().String()
			switch name := path[strings.LastIndexByte(path, '.')+1:]; name {
			case "deny", "undecided", "decisions":
			default:
				rules[path] = r.Location.File
			}
			ast.WalkRefs(r, func(ref ast.Ref) bool {
				for n := range len(ref) + 1 {
					if to := ref[:n].String(); to != path {
						used[to] = true
					}
				}
				return false
			})
			return false
		})
	}
	var out []string
	for path, at := range rules {
		if !used[path] {
			out = append(out, at+": "+path)
		}
	}
	slices.Sort(out)
	return out
}

// TestRulesUseNoWith keeps to what [pack.Pack.Compile] leaves out.
func TestRulesUseNoWith(t *testing.T) {
	t.Parallel()
	for file, m := range modules(t) {
		if strings.HasSuffix(file, "_test.rego") {
			continue
		}
		ast.WalkExprs(m, func(e *ast.Expr) bool {
			if len(e.With) > 0 || e.IsCall() && strings.HasPrefix(e.Operator().String(), "rego.metadata.") {
				t.Errorf("%s: the rules are compiled without what this needs", e.Location)
			}
			return false
		})
	}
}

// TestPatternsAreWorded finds patterns that a message could only show as regular expressions.
func TestPatternsAreWorded(t *testing.T) {
	t.Parallel()
	p, err := pack.Load(pack.Own(policies.FS, rego.FS), "docs")
	if err != nil {
		t.Fatal(err)
	}
	patterns := 0
	var visit func(where string, v any)
	visit = func(where string, v any) {
		switch v := v.(type) {
		case map[string]any:
			if _, ok := v["pattern"].(string); ok {
				patterns++
				if v[pack.Expected] == nil {
					t.Errorf("%s: say in words, with %s, what the pattern wants", where, pack.Expected)
				}
			}
			for key, v := range v {
				visit(where+"."+key, v)
			}
		case []any:
			for _, v := range v {
				visit(where, v)
			}
		}
	}
	for _, q := range p.Policies {
		for name, v := range q.Parameters.Schema() {
			visit("the engine's "+q.Name+"."+name, v)
		}
		patterns = 0
		for name, v := range q.Parameters.Properties {
			visit(q.Name+"."+name, v)
		}
		if q.Name == pack.SettingsPolicy && patterns == 0 {
			t.Error("no pattern was looked at")
		}
	}
}

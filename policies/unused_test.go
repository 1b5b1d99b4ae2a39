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
	if p, err = p.Whole(); err != nil {
		t.Fatal(err)
	}
	got := unused(t, p.Modules)
	if len(got) > 0 {
		t.Errorf("nothing uses\n%s", strings.Join(got, "\n"))
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
	if got, want := unused(t, map[string]*ast.Module{"a.rego": module}), []string{"a.rego: data.lib.a.unused"}; !slices.Equal(got, want) {
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

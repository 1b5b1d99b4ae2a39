package evaluator_test

import (
	"context"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/progression-labs-development/policypack/internal/evaluator"
	"github.com/progression-labs-development/policypack/internal/pack"
	"github.com/progression-labs-development/policypack/internal/place"
	"github.com/progression-labs-development/policypack/internal/race"
	"github.com/progression-labs-development/policypack/policies"
	"github.com/progression-labs-development/policypack/rego"
)

// policy returns an evaluator over the pack and one policy of an organisation, rules.r, with the given rules.
func policy(t *testing.T, rules string) *evaluator.Evaluator {
	t.Helper()
	text := `# METADATA
# title: T
# description: D
# custom:
#   level: mandatory
#   severity: low
#   remediation: R
package rules.r

` + rules
	sources := append(pack.Own(policies.FS, rego.FS), pack.Source{
		FS: fstest.MapFS{"r/r.rego": {Data: []byte(text)}}, Prefix: "rules", Root: "rules",
	})
	p, err := pack.Load(sources, "docs")
	if err != nil {
		t.Fatal(err)
	}
	e, err := evaluator.New(context.Background(), p)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func document() ast.Value {
	return ast.MustParseTerm(`{
		"policies": [{"name": "r", "package": "r", "own": false}],
		"parameters": {"r": {"limit": 3}},
		"resource": {"name": "n", "items": ["b", "a"]},
	}`).Value
}

func TestDecide(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, give string
		want       []evaluator.Decision
	}{
		{"nothing", `deny contains {"message": "x"} if input.resource.name == "other"`, nil},
		{
			"parameters and paths",
			`deny contains {"message": $"at most {input.parameters.r.limit}", "path": ["a", 0]} if true`,
			[]evaluator.Decision{{Policy: "r", Message: "at most 3", Path: []any{"a", 0}}},
		},
		{
			"sorted, and each once", `deny contains {"message": $"item {x}", "path": []} if some x in input.resource.items
deny contains {"message": "item a", "path": []} if true
undecided contains {"message": "who knows"} if true`,
			[]evaluator.Decision{
				{Policy: "r", Message: "item a"},
				{Policy: "r", Message: "item b"},
				{Policy: "r", Message: "who knows", Undecided: true},
			},
		},
		{
			"lowered", `deny contains {"message": "x", "level": "advisory"} if true`,
			[]evaluator.Decision{{Policy: "r", Message: "x", Advisory: true}},
		},
		{
			"another resource", `deny contains {"message": "x", "urn": "urn:pulumi:s::p::t::n"} if true`,
			[]evaluator.Decision{{Policy: "r", Message: "x", URN: "urn:pulumi:s::p::t::n"}},
		},
		{
			"left to others", `deny contains {"message": "x", "yields": [
	{"policy": "r", "urn": "urn:pulumi:s::p::t::n", "path": ["a", 0]}, {"policy": "r", "owns": true},
]} if true
deny contains {"message": "y", "yields": []} if true`,
			[]evaluator.Decision{
				{Policy: "r", Message: "x", Yields: []evaluator.Target{
					{Policy: "r", URN: "urn:pulumi:s::p::t::n", Path: []any{"a", 0}}, {Policy: "r", Owns: true},
				}},
				{Policy: "r", Message: "y", Yields: []evaluator.Target{}},
			},
		},
		{
			"of two that only differ in what they leave, the one that leaves less",
			`deny contains {"message": "x", "yields": [{"policy": "r"}]} if true
deny contains {"message": "x"} if true`,
			[]evaluator.Decision{{Policy: "r", Message: "x"}},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := policy(t, tt.give).Decide(context.Background(), document(), plenty)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("mismatch (-want +got)\n%s", diff)
			}
		})
	}
}

// file is a document about a file of a repository.
func file() ast.Value {
	return ast.MustParseTerm(`{
		"scope": "repository", "policies": [{"name": "r", "package": "r", "own": false}], "parameters": {"r": {}},
		"file": {"name": "a.sh", "lines": [9, 2, 10]},
	}`).Value
}

// TestDecideAboutAFile shows that decisions about a file are in the order of its lines.
func TestDecideAboutAFile(t *testing.T) {
	t.Parallel()
	e := policy(t, `deny contains {"message": "x", "line": n, "column": 4, "path": ["k"]} if some n in input.file.lines
deny contains {"message": "the file"} if true`)
	got, err := e.Decide(context.Background(), file(), plenty)
	if err != nil {
		t.Fatal(err)
	}
	at := func(line int) evaluator.Decision {
		return evaluator.Decision{
			Policy: "r", Message: "x", Path: []any{"k"},
			At: place.Position{Line: line, Column: 4},
		}
	}
	if diff := cmp.Diff([]evaluator.Decision{{Policy: "r", Message: "the file"}, at(2), at(9), at(10)},
		got); diff != "" {
		t.Errorf("mismatch (-want +got)\n%s", diff)
	}
	for _, tt := range []struct {
		name, give, want string
		document         ast.Value
	}{
		{
			"line in a preview", `deny contains {"message": "x", "line": 3} if true`,
			"policy r: rule deny: line: only violations in files can have it", document(),
		},
		{
			"URN in a file", `deny contains {"message": "x", "urn": "urn:pulumi:s::p::t::n"} if true`,
			"policy r: rule deny: urn: violations in files have line and column instead", file(),
		},
		{
			"line of another type", `deny contains {"message": "x", "line": "canary"} if true`,
			"policy r: rule deny: line: expected a whole number", file(),
		},
		{
			"column of half", `deny contains {"message": "x", "line": 1, "column": 0.5} if true`,
			"policy r: rule deny: column: expected a whole number", file(),
		},
		{
			"negative line", `deny contains {"message": "x", "line": -1} if true`,
			"policy r: rule deny: line: expected a whole number", file(),
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := policy(t, tt.give).Decide(context.Background(), tt.document, plenty)
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) || strings.Contains(err.Error(), "canary") {
				t.Errorf("got %v, %v, want an error that begins with %q", got, err, tt.want)
			}
		})
	}
}

// TestDecideFailsClosed shows that an answer of the wrong form, and a rule that does not work, are errors and never a
// pass, and that the error does not quote the answer.
func TestDecideFailsClosed(t *testing.T) {
	t.Parallel()
	for _, tt := range race.Some([]struct{ name, give, want string }{
		{"text", `deny contains "canary" if true`, "policy r: rule deny: a violation must have the form"},
		{"no message", `deny contains {"path": []} if true`, "policy r: rule deny: message: expected a non-empty string"},
		{"empty message", `deny contains {"message": " "} if true`, "policy r: rule deny: message: expected a non-empty string"},
		{
			"message of another type", `deny contains {"message": ["canary"]} if true`,
			"policy r: rule deny: message: expected a non-empty string",
		},
		{
			"undefined in the message", `deny contains {"message": $"x {input.resource.nothing}"} if true`,
			"policy r: rule deny: message: it contains a value that is undefined",
		},
		{
			"further key", `deny contains {"message": "x", "severity": "low"} if true`,
			`policy r: rule deny: unknown key "severity" in a violation; expected message, path, level, kind, ` +
				"finding, yields, and urn, or in files line and column",
		},
		{
			"raised level", `deny contains {"message": "x", "level": "mandatory"} if true`,
			"policy r: rule deny: level: expected advisory",
		},
		{
			"path of another type", `deny contains {"message": "x", "path": "a.b"} if true`,
			"policy r: rule deny: path: expected an array of strings and numbers, got string",
		},
		{
			"step of another type", `deny contains {"message": "x", "path": [true]} if true`,
			"policy r: rule deny: path: expected an array of strings and numbers, got boolean in it",
		},
		{
			"broken index", `deny contains {"message": "x", "path": [0.5]} if true`,
			"policy r: rule deny: path: expected whole numbers as indexes",
		},
		{
			"not a URN", `deny contains {"message": "x", "urn": "canary"} if true`,
			"policy r: rule deny: urn: expected the URN of a resource",
		},
		{
			"yields of another type", `deny contains {"message": "x", "yields": "canary"} if true`,
			"policy r: rule deny: yields: expected an array of {\"policy\": …}, got string",
		},
		{
			"yields of texts", `deny contains {"message": "x", "yields": ["canary"]} if true`,
			"policy r: rule deny: yields: expected an array of {\"policy\": …}, got string in it",
		},
		{
			"yields to no policy", `deny contains {"message": "x", "yields": [{"policy": "canary"}]} if true`,
			"policy r: rule deny: yields: policy: no policy has this name",
		},
		{
			"yields with a further key", `deny contains {"message": "x", "yields": [{"policy": "r", "line": 1}]} if true`,
			"policy r: rule deny: yields: unknown key \"line\" in an entry; expected policy, path, owns, " +
				"and urn, or in files line and column",
		},
		{
			"yields with a broken path",
			`deny contains {"message": "x", "yields": [{"policy": "r", "path": "a"}]} if true`,
			"policy r: rule deny: yields: path: expected an array",
		},
		{"undecided counts too", `deny contains {"message": "x"} if false
undecided contains 3 if true`, "policy r: rule undecided: a violation must have the form"},
		{
			"builtin error", `deny contains {"message": "x"} if to_number(input.resource.name) > 1`,
			"rules/r/r.rego:10: evaluating this rule failed",
		},
		{"conflict", `deny contains {"message": f(1)} if true
f(x) := "a" if x > 0
f(x) := "b" if x < 5`, "rules/r/r.rego:12: evaluating this rule failed"},
	}) {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := policy(t, tt.give).Decide(context.Background(), document(), plenty)
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) || strings.Contains(err.Error(), "canary") {
				t.Errorf("got %v, %v, want an error that begins with %q", got, err, tt.want)
			}
		})
	}
}

func TestAPolicyWithoutAnswerIsAnError(t *testing.T) {
	t.Parallel()
	e := policy(t, `deny contains {"message": "x"} if false`)
	missing := ast.MustParseTerm(
		`{"policies": [{"name": "gone", "package": "gone", "own": true}], "parameters": {"gone": {}}}`)
	if got, err := e.Decide(context.Background(), missing.Value, plenty); err == nil {
		t.Errorf("got %v, want an error", got)
	}
}

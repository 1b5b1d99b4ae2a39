package unit

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"
)

func parsed(t *testing.T, file, text string) map[string]*ast.Module {
	t.Helper()
	m, err := ast.ParseModuleWithOpts(file, text, ast.ParserOptions{ProcessAnnotation: true, RegoVersion: ast.RegoV1})
	if err != nil {
		t.Fatal(err)
	}
	return map[string]*ast.Module{file: m}
}

func TestRun(t *testing.T) {
	const cases = `some tc in [{"note": "good", "a": 1, "want": 1}, {"note": "bad", "a": 1, "want": 2}]; `
	for _, tt := range []struct {
		name, give string
		want       string // the results, one a line: NAME PASS, or NAME FAIL ROW EXPRESSION
	}{
		{"a test that is true", `test_a if true`, "test_a PASS"},
		{"a test that is undefined", "test_a if {\n\tx := 1\n\tx == 2\n\tx == 3\n}", "test_a FAIL 4 x == 2"},
		{"a test that is false", `test_a := false`, "test_a FAIL 2"},
		{"a test with another value than true", `test_a := "yes"`, "test_a FAIL 2"},
		{"a set", `test_a contains x if some x in [1]`, "test_a FAIL 2"},
		{"tests with one name", "test_a if 1 == 1\n\ntest_a if 1 == 2", "test_a PASS\ntest_a#01 FAIL 4 1 == 2"},
		{"a test below another name", "a.test_b if 1 == 2", "a.test_b FAIL 2 1 == 2"},
		{
			"tests with one name below another", "a.test_b if true\n\na.test_b if false",
			"a.test_b PASS\na[\"test_b#01\"] FAIL 4 false",
		},
		{"one to be written", `todo_test_a if false`, "todo_test_a PASS"},
		{"what is no test", `a_test_b if false`, ""},
		{"input of a test", `test_a if { input.x == 1 with input as {"x": 1} }`, "test_a PASS"},
		{"what is printed", `test_a if { print("x is", 1); false }`, "test_a FAIL 2 false\nx is 1"},

		{"cases that are true", `test_a[tc.note] if { some tc in [{"note": "good", "a": 1}]; tc.a == 1 }`, "test_a PASS"},
		{"one case that is not", `test_a[tc.note] if { ` + cases + `tc.a == tc.want }`, "test_a FAIL 2 tc.a == tc.want"},
		{
			"a case with an undefined value", `test_a[note] if { some note, tc in {"x": {"a": 1}, "y": {"b": 2}}; tc.a == 1 }`,
			"test_a FAIL 2 tc.a == 1",
		},
		{"cases with values", `test_a[tc.note] := ok if { ` + cases + `ok := tc.a == tc.want }`, "test_a FAIL 2"},
		{
			"cases in two levels", `test_a[x][y] if { some x in ["a"]; some y in [1, 2]; count(x) == y }`,
			"test_a FAIL 2 count(x) == y",
		},
		{"all cases in two levels", `test_a[x][y] if { some x in ["a"]; some y in [1]; count(x) == y }`, "test_a PASS"},
		{"a name that is made", `test_a[sprintf("%d", [i])] if { some i, x in [0, 2]; x == i }`, "test_a FAIL 2 x == i"},
		{"a name from data", `test_a[data.x_test.names[i]] if { some i, x in [0, 2]; x == i }

names := ["a", "b"]`, "test_a FAIL 2 x == i"},
		{
			"cases that the author announces", `test_a[x] if { some x in [1, 2]; x == 1; internal.test_case([x]) }`,
			"test_a PASS",
		},
		{"no case", `test_a[x] if some x in []`, "test_a PASS"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			results, err := Run(t.Context(), parsed(t, "x_test.rego", "package x_test\n"+tt.give),
				parsed(t, "y_test.rego", "package y_test\n\ntest_of_others if false"), time.Minute)
			if err != nil {
				t.Fatal(err)
			}
			var lines []string
			for _, r := range results {
				if r.Err != nil || r.File != "x_test.rego" {
					t.Errorf("%+v", r)
				}
				line := r.Name + " PASS"
				if r.Failed {
					line = strings.TrimSpace(r.Name + " FAIL " + string(rune('0'+r.Row)) + " " + r.Expression)
				}
				lines = append(lines, strings.TrimSpace(line+"\n"+r.Output))
			}
			if diff := cmp.Diff(tt.want, strings.Join(lines, "\n")); diff != "" {
				t.Errorf("mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRunErrors(t *testing.T) {
	for _, tt := range []struct{ name, give, want string }{
		{"values that conflict", "test_a if f(1) == 2\n\nf(x) := 1 if x > 0\n\nf(x) := 2 if x > -1", "eval_conflict_error"},
		{"a function", `test_a(x) if x == 1`, "function data.x_test.test_a used as reference, not called"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			results, err := Run(t.Context(), parsed(t, "x_test.rego", "package x_test\n"+tt.give), nil, time.Minute)
			if err != nil || len(results) != 1 || results[0].Failed || results[0].Row != 2 {
				t.Fatalf("got %+v and %v, want one result on line 2", results, err)
			}
			if err := results[0].Err; err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want an error with %q", err, tt.want)
			}
		})
	}
}

func TestRunMistakes(t *testing.T) {
	_, err := Run(t.Context(), parsed(t, "x_test.rego", "package x_test\ntest_a if nothing"), nil, time.Minute)
	var list ast.Errors
	if !errors.As(err, &list) || len(list) != 1 || list[0].Location.File != "x_test.rego" {
		t.Errorf("got %v, want one mistake in x_test.rego", err)
	}
}

func TestRunEnds(t *testing.T) {
	endless := parsed(t, "x_test.rego", "package x_test\ntest_a if {\n\tr := numbers.range(1, 10000)\n\tsome a in r\n"+
		"\tsome b in r\n\tsome c in r\n\ta + b + c == 0\n}")
	results, err := Run(t.Context(), endless, nil, time.Millisecond)
	if err != nil || len(results) != 1 || !topdown.IsCancel(results[0].Err) || results[0].Row != 2 {
		t.Errorf("got %+v and %v, want a test that was cancelled", results, err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := Run(ctx, endless, nil, time.Hour); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want the error of the context", err)
	}
}

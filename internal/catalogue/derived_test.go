package catalogue

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestOver: what a row leaves open, the derived row says; what it has, overrides that.
func TestOver(t *testing.T) {
	derived := row{Token: "a:b:C", Marked: []string{"password", "token"}, Outputs: []string{"key"}}
	tests := []struct {
		name       string
		give, want row
	}{
		{
			"values, marks and outputs of the package",
			row{Token: "a:b:C", Class: "ci"},
			row{Token: "a:b:C", Class: "ci", Values: derived.Marked, Marked: derived.Marked, Outputs: derived.Outputs},
		},
		{
			"marked is what lies in a marked input, in the order of the values",
			row{Values: []string{"user", "token.value", "password[].text"}},
			row{
				Values: []string{"user", "token.value", "password[].text"},
				Marked: []string{"token.value", "password[].text"}, Outputs: derived.Outputs,
			},
		},
		{
			"an empty list overrides",
			row{Values: []string{}, Outputs: []string{}},
			row{Values: []string{}, Outputs: []string{}},
		},
		{
			"a list overrides",
			row{Values: []string{"password"}, Marked: []string{}, Outputs: []string{"other"}},
			row{Values: []string{"password"}, Marked: []string{}, Outputs: []string{"other"}},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, test.give.over(derived)); diff != "" {
				t.Errorf("mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDerive(t *testing.T) {
	const rows = `{"token":"a:b:C","class":"store","manager":"vault","name":"title","values":["parts[].text"],"why":"x"}
{"token":"a:b:D","class":"store","manager":"vault","why":"x"}
{"token":"a:b:E","class":"store","manager":"vault","why":"x"}
{"token":"a:b:Old","is":"a:b:C","why":"x"}
`
	tests := []struct {
		name  string
		facts map[string]Fact
		want  string
		err   string
	}{
		{
			"facts of listed types, and their other names",
			map[string]Fact{
				"a:b:C": {Inputs: []string{"parts", "title"}, Aliases: []string{"a:b:Old", "a:b:Older", "a:b:D"}},
				"a:b:D": {Inputs: []string{"p", "z"}, Marked: []string{"z", "p"}, Outputs: []string{"p", "key"}},
				"a:b:F": {Marked: []string{"password"}},
			},
			`{"token":"a:b:D","marked":["p","z"],"outputs":["key"]}` + "\n" +
				`{"token":"a:b:Older","is":"a:b:C"}` + "\n", "",
		},
		{
			"an input that the package does not have",
			map[string]Fact{"a:b:C": {Package: "@a/b 1.0.0", Inputs: []string{"title"}}},
			"", `resources.jsonl:1: a:b:C: no input "parts" in @a/b 1.0.0`,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			// What was derived before does not matter.
			got, err := Derive(with(rows, `{"token":"a:b:Older","is":"a:b:D"}`+"\n", "[]"), test.facts)
			if (err == nil) != (test.err == "") || err != nil && err.Error() != test.err {
				t.Fatalf("got error %v\nwant      %s", err, test.err)
			}
			if diff := cmp.Diff(test.want, string(got)); diff != "" {
				t.Errorf("mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDerivedErrors(t *testing.T) {
	const rows = `{"token":"a:b:C","class":"store","manager":"vault","why":"x"}` + "\n"
	tests := []struct{ name, derived, want string }{
		{
			"not sorted", `{"token":"b:b:C"}` + "\n" + `{"token":"a:b:C"}`,
			"derived.jsonl:2: a:b:C: expected the tokens sorted and each once; run make derive",
		},
		{
			"other name of nothing", `{"token":"a:b:D","is":"a:b:E"}`,
			"derived.jsonl:1: a:b:D: is: expected another name of a type in resources.jsonl; run make derive",
		},
		{
			"other name of a listed type", `{"token":"a:b:C","is":"a:b:C"}`,
			"derived.jsonl:1: a:b:C: is: expected another name of a type in resources.jsonl; run make derive",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c, err := Load(with(rows, test.derived, "[]"))
			if err != nil {
				t.Fatal(err)
			}
			if err := c.Check(); err == nil || err.Error() != test.want {
				t.Errorf("got error %v\nwant      %s", err, test.want)
			}
		})
	}
}

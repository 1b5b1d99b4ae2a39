package slot

import (
	"strings"
	"testing"

	"github.com/progression-labs-development/policypack/rego"
)

// The tables are as the formatter writes them, and every row says what it needs to.
func TestTable(t *testing.T) {
	t.Parallel()
	for file, format := range map[string]func([]byte) ([]byte, error){
		meaningsFile: Format, workloadsFile: FormatWorkloads,
	} {
		text, err := rego.FS.ReadFile("catalogue/" + file)
		if err != nil {
			t.Fatal(err)
		}
		formatted, err := format(text)
		if err != nil {
			t.Fatal(err)
		}
		if string(formatted) != string(text) {
			t.Errorf("%s is not formatted: go run ./internal/catalogue/format", file)
		}
	}
}

// Mistakes in a row are reported with their line.
func TestFormatReportsMistakes(t *testing.T) {
	t.Parallel()
	const good = `{"path":"b.c","meaning":"names","why":"x"}`
	for _, tt := range []struct{ name, give, want string }{
		{"no object", `b.c`, "slots.jsonl:2: expected one JSON object"},
		{"an unknown field", `{"path":"a","meaning":"names","whi":"x"}`, `unknown field "whi"`},
		{"an unknown meaning", `{"path":"a","meaning":"name","why":"x"}`, "meaning: expected one of names, holds"},
		{"no reason", `{"path":"a","meaning":"names"}`, "why: missing"},
		{"an empty key", `{"path":"a..b","meaning":"names","why":"x"}`, "expected keys joined by dots"},
		{"a pattern at the end", `{"path":"*Secret","meaning":"names","why":"x"}`, "expected a last key without *"},
		{"any key alone", `{"path":"*","meaning":"names","why":"x"}`, "expected a key without * before the last *"},
		{"a value that is no text", `{"path":"a","meaning":"names","on":{"k":1},"why":"x"}`, "k: expected a string or a list"},
		{"a token that is none", `{"path":"a","meaning":"names","types":["aws"],"why":"x"}`, "types: expected patterns"},
		{"a row twice", good, "duplicate entry"},
	} {
		_, err := Format([]byte(good + "\n" + tt.give + "\n"))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %s", tt.name, err, tt.want)
		}
	}
	got, err := Format([]byte(`{"why":"x","meaning":"names","path":"b.c"},` + "\n\n" +
		`{"path":"a","meaning":"holds","beside":{"type":["T"]},"why":"y"}` + "\n"))
	want := `{"path":"a","meaning":"holds","beside":{"type":"T"},"why":"y"}` + "\n" + good + "\n"
	if err != nil || string(got) != want {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
}

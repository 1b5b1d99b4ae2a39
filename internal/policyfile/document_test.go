package policyfile

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLocate(t *testing.T) {
	t.Parallel()
	d, _, err := ParseDocument([]byte(`{
  "templates": ["a",
    "b"],
  "exemptions": {
    "legacy.x": {
      "expires": "c"
    },
    "legacy": {"typo": 1}
  },
  "by-stack": {
    "prod-*": "d"
  }
}`))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, give string
		row        int
		keys       []string
	}{
		{"an item of a list", "templates[1]: want string, got number", 3, []string{"templates", "1"}},
		{"a map's entry", "exemptions.legacy: missing owner", 8, []string{"exemptions", "legacy"}},
		{
			"an entry whose name has a dot", `exemptions["legacy.x"]: missing owner`, 5,
			[]string{"exemptions", "legacy.x"},
		},
		{
			"an entry whose name has a dot, written plainly", `exemptions.legacy.x: missing owner`, 5,
			[]string{"exemptions", "legacy.x"},
		},
		{
			"a field after the entry", "exemptions.legacy.x: expires: want a day", 6,
			[]string{"exemptions", "legacy.x", "expires"},
		},
		{"an unknown key", "exemptions.legacy: unknown typo", 8, []string{"exemptions", "legacy", "typo"}},
		{"an unknown parameter", "unknown templates; did you mean x?", 2, []string{"templates"}},
		{"a glob", `by-stack["prod-*"]: want array, got string`, 11, []string{"by-stack", "prod-*"}},
		{"what is missing", "missing team", 1, nil},
		{"nothing of it", "words: want string", 1, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			row, keys := d.Locate(tt.give)
			if row != tt.row || cmp.Diff(tt.keys, keys) != "" {
				t.Errorf("got %d, %q, want %d, %q", row, keys, tt.row, tt.keys)
			}
		})
	}
}

func TestParseDocumentNamesTheRow(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, give string
		row        int
	}{
		{"a comma too many", "{\n\"a\": 1,\n}", 3},
		{"a brace too few", "{\n\"a\": 1\n", 3},
		{"two documents", "{}\n{}", 2},
		{"YAML", "a: b", 1},
		{"nested without end", strings.Repeat("[", 20000), 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if _, row, err := ParseDocument([]byte(tt.give)); err == nil || row != tt.row {
				t.Errorf("got row %d, %v, want row %d", row, err, tt.row)
			}
		})
	}
}

func FuzzParseDocument(f *testing.F) {
	f.Add([]byte(`{"a": [1, {"b": null}], "a": {"c": "d"}}`), "a[1].b: unknown c")
	f.Fuzz(func(_ *testing.T, data []byte, text string) {
		if d, _, err := ParseDocument(data); err == nil {
			d.Locate(text)
		}
	})
}
